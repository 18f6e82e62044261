import { describe, expect, test } from 'vitest';

import { AckPace } from '../src/core/ack_pace.ts';
import { Bench } from './support/core_bench.ts';

const note = (bench: Bench, count = 1): void => {
  for (let n = 0; n < count; n++) bench.event('note');
};
const acks = (bench: Bench): number[] =>
  bench.sent().filter((message) => message['event_type'] === 'ack').map((message) => message['data']['seq'] as number);

describe('Acknowledging', () => {
  test('Sixteen messages are acknowledged at once and fewer after a second', () => {
    const bench = new Bench();
    bench.connect(); // the hello's answer has seq 1
    note(bench, 14);
    expect(acks(bench)).toEqual([]);
    note(bench);
    expect(acks(bench)).toEqual([16]);
    note(bench);
    bench.elapse(999);
    expect(acks(bench)).toEqual([]);
    bench.elapse(1);
    expect(acks(bench)).toEqual([17]);
    bench.elapse(5000);
    expect(acks(bench)).toEqual([]);
  });

  test('However fast messages come, no second has more acks than the server allows', () => {
    const bench = new Bench();
    bench.connect();
    const times: number[] = [];
    for (let ms = 0; ms < 3000; ms++) {
      note(bench, 5);
      times.push(...acks(bench).map(() => bench.now));
      bench.elapse(1);
      times.push(...acks(bench).map(() => bench.now));
    }
    for (const start of times) expect(times.filter((time) => time >= start && time < start + 1000).length).toBeLessThanOrEqual(19);
    bench.elapse(125);
    expect(acks(bench)).toEqual([15_001]);
  });

  test('Eight acks may leave at once, then one every 125 ms, and after a second of rest eight again', () => {
    const pace = new AckPace();
    const left: number[] = [];
    const send = (from: number, count: number): void => {
      for (let n = 0, now = from; n < count; n++) {
        now = pace.opensAt(now);
        pace.sent(now);
        left.push(now);
      }
    };
    send(1000, 11);
    expect(left.splice(0)).toEqual([...Array.from({ length: 8 }, () => 1000), 1125, 1250, 1375]);
    send(2375, 9);
    expect(left).toEqual([...Array.from({ length: 8 }, () => 2375), 2500]);
  });

  test('A request acknowledges on the way', () => {
    const bench = new Bench();
    bench.connect();
    note(bench, 3);
    bench.request('ping');
    expect(bench.one()['ack']).toBe(4);
    bench.elapse(2000);
    expect(acks(bench)).toEqual([]);
  });

  test('A copy is ignored, and a hole ends the connection and resumes before it', () => {
    const bench = new Bench();
    bench.connect();
    note(bench);
    bench.seq = 1;
    note(bench); // seq 2 again
    expect(bench.of('event')).toHaveLength(1);
    bench.seq = 4;
    note(bench); // seq 5, but 3 and 4 are missing
    expect(bench.of('event')).toHaveLength(0);
    expect(bench.of('drop').map((drop) => drop.code)).toEqual([4000]);
    expect(bench.core.report(bench.now).error_summary.violation_types).toEqual({ sequence_gap: 1 });
    bench.reconnect();
    expect(bench.resume()['last_seq']).toBe(2);
  });
});

describe('A session that comes back', () => {
  test('Requests in flight survive and resolve once', () => {
    const bench = new Bench();
    bench.connect();
    const handles = [bench.call('a'), bench.call('b'), bench.call('c')];
    const [a, b, c] = bench.sent();
    bench.lose();
    const params = bench.resume({ replayed: 1, in_flight: [b!['message_id']] });
    expect(params).toEqual({ session_id: 'ses-1', resume_token: 't1', epoch: 1, last_seq: 1 });
    expect(bench.core.state).toBe('reconnecting');
    expect(bench.sent()).toEqual([]);
    bench.answer(a!, { who: 'a' });
    expect(bench.core.state).toBe('connected');
    const again = bench.one(); // c never arrived: the same message once more
    expect(again).toMatchObject({ message_id: c!['message_id'], params: c!['params'] });
    bench.answer(b!, { who: 'b' });
    bench.answer(c!, { who: 'c' });
    bench.answer(c!, { who: 'c again' });
    expect(bench.of('resolve').map(({ handle, result }) => [handle, result])).toEqual(handles.map((handle, n) => [handle, { who: 'abc'[n] }]));
    expect(bench.fails()).toEqual([]);
  });

  test('A connection lost in the replay goes on where it was', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call();
    const call = bench.one();
    bench.lose();
    bench.resume({ replayed: 3 });
    note(bench, 2);
    bench.lose();
    expect(bench.resume({ replayed: 1, token: 't3' })).toMatchObject({ resume_token: 't2', last_seq: 3 });
    bench.answer(call, {});
    expect(bench.core.state).toBe('connected');
    expect(bench.resolved()).toEqual([handle]);
    expect(bench.sent()).toEqual([]);
  });

  test('When the answer to resume is lost, the old token serves', () => {
    const bench = new Bench();
    bench.connect();
    bench.lose();
    bench.welcome();
    expect(bench.one()['params']['resume_token']).toBe('t1');
    bench.lose();
    expect(bench.resume()['resume_token']).toBe('t1');
  });

  test('A null token never replaces one', () => {
    const bench = new Bench();
    bench.connect();
    bench.lose();
    bench.resume({ token: null });
    bench.lose();
    expect(bench.resume()['resume_token']).toBe('t1');
  });

  test('A call given up while away is cancelled when the session is back', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call();
    const call = bench.one();
    bench.core.closed(1006, '', bench.now);
    bench.core.cancel(handle, bench.now);
    expect(bench.fails()).toEqual([[handle, 'REQUEST_CANCELLED']]);
    bench.reconnect();
    bench.resume({ in_flight: [call['message_id']] });
    expect(bench.one()).toMatchObject({ method: 'requests/cancel', params: { request_id: call['message_id'] } });
  });

  test('A cancel that may not have arrived is sent again, and one of a lost session is not', () => {
    const bench = new Bench();
    bench.connect();
    const first = bench.call();
    const call = bench.one();
    bench.core.cancel(first, bench.now);
    const cancel = bench.one();
    bench.lose();
    bench.resume({ in_flight: [call['message_id']] });
    const again = bench.one();
    expect(again).toMatchObject({ message_id: cancel['message_id'], method: 'requests/cancel', params: cancel['params'] });
    bench.answer(again, { cancelled: true });
    const second = bench.call();
    bench.sent();
    bench.core.cancel(second, bench.now);
    bench.sent();
    bench.lose();
    bench.refuseResume('expired');
    expect(bench.sent()).toEqual([]);
  });

  test('A cancel that the user asked for by its method is a request like any other', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.request('requests/cancel', { request_id: 'req-9' });
    bench.sent();
    bench.lose();
    bench.refuseResume('expired');
    bench.answer(bench.one(), { cancelled: false });
    expect(bench.resolved()).toEqual([handle]);
  });
});

describe('A session that is gone', () => {
  test('A refused resume repeats what is safe and fails the rest', () => {
    const bench = new Bench();
    bench.connect();
    bench.request('tools/list');
    bench.answer(bench.one(), { tools: [{ name: 'read', annotations: { readOnlyHint: true } }, { name: 'write', annotations: {} }] });
    bench.take();
    const read = bench.call('read');
    const write = bench.call('write');
    const keyed = bench.call('write', {}, { idempotencyKey: 'k' });
    const ping = bench.request('ping');
    const old = bench.sent().map((message) => message['message_id'] as string);
    bench.lose();
    const held = bench.call('write');
    bench.refuseResume('expired');
    expect(bench.of('sessionLost')).toEqual([{ kind: 'sessionLost', reason: 'expired' }]);
    expect(bench.of('fail')).toMatchObject([{ handle: write, error: { code: 'CONNECTION_LOST', details: { outcome: 'unknown' } } }]);
    const sent = bench.sent();
    expect(sent.filter((message) => old.includes(message['message_id']))).toEqual([]);
    for (const message of sent) bench.answer(message, {});
    expect(bench.resolved().sort((a, b) => a - b)).toEqual([read, keyed, ping, held].sort((a, b) => a - b));
    bench.lose();
    expect(bench.resume()['session_id']).toBe('ses-9');
  });

  test('An unknown tool is looked up on the new session before its call is repeated', () => {
    const bench = new Bench();
    bench.connect({ resumable: false });
    const handle = bench.call('read');
    bench.sent();
    bench.lose();
    bench.hello({ resumable: false });
    const listing = bench.one();
    expect(listing['method']).toBe('tools/list');
    bench.answer(listing, { tools: [{ name: 'read', annotations: { readOnlyHint: true } }] }, false);
    bench.answer(bench.one(), {}, false);
    expect(bench.resolved()).toEqual([handle]);
  });

  test('Subscriptions are made again on a new session and not on a resumed one', () => {
    const bench = new Bench();
    bench.connect();
    bench.request('events/subscribe', { event_types: ['status_update', 'tools_changed'] });
    bench.core.wantDiagnostics('info', ['*'], bench.now);
    for (const message of bench.sent()) bench.answer(message, { event_types: [] });
    bench.request('events/unsubscribe', { event_types: ['tools_changed'] });
    bench.answer(bench.one(), { event_types: [] });
    bench.lose();
    bench.resume();
    expect(bench.sent()).toEqual([]);
    bench.lose();
    bench.refuseResume('gap');
    expect(bench.sent().map(({ method, params }) => [method, params])).toEqual([
      ['events/subscribe', { event_types: ['status_update'] }],
      ['diagnostics/subscribe', { level: 'info', components: ['*'] }],
    ]);
  });

  test('A replaced session is not fought over', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call();
    bench.core.closed(4409, 'replaced by a newer connection', bench.now);
    expect(bench.core.state).toBe('closed');
    expect(bench.fails()).toEqual([[handle, 'CONNECTION_LOST']]);
    bench.take();
    bench.connect(); // asks for a new session, not for the lost one
  });

  test('A hello refused for the moment fails the attempt and waits', () => {
    const bench = new Bench({ random: () => 0 });
    bench.connect({ resumable: false });
    bench.lose();
    bench.welcome();
    bench.refuse(bench.one(), 'RATE_LIMIT_EXCEEDED', { retry_after_ms: 9000 }, false);
    expect(bench.of('drop').map((drop) => drop.code)).toEqual([4000]);
    expect(bench.reconnect()).toBe(9000);
  });

  test('The session ends with the connection when resumable is off', () => {
    const bench = new Bench({ resumable: false });
    bench.core.connect(bench.now);
    bench.welcome();
    const hello = bench.one();
    expect(hello['params']['resumable']).toBe(false);
    bench.answer(hello, { session_id: 's' }, false);
    bench.take();
    bench.lose();
    bench.welcome();
    expect(bench.one()['method']).toBe('session/hello');
  });
});
