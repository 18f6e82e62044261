/**
 * At most 8 acks at once and 8 a second after that: the server allows 20 heartbeats and acks a second (protocol section 8),
 * and a fast stream would need more at one for every 16 messages.
 *
 * A bucket of 8 tokens, kept as the time at which it will be full again, so that nothing is lost by rounding.
 */
export class AckPace {
  private static readonly BURST = 8;
  private static readonly EACH_MS = 125;

  private fullAt = -Infinity;

  /** When the next ack may leave; `now` when it may now. */
  opensAt(now: number): number {
    return Math.max(now, this.fullAt - (AckPace.BURST - 1) * AckPace.EACH_MS);
  }

  /** One has left, also one that could not wait. */
  sent(now: number): void {
    this.fullAt = Math.min(now + AckPace.BURST * AckPace.EACH_MS, Math.max(this.fullAt, now) + AckPace.EACH_MS);
  }
}
