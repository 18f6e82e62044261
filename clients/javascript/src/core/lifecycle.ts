/** The way of a connection: opening, welcome, resume or hello, ready, and what follows when it is lost. */

import { makeError, type MCPError } from './errors.ts';
import { Heartbeat } from './heartbeat.ts';
import * as incoming from './incoming.ts';
import { asObject } from './json.ts';
import { ReconnectPlan, type Ending } from './link.ts';
import type { LocalDiagnostics } from './local.ts';
import type { Meter } from './meter.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { Done } from './request.ts';
import type { SessionState } from './session.ts';
import { Subscriptions } from './subscriptions.ts';
import type { RequestTable } from './table.ts';
import type { Timers } from './timers.ts';
import type { ConnectionState, JsonObject, ServerInfo } from './types.ts';

/** The client gives a connection up but not its session. Of the codes that keep a session, browsers may send only 3000 to 4999. */
export const ABANDON = 4000;
export const HEARTBEAT_TIMEOUT = 4408;

/** Where the connection is on its way. */
type Step = 'none' | 'backoff' | 'opening' | 'welcome' | 'resume' | 'replay' | 'hello' | 'ready';

const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === 'string' ? value : otherwise);

/** Owns the state, the session and the plan of reconnecting. */
export class Lifecycle {
  state: ConnectionState = 'closed';
  step: Step = 'none';
  clientId: string | null = null;
  server: ServerInfo = { name: '', version: '', capabilities: [] };
  /** The last error of this connection that named no request: a Close that says the same usually follows. */
  told: MCPError | null = null;
  /** Why it is closed for good; null when the user closed it. */
  closingError: MCPError | null = null;
  drainDelayMs = 0;
  readonly heartbeat: Heartbeat;
  readonly subscriptions: Subscriptions;
  private readonly plan: ReconnectPlan;
  private wasReady = false;
  private readyAt = 0;
  private ownSessionId = '';
  private replayLeft = 0;
  private inFlight: ReadonlySet<string> = new Set();

  constructor(
    private readonly options: Settings,
    private readonly platform: string,
    private readonly outbox: Outbox,
    private readonly timers: Timers,
    private readonly meter: Meter,
    private readonly local: LocalDiagnostics,
    private readonly session: SessionState,
    private readonly table: RequestTable,
    random: () => number,
  ) {
    this.heartbeat = new Heartbeat(options, outbox, timers, meter);
    this.subscriptions = new Subscriptions(table, local);
    this.plan = new ReconnectPlan(options, random);
  }

  get hasTransport(): boolean {
    return this.step !== 'none' && this.step !== 'backoff';
  }

  // --- the way to ready --------------------------------------------------------------------------------------------

  /** A new life: nothing of an earlier one is left. */
  begin(now: number): void {
    this.plan.reset();
    this.wasReady = false;
    this.setState('connecting', null);
    this.open(now);
  }

  open(now: number): void {
    this.step = 'opening';
    this.told = null;
    this.drainDelayMs = 0;
    this.timers.set('connect', now + this.options.connectTimeoutMs);
    this.outbox.emit({ kind: 'open', attempt: this.plan.attempts });
  }

  opened(now: number): void {
    if (this.step !== 'opening') return;
    this.step = 'welcome';
    this.heartbeat.begin(now);
  }

  /** False when no welcome was due. */
  welcomed(data: JsonObject, now: number): boolean {
    if (this.step !== 'welcome') return false;
    const { protocolVersion } = this.options;
    const versions = data['protocol_versions'];
    const supported: unknown[] = Array.isArray(versions) ? versions : [];
    if (!supported.includes(protocolVersion)) {
      const error = makeError('INVALID_PROTOCOL_VERSION', `the server does not speak protocol ${protocolVersion}`, { supported });
      this.drop(ABANDON, 'version', { error, mayReconnect: false, namedDelayMs: 0 }, now);
      return true;
    }
    this.clientId = textOr(data['client_id'], null);
    this.ownSessionId = textOr(data['session_id'], '');
    this.server = incoming.toServerInfo(data);
    this.outbox.limits = incoming.toLimits(data);
    this.table.wire.gate.setLimit(this.outbox.limits.messagesPerMinute);
    this.heartbeat.told(data['heartbeat_interval_s'], now);
    if (this.session.canResume) {
      this.step = 'resume';
      this.table.sendNow('session/resume', this.session.resumeParams(), now, this.resumeAnswered);
    } else {
      this.hello(now);
    }
    return true;
  }

  private hello(now: number): void {
    this.step = 'hello';
    const { clientName, clientVersion, resumable: wanted, batching } = this.options;
    const resumable = wanted && this.server.capabilities.includes('resume');
    if (resumable) this.session.begin();
    this.session.sessionId = this.ownSessionId;
    const client = { name: clientName, version: clientVersion, platform: this.platform };
    this.table.sendNow('session/hello', { client, resumable, batching }, now, this.helloAnswered);
  }

  private readonly helloAnswered: Done = (result, error, now) => {
    if (this.notAdmitted(error, now)) return;
    const told = asObject(result);
    this.clientId = textOr(told['client_id'], this.clientId);
    this.session.granted(textOr(told['session_id'], this.ownSessionId), told['resume_token'], told['epoch']);
    this.ready(now);
    this.subscriptions.makeAgain(now);
    if (this.wasReady) this.local.say('info', 'reconnected', 'connected again, with a new session');
    this.wasReady = true;
  };

  private readonly resumeAnswered: Done = (result, error, now) => {
    if (this.notAdmitted(error, now)) return;
    const told = asObject(result);
    if (told['resumed'] !== true) {
      const reason = textOr(told['reason'], error?.code ?? 'refused');
      this.session.forget();
      this.outbox.emit({ kind: 'sessionLost', reason });
      this.local.say('warning', 'session_lost', `the session could not be resumed: ${reason}`, { reason });
      this.table.sessionGone(now);
      this.hello(now);
      return;
    }
    this.session.resumed(told['resume_token']);
    const listed = told['in_flight'];
    this.inFlight = new Set(Array.isArray(listed) ? listed.filter((name): name is string => typeof name === 'string') : []);
    const replayed = told['replayed'];
    this.replayLeft = incoming.isCount(replayed) ? replayed : 0;
    this.step = 'replay';
    this.meter.resumed++;
    const text = `the session is back, ${this.replayLeft} messages are replayed`;
    this.local.say('info', 'resumed', text, { replayed: this.replayLeft });
    this.endReplay(now);
  };

  /** A hello or resume that is refused for the moment: the attempt has failed. */
  private notAdmitted(error: MCPError | null, now: number): boolean {
    if (error === null || !error.retryable) return false;
    this.drop(ABANDON, 'not admitted', { error, mayReconnect: true, namedDelayMs: error.retryAfterMs ?? 0 }, now);
    return true;
  }

  /** One with a seq has been dealt with; the replay is over when all that were announced have. */
  numberedMessageTaken(now: number): void {
    if (this.step !== 'replay') return;
    this.replayLeft--;
    this.endReplay(now);
  }

  private endReplay(now: number): void {
    if (this.replayLeft > 0) return;
    this.ready(now);
    this.table.replayed(this.inFlight, now);
  }

  private ready(now: number): void {
    this.step = 'ready';
    this.readyAt = now;
    this.timers.clear('connect');
    this.table.wire.ready = true;
    this.table.wire.draining = false;
    this.heartbeat.ready(now);
    this.setState('connected', null);
  }

  // --- the end of a connection -------------------------------------------------------------------------------------

  /** The client ends the connection. */
  drop(code: number, reason: string, ending: Ending, now: number): void {
    this.outbox.emit({ kind: 'drop', code, reason });
    this.lost(ending, now);
  }

  /** The connection, or the attempt at one, is over. */
  lost({ error, mayReconnect, namedDelayMs }: Ending, now: number): void {
    if (this.step === 'ready') this.plan.lostAfter(now - this.readyAt);
    this.step = 'backoff';
    this.meter.lastError = error;
    if (!this.wasReady || !this.options.reconnect || !mayReconnect) {
      this.end(error, now, false);
      return;
    }
    const delay = this.plan.nextDelay(Math.max(namedDelayMs, this.drainDelayMs));
    const { attempts } = this.plan;
    if (delay === null) {
      const details = { attempts, last_error: { error_code: error.code, error_message: error.message } };
      this.end(makeError('RECONNECTION_FAILED', `gave up after ${attempts} attempts`, details), now, false);
      return;
    }
    this.stopTimers();
    this.meter.reconnectAttempts++;
    this.timers.set('backoff', now + delay);
    const first = this.state === 'connected';
    this.setState('reconnecting', error);
    const text = `${error.message}; attempt ${attempts} in ${(delay / 1000).toFixed(1)} s`;
    const facts = { attempt: attempts, delay_ms: Math.round(delay), error_code: error.code };
    this.local.say('warning', 'reconnecting', text, facts);
    if (first && !this.session.canResume) this.outbox.emit({ kind: 'sessionLost', reason: 'not_resumable' });
    this.table.connectionLost(this.session.canResume, now);
  }

  /** Closed for good, until the user connects again. */
  end(error: MCPError, now: number, byUser: boolean): void {
    if (this.wasReady) this.outbox.emit({ kind: 'sessionLost', reason: 'closed' });
    this.step = 'none';
    this.wasReady = false;
    this.stopTimers();
    this.session.forget();
    this.closingError = byUser ? null : error;
    if (!byUser) this.meter.lastError = error;
    this.table.failAll(error, now);
    this.setState('closed', this.closingError);
  }

  private stopTimers(): void {
    for (const name of ['connect', 'ack', 'backoff', 'gate'] as const) this.timers.clear(name);
    this.heartbeat.end();
  }

  private setState(state: ConnectionState, error: MCPError | null): void {
    if (state === this.state) return;
    this.state = state;
    this.outbox.emit({ kind: 'state', state, error });
  }
}
