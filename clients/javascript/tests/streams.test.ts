import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { MCPError } from '../src/node.ts';
import { ManualTime } from './support/manual_time.ts';
import { MemoryPeer } from './support/memory_peer.ts';
import type { Connection, Message } from './support/peer.ts';
import { clientOf, echo, Served, type Serve } from './support/served.ts';
import { bounded, settle } from './support/waiting.ts';

let time: ManualTime;
let peer: MemoryPeer;
beforeEach(() => {
  time = new ManualTime();
  peer = new MemoryPeer(time);
});
afterEach(() => {
  expect({ timers: time.pending, sockets: peer.open }).toEqual({ timers: 0, sockets: 0 });
});

function send(connection: Connection, call: Message, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    connection.message('event', { event_type: 'tool.chunk', data: { request_id: call['message_id'], index, chunk: index } }, true);
  }
}

const counted = (count: number): Serve => (connection, message) => {
  if (message['method'] !== 'tools/call') return echo(connection, message);
  send(connection, message, 0, count);
  connection.answer(message, { chunks: count }, true);
};

describe('A stream', () => {
  test('gives its chunks in order, and the result at the end', async () => {
    const served = new Served(peer, counted(200));
    await using client = clientOf(peer);
    await client.connect();
    const stream = client.streamTool<number>('debug/stream', { chunks: 200 });
    expect(served.methods).toEqual(['session/hello']); // the call is made with the first step
    const got: number[] = [];
    for await (const chunk of stream) got.push(chunk);
    expect(got).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(stream.result).toEqual({ chunks: 200 });
    expect(served.requests[1]!['params']).toMatchObject({ name: 'debug/stream', stream: true });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('gives an error after the chunks that came before it, once', async () => {
    void new Served(peer, (connection, message) => {
      send(connection, message, 0, 2);
      connection.refuse(message, 'TOOL_EXECUTION_FAILED', {}, true);
    });
    await using client = clientOf(peer);
    await client.connect();
    const stream = client.streamTool('debug/stream');
    expect([await stream.next(), await stream.next()]).toEqual([{ done: false, value: 0 }, { done: false, value: 1 }]);
    await expect(stream.next()).rejects.toMatchObject({ code: 'TOOL_EXECUTION_FAILED' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('that is left early is cancelled on the server', async () => {
    const served = new Served(peer, (connection, message) => (message['method'] === 'tools/call' ? send(connection, message, 0, 5) : echo(connection, message)));
    await using client = clientOf(peer);
    await client.connect();
    for await (const chunk of client.streamTool('debug/stream')) if (chunk === 1) break;
    await client.ping();
    expect(served.methods).toEqual(['session/hello', 'tools/call', 'requests/cancel', 'ping']);
    expect(client.openRequests).toBe(0);
  });

  test('that is aborted rejects the step that waits, with the reason', async () => {
    void new Served(peer, (connection, message) => (message['method'] === 'tools/call' ? send(connection, message, 0, 1) : echo(connection, message)));
    await using client = clientOf(peer);
    await client.connect();
    const abort = new AbortController();
    const stream = client.streamTool('debug/stream', {}, { signal: abort.signal });
    await stream.next();
    const waiting = stream.next();
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await client.ping();
    expect(client.openRequests).toBe(0);
    const late = client.streamTool('debug/stream', {}, { signal: abort.signal });
    await expect(late.next()).rejects.toThrow('enough');
  });

  test('steps taken before their chunks come are served in their order', async () => {
    void new Served(peer, counted(3));
    await using client = clientOf(peer);
    await client.connect();
    const stream = client.streamTool('debug/stream');
    const steps = await Promise.all([stream.next(), stream.next(), stream.next(), stream.next()]);
    expect(steps.map(({ value, done }) => [value, done])).toEqual([[0, false], [1, false], [2, false], [undefined, true]]);
  });

  test('with a slow consumer holds reading back, and goes on when there is room', async () => {
    void new Served(peer, counted(100));
    await using client = clientOf(peer, { streamBuffer: 8 });
    await client.connect();
    const stream = client.streamTool<number>('debug/stream');
    const got = [(await stream.next()).value];
    await settle();
    const ping = client.ping();
    await settle();
    expect(client.openRequests).toBe(2); // its answer stands behind the chunks
    for await (const chunk of stream) got.push(chunk);
    expect(got).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(await bounded(ping, 'the ping is answered')).toBe(0);
  });

  test('that nobody reads does not stop close, and holds the next connection back neither', async () => {
    void new Served(peer, (connection, message) => (message['method'] === 'tools/call' ? send(connection, message, 0, 50) : echo(connection, message)));
    const client = clientOf(peer, { streamBuffer: 2 });
    await client.connect();
    const stream = client.streamTool('debug/stream');
    await stream.next();
    await settle();
    await bounded(client.close(), 'the client closes');
    await client.connect();
    expect(await bounded(client.ping(), 'the client talks again')).toBe(0);
    await client.close();
    const rest = (async () => {
      for await (const _ of stream);
    })();
    await expect(rest).rejects.toBeInstanceOf(MCPError);
  });

  test('where reading cannot be held back, acks are, and come when there is room', async () => {
    const browser = new MemoryPeer(time, { canPause: false });
    const served = new Served(browser, (connection, message) => (message['method'] === 'tools/call' ? send(connection, message, 0, 40) : echo(connection, message)));
    const client = clientOf(browser, { streamBuffer: 8 });
    await client.connect();
    const stream = client.streamTool('debug/stream');
    await stream.next();
    await settle();
    time.advance(5000);
    await settle();
    expect(served.acks).toEqual([1]); // of the hello's answer, with the call
    for (let n = 1; n < 40; n++) await stream.next();
    await settle();
    expect(served.acks).toEqual([1, 41]); // and of forty chunks
    await stream.return();
    await client.close();
    expect(browser.open).toBe(0);
  });
});
