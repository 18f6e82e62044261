/** Requests on their way out: the queue, what may leave when, message ids, and who waits for an answer. */

import { makeError, type MCPError } from './errors.ts';
import { RateGate } from './gate.ts';
import { sizeOf } from './json.ts';
import type { LocalDiagnostics } from './local.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import { RequestQueue } from './queue.ts';
import type { Request } from './request.ts';
import type { Timers } from './timers.ts';

/** Requests leave in the order of their handles; calls wait for a place in flight, and all for the rate gate. */
export class Wire {
  /** Whether a connection is there that takes requests. */
  ready = false;
  /** The server refuses every request until it is back: keep them for the next connection. */
  draining = false;
  readonly gate: RateGate;
  private readonly byId = new Map<string, Request>();
  private readonly others = new RequestQueue();
  private readonly calls = new RequestQueue();
  private ids = 0;
  private callsOut = 0;

  constructor(
    private readonly options: Settings,
    private readonly outbox: Outbox,
    private readonly timers: Timers,
    private readonly local: LocalDiagnostics,
  ) {
    this.gate = new RateGate(options.retry);
  }

  /** The request that waits for an answer under this id. */
  find(messageId: string | null): Request | null {
    return messageId === null ? null : (this.byId.get(messageId) ?? null);
  }

  enqueue(request: Request, now: number): void {
    request.phase = 'queued';
    request.error = null;
    request.queuedAt = now;
    this.timers.set(`expire ${request.handle}`, now + request.patienceMs);
    this.queueOf(request).add(request);
  }

  /** Sends what may leave; stops at a request that can never leave and returns it with the reason. */
  leave(now: number): readonly [Request, MCPError] | null {
    while (this.ready && !(this.draining && this.options.retry)) {
      const request = this.next();
      if (request === null) return null;
      const opens = this.gate.opensAt(now);
      if (opens > now) {
        this.timers.set('gate', opens);
        return null;
      }
      this.queueOf(request).shift();
      const error = this.sendQueued(request, now);
      if (error !== null) return [request, error];
    }
    return null;
  }

  /** One that cannot wait in the queue: session/hello, session/resume. */
  sendNow(request: Request, now: number): void {
    this.put(request, this.text(request), now, null, false);
  }

  /** It waits for no answer any more. Keeping the id makes what is sent later a copy, not a new request. */
  off(request: Request, forgetId: boolean): void {
    if (request.phase === 'sent' && request.messageId !== null && this.byId.delete(request.messageId)) {
      this.callsOut -= request.isCall ? 1 : 0;
    }
    if (forgetId) request.messageId = null;
  }

  private queueOf(request: Request): RequestQueue {
    return request.isCall ? this.calls : this.others;
  }

  private next(): Request | null {
    const full = this.options.retry && this.callsOut >= this.outbox.limits.maxInFlight;
    const other = this.others.head();
    const call = full ? null : this.calls.head();
    if (other === null || call === null) return other ?? call;
    return other.handle < call.handle ? other : call;
  }

  private sendQueued(request: Request, now: number): MCPError | null {
    const text = this.text(request);
    const limit = this.outbox.limits.maxMessageBytes;
    const size = sizeOf(text);
    if (size > limit) {
      // the server would close the connection
      return makeError('MESSAGE_TOO_LARGE', `the request is over ${limit} bytes`, { source: 'client', limit, size });
    }
    this.put(request, text, now, request.spec.group ?? (this.options.batching ? 0 : null), true);
    return null;
  }

  private text(request: Request): string {
    request.messageId ??= `req-${++this.ids}`;
    return this.outbox.envelope('request', request.messageId, request.fields);
  }

  private put(request: Request, text: string, now: number, group: number | null, ack: boolean): void {
    this.byId.set(request.messageId!, request);
    this.callsOut += request.isCall ? 1 : 0;
    request.phase = 'sent';
    request.sentAt = now;
    this.timers.set(`expire ${request.handle}`, now + request.patienceMs);
    this.outbox.send(text, now, group, ack);
    // a resume is not counted (protocol section 6)
    if (request.spec.method !== 'session/resume' && this.gate.sent(now)) {
      const limit = this.outbox.limits.messagesPerMinute;
      this.local.say('warning', 'limit_near', `80 % of ${limit} messages a minute are used`, { limit });
    }
  }
}
