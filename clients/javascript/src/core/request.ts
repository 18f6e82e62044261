/** One open request. */

import type { MCPError } from './errors.ts';
import { encode } from './json.ts';
import { toolOf, type RequestSpec } from './outputs.ts';
import type { JsonObject } from './types.ts';

/** What the core itself does with an answer; one of the first two is null. */
export type Done = (result: unknown, error: MCPError | null, now: number) => void;

/** Where a request is in its life; `waiting` for its retry, `learning` while the tool list says whether it may be repeated. */
export type Phase = 'queued' | 'sent' | 'waiting' | 'learning' | 'ended';

/** Known by its handle for good; by its message id from when it leaves until it is refused, or its session is lost. */
export class Request {
  /** How much longer than the server the client waits, so that the server's TOOL_TIMEOUT comes first. */
  static readonly GRACE_MS = 1000;

  readonly timeoutMs: number;
  readonly isCall: boolean;
  readonly tool: string | null;
  /**
   * The members method, params and context as text: made once, so that a copy sent later has the same digest,
   * whatever the caller does to the arguments meanwhile.
   */
  readonly fields: string;
  phase: Phase = 'queued';
  messageId: string | null = null;
  queuedAt = 0;
  sentAt: number | null = null;
  retries = 0;
  chunks = 0;
  /** While learning: what it fails with if it may not be repeated. */
  error: MCPError | null = null;

  /** Throws a TypeError when the params are not JSON. */
  constructor(
    readonly handle: number,
    readonly spec: RequestSpec,
    defaultTimeoutMs: number,
    readonly done: Done | null,
  ) {
    this.timeoutMs = spec.timeoutMs ?? defaultTimeoutMs;
    this.isCall = spec.method === 'tools/call';
    this.tool = toolOf(spec);
    this.fields = this.freeze();
  }

  /** How long one attempt may take by the client's clock. */
  get patienceMs(): number {
    return this.timeoutMs + (this.isCall ? Request.GRACE_MS : 0);
  }

  get outcome(): 'unknown' | 'not_sent' {
    return this.sentAt === null ? 'not_sent' : 'unknown';
  }

  private freeze(): string {
    let params = this.spec.params;
    if (this.isCall && params['timeout_ms'] === undefined) {
      params = { ...params, timeout_ms: Math.min(300_000, Math.max(1, Math.ceil(this.timeoutMs))) };
    }
    const context: JsonObject = {};
    if (this.spec.idempotencyKey !== undefined) context['idempotency_key'] = this.spec.idempotencyKey;
    if (this.spec.traceparent !== undefined) context['traceparent'] = this.spec.traceparent;
    const members = { method: this.spec.method, params, ...(Object.keys(context).length > 0 ? { context } : {}) };
    return encode(members).slice(1, -1);
  }
}
