import { describe, expect, test } from 'vitest';

import type { RequestSpec } from '../src/core/outputs.ts';
import type { JsonObject } from '../src/core/types.ts';
import { Bench } from './support/core_bench.ts';
import type { Message } from './support/peer.ts';
import { WELCOME } from './support/served.ts';

const limits = (changed: JsonObject): Message => ({ limits: { ...WELCOME['limits'], ...changed } });
const tool = (name: string, annotations: JsonObject): JsonObject => ({ name, annotations });
const chunk = (bench: Bench, call: Message, index: number): void =>
  bench.event('tool.chunk', { request_id: call['message_id'], index, chunk: `c${index}` });

describe('Retries', () => {
  test('A rate-limited request waits what the server says, and gets a new id', () => {
    const bench = new Bench({ random: () => 0.5 });
    bench.connect();
    const handle = bench.call();
    const call = bench.one();
    bench.refuse(call, 'RATE_LIMIT_EXCEEDED', { retry_after_ms: 7000 });
    bench.elapse(7124);
    expect(bench.requests()).toEqual([]);
    bench.elapse(1); // 7 s and half of 0.25 s
    const again = bench.one();
    expect(again['params']).toEqual(call['params']);
    expect(again['message_id']).not.toBe(call['message_id']);
    bench.answer(again, { ok: true });
    expect(bench.of('resolve')).toMatchObject([{ handle, result: { ok: true } }]);
    expect(bench.core.report(bench.now).error_summary).toEqual({ total_violations: 1, violation_types: { rate_limit_exceeded: 1 } });
  });

  test('An overloaded server is asked again with growing delays, and then no more', () => {
    const bench = new Bench({ random: () => 1, retryInitialDelayMs: 500 });
    bench.connect();
    const handle = bench.call();
    const delays: number[] = [];
    let call = bench.one();
    for (let retry = 0; retry < 3; retry++) {
      bench.refuse(call, 'SERVER_OVERLOADED');
      const before = bench.now;
      let sent = bench.requests();
      while (sent.length === 0) {
        bench.elapse(bench.core.nextDeadline()! - bench.now);
        sent = bench.requests();
      }
      delays.push(bench.now - before);
      call = sent[0]!;
    }
    expect(delays).toEqual([500, 1000, 2000]);
    bench.refuse(call, 'SERVER_OVERLOADED');
    expect(bench.fails()).toEqual([[handle, 'SERVER_OVERLOADED']]);
  });

  const MAY_RUN_TWICE: [JsonObject, Partial<RequestSpec>, boolean][] = [
    [{ readOnlyHint: true }, {}, true],
    [{ idempotentHint: true }, {}, true],
    [{}, {}, false],
    [{}, { idempotent: true }, true],
    [{ readOnlyHint: true }, { idempotent: false }, false],
    [{ readOnlyHint: true }, { idempotencyKey: 'k' }, false], // the server would answer what it stored
  ];
  describe.each(['TOOL_TIMEOUT', 'INTERNAL_ERROR'])('After %s', (code) => {
    test.each(MAY_RUN_TWICE)('a tool with %j called with %j: repeated is %s', (hints, spec, repeated) => {
      const bench = new Bench();
      bench.connect();
      bench.request('tools/list');
      bench.answer(bench.one(), { tools: [tool('t', hints)] });
      const handle = bench.call('t', {}, spec);
      const call = bench.one();
      bench.take();
      bench.refuse(call, code);
      bench.elapse(250);
      expect(bench.requests().map((message) => message['method'])).toEqual(repeated ? ['tools/call'] : []);
      expect(bench.fails()).toEqual(repeated ? [] : [[handle, code]]);
    });
  });

  test.each([true, false])('An unknown tool makes the client ask for the list, all pages (repeatable: %s)', (repeatable) => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call('z');
    const call = bench.one();
    bench.refuse(call, 'TOOL_TIMEOUT');
    const listing = bench.one();
    expect(listing).toMatchObject({ method: 'tools/list', params: {} });
    bench.answer(listing, { tools: [tool('a', {})], next_cursor: '2' });
    const second = bench.one();
    expect(second['params']).toEqual({ cursor: '2' });
    bench.answer(second, { tools: [tool('z', { readOnlyHint: repeatable })] });
    bench.elapse(250);
    expect(bench.requests().map((message) => message['params'])).toEqual(repeatable ? [call['params']] : []);
    expect(bench.fails()).toEqual(repeatable ? [] : [[handle, 'TOOL_TIMEOUT']]);
    expect(bench.resolved()).toEqual([]);
  });

  test.each(['INVALID_PARAMS', 'TOOL_EXECUTION_FAILED', 'EXECUTION_INTERRUPTED', 'NOT_FOUND', 'UNAUTHORIZED_ACCESS'])('%s would come again, and is not repeated', (code) => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call('t', {}, { idempotent: true });
    bench.refuse(bench.one(), code);
    expect(bench.fails()).toEqual([[handle, code]]);
  });

  test('With retry off every refusal reaches the caller, and nothing is held back', () => {
    const bench = new Bench({ retry: false });
    bench.connect(limits({ max_in_flight: 1, messages_per_minute: 2 }));
    const handles = [bench.call(), bench.call(), bench.call()];
    const codes = ['RATE_LIMIT_EXCEEDED', 'SERVER_OVERLOADED', 'TOOL_TIMEOUT'];
    const sent = bench.sent();
    expect(sent).toHaveLength(3);
    for (const [n, message] of sent.entries()) bench.refuse(message, codes[n]!, { retry_after_ms: 1 });
    expect(bench.fails()).toEqual(handles.map((handle, n) => [handle, codes[n]]));
  });

  test("A wait longer than the maximum is the caller's to decide", () => {
    const bench = new Bench({ retryMaxWaitMs: 5000 });
    bench.connect();
    const handle = bench.call();
    bench.refuse(bench.one(), 'RATE_LIMIT_EXCEEDED', { retry_after_ms: 5001 });
    expect(bench.of('fail')).toMatchObject([{ handle, error: { retryAfterMs: 5001 } }]);
  });

  test('The budget ends repetitions when everything fails', () => {
    const bench = new Bench({ retryBudget: 2, retryMaxAttempts: 100 });
    bench.connect();
    const handles = [bench.call(), bench.call(), bench.call()];
    for (const message of bench.sent()) bench.refuse(message, 'SERVER_OVERLOADED');
    expect(bench.fails()).toEqual([[handles[2], 'SERVER_OVERLOADED']]);
  });

  test('Ten successes earn a repetition', () => {
    const bench = new Bench({ retryBudget: 1 });
    bench.connect();
    bench.call();
    bench.refuse(bench.one(), 'SERVER_OVERLOADED');
    bench.elapse(250);
    for (let n = 0; n < 10; n++) {
      bench.answer(bench.requests()[0]!, {});
      bench.call();
    }
    bench.refuse(bench.requests()[0]!, 'SERVER_OVERLOADED');
    expect(bench.fails()).toEqual([]);
  });

  test('A stream that has begun is not repeated', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call('t', {}, { idempotent: true });
    const call = bench.one();
    chunk(bench, call, 0);
    bench.refuse(call, 'TOOL_TIMEOUT');
    expect(bench.fails()).toEqual([[handle, 'TOOL_TIMEOUT']]);
  });

  test('Requests wait for the next connection while the server drains', () => {
    const bench = new Bench();
    bench.connect();
    bench.event('server.draining', { reconnect_after_ms: 100 });
    const handle = bench.call();
    expect(bench.sent()).toEqual([]);
    bench.core.closed(1012, '', bench.now);
    bench.reconnect();
    bench.resume();
    bench.answer(bench.requests()[0]!, {});
    expect(bench.resolved()).toEqual([handle]);
  });
});

describe('The rate gate', () => {
  test('No window of a minute holds more than the limit', () => {
    const bench = new Bench({ requestTimeoutMs: 300_000 });
    bench.connect(limits({ messages_per_minute: 10 })); // the hello was the first
    for (let n = 0; n < 30; n++) bench.request('ping');
    const times = [bench.now];
    for (;;) {
      for (const message of bench.requests()) {
        times.push(bench.now);
        bench.answer(message, {});
      }
      if (times.length >= 31) break;
      bench.elapse(bench.core.nextDeadline()! - bench.now);
      bench.message('heartbeat', { client_id: 's', uptime: 1 }, false);
    }
    for (const start of times) expect(times.filter((time) => time >= start && time < start + 60_000).length).toBeLessThanOrEqual(10);
    expect(times.at(-1)! - times[0]!).toBeLessThan(4 * 61_000);
  });

  test('Cancels respect it', () => {
    const bench = new Bench();
    bench.connect({ ...limits({ messages_per_minute: 5 }), heartbeat_interval_s: 60 });
    const handles = Array.from({ length: 4 }, () => bench.call()); // with the hello: five
    bench.sent();
    for (const handle of handles) bench.core.cancel(handle, bench.now);
    expect(bench.sent()).toEqual([]);
    bench.elapse(60_600);
    expect(bench.requests().map((message) => message['method'])).toEqual(Array.from({ length: 4 }, () => 'requests/cancel'));
  });

  test("After a refusal messages leave one by one at the limit's pace", () => {
    const bench = new Bench({ random: () => 0 });
    bench.connect(limits({ messages_per_minute: 60 }));
    bench.call();
    bench.refuse(bench.one(), 'RATE_LIMIT_EXCEEDED', { retry_after_ms: 2000 });
    for (let n = 0; n < 3; n++) bench.request('ping');
    const times: number[] = [];
    for (let step = 0; step < 60; step++) {
      bench.elapse(100);
      times.push(...bench.requests().map(() => bench.now - 1_000_000));
    }
    expect(times).toEqual([2000, 3000, 4000, 5000]);
  });

  test('Eighty percent of the limit is told once a minute', () => {
    const bench = new Bench();
    bench.connect(limits({ messages_per_minute: 10 }));
    for (let n = 0; n < 9; n++) bench.request('ping');
    const told = bench.of('diagnostic').map(({ diagnostic }) => diagnostic.details);
    expect(told).toEqual([{ kind: 'limit_near', limit: 10 }]);
  });
});
