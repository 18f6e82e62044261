/** A value that can be watched. */
export class Cell<T> {
  private readonly watchers = new Set<(value: T) => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    this.current = value;
    for (const watcher of this.watchers) watcher(value);
  }

  /** Tells the value now and after each change; returns a function that ends that. */
  watch(watcher: (value: T) => void): () => void {
    const end = this.onChange(watcher);
    watcher(this.current);
    return end;
  }

  /** Tells the value after each change; returns a function that ends that. */
  onChange(watcher: (value: T) => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }
}
