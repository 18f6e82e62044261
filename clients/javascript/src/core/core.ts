/**
 * The client as a state machine without socket, clock or chance (docs/design/clients.md).
 *
 * Every input takes `now`, monotonic milliseconds. After each the shell carries out `take()` in order, and calls `tick`
 * at `nextDeadline()`.
 */

import { AckPace } from './ack_pace.ts';
import { makeError, type MCPError } from './errors.ts';
import * as incoming from './incoming.ts';
import { encode } from './json.ts';
import { ABANDON, HEARTBEAT_TIMEOUT, Lifecycle } from './lifecycle.ts';
import { endingOfClose, endingOfHandshake } from './link.ts';
import { LocalDiagnostics } from './local.ts';
import { Meter } from './meter.ts';
import type { Settings } from './options.ts';
import { Outbox } from './outbox.ts';
import type { Output, RequestSpec } from './outputs.ts';
import { SessionState } from './session.ts';
import { RequestTable } from './table.ts';
import { Timers, type TimerName } from './timers.ts';
import type { ClientReport, ConnectionState, JsonObject, Limits, ServerInfo } from './types.ts';

/** What the core cannot know by itself. */
export interface Surroundings {
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** Milliseconds since 1970; for time stamps only. */
  readonly wall: () => number;
  /** What the hello says of the platform. */
  readonly platform: string;
}

/** See the module. One transport at a time. */
export class ClientCore {
  private readonly session = new SessionState();
  private readonly meter: Meter;
  private readonly timers = new Timers();
  private readonly outbox: Outbox;
  private readonly table: RequestTable;
  private readonly life: Lifecycle;
  private eventsSent = 0;
  private readonly ackPace = new AckPace();

  constructor(
    readonly options: Settings,
    { random, wall, platform }: Surroundings,
  ) {
    this.meter = new Meter(wall);
    this.outbox = new Outbox(this.session, this.meter, options.protocolVersion);
    const local = new LocalDiagnostics(this.outbox);
    const { outbox, timers, meter, session } = this;
    this.table = new RequestTable(options, outbox, timers, meter, local, random);
    this.life = new Lifecycle(options, platform, outbox, timers, meter, local, session, this.table, random);
    this.table.answeredOk = (spec) => this.life.subscriptions.note(spec);
  }

  // --- for the shell -----------------------------------------------------------------------------------------------

  /** What is to be done, in order; empties it. */
  take(): Output[] {
    return this.outbox.take();
  }

  /** When `tick` is due, or null. */
  nextDeadline(): number | null {
    return this.timers.next();
  }

  get state(): ConnectionState {
    return this.life.state;
  }

  get clientId(): string | null {
    return this.life.clientId;
  }

  get sessionId(): string | null {
    return this.session.sessionId;
  }

  get server(): ServerInfo {
    return this.life.server;
  }

  get limits(): Limits {
    return this.outbox.limits;
  }

  get closingError(): MCPError | null {
    return this.life.closingError;
  }

  get openRequests(): number {
    return this.table.size;
  }

  /** The diagnostics of protocol section 9. */
  report(now: number): ClientReport {
    return this.meter.report(now, this.state);
  }

  // --- inputs of the user ------------------------------------------------------------------------------------------

  /** Begins; nothing happens unless the state is `closed`. */
  connect(now: number): void {
    if (this.state !== 'closed') return;
    this.meter.start(now);
    this.life.begin(now);
  }

  /** A request; its handle. Throws a TypeError when its params are not JSON. */
  request(spec: RequestSpec, now: number): number {
    const handle = this.table.add(spec, now);
    if (this.state === 'closed') {
      const error = this.life.closingError ?? makeError('CONNECTION_FAILED', 'not connected: call connect() first');
      this.table.failAll(error, now);
    }
    this.table.leave(now);
    return handle;
  }

  /** The caller has gone. */
  cancel(handle: number, now: number): void {
    this.table.cancel(handle, now);
    this.table.leave(now);
  }

  /** Subscribes to the server's diagnostics now and after every lost session; `level` null ends that. */
  wantDiagnostics(level: string | null, components: readonly string[], now: number): void {
    this.life.subscriptions.wantDiagnostics(level === null ? null : { level, components: [...components] }, now);
    this.table.leave(now);
  }

  /**
   * A consumer is slow. Where the shell can hold reading back, silence is not the server's then; where it cannot
   * (`heldBack` false), acks are kept back until the consumer has caught up, which slows the server down.
   */
  consumerPaused(paused: boolean, heldBack: boolean, now: number): void {
    if (heldBack) this.life.heartbeat.pause(paused, now);
    else this.session.ackHeld = paused;
    this.acknowledge(now);
  }

  /** The user closes. The Close frame with 1000 also ends the session on the server. */
  close(now: number): void {
    if (this.state === 'closed') return;
    if (this.life.hasTransport) this.outbox.emit({ kind: 'drop', code: 1000, reason: '' });
    this.life.end(makeError('CONNECTION_LOST', 'closed by the caller'), now, true);
  }

  // --- inputs of the transport -------------------------------------------------------------------------------------

  /** The WebSocket is open. */
  opened(now: number): void {
    this.life.opened(now);
  }

  /** No WebSocket: `status` is that of the HTTP answer, or null when there was none. */
  openFailed(status: number | null, retryAfterMs: number | null, text: string, now: number, code: string | null = null): void {
    if (this.life.step === 'opening') this.life.lost(endingOfHandshake(status, retryAfterMs, text, code), now);
  }

  /** The transport has ended; 1006 when there was no Close. */
  closed(code: number, reason: string, now: number): void {
    if (this.life.hasTransport) this.life.lost(endingOfClose(code, reason, this.life.told, this.options), now);
  }

  /** One whole text message. */
  text(text: string, now: number): void {
    if (!this.life.hasTransport) return;
    this.life.heartbeat.heard(now);
    let elements: unknown[];
    try {
      elements = incoming.read(text);
    } catch {
      this.meter.messageIn(now);
      this.invalid('text');
      return;
    }
    for (const element of elements) if (this.life.hasTransport) this.message(element, now);
    this.acknowledge(now);
    this.table.leave(now);
  }

  /** Time has passed. */
  tick(now: number): void {
    for (let name = this.timers.popDue(now); name !== null; name = this.timers.popDue(now)) this.due(name, now);
    this.table.leave(now);
  }

  private due(name: TimerName, now: number): void {
    switch (name) {
      case 'connect': {
        const text = `not connected within ${this.options.connectTimeoutMs} ms`;
        const error = makeError('CONNECTION_FAILED', text, { source: 'client' });
        return this.life.drop(HEARTBEAT_TIMEOUT, 'connect timeout', { error, mayReconnect: true, namedDelayMs: 0 }, now);
      }
      case 'backoff':
        return this.life.open(now);
      case 'heartbeat':
        return this.life.heartbeat.beat(this.clientId ?? '', now);
      case 'silence': {
        const error = makeError('HEARTBEAT_TIMEOUT', 'nothing was heard for two heartbeat intervals');
        this.meter.violation('heartbeat_timeout', {});
        return this.life.drop(HEARTBEAT_TIMEOUT, 'HEARTBEAT_TIMEOUT', { error, mayReconnect: true, namedDelayMs: 0 }, now);
      }
      case 'ack':
        return this.ack(now);
      case 'gate':
        return; // what may leave does so after every tick
      default: {
        const [kind, handle] = name.split(' ');
        if (kind === 'expire') this.table.expired(Number(handle), now);
        else this.table.retryDue(Number(handle), now);
      }
    }
  }

  // --- messages ----------------------------------------------------------------------------------------------------

  private message(element: unknown, now: number): void {
    this.meter.messageIn(now);
    const wrong = incoming.fault(element);
    if (wrong !== null) {
      this.invalid(wrong);
      return;
    }
    const message = element as JsonObject;
    const seq = this.session.numbered ? message['seq'] : null;
    if (typeof seq === 'number') {
      const arrival = this.session.arrived(seq);
      if (arrival === 'copy') return;
      if (arrival === 'hole') {
        const details = { expected: this.session.lastSeq + 1, seq };
        this.meter.violation('sequence_gap', details);
        const error = makeError('CONNECTION_LOST', "the server's numbering has a hole", details);
        this.life.drop(ABANDON, 'sequence gap', { error, mayReconnect: true, namedDelayMs: 0 }, now);
        return;
      }
    }
    this.dispatch(message, now);
    if (typeof seq === 'number') this.life.numberedMessageTaken(now);
  }

  private dispatch(message: JsonObject, now: number): void {
    switch (message['message_type']) {
      case 'response':
        return this.table.answered(message['request_id'] as string, message['result'], incoming.part(message, 'metrics'), now);
      case 'error': {
        const error = incoming.toError(message);
        if (error.requestId === null) this.life.told = error;
        return this.table.refused(error, now);
      }
      case 'event':
        return this.event(message, incoming.part(message, 'data'), now);
      case 'diagnostic':
        return this.outbox.emit({ kind: 'diagnostic', diagnostic: incoming.toDiagnostic(message) });
      case 'heartbeat':
        return this.life.heartbeat.answered(incoming.part(message, 'metrics')['echo'], now);
    }
  }

  private event(message: JsonObject, data: JsonObject, now: number): void {
    const event = incoming.toEvent(message);
    switch (event.eventType) {
      case 'welcome':
        if (!this.life.welcomed(data, now)) this.invalid('event_type');
        return;
      case 'tool.chunk': {
        const { request_id: id, index, chunk } = data;
        if (typeof id === 'string' && incoming.isCount(index) && chunk !== undefined) this.table.chunk(id, index, chunk, now);
        else this.invalid('data');
        return;
      }
      case 'tool.progress': {
        const { request_id: id, progress, total, message: said } = data;
        if (typeof id !== 'string' || typeof progress !== 'number') return this.invalid('data');
        return this.table.progress(id, progress, typeof total === 'number' ? total : null, typeof said === 'string' ? said : null);
      }
      case 'server.draining': {
        const after = data['reconnect_after_ms'];
        this.life.drainDelayMs = typeof after === 'number' ? Math.max(0, after) : 0;
        this.table.wire.draining = true;
        break;
      }
      case 'tools_changed':
        this.table.catalog.forget();
        break;
    }
    this.outbox.emit({ kind: 'event', event });
  }

  /** Every 16 messages as far as the pace allows, and after a second at the latest. */
  private acknowledge(now: number): void {
    const { unacknowledged } = this.session;
    if (unacknowledged === 0 || !this.life.hasTransport) return;
    const due = unacknowledged < SessionState.ACK_EVERY ? now + SessionState.ACK_AFTER_MS : this.ackPace.opensAt(now);
    if (due <= now) this.ack(now);
    else this.timers.setSooner('ack', due);
  }

  private ack(now: number): void {
    this.timers.clear('ack');
    const seq = this.life.hasTransport ? this.session.takeAck() : null;
    if (seq === null) return;
    this.ackPace.sent(now);
    const fields = encode({ event_type: 'ack', data: { seq } }).slice(1, -1);
    this.outbox.send(this.outbox.envelope('event', `evt-${++this.eventsSent}`, fields), now);
  }

  private invalid(field: string): void {
    this.meter.violation('invalid_message', { field, from: 'server' });
  }
}
