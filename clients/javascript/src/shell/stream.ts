/** A tool's stream as an async iterator. */

import type { RequestSpec } from '../core/outputs.ts';
import type { CallOptions } from './calls.ts';
import type { Driver } from './driver.ts';
import { StreamSink } from './sink.ts';

/**
 * Chunks in order. The call is made with the first step, and cancelled on the server when the loop is left early.
 *
 * ```ts
 * for await (const chunk of client.streamTool('debug/stream', { chunks: 3, bytes: 8 })) { … }
 * ```
 */
export class ToolStream<Chunk = unknown> implements AsyncIterableIterator<Chunk, undefined> {
  private readonly sink: StreamSink;
  private handle: number | null = null;
  private readonly signal: AbortSignal | undefined;

  /** @internal */
  constructor(
    private readonly driver: Driver,
    private readonly spec: RequestSpec,
    how: CallOptions,
  ) {
    this.sink = new StreamSink(driver.settings.streamBuffer, how.onProgress);
    this.signal = how.signal;
  }

  /** The tool's result, once the iteration has ended; has `chunks`, their number. */
  get result(): unknown {
    return this.sink.result;
  }

  async next(): Promise<IteratorResult<Chunk, undefined>> {
    if (this.handle === null && !this.sink.ended) this.start();
    try {
      const step = await this.sink.next();
      if (this.handle !== null && this.sink.drained) this.driver.room(this.handle);
      return step as IteratorResult<Chunk, undefined>;
    } finally {
      if (this.sink.ended) this.signal?.removeEventListener('abort', this.abort);
    }
  }

  /** Ends it; a call that still runs is cancelled. */
  async return(): Promise<IteratorResult<Chunk, undefined>> {
    this.signal?.removeEventListener('abort', this.abort);
    const { ended } = this.sink;
    this.sink.abandon();
    if (this.handle !== null) {
      if (ended) this.driver.room(this.handle);
      else this.driver.cancel(this.handle);
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private start(): void {
    this.signal?.throwIfAborted();
    this.handle = this.driver.request(this.spec, this.sink);
    this.signal?.addEventListener('abort', this.abort, { once: true });
  }

  private readonly abort = (): void => {
    if (this.sink.ended || this.handle === null) return;
    this.driver.cancel(this.handle);
    this.sink.failed(this.signal?.reason);
  };
}
