/** Properties that hold whatever happens; the sequences are made from seeds, so that a failure can be played again. */

import { describe, expect, test } from 'vitest';

import { RateGate } from '../src/core/gate.ts';
import { Timers, type TimerName } from '../src/core/timers.ts';
import { Framer, type AudioCodec } from '../src/shell/framer.ts';
import { Bench } from './support/core_bench.ts';
import { ManualTime } from './support/manual_time.ts';
import type { Message } from './support/peer.ts';
import { WELCOME } from './support/served.ts';

const SEEDS = Array.from({ length: 400 }, (_, n) => n + 1);
const STEPS = ['call', 'ping', 'cancel', 'elapse', 'close_code', 'cut', 'open', 'open', 'refuse_open', 'welcome', 'welcome', 'answer', 'answer', 'error', 'chunk', 'copy', 'hole', 'drain', 'junk', 'user_close', 'connect', 'connect', 'pause'];
const LEAD = ['connect', 'open', 'welcome', 'answer', 'call', 'ping'];
const CODES = ['RATE_LIMIT_EXCEEDED', 'SERVER_OVERLOADED', 'TOOL_TIMEOUT', 'INTERNAL_ERROR', 'INVALID_PARAMS', 'METHOD_NOT_FOUND'];
const CLOSES = [1000, 1001, 1006, 1011, 1012, 4401, 4409, 4429, 4430, 1009];
const JUNK = ['', '[]', '[1]', 'nul', '{"message_type":"response"}', '{"message_type":[]}', '\u0000', '1e999', '{"a":', '['.repeat(5000)];

/** A core and a peer that does anything a peer can do. */
class World {
  readonly bench = new Bench();
  readonly begun: number[] = [];
  readonly ended: number[] = [];
  private unanswered: Message[] = [];
  private transport: 'none' | 'opening' | 'open' = 'none';
  private numbered = false;

  /** Takes the outputs and checks them in their order. */
  look(): void {
    for (const output of this.bench.take()) {
      if (output.kind === 'open') {
        expect(this.transport).toBe('none');
        this.transport = 'opening';
        this.unanswered = [];
      } else if (output.kind === 'drop') {
        expect(this.transport).not.toBe('none');
        this.transport = 'none';
      } else if (output.kind === 'send') {
        expect(this.transport).toBe('open');
        const value = JSON.parse(output.text) as Message | Message[];
        this.unanswered.push(...(Array.isArray(value) ? value : [value]));
      } else if (output.kind === 'resolve' || output.kind === 'fail') {
        this.ended.push(output.handle);
      }
    }
  }

  step(name: string, n: number): void {
    const { bench } = this;
    const { core } = bench;
    if (name === 'call') this.begun.push(bench.call(`t${n % 3}`, {}, n === 5 ? { idempotencyKey: 'k' } : {}));
    else if (name === 'ping') this.begun.push(bench.request(n === 9 ? 'requests/cancel' : 'ping'));
    else if (name === 'cancel') core.cancel(n, bench.now);
    else if (name === 'pause') core.consumerPaused(n % 2 === 0, n < 5, bench.now);
    else if (name === 'elapse') this.elapse([10, 300, 1000, 2000, 5000, 10_000, 31_000, 60_000, 90_000, 200_000][n]!);
    else if (name === 'connect') core.connect(bench.now);
    else if (name === 'user_close') core.close(bench.now);
    else if (this.transport === 'opening' && name === 'open') {
      this.transport = 'open';
      core.opened(bench.now);
    } else if (this.transport === 'opening' && name === 'refuse_open') {
      this.transport = 'none';
      core.openFailed([null, 401, 429, 503, 500][n % 5]!, null, 'no', bench.now);
    } else if (this.transport === 'open' && (name === 'close_code' || name === 'cut')) {
      this.transport = 'none';
      core.closed(name === 'cut' ? 1006 : CLOSES[n]!, '', bench.now);
    } else if (this.transport === 'open') this.peer(name, n);
    this.look();
  }

  private elapse(ms: number): void {
    const { bench } = this;
    const until = bench.now + ms;
    let ticks = 0;
    for (let due = bench.core.nextDeadline(); due !== null && due <= until; due = bench.core.nextDeadline()) {
      expect(++ticks, 'timers that never end').toBeLessThan(10_000);
      bench.now = Math.max(bench.now, due);
      bench.core.tick(bench.now);
      this.look();
    }
    bench.now = until;
  }

  private peer(name: string, n: number): void {
    const { bench, numbered } = this;
    const requests = this.unanswered.filter((message) => message['message_type'] === 'request');
    const request = requests[n % requests.length];
    if (name === 'welcome') bench.message('event', { event_type: 'welcome', data: WELCOME }, false);
    else if (name === 'drain') bench.message('event', { event_type: 'server.draining', data: { reconnect_after_ms: 50 } }, numbered);
    else if (name === 'junk') bench.core.text(JUNK[n]!, bench.now);
    else if (name === 'copy' && numbered) bench.core.text(`{"message_type":"event","event_type":"note","seq":${bench.seq}}`, bench.now);
    else if (name === 'hole' && numbered) bench.core.text(`{"message_type":"event","event_type":"note","seq":${bench.seq + 3}}`, bench.now);
    else if (request !== undefined && name === 'chunk') {
      bench.message('event', { event_type: 'tool.chunk', data: { request_id: request['message_id'], index: n % 3, chunk: n } }, numbered);
    } else if (request !== undefined && (name === 'answer' || name === 'error')) {
      this.unanswered = this.unanswered.filter((message) => message !== request);
      if (name === 'answer') this.answer(request, n);
      else bench.refuse(request, CODES[n % CODES.length]!, n % 2 === 0 ? {} : { retry_after_ms: 100 * n }, numbered && !String(request['method']).startsWith('session/'));
    }
  }

  private answer(request: Message, n: number): void {
    const { bench } = this;
    if (request['method'] === 'session/hello') {
      bench.seq = 0;
      this.numbered = n % 2 === 1;
      bench.answer(request, { session_id: 's', ...(this.numbered ? { resume_token: 't', epoch: 1 } : {}) }, this.numbered);
    } else if (request['method'] === 'session/resume') {
      bench.seq = request['params']['last_seq'];
      bench.answer(request, { resumed: n < 7, resume_token: 't2', replayed: n % 3, in_flight: [], reason: 'gap' }, false);
    } else if (request['method'] === 'tools/list') {
      const tools = [0, 1].map((one) => ({ name: `t${one}`, annotations: { readOnlyHint: one === 1 } }));
      bench.answer(request, { tools, ...(n === 9 ? { next_cursor: 'x' } : {}) }, this.numbered);
    } else {
      bench.answer(request, n < 3 ? { chunks: n } : {}, this.numbered);
    }
  }
}

describe('Whatever peer, clock and user do', () => {
  test('every request ends exactly once, nothing is sent without a connection, and no timer is left', () => {
    let resolved = 0;
    for (const seed of SEEDS) {
      const { random } = new ManualTime(seed);
      const world = new World();
      const played: string[] = [];
      try {
        for (let step = 0; step < 150; step++) {
          // every second sequence begins with a connection; the others have to find their way
          const led = seed % 2 === 0 ? LEAD[step] : undefined;
          const name = led ?? STEPS[Math.floor(random() * STEPS.length)]!;
          const n = led === undefined ? Math.floor(random() * 10) : 1;
          played.push(`${name} ${n}`);
          world.step(name, n);
        }
        world.bench.core.close(world.bench.now);
        world.look();
        expect(world.ended.toSorted((a, b) => a - b)).toEqual(world.begun.toSorted((a, b) => a - b));
        expect(world.bench.core.nextDeadline()).toBeNull();
        expect(world.bench.core.openRequests).toBe(0);
      } catch (error) {
        throw new Error(`seed ${seed}: ${played.join(', ')}`, { cause: error });
      }
      resolved += world.bench.core.report(world.bench.now).performance_metrics.latency_ms.max > 0 ? 1 : 0;
    }
    expect(resolved).toBeGreaterThan(SEEDS.length / 4); // the sequences do get somewhere
  });

  test('the gate never lets more than the limit through in any minute', () => {
    for (const seed of SEEDS.slice(0, 100)) {
      const { random } = new ManualTime(seed);
      const gate = new RateGate(true);
      const limit = 1 + Math.floor(random() * 20);
      gate.setLimit(limit);
      const left: number[] = [];
      for (let n = 0, now = 0; n < 200; n++) {
        now += random() < 0.3 ? random() * 30_000 : 0;
        now = Math.max(now, gate.opensAt(now));
        expect(gate.opensAt(now)).toBeLessThanOrEqual(now);
        gate.sent(now);
        left.push(now);
      }
      for (const start of left) expect(left.filter((time) => time >= start && time < start + 60_000).length).toBeLessThanOrEqual(limit);
    }
  });

  test('timers come in the order of their times, each name once', () => {
    for (const seed of SEEDS.slice(0, 50)) {
      const { random } = new ManualTime(seed);
      const timers = new Timers();
      const set = new Map<TimerName, number>();
      for (let n = 0; n < 500; n++) {
        const name: TimerName = `expire ${Math.floor(random() * 40)}`;
        const due = Math.floor(random() * 1000);
        if (random() < 0.2) {
          timers.clear(name);
          set.delete(name);
        } else {
          timers.set(name, due);
          set.set(name, due);
        }
        expect(timers.next()).toBe(set.size === 0 ? null : Math.min(...set.values()));
      }
      const popped: number[] = [];
      for (let name = timers.popDue(Infinity); name !== null; name = timers.popDue(Infinity)) {
        popped.push(set.get(name)!);
        set.delete(name);
      }
      expect(popped).toEqual(popped.toSorted((a, b) => a - b));
      expect(set.size).toBe(0);
    }
  });

  test('frames hold the audio whole and in order, and the last says so', () => {
    const codecs: [AudioCodec, number][] = [['s16le', 2], ['s24le', 3], ['f32le', 4], ['mulaw', 1]];
    for (const seed of SEEDS.slice(0, 100)) {
      const { random } = new ManualTime(seed);
      const [codec, bytes] = codecs[Math.floor(random() * 4)]!;
      const channels = 1 + Math.floor(random() * 3);
      const frameMs = 1 + Math.floor(random() * 40);
      const block = bytes * channels;
      const whole = Uint8Array.from({ length: Math.floor(random() * 2000) * block }, () => Math.floor(random() * 256));
      const framer = new Framer(513, { codec, sampleRate: 8000, channels, frameMs });
      const frames: Uint8Array[] = [];
      for (let at = 0; at < whole.length; ) {
        const piece = 1 + Math.floor(random() * 700);
        frames.push(...framer.push(whole.slice(at, at + piece)));
        at += piece;
      }
      frames.push(...framer.finish());
      let samples = 0;
      for (const [index, frame] of frames.entries()) {
        const head = new DataView(frame.buffer);
        const last = index === frames.length - 1;
        expect([head.getUint8(0), head.getUint8(1), head.getUint16(2, true), head.getUint32(4, true), head.getBigUint64(8, true)]).toEqual([1, last ? 1 : 0, 513, index, BigInt(samples)]);
        const payload = frame.length - 16;
        if (!last) expect(payload).toBe(8 * frameMs * block);
        samples += payload / block;
      }
      expect(Buffer.concat(frames.map((frame) => frame.subarray(16)))).toEqual(Buffer.from(whole));
    }
  });
});
