/** A clock that stands still until it is told to go on. */

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Time and seeded chance for a platform of a test. */
export class ManualTime {
  private at = 1000;
  private readonly timers = new Set<Timer>();
  private seed: number;

  constructor(seed = 1) {
    this.seed = seed;
  }

  /** Timers that are set. */
  get pending(): number {
    return this.timers.size;
  }

  readonly now = (): number => this.at;

  readonly wall = (): number => 1_700_000_000_000 + this.at;

  /** Park and Miller's minimal standard generator. */
  readonly random = (): number => {
    this.seed = (this.seed * 48_271) % 2_147_483_647;
    return this.seed / 2_147_483_647;
  };

  readonly setTimer = (run: () => void, ms: number): (() => void) => {
    const timer = { due: this.at + Math.max(0, ms), run };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  };

  /** Lets that much time pass; what falls due meanwhile runs at its time. */
  advance(ms: number): void {
    const until = this.at + ms;
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > until) break;
      this.timers.delete(next);
      this.at = Math.max(this.at, next.due);
      next.run();
    }
    this.at = until;
  }
}
