/**
 * How often the page asks.
 *
 * Every request counts against the rate limit of its key, which all connections of the key share. A page takes at most six
 * hundredths of it: ten pages of one key, as many as a key may have, leave four tenths to everything else.
 */

const SHARE = 0.06;
const LEAST_MS = 2_000;
const MOST_MS = 60_000;
/** A refused question is asked again after this many times as long, and so on. */
const SLOWER = 2;

/** Milliseconds between two questions of a page, for a limit of messages a minute. */
export function paceMs(messagesPerMinute: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, Math.round(60_000 / (messagesPerMinute * SHARE))));
}

/** Asks again and again while its gate is open: one question at a time, slower after failures. */
export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;
  private isStopped = false;
  private isAskedAgain = false;
  private failures = 0;

  constructor(
    private readonly ask: () => Promise<void>,
    private readonly everyMs: () => number,
    private readonly isOpen: () => boolean,
  ) {}

  /** Asks now, or as soon as the running question is answered. */
  now(): void {
    if (this.isStopped || !this.isOpen()) return;
    clearTimeout(this.timer);
    if (this.isRunning) this.isAskedAgain = true;
    else void this.run();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    this.isAskedAgain = false;
    try {
      await this.ask();
      this.failures = 0;
    } catch {
      this.failures++; // whoever asks shows its own error
    }
    this.isRunning = false;
    if (this.isStopped) return;
    const wait = Math.min(MOST_MS, this.everyMs() * SLOWER ** this.failures);
    this.timer = setTimeout(() => this.now(), this.isAskedAgain ? 0 : wait);
  }
}
