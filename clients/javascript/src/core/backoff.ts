/** Waiting times: exponential backoff with full jitter, and the budget for repetitions. */

/**
 * random() · min(max, initial · 2^attempt), in milliseconds; `attempt` counts from 0.
 *
 * Full jitter keeps clients that failed together from coming back together. 2^64 is beyond any range of the options.
 */
export function fullJitter(random: () => number, initialMs: number, maxMs: number, attempt: number): number {
  return random() * Math.min(maxMs, initialMs * 2 ** Math.min(attempt, 64));
}

/**
 * Tokens for repetitions: one each, a tenth back for each success, so that retries stay a small share of the traffic.
 * The scheme is gRPC's retry throttling (gRFC A6). Counted in tenths, so that ten successes make exactly one token.
 */
export class RetryBudget {
  private tenths: number;

  constructor(private readonly size: number) {
    this.tenths = size * 10;
  }

  /** Takes a token; false when there is none. */
  take(): boolean {
    if (this.tenths < 10) return false;
    this.tenths -= 10;
    return true;
  }

  succeeded(): void {
    this.tenths = Math.min(this.size * 10, this.tenths + 1);
  }
}
