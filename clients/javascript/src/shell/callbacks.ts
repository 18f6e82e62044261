/** Runs the user's callbacks one after the other, outside the handling of messages. */

/** May be async; the next waits for it. */
export type Callback<T> = (value: T) => void | Promise<void>;

/** A queue of 1,000; when it is full the oldest is dropped and counted. */
export class Callbacks {
  static readonly CAPACITY = 1000;

  private queue: (() => void | Promise<void>)[] = [];
  private running: Promise<void> | null = null;
  private inCallback = false;
  private dropped = 0;

  constructor(private readonly toldDropped: (count: number) => void) {}

  /** Queues one call. */
  call<T>(callback: Callback<T>, value: T): void {
    if (this.queue.length >= Callbacks.CAPACITY) {
      this.queue.shift();
      this.dropped++;
    }
    this.queue.push(() => callback(value));
    this.running ??= this.run();
  }

  /** Whether it is a callback that asks, before an `await` of its own: it cannot wait for itself. */
  get asking(): boolean {
    return this.inCallback;
  }

  /** Waits for what is queued, at most until `elapsed` resolves; then it is given up. */
  async drained(elapsed: Promise<void>): Promise<void> {
    if (this.running === null) return;
    await Promise.race([this.running, elapsed]);
    this.queue = [];
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // not within the handling of the message
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      try {
        this.inCallback = true;
        const answer = next();
        this.inCallback = false;
        await answer;
      } catch (error) {
        this.inCallback = false;
        console.error('@mcp/client: a callback failed', error);
      }
      if (this.dropped > 0 && this.queue.length === 0) {
        const count = this.dropped;
        this.dropped = 0;
        this.toldDropped(count);
      }
    }
    this.running = null;
  }
}
