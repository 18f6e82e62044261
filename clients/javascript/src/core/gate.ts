/** The rate gate: holds back what the server would refuse (protocol section 8), so that the key stays off the penalty ladder. */

/** Counts the messages of this connection; other connections of the same key are only noticed by their effect, a refusal. */
export class RateGate {
  static readonly WINDOW_MS = 60_000;
  /** The way to the server takes a varying time: what left 60 s after another may arrive sooner than 60 s after it. */
  static readonly MARGIN_MS = 500;
  /** A larger limit is not worth the memory of its times; the server's refusals still shut the gate. */
  static readonly COUNTED_UP_TO = 10_000;
  static readonly NEAR = 0.8;

  private limit = 100;
  /** Times of the counted messages; those before `first` have left the window. */
  private times: number[] = [];
  private first = 0;
  private shutUntil = -Infinity;
  private carefulUntil = -Infinity;
  private last = -Infinity;
  private toldNear = -Infinity;

  constructor(private readonly enabled: boolean) {}

  setLimit(messagesPerMinute: number): void {
    this.limit = messagesPerMinute;
  }

  /** A counted message leaves. True when that makes 80 % of the limit, at most once in a window. */
  sent(now: number): boolean {
    this.last = now;
    if (this.limit > RateGate.COUNTED_UP_TO) {
      this.times = [];
      this.first = 0;
      return false;
    }
    this.times.push(now);
    this.forgetOld(now);
    const counted = this.times.length - this.first;
    if (counted < RateGate.NEAR * this.limit || now - this.toldNear < RateGate.WINDOW_MS) return false;
    this.toldNear = now;
    return true;
  }

  /** The server refused a message: nothing leaves before it said so, then one by one for a window. */
  refused(now: number, retryAfterMs: number): void {
    this.shutUntil = Math.max(this.shutUntil, now + retryAfterMs);
    this.carefulUntil = this.shutUntil + RateGate.WINDOW_MS;
  }

  /** When the next counted message may leave; not later than `now` when it may leave now. */
  opensAt(now: number): number {
    if (!this.enabled) return now;
    let opens = this.shutUntil;
    this.forgetOld(now);
    if (this.times.length - this.first >= this.limit) {
      opens = Math.max(opens, this.times.at(-this.limit)! + RateGate.WINDOW_MS + RateGate.MARGIN_MS);
    }
    if (now < this.carefulUntil) opens = Math.max(opens, this.last + RateGate.WINDOW_MS / this.limit);
    return opens;
  }

  private forgetOld(now: number): void {
    const oldest = now - RateGate.WINDOW_MS - RateGate.MARGIN_MS;
    while (this.first < this.times.length && this.times[this.first]! <= oldest) this.first++;
    if (this.first > this.times.length / 2) {
      this.times.splice(0, this.first);
      this.first = 0;
    }
  }
}
