/** Whether a refused request is repeated, and after how long (docs/design/clients.md section 4). */

import { fullJitter, RetryBudget } from './backoff.ts';
import type { Catalog } from './catalog.ts';
import type { MCPError } from './errors.ts';
import type { Settings } from './options.ts';
import type { Request } from './request.ts';

const NEVER_RAN: readonly string[] = ['RATE_LIMIT_EXCEEDED', 'SERVER_OVERLOADED'];
const MAY_HAVE_RUN: readonly string[] = ['TOOL_TIMEOUT', 'INTERNAL_ERROR'];

/** The rules; the table of requests carries them out. */
export class RetryPolicy {
  private readonly budget: RetryBudget;

  constructor(
    private readonly options: Settings,
    private readonly catalog: Catalog,
    private readonly random: () => number,
  ) {
    this.budget = new RetryBudget(options.retryBudget);
  }

  succeeded(): void {
    this.budget.succeeded();
  }

  /** Whether running it twice does no harm; null when the tool list has to be asked. */
  repeatable(request: Request): boolean | null {
    const { spec } = request;
    if (!request.isCall) return !spec.method.startsWith('session/');
    if (spec.idempotencyKey !== undefined) return true;
    if (spec.idempotent !== undefined) return spec.idempotent;
    return request.tool === null ? false : this.catalog.repeatable(request.tool);
  }

  /** Whether the rules would repeat it after `error`; null when the tool list has to be asked. */
  wants(request: Request, error: MCPError): boolean | null {
    const { retry, retryMaxAttempts, retryMaxWaitMs } = this.options;
    if (!retry || request.chunks > 0 || request.retries >= retryMaxAttempts) return false;
    if ((error.retryAfterMs ?? 0) > retryMaxWaitMs) return false;
    if (NEVER_RAN.includes(error.code)) return true;
    // With an idempotency key the server would answer with what it stored: the same error.
    if (MAY_HAVE_RUN.includes(error.code) && request.spec.idempotencyKey === undefined) return this.repeatable(request);
    return false;
  }

  /** Milliseconds to wait before the repetition, paid from the budget; null when the budget is empty. */
  delay(request: Request, error: MCPError): number | null {
    if (!this.budget.take()) return null;
    const { retryInitialDelayMs, retryMaxDelayMs } = this.options;
    return (error.retryAfterMs ?? 0) + fullJitter(this.random, retryInitialDelayMs, retryMaxDelayMs, request.retries);
  }
}
