/** The core's alarm clock: named due times, the earliest first. */

/** What is due: a word, or a word and the handle of a request. */
export type TimerName = 'connect' | 'backoff' | 'heartbeat' | 'silence' | 'ack' | 'gate' | `expire ${number}` | `retry ${number}`;

interface Entry {
  readonly due: number;
  /** Breaks ties in the order of setting. */
  readonly order: number;
  readonly name: TimerName;
}

const before = (a: Entry, b: Entry): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

/** At most one due time for each name. Setting a name again moves it; the heap keeps stale entries until they surface. */
export class Timers {
  private readonly due = new Map<TimerName, Entry>();
  private readonly heap: Entry[] = [];
  private count = 0;

  set(name: TimerName, due: number): void {
    const entry = { due, order: this.count++, name };
    this.due.set(name, entry);
    this.push(entry);
    if (this.heap.length > 64 && this.heap.length > 4 * this.due.size) this.rebuild();
  }

  /** Sets it unless it is due before that anyway. */
  setSooner(name: TimerName, due: number): void {
    if ((this.due.get(name)?.due ?? Infinity) > due) this.set(name, due);
  }

  clear(name: TimerName): void {
    this.due.delete(name);
  }

  isSet(name: TimerName): boolean {
    return this.due.has(name);
  }

  /** The earliest due time, or null. */
  next(): number | null {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (this.due.get(top.name) === top) return top.due;
      this.pop();
    }
    return null;
  }

  /** Takes the next name whose time has come, or returns null. */
  popDue(now: number): TimerName | null {
    const due = this.next();
    const top = this.heap[0];
    if (due === null || due > now || top === undefined) return null;
    this.pop();
    this.due.delete(top.name);
    return top.name;
  }

  /** A timer that is moved with every message would let stale entries pile up below a far one. */
  private rebuild(): void {
    this.heap.length = 0;
    for (const entry of this.due.values()) this.push(entry);
  }

  private push(entry: Entry): void {
    const heap = this.heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!before(entry, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below++;
      if (!before(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
  }
}
