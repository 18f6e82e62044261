/** The table of open requests: answers, retries, time, and what becomes of them when a connection or session ends. */

import { Catalog } from './catalog.ts';
import { makeError, type MCPError } from './errors.ts';
import { asObject } from './json.ts';
import type { LocalDiagnostics } from './local.ts';
import type { Meter } from './meter.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { RequestSpec } from './outputs.ts';
import { Request, type Done } from './request.ts';
import { RetryPolicy } from './retry.ts';
import type { Timers } from './timers.ts';
import type { JsonObject } from './types.ts';
import { Wire } from './wire.ts';

/** Every handle ends with exactly one `resolve` or `fail` (or one call of its `done`, when the core itself asked). */
export class RequestTable {
  readonly wire: Wire;
  readonly catalog = new Catalog();
  /** Told of each request of the user that was answered well. */
  answeredOk: (spec: RequestSpec) => void = () => {};
  private readonly policy: RetryPolicy;
  private readonly open = new Map<number, Request>();
  private handles = 0;
  private learning = false;

  constructor(
    private readonly options: Settings,
    private readonly outbox: Outbox,
    private readonly timers: Timers,
    private readonly meter: Meter,
    private readonly local: LocalDiagnostics,
    random: () => number,
  ) {
    this.wire = new Wire(options, outbox, timers, local);
    this.policy = new RetryPolicy(options, this.catalog, random);
  }

  /** How many requests of the user are open. */
  get size(): number {
    let count = 0;
    for (const request of this.open.values()) if (request.done === null) count++;
    return count;
  }

  // --- coming and going --------------------------------------------------------------------------------------------

  /** Takes a request; it leaves with the next `leave`. */
  add(spec: RequestSpec, now: number, done: Done | null = null): number {
    const request = this.create(spec, done);
    const { maxPending } = this.options;
    if (done === null && this.open.size > maxPending) {
      const details = { source: 'client', max_pending: maxPending };
      this.fail(request, makeError('SERVER_OVERLOADED', 'too many open requests', details), now);
    } else {
      this.wire.enqueue(request, now);
    }
    return request.handle;
  }

  /** session/hello or session/resume: cannot wait in the queue, and is lost with its connection. */
  sendNow(method: string, params: JsonObject, now: number, done: Done): void {
    this.wire.sendNow(this.create({ method, params }, done), now);
  }

  /** Sends what may leave. */
  leave(now: number): void {
    for (let refused = this.wire.leave(now); refused !== null; refused = this.wire.leave(now)) {
      this.fail(refused[0], refused[1], now);
    }
  }

  /** The caller has gone. */
  cancel(handle: number, now: number): void {
    const request = this.open.get(handle);
    if (request === undefined) return;
    this.cancelOnServer(request, now);
    this.fail(request, makeError('REQUEST_CANCELLED', 'cancelled by the caller', byClient(request)), now);
  }

  // --- answers -----------------------------------------------------------------------------------------------------

  answered(messageId: string, result: unknown, metrics: JsonObject, now: number): void {
    const request = this.wire.find(messageId);
    if (request === null) return; // given up meanwhile, or a stored answer that came twice
    const expected = asObject(result)['chunks'];
    if (request.chunks > 0 && expected !== request.chunks) {
      const details = { outcome: 'unknown', expected: expected ?? null, arrived: request.chunks };
      this.fail(request, makeError('CONNECTION_LOST', 'chunks of the stream are missing', details), now);
      return;
    }
    if (request.spec.method === 'tools/list' && this.catalog.learn(result) === null && Object.keys(request.spec.params).length === 0) {
      this.catalog.complete = true;
    }
    this.policy.succeeded();
    this.end(request, now, null);
    if (request.done !== null) {
      request.done(result, null, now);
    } else {
      this.answeredOk(request.spec);
      this.outbox.emit({ kind: 'resolve', handle: request.handle, result, metrics });
    }
  }

  /** An error from the server. */
  refused(error: MCPError, now: number): void {
    this.meter.refused(error);
    if (error.code === 'RATE_LIMIT_EXCEEDED') this.wire.gate.refused(now, error.retryAfterMs ?? 0);
    const request = this.wire.find(error.requestId);
    if (request === null) return;
    if (request.done !== null && request.spec.method.startsWith('session/')) this.fail(request, error, now);
    else this.retryOrFail(request, error, now);
  }

  chunk(messageId: string, index: number, chunk: unknown, now: number): void {
    const request = this.wire.find(messageId);
    if (request === null || index < request.chunks) return;
    if (index > request.chunks) {
      this.cancelOnServer(request, now);
      const details = { expected: request.chunks, index };
      this.fail(request, makeError('INVALID_MESSAGE_FORMAT', 'a chunk of the stream is missing', details), now);
      return;
    }
    request.chunks++;
    this.timers.set(`expire ${request.handle}`, now + request.patienceMs);
    this.outbox.emit({ kind: 'chunk', handle: request.handle, index, chunk });
  }

  progress(messageId: string, progress: number, total: number | null, message: string | null): void {
    const request = this.wire.find(messageId);
    if (request === null || request.done !== null) return;
    this.outbox.emit({ kind: 'progress', handle: request.handle, progress, total, message });
  }

  // --- retries -----------------------------------------------------------------------------------------------------

  retryDue(handle: number, now: number): void {
    const request = this.open.get(handle);
    if (request?.phase === 'waiting') this.wire.enqueue(request, now);
  }

  private retryOrFail(request: Request, error: MCPError, now: number): void {
    const wants = this.policy.wants(request, error);
    if (wants === null) {
      this.learn(request, error, now);
      return;
    }
    const delay = wants ? this.policy.delay(request, error) : null;
    if (delay === null) {
      this.fail(request, error, now);
      return;
    }
    request.retries++;
    this.wire.off(request, true);
    request.phase = 'waiting';
    this.timers.clear(`expire ${request.handle}`);
    this.timers.set(`retry ${request.handle}`, now + delay);
  }

  /** Asks for the tool list, which says whether `request` may be repeated after `error`. */
  private learn(request: Request, error: MCPError, now: number): void {
    this.wire.off(request, true);
    request.phase = 'learning';
    request.error = error;
    if (this.learning) return;
    this.learning = true;
    this.add({ method: 'tools/list', params: {} }, now, this.learned);
  }

  private readonly learned: Done = (result, error, now) => {
    const cursor = asObject(result)['next_cursor'];
    if (error === null && typeof cursor === 'string') {
      this.add({ method: 'tools/list', params: { cursor } }, now, this.learned);
      return;
    }
    this.learning = false;
    this.catalog.complete ||= error === null;
    for (const request of this.all('learning')) {
      const reason = request.error!;
      if (this.policy.repeatable(request) !== true) this.fail(request, reason, now);
      else if (reason.code === 'CONNECTION_LOST') this.wire.enqueue(request, now);
      else this.retryOrFail(request, reason, now);
    }
  };

  // --- time --------------------------------------------------------------------------------------------------------

  /** The client's own clock says that an attempt took too long. */
  expired(handle: number, now: number): void {
    const request = this.open.get(handle);
    if (request === undefined) return;
    const details = byClient(request);
    if (request.error !== null) {
      this.fail(request, request.error, now);
    } else if (!this.wire.ready) {
      this.cancelOnServer(request, now);
      this.fail(request, makeError('CONNECTION_LOST', 'no connection within the timeout', details), now);
    } else if (request.phase === 'sent') {
      this.cancelOnServer(request, now);
      this.fail(request, makeError('TOOL_TIMEOUT', `no answer within ${request.timeoutMs} ms`, details), now);
    } else {
      this.heldBack(request, details, now);
    }
  }

  /** By the gate or by the places in flight, which is no fault of the server: more patience. */
  private heldBack(request: Request, details: JsonObject, now: number): void {
    const until = request.queuedAt + request.patienceMs + this.options.retryMaxWaitMs;
    if (now < until) {
      this.timers.set(`expire ${request.handle}`, until);
      return;
    }
    const code = this.wire.gate.opensAt(now) > now ? 'RATE_LIMIT_EXCEEDED' : 'SERVER_OVERLOADED';
    this.fail(request, makeError(code, 'held back by the client for too long', details), now);
  }

  // --- the end of connections and sessions -------------------------------------------------------------------------

  connectionLost(sessionKept: boolean, now: number): void {
    this.wire.ready = false;
    this.timers.clear('gate');
    for (const request of this.all('sent')) {
      if (request.done !== null && request.spec.method.startsWith('session/')) this.end(request, now, null);
    }
    if (!sessionKept) this.sessionGone(now);
  }

  /** What was on the wire may or may not have run, and no answer will come (section 3 of the design page). */
  sessionGone(now: number): void {
    for (const request of this.open.values()) {
      if (request.done === ignored) this.end(request, now, null); // a cancel: what it names is gone
    }
    for (const request of this.all('sent')) {
      const lost = makeError('CONNECTION_LOST', 'the connection was lost before the answer came', byClient(request));
      const repeatable = request.chunks > 0 ? false : this.policy.repeatable(request);
      if (repeatable === null) {
        this.learn(request, lost, now);
      } else if (repeatable) {
        this.wire.off(request, true);
        this.wire.enqueue(request, now);
      } else {
        this.fail(request, lost, now);
      }
    }
  }

  /** The session is back and what was missed has arrived: what the server does not know never reached it. */
  replayed(inFlight: ReadonlySet<string>, now: number): void {
    for (const request of this.all('sent')) {
      if (inFlight.has(request.messageId!)) continue;
      this.wire.off(request, false); // execute-once makes a copy harmless
      this.wire.enqueue(request, now);
    }
  }

  /** The connection is closed for good. */
  failAll(error: MCPError, now: number): void {
    this.wire.ready = false;
    this.learning = false;
    for (const request of this.open.values()) {
      if (request.done !== null) {
        this.end(request, now, null);
        continue;
      }
      const details = { ...error.details, outcome: request.outcome };
      this.fail(request, makeError(error.code, error.message, details, request.messageId), now);
    }
  }

  // --- bookkeeping -------------------------------------------------------------------------------------------------

  private create(spec: RequestSpec, done: Done | null): Request {
    const request = new Request(this.handles + 1, spec, this.options.requestTimeoutMs, done);
    this.handles++;
    this.open.set(request.handle, request);
    return request;
  }

  private all(phase: Request['phase']): Request[] {
    return [...this.open.values()].filter((request) => request.phase === phase);
  }

  /** Leaves as soon as it may: now, or when the session is back. */
  private cancelOnServer(request: Request, now: number): void {
    if (!request.isCall || request.phase !== 'sent') return;
    this.add({ method: 'requests/cancel', params: { request_id: request.messageId } }, now, ignored);
  }

  private end(request: Request, now: number, error: MCPError | null): void {
    this.wire.off(request, false);
    request.phase = 'ended';
    this.open.delete(request.handle);
    this.timers.clear(`expire ${request.handle}`);
    this.timers.clear(`retry ${request.handle}`);
    if (request.done !== null) return;
    const latencyMs = request.sentAt === null ? null : now - request.sentAt;
    this.meter.requestEnded(now, request.tool, latencyMs, error);
    if (latencyMs !== null && latencyMs > this.options.slowCallMs && request.chunks === 0) {
      const name = request.tool ?? request.spec.method;
      const text = `${name} took ${(latencyMs / 1000).toFixed(1)} s`;
      this.local.say('warning', 'slow', text, { name, latency_ms: latencyMs });
    }
  }

  private fail(request: Request, error: MCPError, now: number): void {
    this.end(request, now, error);
    if (request.done !== null) request.done(null, error, now);
    else this.outbox.emit({ kind: 'fail', handle: request.handle, error });
  }
}

/** The answer to a cancel says nothing the caller could still use. */
const ignored: Done = () => {};

function byClient(request: Request): JsonObject {
  return { source: 'client', outcome: request.outcome };
}
