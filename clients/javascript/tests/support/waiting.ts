/** Bounded waits: the one bound of every wait of a test. */

const BOUND_MS = 10_000;

/** Waits for it, for at most the bound. */
export async function bounded<T>(awaited: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not happen within ${BOUND_MS} ms: ${what}`)), BOUND_MS);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets everything that is ready run, sockets included. */
export async function settle(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** First in, first out; `get` waits. */
export class AsyncQueue<T> {
  private readonly items: T[] = [];
  private readonly takers: ((item: T) => void)[] = [];

  put(item: T): void {
    const taker = this.takers.shift();
    if (taker === undefined) this.items.push(item);
    else taker(item);
  }

  get(): Promise<T> {
    if (this.items.length > 0) return Promise.resolve(this.items.shift()!);
    return new Promise((resolve) => this.takers.push(resolve));
  }

  get length(): number {
    return this.items.length;
  }
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  const outcome = promise.then(
    (value) => {
      throw new Error(`it succeeded with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
  return await bounded(outcome, 'it fails');
}
