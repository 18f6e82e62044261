/** Where a request's outcome goes: one promise, or a queue of chunks that ends. */

import type { Progress } from '../core/types.ts';
import type { Callback } from './callbacks.ts';

/** What the driver tells of a request. */
export interface Sink {
  readonly onProgress?: Callback<Progress> | undefined;
  resolved(result: unknown): void;
  failed(error: unknown): void;
  /** True when there is no more room. */
  chunk(chunk: unknown): boolean;
}

/** For one answer. */
export class AnswerSink implements Sink {
  readonly promise: Promise<unknown>;
  resolved!: (result: unknown) => void;
  failed!: (error: unknown) => void;

  constructor(readonly onProgress?: Callback<Progress> | undefined) {
    this.promise = new Promise((resolve, reject) => {
      this.resolved = resolve;
      this.failed = reject;
    });
    this.promise.catch(() => {}); // it may be that nobody waits any more: then nobody is to be warned either
  }

  chunk(): boolean {
    return false;
  }
}

type Step = IteratorResult<unknown, undefined>;
type Waiter = readonly [resolve: (step: Step) => void, reject: (error: unknown) => void];

/** For chunks. Holds about `capacity` of them; the rest waits on the other side of the socket. */
export class StreamSink implements Sink {
  result: unknown = undefined;
  ended = false;
  private chunks: unknown[] = [];
  private readonly waiters: Waiter[] = [];
  private error: { readonly reason: unknown } | null = null;

  constructor(
    private readonly capacity: number,
    readonly onProgress?: Callback<Progress> | undefined,
  ) {}

  resolved(result: unknown): void {
    this.result = result;
    this.end();
  }

  failed(reason: unknown): void {
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.error = { reason };
    else waiter[1](reason);
    this.end();
  }

  chunk(chunk: unknown): boolean {
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.chunks.push(chunk);
    else waiter[0]({ done: false, value: chunk });
    return this.chunks.length >= this.capacity;
  }

  /** The next chunk; an error comes once, after the chunks that came before it. */
  next(): Promise<Step> {
    if (this.chunks.length > 0) return Promise.resolve({ done: false, value: this.chunks.shift() });
    if (this.error !== null) {
      const { reason } = this.error;
      this.error = null;
      return Promise.reject(reason);
    }
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.waiters.push([resolve, reject]));
  }

  /** Nobody wants the rest. */
  abandon(): void {
    this.chunks = [];
    this.error = null;
    this.end();
  }

  /** Whether so much was taken that reading should go on. */
  get drained(): boolean {
    return this.chunks.length <= Math.floor(this.capacity / 2);
  }

  private end(): void {
    this.ended = true;
    for (const [resolve] of this.waiters.splice(0)) resolve({ done: true, value: undefined });
  }
}
