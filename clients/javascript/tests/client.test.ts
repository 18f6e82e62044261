import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { ConnectionLostError, InvalidParamsError, MCPError, ReconnectionFailedError, ToolTimeoutError } from '../src/node.ts';
import { BaseClient } from '../src/shell/client.ts';
import { ManualTime } from './support/manual_time.ts';
import { MemoryPeer } from './support/memory_peer.ts';
import type { Connection, Message } from './support/peer.ts';
import { clientOf, echo, Served } from './support/served.ts';
import { bounded, failure, settle } from './support/waiting.ts';

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
