/** A core on the bench: manual time, fixed chance, and a peer that is this object. */

import { expect } from 'vitest';

import { ClientCore } from '../../src/core/core.ts';
import { checkOptions, type ClientOptions } from '../../src/core/options.ts';
import type { Output, RequestSpec } from '../../src/core/outputs.ts';
import type { JsonObject } from '../../src/core/types.ts';
import type { Message } from './peer.ts';
import { WELCOME } from './served.ts';

type Kind = Output['kind'];
type Of<K extends Kind> = Extract<Output, { kind: K }>;

/** Feeds inputs, collects outputs. `random` is one half unless told otherwise, time starts at 1,000,000 ms. */
export class Bench {
  readonly core: ClientCore;
  now = 1_000_000;
  seq = 0;
  private ids = 0;
  private outputs: Output[] = [];

  constructor({ random = () => 0.5, ...options }: Partial<ClientOptions> & { random?: () => number } = {}) {
    const settings = checkOptions({ url: 'ws://127.0.0.1:1/api/mcp/ws', apiKey: 'k'.repeat(16), ...options });
    this.core = new ClientCore(settings, { random, wall: () => 1_700_000_000_000, platform: 'test' });
  }

  // --- what comes out ----------------------------------------------------------------------------------------------

  /** Everything since the last take. */
  take(): Output[] {
    const taken = [...this.outputs, ...this.core.take()];
    this.outputs = [];
    return taken;
  }

  /** The outputs of one kind; the others are kept. */
  of<K extends Kind>(kind: K): Of<K>[] {
    const taken = this.take();
    this.outputs = taken.filter((output) => output.kind !== kind);
    return taken.filter((output): output is Of<K> => output.kind === kind);
  }

  /** The messages sent since the last call, arrays as they are. */
  sent(): Message[] {
    return this.of('send').map((output) => JSON.parse(output.text) as Message);
  }

  /** Of these the requests. */
  requests(): Message[] {
    return this.sent().filter((message) => message['message_type'] === 'request');
  }

  /** The only request that was sent. */
  one(): Message {
    const sent = this.sent();
    expect(sent).toHaveLength(1);
    return sent[0]!;
  }

  fails(): [number, string][] {
    return this.of('fail').map(({ handle, error }) => [handle, error.code]);
  }

  resolved(): number[] {
    return this.of('resolve').map(({ handle }) => handle);
  }

  // --- what goes in ------------------------------------------------------------------------------------------------

  /** Time passes, every timer at its due time. */
  elapse(ms: number): void {
    const until = this.now + ms;
    for (let due = this.core.nextDeadline(); due !== null && due <= until; due = this.core.nextDeadline()) {
      this.now = Math.max(this.now, due);
      this.core.tick(this.now);
    }
    this.now = until;
    this.core.tick(this.now);
  }

  text(value: unknown): void {
    this.core.text(JSON.stringify(value), this.now);
  }

  /** One envelope from the server, with the next seq when it is numbered. */
  message(kind: 'response' | 'event' | 'error' | 'diagnostic' | 'heartbeat', fields: Message, numbered = true): void {
    const prefix = { response: 'resp', event: 'evt', error: 'err', diagnostic: 'diag', heartbeat: 'hb' }[kind];
    const seq = numbered ? { seq: ++this.seq } : {};
    this.text({ protocol_version: '2.0', message_type: kind, message_id: `${prefix}-s${++this.ids}`, ...fields, ...seq });
  }

  answer(request: Message, result: unknown, numbered = true): void {
    this.message('response', { request_id: request['message_id'], result }, numbered);
  }

  refuse(request: Message, code: string, details: JsonObject = {}, numbered = true): void {
    this.message('error', { request_id: request['message_id'], error_code: code, error_message: code.toLowerCase(), details }, numbered);
  }

  event(eventType: string, data: JsonObject = {}): void {
    this.message('event', { event_type: eventType, data });
  }

  welcome(changed: Message = {}): void {
    this.core.opened(this.now);
    this.message('event', { event_type: 'welcome', source: 'system', data: { ...WELCOME, ...changed } }, false);
  }

  /** Opens, welcomes and answers the hello that follows. */
  hello({ resumable = true, ...changed }: Message = {}): void {
    this.welcome(changed);
    const hello = this.one();
    expect(hello['method']).toBe('session/hello');
    this.seq = 0;
    const session = resumable === true ? { resume_token: 't1', epoch: 1, session_ttl_s: 120 } : {};
    this.answer(hello, { session_id: 'ses-1', client_id: 'client-1', ...session }, resumable === true);
  }

  connect(changed: Message = {}): void {
    this.core.connect(this.now);
    expect(this.of('open')).toHaveLength(1);
    this.hello(changed);
    expect(this.core.state).toBe('connected');
    this.take();
  }

  /** Waits for the next attempt and opens it; how long that took. */
  reconnect(): number {
    const start = this.now;
    this.elapse(this.core.nextDeadline()! - this.now);
    expect(this.of('open')).toHaveLength(1);
    return this.now - start;
  }

  lose(): void {
    this.core.closed(1006, '', this.now);
    this.reconnect();
  }

  /** Welcomes and answers the session/resume that follows; its params. */
  resume({ replayed = 0, in_flight = [], token = 't2' }: { replayed?: number; in_flight?: string[]; token?: string | null } = {}): Message {
    this.welcome({ session_id: 'ses-2' });
    const resume = this.one();
    expect(resume['method']).toBe('session/resume');
    this.answer(resume, { resumed: true, resume_token: token, replayed, in_flight }, false);
    return resume['params'];
  }

  /** Welcomes, refuses the resume that follows, and answers the hello after it. */
  refuseResume(reason: string): void {
    this.welcome({ session_id: 'ses-9' });
    this.answer(this.one(), { resumed: false, reason }, false);
    this.seq = 0;
    this.answer(this.one(), { session_id: 'ses-9', resume_token: 'n1', epoch: 2 });
  }

  call(name = 'debug/echo', args: JsonObject = {}, spec: Partial<RequestSpec> = {}): number {
    return this.core.request({ method: 'tools/call', params: { name, arguments: args }, ...spec }, this.now);
  }

  request(method: string, params: JsonObject = {}, spec: Partial<RequestSpec> = {}): number {
    return this.core.request({ method, params, ...spec }, this.now);
  }
}
