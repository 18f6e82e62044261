import { describe, expect, test } from 'vitest';

import { Bench } from './support/core_bench.ts';

describe('Connecting', () => {
  test('The hello is the first message and leads to connected', () => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    expect(bench.of('open')).toEqual([{ kind: 'open', attempt: 0 }]);
    expect(bench.core.state).toBe('connecting');
    bench.welcome();
    const hello = bench.one();
    expect(hello).toMatchObject({ protocol_version: '2.0', message_type: 'request', method: 'session/hello' });
    expect(hello['params']).toMatchObject({ resumable: true, batching: false, client: { name: '@mcp/client', platform: 'test' } });
    bench.answer(hello, { session_id: 'ses-1', client_id: 'client-1', resume_token: 't', epoch: 1 });
    expect(bench.core.state).toBe('connected');
  });

  test('Without the capability resume the hello does not ask for it', () => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    bench.welcome({ capabilities: ['tools'] });
    expect(bench.one()['params']['resumable']).toBe(false);
  });

  test('A hello that is refused for good leaves a connection without resumption', () => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    bench.welcome();
    bench.refuse(bench.one(), 'METHOD_NOT_FOUND', {}, false);
    expect(bench.core.state).toBe('connected');
    const handle = bench.request('ping');
    bench.answer(bench.one(), { time: 'now' }, false);
    expect(bench.of('resolve')).toMatchObject([{ handle, result: { time: 'now' } }]);
  });

  test('A server of another version is left for good', () => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    bench.welcome({ protocol_versions: ['3.0'] });
    const closed = bench.of('state').at(-1);
    expect(closed).toMatchObject({ state: 'closed', error: { code: 'INVALID_PROTOCOL_VERSION', details: { supported: ['3.0'] } } });
    expect(bench.of('drop')).toHaveLength(1);
  });

  test.each([
    [null, 'CONNECTION_FAILED'],
    [401, 'INVALID_API_KEY'],
    [403, 'SECURITY_VIOLATION'],
    [421, 'SECURITY_VIOLATION'],
    [429, 'RATE_LIMIT_EXCEEDED'],
    [503, 'SERVER_OVERLOADED'],
    [500, 'CONNECTION_FAILED'],
    [404, 'CONNECTION_FAILED'],
    [302, 'CONNECTION_FAILED'],
    [426, 'INVALID_PROTOCOL_VERSION'],
  ])('The first connect fails at once with the error of the status %s', (status, code) => {
    const bench = new Bench();
    bench.core.connect(bench.now);
    bench.core.openFailed(status, null, 'refused', bench.now);
    expect(bench.of('state').at(-1)).toMatchObject({ state: 'closed', error: { code } });
    expect(bench.core.nextDeadline()).toBeNull();
  });

  test('A connection that is not ready in time fails', () => {
    const bench = new Bench({ connectTimeoutMs: 3000 });
    bench.core.connect(bench.now);
    bench.core.opened(bench.now);
    bench.elapse(2999);
    expect(bench.core.state).toBe('connecting');
    bench.elapse(1);
    expect(bench.of('state').at(-1)).toMatchObject({ state: 'closed', error: { code: 'CONNECTION_FAILED' } });
    expect(bench.of('drop')).toHaveLength(1);
  });

  test('The user may connect again after the end', () => {
    const bench = new Bench();
    bench.connect();
    bench.core.closed(4401, '', bench.now);
    bench.connect();
    expect(bench.core.state).toBe('connected');
  });
});

describe('Coming back', () => {
  test.each([
    [1000, true], [1001, true], [1002, false], [1003, false], [1007, false], [1008, false], [1009, false], [1011, true],
    [1012, true], [1013, true], [4400, false], [4401, false], [4403, false], [4408, true], [4409, false], [4429, true],
    [4430, true], [1005, true], [1006, true], [4999, true],
  ])('The close table decides about %s: %s', (code, reconnects) => {
    const bench = new Bench();
    bench.connect();
    bench.core.closed(code, '', bench.now);
    expect(bench.core.state).toBe(reconnects ? 'reconnecting' : 'closed');
    expect(bench.core.nextDeadline() !== null).toBe(reconnects);
  });

  test('Normal closes are final when the user likes', () => {
    const bench = new Bench({ reconnectOnNormalClose: false });
    bench.connect();
    bench.core.closed(1001, '', bench.now);
    expect(bench.core.state).toBe('closed');
  });

  test('Delays grow with full jitter up to the maximum', () => {
    const bench = new Bench({ random: () => 0.5 });
    bench.connect();
    bench.core.closed(1006, '', bench.now);
    const delays: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      delays.push(bench.reconnect());
      bench.core.openFailed(null, null, 'refused', bench.now);
    }
    // half of 500, 1,000, 2,000 … 16,000, then of 30,000
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  test('A connection that dies young goes on counting, and one that held starts anew', () => {
    const bench = new Bench({ random: () => 1 });
    bench.connect();
    for (const expected of [500, 1000, 2000]) {
      bench.core.closed(1006, '', bench.now);
      expect(bench.reconnect()).toBe(expected);
      bench.resume();
    }
    bench.elapse(5000);
    bench.core.closed(1006, '', bench.now);
    expect(bench.reconnect()).toBe(500);
  });

  test('What the server names is waited for, with jitter on top', () => {
    const byClose = new Bench();
    byClose.connect();
    byClose.core.closed(4429, 'RATE_LIMIT_EXCEEDED retry_after_ms=7000', byClose.now);
    expect(byClose.reconnect()).toBe(7000 + 250);

    const byDraining = new Bench();
    byDraining.connect();
    byDraining.event('server.draining', { reconnect_after_ms: 7000 });
    byDraining.core.closed(1012, 'server restart', byDraining.now);
    expect(byDraining.reconnect()).toBe(7000 + 250);

    const byHandshake = new Bench();
    byHandshake.connect();
    byHandshake.lose();
    byHandshake.core.openFailed(503, 7000, 'draining', byHandshake.now);
    expect(byHandshake.reconnect()).toBe(7000 + 500); // the second attempt
  });

  test('It gives up when told to, and open requests say so', () => {
    const bench = new Bench({ reconnectMaxAttempts: 2 });
    bench.connect();
    const sent = bench.call('debug/append', { line: 'a' }, { timeoutMs: 300_000 });
    bench.core.closed(1006, '', bench.now);
    const queued = bench.call('debug/echo', {}, { timeoutMs: 300_000 });
    for (let attempt = 0; attempt < 2; attempt++) {
      bench.reconnect();
      bench.core.openFailed(null, null, 'refused', bench.now);
    }
    expect(bench.of('state').at(-1)).toMatchObject({ state: 'closed', error: { code: 'RECONNECTION_FAILED', details: { attempts: 2 } } });
    expect(bench.of('fail')).toMatchObject([
      { handle: sent, error: { code: 'RECONNECTION_FAILED', details: { outcome: 'unknown' } } },
      { handle: queued, error: { code: 'RECONNECTION_FAILED', details: { outcome: 'not_sent' } } },
    ]);
  });

  test('With reconnect off a loss is final', () => {
    const bench = new Bench({ reconnect: false });
    bench.connect();
    const handle = bench.call();
    bench.core.closed(1006, '', bench.now);
    expect(bench.core.state).toBe('closed');
    expect(bench.fails()).toEqual([[handle, 'CONNECTION_LOST']]);
  });

  test('The key revoked while away ends it, and later calls say so', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call('t', {}, { timeoutMs: 300_000 });
    bench.lose();
    bench.core.openFailed(401, null, 'unauthorized', bench.now);
    expect(bench.core.state).toBe('closed');
    const late = bench.call();
    expect(bench.fails()).toEqual([[handle, 'INVALID_API_KEY'], [late, 'INVALID_API_KEY']]);
  });

  test('The error before a Close gives its message', () => {
    const bench = new Bench();
    bench.connect();
    const fields = { request_id: null, error_code: 'RATE_LIMIT_EXCEEDED', error_message: 'level 3', details: { penalty_level: 3 } };
    bench.message('error', fields, false);
    bench.core.closed(4429, 'RATE_LIMIT_EXCEEDED retry_after_ms=60000', bench.now);
    const error = bench.of('state').at(-1)?.error;
    expect(error).toMatchObject({ message: 'level 3', details: { penalty_level: 3, close_code: 4429 }, retryAfterMs: 60_000 });
  });

  test('Reconnecting is told as a local diagnostic with its delay', () => {
    const bench = new Bench();
    bench.connect({ resumable: false });
    bench.core.closed(1006, '', bench.now);
    const details = { kind: 'reconnecting', attempt: 1, delay_ms: 250, error_code: 'CONNECTION_LOST' };
    expect(bench.of('diagnostic')).toMatchObject([{ diagnostic: { component: 'client', level: 'warning', details } }]);
  });
});

describe('Ending and silence', () => {
  test('A close by the user fails what is open and sends 1000', () => {
    const bench = new Bench();
    bench.connect();
    const handle = bench.call();
    bench.take();
    bench.core.close(bench.now);
    expect(bench.of('drop')).toEqual([{ kind: 'drop', code: 1000, reason: '' }]);
    expect(bench.of('fail')).toMatchObject([{ handle, error: { code: 'CONNECTION_LOST', details: { outcome: 'unknown' } } }]);
    expect(bench.core.nextDeadline()).toBeNull();
    expect(bench.core.report(bench.now).connection.last_error).toBeNull();
    bench.take();
    bench.core.close(bench.now);
    expect(bench.take()).toEqual([]);
  });

  test('Silence for two intervals ends the connection and reconnects', () => {
    const bench = new Bench();
    bench.connect();
    bench.elapse(30_000);
    const beats = bench.sent().filter((message) => message['message_type'] === 'heartbeat');
    expect(beats).toMatchObject([{ client_id: 'client-1', uptime: 30 }]);
    bench.elapse(29_999);
    expect(bench.core.state).toBe('connected');
    bench.elapse(1);
    expect(bench.core.state).toBe('reconnecting');
    expect(bench.of('drop').map((drop) => drop.code)).toEqual([4408]);
    expect(bench.core.report(bench.now).connection.last_error?.error_code).toBe('HEARTBEAT_TIMEOUT');
  });

  test('An answered heartbeat gives the round trip and keeps the connection', () => {
    const bench = new Bench();
    bench.connect();
    for (let beat = 0; beat < 4; beat++) {
      bench.elapse(beat === 0 ? 30_000 : 29_975);
      const last = bench.sent().filter((message) => message['message_type'] === 'heartbeat').at(-1)!;
      bench.now += 25;
      bench.message('heartbeat', { client_id: 'server', uptime: 1, metrics: { echo: last['message_id'] } }, false);
    }
    expect(bench.core.state).toBe('connected');
    expect(bench.core.report(bench.now).connection.rtt_ms).toBe(25);
  });

  test('A paused consumer is no silence of the server', () => {
    const bench = new Bench();
    bench.connect();
    bench.core.consumerPaused(true, true, bench.now);
    bench.elapse(100_000);
    expect(bench.core.state).toBe('connected');
    bench.core.consumerPaused(false, true, bench.now);
    bench.elapse(60_000);
    expect(bench.core.state).toBe('reconnecting');
  });

  test('Where reading cannot be held back, acks are, and silence is still heard', () => {
    const bench = new Bench();
    bench.connect();
    bench.core.consumerPaused(true, false, bench.now);
    for (let n = 0; n < 40; n++) bench.event('note');
    bench.request('ping');
    bench.elapse(5000);
    const held = bench.sent();
    expect(held.map((message) => message['method'])).toEqual(['ping']);
    expect(held[0]).not.toHaveProperty('ack');
    bench.core.consumerPaused(false, false, bench.now);
    expect(bench.sent()).toMatchObject([{ event_type: 'ack', data: { seq: 41 } }]); // the hello's answer was the first
    bench.core.consumerPaused(true, false, bench.now);
    bench.elapse(60_000);
    expect(bench.core.state).toBe('reconnecting');
  });
});
