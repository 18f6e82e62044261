import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { InvalidApiKeyError, InvalidParamsError, MCPClient, MCPClientPool, MCPError, ToolFailedError, ToolTimeoutError } from '../src/node.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';

describe.skipIf(SERVER_COMMAND === null)('With the server', () => {
  let server: Server;
  let client: MCPClient;

  beforeAll(async () => {
    server = await Server.start();
    client = new MCPClient({ url: server.url, apiKey: server.key });
    await client.connect();
  });

  afterAll(async () => {
    await client?.close();
    await server?.close();
  });

  test('a call returns what the tool made of its arguments', async () => {
    expect(await client.callTool('debug/echo', { text: 'ä€😀', list: [1, 2.5, null] })).toEqual({ text: 'ä€😀', list: [1, 2.5, null] });
  });

  test('the welcome is known', () => {
    expect(client.clientId).toMatch(/^client-/);
    expect(client.sessionId).toMatch(/^ses-/);
    expect(client.server.name).toBe('patchbay');
    expect(client.limits.maxMessageBytes).toBe(262_144);
  });

  test('the tools are listed', async () => {
    const tools = await client.listTools();
    const append = tools.find((tool) => tool.name === 'debug/append');
    expect(append?.annotations).toMatchObject({ readOnly: false, idempotent: false });
    expect(tools.find((tool) => tool.name === 'debug/echo')?.annotations.readOnly).toBe(true);
    expect(append?.inputSchema['type']).toBe('object');
  });

  test('a failing tool is an error of its class', async () => {
    const error = await client.callTool('debug/fail', { message: 'no luck' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ToolFailedError);
    expect((error as MCPError).message).toBe('no luck');
    expect((error as MCPError).retryable).toBe(false);
  });

  test('arguments that do not fit are told with their path', async () => {
    const error = await client.callTool('debug/sleep', { ms: 'long' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidParamsError);
    expect((error as InvalidParamsError).errors[0]?.path).toContain('ms');
  });

  test('a stream comes in order and whole', async () => {
    const stream = client.streamTool<string>('debug/stream', { chunks: 200, bytes: 10 });
    const lengths: number[] = [];
    for await (const chunk of stream) lengths.push(chunk.length);
    expect(lengths).toEqual(Array.from({ length: 200 }, () => 10));
    expect(stream.result).toMatchObject({ chunks: 200 });
  });

  test('a fast stream of many chunks is acknowledged without a flood of acks', async () => {
    let count = 0;
    for await (const _ of client.streamTool('debug/stream', { chunks: 5000, bytes: 10 })) count++;
    expect(count).toBe(5000);
    expect(client.getDiagnostics().connection.reconnect_attempts).toBe(0);
  });

  test('a stream that is left early is cancelled on the server', async () => {
    for await (const _ of client.streamTool('debug/stream', { chunks: 100_000, bytes: 10, delay_ms: 5 })) break;
    await client.ping(); // the cancel has been read before it
    expect(client.openRequests).toBe(0);
  });

  test('progress is told', async () => {
    const told: number[] = [];
    await client.callTool('debug/progress', { steps: 3, delay_ms: 1 }, { onProgress: ({ progress }) => void told.push(progress) });
    await client.ping();
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  test('an aborted call rejects with the reason, and the server stops it', async () => {
    const abort = new AbortController();
    const call = client.callTool('debug/sleep', { ms: 60_000 }, { signal: abort.signal });
    await client.ping(); // the server has started the call by now
    abort.abort(new Error('changed my mind'));
    await expect(call).rejects.toThrow('changed my mind');
    expect(client.openRequests).toBe(0);
  });

  test("the server's own timeout comes before the client's", async () => {
    const error = await client.callTool('debug/sleep', { ms: 60_000 }, { timeoutMs: 50, idempotent: false }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ToolTimeoutError);
    expect((error as MCPError).details['source']).toBeUndefined();
  });

  test('a batch gives a result or an error for each, in order', async () => {
    const [first, second, third] = await client.callTools([
      { name: 'debug/echo', arguments: { n: 1 } },
      { name: 'debug/none' },
      { name: 'debug/echo', arguments: { n: 3 } },
    ]);
    expect(first).toEqual({ n: 1 });
    expect((second as MCPError).code).toBe('TOOL_NOT_FOUND');
    expect(third).toEqual({ n: 3 });
  });

  test('gathered calls are all answered', async () => {
    await using batching = new MCPClient({ url: server.url, apiKey: server.key, batching: true });
    await batching.connect();
    const results = await Promise.all(Array.from({ length: 150 }, (_, n) => batching.callTool('debug/echo', { n })));
    expect(results).toEqual(Array.from({ length: 150 }, (_, n) => ({ n })));
  });

  test('a thousand calls over a pool are answered, each with its own', async () => {
    await using pool = new MCPClientPool({ url: server.url, apiKey: server.key, size: 4, maxPending: 10_000 });
    await pool.connect();
    const results = await Promise.all(Array.from({ length: 1000 }, (_, n) => pool.callTool('debug/echo', { n })));
    expect(results).toEqual(Array.from({ length: 1000 }, (_, n) => ({ n })));
    expect(pool.getDiagnostics().active_connections).toBe(4);
  });

  test('a wrong key is refused with its own error', async () => {
    await using wrong = new MCPClient({ url: server.url, apiKey: 'wrong-key-0123456789' });
    await expect(wrong.connect()).rejects.toBeInstanceOf(InvalidApiKeyError);
    expect(wrong.state).toBe('closed');
  });

  test('a ticket opens a connection', async () => {
    const ticket = async (): Promise<string> => {
      const answer = await fetch(`${server.origin}/api/mcp/tickets`, { method: 'POST', headers: { 'X-API-Key': server.key } });
      return ((await answer.json()) as { ticket: string }).ticket;
    };
    await using ticketed = new MCPClient({ url: server.url, ticket });
    await ticketed.connect();
    expect(await ticketed.callTool('debug/echo', { n: 1 })).toEqual({ n: 1 });
  });
});
