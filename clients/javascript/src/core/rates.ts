/** Sixty buckets of a second each: how many in the last minute, in constant memory. Exact to the second, enough for a rate. */
export class MinuteCounter {
  private readonly counts = Array.from<number>({ length: 60 }).fill(0);
  private readonly seconds = Array.from<number>({ length: 60 }).fill(-1);

  add(now: number): void {
    const second = Math.floor(now / 1000);
    const slot = second % 60;
    if (this.seconds[slot] !== second) {
      this.seconds[slot] = second;
      this.counts[slot] = 0;
    }
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
  }

  sum(now: number): number {
    const oldest = Math.floor(now / 1000) - 59;
    return this.counts.reduce((sum, count, slot) => ((this.seconds[slot] ?? -1) >= oldest ? sum + count : sum), 0);
  }
}
