import { createServer, type AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { ConnectionFailedError, ConnectionLostError, InvalidApiKeyError, InvalidParamsError, MCPClient, MCPError, RateLimitError, ReconnectionFailedError, ToolTimeoutError } from '../src/node.ts';
import { BaseClient } from '../src/shell/client.ts';
import { ManualTime } from './support/manual_time.ts';
import { MemoryPeer } from './support/memory_peer.ts';
import type { Connection, Message } from './support/peer.ts';
import { clientOf, echo, Served, type Serve } from './support/served.ts';
import { SocketPeer } from './support/socket_peer.ts';
import { bounded, settle } from './support/waiting.ts';

/** What a promise is rejected with. */
const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  await bounded(promise.then((value) => expect.fail(`it succeeded with ${JSON.stringify(value)}`), (error: unknown) => error), 'it fails');

let time: ManualTime;
let peer: MemoryPeer;
beforeEach(() => {
  time = new ManualTime();
  peer = new MemoryPeer(time);
});

/** Everything a client leaves behind. */
afterEach(() => {
  expect({ timers: time.pending, sockets: peer.open }).toEqual({ timers: 0, sockets: 0 });
});

describe('Over a socket', () => {
  let real: SocketPeer;
  beforeEach(async () => {
    real = await SocketPeer.listen();
  });
  afterEach(async () => {
    await real.close();
  });

  test('The key travels in the header, and a ticket as a subprotocol', async () => {
    const served = new Served(real);
    await using keyed = clientOf(real);
    await keyed.connect();
    expect(served.attempts[0]!.credentials).toEqual({ key: 'k'.repeat(16), ticket: null });
    await using ticketed = new BaseClient({ url: real.url, ticket: () => 'abc-123' }, real.platform);
    await ticketed.connect();
    expect(served.attempts[1]!.credentials).toEqual({ key: null, ticket: 'abc-123' });
    expect([keyed.clientId, keyed.sessionId, keyed.server.name, keyed.limits.messagesPerMinute]).toEqual(['client-1', 'ses-1', 'patchbay', 100]);
  });

  test.each([
    [401, InvalidApiKeyError, null],
    [429, RateLimitError, 7000],
    [404, ConnectionFailedError, null],
    [302, ConnectionFailedError, null],
  ])('A handshake refused with %s rejects with the error of its status', async (status, kind, wait) => {
    await using client = clientOf(real);
    const connecting = client.connect();
    const headers: Record<string, string> = status === 429 ? { 'Retry-After': '7' } : status === 302 ? { Location: real.url } : {};
    (await real.attempt()).refuse(status, { error_code: status === 401 ? 'INVALID_API_KEY' : 'X', error_message: 'told' }, headers);
    const error = await failure(connecting);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ message: 'told', retryAfterMs: wait });
    expect([client.state, real.tried]).toEqual(['closed', 1]);
  });

  test('An address where nobody listens is CONNECTION_FAILED', async () => {
    const url = real.url;
    await real.close();
    await using client = new MCPClient({ url, apiKey: 'k' });
    expect(await failure(client.connect())).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true });
    expect(await failure(client.callTool('x'))).toBeInstanceOf(ConnectionFailedError);
    real = await SocketPeer.listen();
  });

  test('A message over the limit ends the connection for good', async () => {
    void new Served(real, (connection, message) => connection.answer(message, { x: 'a'.repeat(5000) }, true));
    await using client = clientOf(real, { maxMessageBytes: 4096 });
    await client.connect();
    expect(await failure(client.callTool('t'))).toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    expect(client.state).toBe('closed');
  });

  test('Close ends even when the peer does not answer it', async () => {
    const deaf = createServer((socket) => {
      socket.once('data', (data) => {
        const key = /sec-websocket-key: (\S+)/i.exec(data.toString())![1]!;
        const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: mcp.v2\r\n\r\n`);
        socket.pause();
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const client = new MCPClient({ url: `ws://127.0.0.1:${(deaf.address() as AddressInfo).port}/`, apiKey: 'k', closeTimeoutMs: 50 });
    const opened = new Promise((resolve) => deaf.once('connection', resolve));
    const connecting = client.connect();
    await bounded(opened, 'the client connects');
    await bounded(client.close(), 'the client closes');
    expect(await failure(connecting)).toBeInstanceOf(ConnectionLostError);
    await bounded(new Promise((resolve) => deaf.close(resolve)), 'its socket is gone');
  });

  test('A slow consumer stops the reading, and memory stays bounded', async () => {
    const total = 3000;
    let sent = 0;
    const serve: Serve = (connection, message) => {
      void (async () => {
        for (; sent < total; sent++) {
          const data = { request_id: message['message_id'], index: sent, chunk: String(sent).padEnd(4096) };
          connection.message('event', { event_type: 'tool.chunk', data }, true);
          const { socket } = connection as unknown as { socket: { bufferedAmount: number } };
          while (socket.bufferedAmount > 65_536) await settle(1);
        }
        connection.answer(message, { chunks: total }, true);
      })();
    };
    void new Served(real, serve);
    await using client = clientOf(real, { streamBuffer: 8, heartbeatIntervalMs: 300_000 });
    await client.connect();
    const stream = client.streamTool<string>('debug/stream');
    const first = await stream.next();
    for (let before = -1; before !== sent; ) {
      before = sent;
      await settle(200);
    }
    expect(sent).toBeLessThan(total); // 12 MiB are to come; what is on the way is what the sockets hold
    const got = [Number(first.value)];
    for await (const chunk of stream) got.push(Number(chunk));
    expect(got).toEqual(Array.from({ length: total }, (_, n) => n));
  });
});

describe('Connecting', () => {
  test('A server that never welcomes is given up after the timeout', async () => {
    await using client = clientOf(peer, { connectTimeoutMs: 5000 });
    const connecting = client.connect();
    await peer.accept();
    await settle();
    time.advance(5000);
    expect(await failure(connecting)).toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  test.each(['ticket', 'handshake', 'welcome'])('A close while it waits for the %s leaves nothing', async (stage) => {
    const never = new Promise<string>(() => {});
    const client = new BaseClient({ url: peer.url, ...(stage === 'ticket' ? { ticket: () => never } : { apiKey: 'k' }) }, peer.platform);
    const connecting = client.connect();
    if (stage === 'handshake') await peer.attempt();
    if (stage === 'welcome') await peer.accept();
    await bounded(client.close(), 'it closes');
    expect(await failure(connecting)).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(client.state).toBe('closed');
  });

  test('A ticket is fetched for each connection, and one that cannot be had is a failed attempt', async () => {
    const served = new Served(peer);
    let fetched = 0;
    const ticket = (): string => {
      if (++fetched === 2) throw new Error('no ticket today');
      return `t${fetched}`;
    };
    await using client = clientOf(peer, { apiKey: undefined, ticket });
    await client.connect();
    const back = new Promise<void>((resolve) => client.onState((state) => (state === 'connected' ? resolve() : undefined)));
    await settle();
    served.last.cut();
    for (let n = 0; n < 3; n++) {
      await settle();
      time.advance(10);
    }
    await bounded(back, 'it comes back');
    expect(served.attempts.map((attempt) => attempt.credentials.ticket)).toEqual(['t1', 't3']);
    expect(client.getDiagnostics().connection.reconnect_attempts).toBe(2);
  });

  test('Two connects at once are one connection', async () => {
    const served = new Served(peer);
    await using client = clientOf(peer);
    await Promise.all([client.connect(), client.connect()]);
    await client.connect();
    expect(served.connections).toHaveLength(1);
  });
});

describe('Calls', () => {
  test('A call returns its result, and an error is of the class of its code', async () => {
    void new Served(peer, (connection, message) => {
      if (message['params']['name'] === 'good') connection.answer(message, { x: 1 }, true);
      else connection.refuse(message, 'INVALID_PARAMS', { errors: [{ path: '/level', message: 'unknown' }] }, true);
    });
    await using client = clientOf(peer);
    await client.connect();
    expect(await client.callTool('good')).toEqual({ x: 1 });
    const error = await failure(client.callTool('bad'));
    expect(error).toBeInstanceOf(InvalidParamsError);
    expect(error).toMatchObject({ errors: [{ path: '/level', message: 'unknown' }], retryable: false });
  });

  test('Aborting rejects with the reason, and cancels the call on the server', async () => {
    const served = new Served(peer, (connection, message) => (message['method'] === 'tools/call' ? undefined : echo(connection, message)));
    await using client = clientOf(peer);
    await client.connect();
    const abort = new AbortController();
    const call = client.callTool('debug/sleep', { ms: 60_000 }, { signal: abort.signal });
    await client.ping();
    const reason = new Error('changed my mind');
    abort.abort(reason);
    expect(await failure(call)).toBe(reason);
    await client.ping();
    const asked = served.requests.find((message) => message['method'] === 'tools/call')!;
    expect(served.requests.find((message) => message['method'] === 'requests/cancel')?.['params']).toEqual({ request_id: asked['message_id'] });
    expect(client.openRequests).toBe(0);
    expect(await failure(client.callTool('t', {}, { signal: abort.signal }))).toBe(reason);
    expect(served.methods.filter((method) => method === 'tools/call')).toHaveLength(1);
  });

  test('A call without an answer times out', async () => {
    void new Served(peer, (connection, message) => (message['method'] === 'tools/call' ? undefined : echo(connection, message)));
    await using client = clientOf(peer);
    await client.connect();
    const call = client.callTool('debug/sleep', {}, { timeoutMs: 500 });
    await client.ping();
    time.advance(1500);
    expect(await failure(call)).toBeInstanceOf(ToolTimeoutError);
  });

  test('What is no JSON is INVALID_PARAMS, and the connection stays', async () => {
    void new Served(peer);
    await using client = clientOf(peer);
    await client.connect();
    expect(await failure(client.callTool('debug/echo', { x: Number.POSITIVE_INFINITY }))).toBeInstanceOf(InvalidParamsError);
    expect(await client.callTool('debug/echo', { x: 1 })).toEqual({ x: 1 });
    for (const how of [{ timeoutMs: 0.5 }, { timeoutMs: 300_001 }, { idempotencyKey: '' }, { idempotencyKey: 'x'.repeat(129) }]) {
      expect(await failure(client.callTool('t', {}, how))).toBeInstanceOf(RangeError);
    }
  });

  test('A batch is one array, and gives results and errors in order', async () => {
    const served = new Served(peer, (connection, message) => {
      if (message['params']['name'] === 'bad') connection.refuse(message, 'TOOL_NOT_FOUND', {}, true);
      else echo(connection, message);
    });
    await using client = clientOf(peer);
    await client.connect();
    const calls = [{ name: 'a', arguments: { n: 1 } }, { name: 'bad' }, { name: 'a', arguments: { n: 1n } }, { name: 'a', arguments: { n: 3 } }];
    const [first, second, third, fourth] = await client.callTools<unknown>(calls);
    expect([first, fourth]).toEqual([{ n: 1 }, { n: 3 }]);
    expect((second as MCPError).code).toBe('TOOL_NOT_FOUND');
    expect(third).toBeInstanceOf(InvalidParamsError);
    expect(served.last.arrays).toEqual([3]);
  });

  test.each([true, false])('Calls of one turn are gathered when batching is on (%s)', async (batching) => {
    const served = new Served(peer);
    await using client = clientOf(peer, { batching });
    await client.connect();
    const later = async (n: number): Promise<unknown> => {
      await Promise.resolve();
      return await client.callTool('debug/echo', { n });
    };
    const results = await Promise.all([later(0), client.callTool('debug/echo', { n: 1 }), later(2)]);
    expect(results).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    expect(served.last.arrays).toEqual(batching ? [3] : []);
  });

  test('Every page of tools is listed', async () => {
    void new Served(peer, (connection, message) => {
      const page = Number(message['params']['cursor'] ?? 0);
      const tool = { name: `t${page}`, title: 'T', description: 'd', input_schema: { type: 'object' }, annotations: { readOnlyHint: true, longRunningHint: page === 1 } };
      connection.answer(message, { tools: [tool], ...(page === 2 ? {} : { next_cursor: String(page + 1) }) }, true);
    });
    await using client = clientOf(peer);
    await client.connect();
    const tools = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['t0', 't1', 't2']);
    expect(tools[1]).toMatchObject({ outputSchema: null, annotations: { readOnly: true, idempotent: false, destructive: false, longRunning: true } });
  });
});

describe('Callbacks', () => {
  test('Progress and events reach sync and async callbacks in order, and one that throws harms nobody', async () => {
    void new Served(peer, (connection, message) => {
      if (message['method'] === 'tools/call') {
        for (let progress = 0; progress < 3; progress++) {
          connection.message('event', { event_type: 'tool.progress', data: { request_id: message['message_id'], progress, total: 3 } }, true);
        }
        connection.message('event', { event_type: 'status_update', data: { n: 1 } }, true);
        connection.message('event', { event_type: 'other', data: { n: 2 } }, true);
      }
      echo(connection, message);
    });
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
    const told: unknown[] = [];
    const client = clientOf(peer);
    await client.connect();
    client.onEvent((event) => void told.push(['every', event.eventType]));
    client.onEvent('status_update', async (event) => {
      await settle(1);
      told.push(['some', event.data['n']]);
    });
    client.onEvent(() => {
      throw new Error('a fault of the user');
    });
    const end = client.onEvent(() => void told.push('never'));
    end();
    expect(await client.subscribe('status_update')).toEqual(['status_update']);
    await client.callTool('t', {}, { onProgress: ({ progress, total }) => void told.push([progress, total]) });
    await client.close();
    expect(told).toEqual([[0, 3], [1, 3], [2, 3], ['every', 'status_update'], ['some', 1], ['every', 'other']]);
    expect(complaint).toHaveBeenCalledTimes(2);
    complaint.mockRestore();
  });

  test('Too many waiting callbacks drop the oldest, and say so', async () => {
    const note = (connection: Connection, n: number): void => connection.message('event', { event_type: 'note', data: { n } }, true);
    void new Served(peer, (connection, message) => {
      note(connection, 0);
      void settle().then(() => {
        for (let n = 1; n < 1100; n++) note(connection, n);
        echo(connection, message);
      });
    });
    const seen: unknown[] = [];
    const dropped: unknown[] = [];
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    const client = clientOf(peer);
    client.onDiagnostic(({ details }) => (details['kind'] === 'callback_dropped' ? void dropped.push(details['count']) : undefined));
    client.onEvent(async (event) => {
      seen.push(event.data['n']);
      await gate;
    });
    await client.connect();
    await client.callTool('t');
    go();
    await client.close();
    // the first was being handled when the next thousand and 99 more came
    expect(seen).toEqual([0, ...Array.from({ length: 1000 }, (_, n) => n + 100)]);
    expect(dropped).toEqual([99]);
  });

  test('A callback may close the client', async () => {
    const served = new Served(peer, () => {});
    const client = clientOf(peer);
    await client.connect();
    const call = client.callTool('t');
    const closed = new Promise<void>((resolve) => client.onEvent(async () => {
      await client.close();
      resolve();
    }));
    await settle();
    served.last.message('event', { event_type: 'end' }, true);
    expect(await failure(call)).toBeInstanceOf(ConnectionLostError);
    await bounded(closed, 'the callback ends');
    await client.close();
    expect(await served.last.closed).toEqual([1000, '']);
  });
});

describe('Coming back', () => {
  test('States are told, and a lost connection comes back with its session', async () => {
    const served = new Served(peer, echo, { resumes: true });
    const states: string[] = [];
    const client = clientOf(peer);
    client.onState((state) => void states.push(state));
    await client.connect();
    await settle();
    served.last.cut();
    await settle();
    const call = client.callTool('debug/echo', { x: 1 });
    time.advance(10);
    expect(await bounded(call, 'the call ends')).toEqual({ x: 1 });
    expect(client.getDiagnostics().connection).toMatchObject({ resumed: 1, reconnect_attempts: 1, status: 'connected' });
    expect(served.methods).toEqual(['session/hello', 'session/resume', 'tools/call']);
    await client.close();
    expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected', 'closed']);
  });

  test('It gives up, and says so to open calls and to new ones', async () => {
    await using client = clientOf(peer, { reconnectMaxAttempts: 3 });
    const connecting = client.connect();
    const connection = await peer.accept();
    connection.message('event', { event_type: 'welcome', data: { protocol_versions: ['2.0'] } });
    const hello = await connection.next();
    connection.answer(hello!, {});
    await connecting;
    const call = client.callTool('t');
    await connection.next();
    connection.cut();
    for (let attempt = 0; attempt < 3; attempt++) {
      await settle();
      time.advance(10);
      (await peer.attempt()).refuse(503);
    }
    expect(await failure(call)).toMatchObject({ code: 'RECONNECTION_FAILED', details: { attempts: 3, outcome: 'unknown' } });
    expect(client.state).toBe('closed');
    expect(await failure(client.callTool('t'))).toBeInstanceOf(ReconnectionFailedError);
  });

  test('Diagnostics that are enabled are subscribed with each session, and the callback has them', async () => {
    const served = new Served(peer);
    await using client = clientOf(peer, { diagnostics: true, diagnosticsLevel: 'info' });
    const told: string[] = [];
    client.onDiagnostic(({ component, message }) => void told.push(`${component}: ${message}`));
    await client.connect();
    await client.ping();
    served.last.message('diagnostic', { level: 'warning', component: 'rate_limiter', message: '80 % used' }, true);
    await settle();
    expect(told).toEqual(['rate_limiter: 80 % used']);
    client.disableDiagnostics();
    client.enableDiagnostics('error', ['tools']);
    await client.ping();
    const asked = served.requests.filter((message) => String(message['method']).startsWith('diagnostics/'));
    expect(asked.map((message): [string, Message] => [message['method'], message['params']])).toEqual([
      ['diagnostics/subscribe', { level: 'info', components: ['*'] }],
      ['diagnostics/unsubscribe', {}],
      ['diagnostics/subscribe', { level: 'error', components: ['tools'] }],
    ]);
    expect(() => client.enableDiagnostics('loud' as 'error')).toThrow(RangeError);
  });
});
