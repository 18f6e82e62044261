import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../src/core/types.ts';
import { Bench } from './support/core_bench.ts';
import type { Message } from './support/peer.ts';
import { WELCOME } from './support/served.ts';

const limits = (changed: JsonObject): Message => ({ limits: { ...WELCOME['limits'], ...changed } });
const chunk = (bench: Bench, call: Message, index: number): void =>
  bench.event('tool.chunk', { request_id: call['message_id'], index, chunk: `c${index}` });

describe('Leaving', () => {
  test('A request made before connecting fails at once', () => {
    const bench = new Bench();
    const handle = bench.call();
    expect(bench.fails()).toEqual([[handle, 'CONNECTION_FAILED']]);
  });

  test('Requests made while connecting leave in their order when ready', () => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    const handles = [bench.request('ping'), bench.call('a'), bench.request('ping')];
    expect(bench.of('open')).toHaveLength(1);
    bench.hello();
    const sent = bench.sent();
    expect(sent.map((message) => message['method'])).toEqual(['ping', 'tools/call', 'ping']);
    for (const message of sent.toReversed()) bench.answer(message, { id: message['message_id'] });
    const ids = new Map(bench.of('resolve').map(({ handle, result }) => [handle, (result as Message)['id']]));
    expect(handles.map((handle) => ids.get(handle))).toEqual(sent.map((message) => message['message_id']));
  });

  test('A call carries its timeout, key and trace', () => {
    const bench = new Bench();
    bench.connect();
    bench.call('t', { x: 1 }, { timeoutMs: 2500, idempotencyKey: 'key-1', traceparent: '00-aa-bb-01' });
    expect(bench.one()).toMatchObject({
      params: { name: 't', arguments: { x: 1 }, timeout_ms: 2500 },
      context: { idempotency_key: 'key-1', traceparent: '00-aa-bb-01' },
    });
  });

  test('Arguments changed after the call do not change what is sent', () => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    const args = { line: 'a' };
    bench.call('t', args);
    args.line = 'b';
    bench.hello();
    expect(bench.one()['params']['arguments']).toEqual({ line: 'a' });
  });

  const circle: JsonObject = {};
  circle['self'] = circle;
  test.each([[Number.NaN], [-Infinity], [1n], ['\ud800'], ['x\udfffy'], [{ '\ud800': 1 }], [circle]])('%s is refused when it is handed over', (value) => {
    const bench = new Bench();
    bench.connect();
    expect(() => bench.call('t', { x: value })).toThrow(TypeError);
    expect(bench.sent()).toEqual([]);
    expect(bench.core.openRequests).toBe(0);
  });

  test.each([['\\ud800'], ['😀'], ['\\\\ud800\\'], ['a\\\u0000']])('The text %j is sent as it is', (value) => {
    const bench = new Bench();
    bench.connect();
    bench.call('t', { x: value });
    expect(bench.one()['params']['arguments']).toEqual({ x: value });
  });

  test("A message over the server's limit is not sent", () => {
    const bench = new Bench();
    bench.connect(limits({ max_message_bytes: 1024 }));
    bench.call('t', { x: 'ä'.repeat(300) }); // 600 bytes
    const tooLarge = bench.call('t', { x: 'ä'.repeat(600) }); // 1,200 bytes
    expect(bench.sent()).toHaveLength(1);
    expect(bench.fails()).toEqual([[tooLarge, 'MESSAGE_TOO_LARGE']]);
  });

  test('Calls wait for a place in flight, and other methods pass', () => {
    const bench = new Bench();
    bench.connect(limits({ max_in_flight: 2 }));
    for (let n = 0; n < 3; n++) bench.call();
    bench.request('ping');
    const sent = bench.sent();
    expect(sent.map((message) => message['method'])).toEqual(['tools/call', 'tools/call', 'ping']);
    bench.answer(sent[0]!, {});
    expect(bench.one()['method']).toBe('tools/call');
  });

  test('More than maxPending open requests are refused', () => {
    const bench = new Bench({ maxPending: 3 });
    bench.core.connect(bench.now);
    const handles = Array.from({ length: 4 }, () => bench.call());
    expect(bench.fails()).toEqual([[handles[3], 'SERVER_OVERLOADED']]);
  });

  test('Many requests that are given up while they wait leave nothing behind', () => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    bench.of('open');
    for (let n = 0; n < 5000; n++) bench.core.cancel(bench.call(), bench.now);
    const last = bench.call('last');
    bench.hello();
    bench.answer(bench.one(), {});
    expect(bench.resolved()).toEqual([last]);
  });
});

describe('Giving up', () => {
  test("The client's own timeout comes a second after the server's, and cancels", () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call('t', {}, { timeoutMs: 2000 });
    const call = bench.one();
    bench.elapse(2999);
    expect(bench.fails()).toEqual([]);
    bench.elapse(1);
    expect(bench.of('fail')).toMatchObject([{ handle, error: { code: 'TOOL_TIMEOUT', details: { source: 'client', outcome: 'unknown' } } }]);
    expect(bench.requests()).toMatchObject([{ method: 'requests/cancel', params: { request_id: call['message_id'] } }]);
    bench.answer(call, { late: true });
    expect(bench.resolved()).toEqual([]);
  });

  test('A request that finds no connection in time fails as lost', () => {
    const bench = new Bench();
    bench.connect();
    bench.core.closed(1006, '', bench.now);
    const handle = bench.request('ping', {}, { timeoutMs: 100 });
    bench.elapse(101);
    expect(bench.of('fail')).toMatchObject([{ handle, error: { code: 'CONNECTION_LOST', details: { outcome: 'not_sent' } } }]);
  });

  test('A cancelled request is cancelled on the server, and its answers are dropped', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call();
    const call = bench.one();
    bench.core.cancel(handle, bench.now);
    expect(bench.fails()).toEqual([[handle, 'REQUEST_CANCELLED']]);
    const cancel = bench.one();
    expect(cancel).toMatchObject({ method: 'requests/cancel', params: { request_id: call['message_id'] } });
    bench.answer(cancel, { cancelled: true });
    bench.refuse(call, 'REQUEST_CANCELLED');
    bench.core.cancel(handle, bench.now);
    expect(bench.fails()).toEqual([]);
    expect(bench.sent()).toEqual([]);
  });

  test('A request cancelled before it left never leaves', () => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    bench.of('open');
    bench.core.cancel(bench.call(), bench.now);
    bench.hello();
    expect(bench.sent()).toEqual([]);
  });
});

describe('Streams', () => {
  test('Chunks come once each, and a missing one fails the stream', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call();
    const call = bench.one();
    for (const index of [0, 1, 1, 0, 2]) chunk(bench, call, index);
    expect(bench.of('chunk').map((made) => [made.index, made.chunk])).toEqual([[0, 'c0'], [1, 'c1'], [2, 'c2']]);
    chunk(bench, call, 4);
    expect(bench.of('fail')).toMatchObject([{ handle, error: { code: 'INVALID_MESSAGE_FORMAT', details: { expected: 3 } } }]);
  });

  test('A result that tells of more chunks than came is no success', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call();
    const call = bench.one();
    chunk(bench, call, 0);
    bench.answer(call, { chunks: 2 });
    expect(bench.fails()).toEqual([[handle, 'CONNECTION_LOST']]);
  });
});

describe('Batches', () => {
  test('Calls of a group leave as arrays within the limits', () => {
    const bench = new Bench();
    bench.connect(limits({ max_batch: 3 }));
    // as the shell hands a batch over: all of it, and then the outputs are taken
    for (let n = 0; n < 4; n++) bench.call('t', {}, { group: 7 });
    bench.request('ping');
    expect(bench.sent().map((message) => (Array.isArray(message) ? message.length : 0))).toEqual([3, 0, 0]); // three, the fourth alone, the ping
  });

  test('An array stays within the byte limit', () => {
    const bench = new Bench({ batching: true });
    bench.connect(limits({ max_message_bytes: 2000 }));
    for (let n = 0; n < 8; n++) bench.call('t', { x: 'a'.repeat(300) });
    const texts = bench.of('send').map((output) => output.text);
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(2000);
    expect(texts.join('').split('"x"')).toHaveLength(9);
  });

  test('Answers in an array are taken one by one', () => {
    const bench = new Bench();
    bench.connect({ resumable: false });
    const handles = [bench.request('ping'), bench.request('ping')];
    const envelope = (message: Message, n: number): Message => ({ protocol_version: '2.0', message_type: 'response', message_id: `resp-${n}`, request_id: message['message_id'], result: {} });
    bench.text(bench.sent().map(envelope));
    expect(bench.resolved()).toEqual(handles);
  });
});

describe('The report', () => {
  test('has percentiles by nearest rank, success and error codes of each tool', () => {
    const bench = new Bench({ retry: false });
    bench.connect();
    for (let n = 1; n <= 20; n++) {
      bench.call('t');
      const call = bench.requests()[0]!;
      bench.elapse(n * 10);
      if (n === 20) bench.refuse(call, 'TOOL_EXECUTION_FAILED');
      else bench.answer(call, {});
    }
    const { latency_ms: latency, tools, error_rate: rate, uptime_s: uptime } = bench.core.report(bench.now).performance_metrics;
    // 10, 20 … 200 ms: the tenth, the nineteenth and the twentieth
    expect(latency).toEqual({ p50: 100, p95: 190, p99: 200, max: 200 });
    expect(tools['t']).toEqual({ calls: 20, errors: 1, success_rate: 0.95, latency_ms: latency, error_codes: { TOOL_EXECUTION_FAILED: 1 }, cpu_ms: null, allocated_bytes: null });
    expect(rate).toBe(0.05);
    expect(uptime).toBeCloseTo(2.1); // 10 ms · (1 + 2 + … + 20)
  });

  test('counts what the server did wrong', () => {
    const bench = new Bench();
    bench.connect();
    const junk = ['', '[1]', 'nul', '{"message_type":"response"}', '{"message_type":[]}', '{"message_type":"event","event_type":"tool.chunk"}', '{"message_type":"error","error_code":"X"}', '{"message_type":"heartbeat","seq":-1}'];
    for (const text of junk) bench.core.text(text, bench.now);
    expect(bench.core.state).toBe('connected');
    expect(bench.core.report(bench.now).error_summary).toEqual({ total_violations: junk.length, violation_types: { invalid_message: junk.length } });
    expect(bench.core.report(bench.now).protocol_violations[0]).toMatchObject({ timestamp: '2023-11-14T22:13:20.000Z', type: 'invalid_message' });
  });

  test('A slow call is told', () => {
    const bench = new Bench({ slowCallMs: 1000 });
    bench.connect();
    bench.call('t');
    const call = bench.one();
    bench.elapse(1001);
    bench.answer(call, {});
    expect(bench.of('diagnostic').map(({ diagnostic }) => diagnostic.details)).toEqual([{ kind: 'slow', name: 't', latency_ms: 1001 }]);
  });
});
