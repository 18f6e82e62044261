/** Series over time in columns, as uPlot wants them. */

import type { Columns, Figure } from './shapes.ts';

/** Seconds since 1970 of `t0`, which is an RFC 3339 text or a number. */
function startOf(t0: string | number): number {
  return typeof t0 === 'number' ? t0 : Date.parse(t0) / 1000;
}

/**
 * The history of `system/performance`: what was fetched first, and pieces of the same step that are laid over its end.
 * A piece of another step replaces everything. Series hold means; where the server folded, `max` holds the spikes.
 */
export class History {
  private t0 = 0;
  private step = 0;
  private length = 0;
  private readonly columns = new Map<string, Figure[]>();

  /** Seconds between two points; 0 while there is nothing. */
  get stepSeconds(): number {
    return this.step;
  }

  /** The time of each point, in seconds since 1970. */
  get times(): number[] {
    return Array.from({ length: this.length }, (_, index) => this.t0 + index * this.step);
  }

  /** A series by its name; nulls when it never came. */
  column(name: string): Figure[] {
    return this.columns.get(name) ?? Array.from({ length: this.length }, () => null);
  }

  get names(): string[] {
    return [...this.columns.keys()];
  }

  clear(): void {
    this.length = 0;
    this.step = 0;
    this.columns.clear();
  }

  /** Lays a piece over what is here, and keeps the newest `keepSeconds`. */
  add(piece: Columns, keepSeconds: number): void {
    const start = startOf(piece.t0);
    const points = Math.max(0, ...Object.values(piece.series).map((values) => values.length));
    if (points === 0) return;
    const offset = Math.round((start - this.t0) / piece.step_s);
    if (this.length === 0 || piece.step_s !== this.step || offset < 0 || offset > this.length) {
      this.clear();
      this.t0 = start;
      this.step = piece.step_s;
      this.put(piece.series, 0, points);
    } else {
      this.put(piece.series, offset, points);
    }
    this.trim(Math.ceil(keepSeconds / this.step));
  }

  private put(series: Record<string, Figure[]>, offset: number, points: number): void {
    const length = Math.max(this.length, offset + points);
    for (const name of new Set([...this.columns.keys(), ...Object.keys(series)])) {
      const column = this.columns.get(name) ?? [];
      while (column.length < length) column.push(null);
      series[name]?.forEach((value, index) => {
        // The newest second may not be whole yet when it is told: a later telling with a value wins.
        if (value !== null || column[offset + index] === undefined) column[offset + index] = value;
      });
      this.columns.set(name, column);
    }
    this.length = length;
  }

  private trim(keep: number): void {
    const over = this.length - keep;
    if (over <= 0) return;
    for (const column of this.columns.values()) column.splice(0, over);
    this.t0 += over * this.step;
    this.length = keep;
  }
}

/** Rows that come one by one; the oldest go when it is full. */
export class Trail<Name extends string> {
  readonly times: number[] = [];
  private readonly columns: Record<Name, Figure[]>;

  constructor(
    names: readonly Name[],
    private readonly capacity: number,
  ) {
    this.columns = Object.fromEntries(names.map((name) => [name, [] as Figure[]])) as Record<Name, Figure[]>;
  }

  push(time: number, row: Record<Name, Figure>): void {
    this.times.push(time);
    for (const name in this.columns) this.columns[name].push(row[name]);
    if (this.times.length <= this.capacity) return;
    this.times.shift();
    for (const name in this.columns) this.columns[name].shift();
  }

  column(name: Name): Figure[] {
    return this.columns[name];
  }
}
