/** Which row each step stands in, and in which order: few crossings, long edges straight where they can be. */

import { END, START, type Link } from './graph.ts';

const SWEEPS = 8;

/** The row of a step is its longest way from the start, links that close a circle left out. */
export function rowsOf(links: readonly Link[]): Map<string, number> {
  const follows = new Map<string, string[]>([[START, []]]);
  for (const { from, to } of [...links].sort((a, b) => b.count - a.count)) {
    if (!follows.has(from)) follows.set(from, []);
    if (!follows.has(to)) follows.set(to, []);
    if (from !== to) follows.get(from)!.push(to);
  }
  const { finished, forward } = walk(follows);
  const row = new Map<string, number>();
  for (const id of finished.reverse()) {
    const at = row.get(id) ?? 0;
    row.set(id, at);
    for (const to of forward.get(id) ?? []) row.set(to, Math.max(row.get(to) ?? 0, at + 1));
  }
  row.delete(END);
  row.set(END, Math.max(0, ...row.values()) + 1);
  return row;
}

/** Depth first from the start, without recursion: a way may be as long as there are steps. */
function walk(follows: ReadonlyMap<string, readonly string[]>): { finished: string[]; forward: Map<string, string[]> } {
  const finished: string[] = [];
  const forward = new Map<string, string[]>();
  const state = new Map<string, 'open' | 'done'>();
  for (const root of follows.keys()) {
    if (state.has(root)) continue;
    const stack = [{ id: root, next: 0 }];
    state.set(root, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const to = follows.get(top.id)![top.next++];
      if (to === undefined) {
        state.set(top.id, 'done');
        finished.push(top.id);
        stack.pop();
      } else if (state.get(to) !== 'open') {
        forward.set(top.id, [...(forward.get(top.id) ?? []), to]);
        if (state.has(to)) continue;
        state.set(to, 'open');
        stack.push({ id: to, next: 0 });
      }
    }
  }
  return { finished, forward };
}

/** Each goes to the mean place of its neighbours in the row before, then in the row after, in turn. */
export function orderRows(rows: string[][], above: ReadonlyMap<string, readonly string[]>, below: ReadonlyMap<string, readonly string[]>): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      const place = new Map(rows.flatMap((ids) => ids.map((id, index) => [id, (index + 0.5) / ids.length] as const)));
      const wanted = new Map(row.map((id) => [id, mean(((isDown ? above : below).get(id) ?? []).map((other) => place.get(other)!)) ?? place.get(id)!]));
      row.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
    }
  }
}

/** The middles of all, across: near their neighbours, none over another. */
export function spread(rows: readonly (readonly string[])[], above: ReadonlyMap<string, readonly string[]>, below: ReadonlyMap<string, readonly string[]>, widthOf: (id: string) => number, gap: number): Map<string, number> {
  const middle = new Map<string, number>();
  for (const row of rows) settle(row, () => 0, middle, widthOf, gap);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const near = isDown ? above : below;
    for (const row of isDown ? rows : rows.toReversed()) {
      settle(row, (id) => mean((near.get(id) ?? []).map((other) => middle.get(other)!)) ?? middle.get(id)!, middle, widthOf, gap);
    }
  }
  return middle;
}

/** Places a row from left to right where it wants to be, and moves the whole back by what that pushed it to the right. */
function settle(row: readonly string[], wanted: (id: string) => number, middle: Map<string, number>, widthOf: (id: string) => number, gap: number): void {
  let edge = Number.NEGATIVE_INFINITY;
  let pushed = 0;
  const placed = row.map((id) => {
    const wish = wanted(id);
    const x = Math.max(wish, edge + gap + widthOf(id) / 2);
    edge = x + widthOf(id) / 2;
    pushed += x - wish;
    return x;
  });
  row.forEach((id, index) => middle.set(id, placed[index]! - pushed / row.length));
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
