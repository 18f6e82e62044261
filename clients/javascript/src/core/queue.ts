/** Requests that wait to leave, in the order of their handles. */

import type { Request } from './request.ts';

/** Sorted; new requests come at the end, and one that comes again finds its old place. */
export class RequestQueue {
  private items: Request[] = [];
  private first = 0;
  /** Requests that ended while they waited are cleared away when so many lie here: the cost is spread over as many additions. */
  private clearAt = 1024;

  add(request: Request): void {
    if (this.items.length >= this.clearAt) this.clear();
    let at = this.items.length;
    while (at > this.first && this.items[at - 1]!.handle > request.handle) at--;
    this.items.splice(at, 0, request);
  }

  /** The first that still waits, or null; those that ended while they waited are passed over. */
  head(): Request | null {
    for (; this.first < this.items.length; this.first++) {
      const request = this.items[this.first]!;
      if (request.phase === 'queued') return request;
    }
    this.items = [];
    this.first = 0;
    return null;
  }

  /** Takes the head away. */
  shift(): void {
    this.first++;
  }

  private clear(): void {
    this.items = this.items.slice(this.first).filter((request) => request.phase === 'queued');
    this.first = 0;
    this.clearAt = Math.max(1024, 2 * this.items.length);
  }
}
