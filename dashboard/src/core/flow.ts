/** Places the steps of a directly-follows graph: rows from the start down, few crossings, and the way of each edge. */

import type { FlowEdge } from './shapes.ts';

export const START = '\u0000start';
export const END = '\u0000end';

export interface FlowNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FlowPath {
  readonly edge: FlowEdge;
  /** An SVG path. */
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface FlowLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly FlowNode[];
  readonly paths: readonly FlowPath[];
}

const ROW = 96;
const GAP = 60;
const HEIGHT = 44;
const DOT = 28;
const MARGIN = 20;
const LETTER = 7.4;
const SWEEPS = 6;
/** Left of a step that follows itself: the loop and what is told of it. */
const LOOP = 36;
const LOOP_TEXT = 64;
/** An edge that goes back, and one over several rows, bends this far aside for each row. */
const ASIDE = 34;

/** Lays out; ends are edges from START and to END. */
export function layout(edges: readonly FlowEdge[], starts: Readonly<Record<string, number>>, ends: Readonly<Record<string, number>>): FlowLayout {
  const all = [
    ...Object.entries(starts).map(([to, count]) => ({ from: START, to, count, median_s: null, p95_s: null })),
    ...edges,
    ...Object.entries(ends).map(([from, count]) => ({ from, to: END, count, median_s: null, p95_s: null })),
  ];
  const rows = order(rowsOf(all), all);
  const placed = new Map<string, FlowNode>();
  const widths = rows.map((row) => row.reduce((sum, id) => sum + widthOf(id) + GAP, -GAP));
  const inner = Math.max(0, ...widths);
  const left = MARGIN + (edges.some(({ from, to }) => from === to) ? LOOP + LOOP_TEXT : 0);
  rows.forEach((row, index) => {
    let x = left + (inner - widths[index]!) / 2;
    for (const id of row) {
      const height = heightOf(id);
      placed.set(id, { id, x, y: MARGIN + index * ROW + (HEIGHT - height) / 2, width: widthOf(id), height });
      x += widthOf(id) + GAP;
    }
  });
  const rowOf = new Map(rows.flatMap((row, index) => row.map((id) => [id, index] as const)));
  const paths = all.map((edge) => pathOf(edge, placed.get(edge.from)!, placed.get(edge.to)!, rowOf.get(edge.to)! - rowOf.get(edge.from)!));
  const reach = Math.max(inner + left, ...paths.map((path) => path.labelX + (path.anchor === 'start' ? LOOP_TEXT : 30)));
  return { width: reach + MARGIN, height: MARGIN * 2 + (rows.length - 1) * ROW + HEIGHT, nodes: [...placed.values()], paths };
}

/** The row of a step is its longest way from the start, edges that close a circle left out. */
function rowsOf(edges: readonly FlowEdge[]): string[][] {
  const follows = new Map<string, string[]>([[START, []], [END, []]]);
  for (const { from, to } of [...edges].sort((a, b) => b.count - a.count)) {
    if (!follows.has(from)) follows.set(from, []);
    if (!follows.has(to)) follows.set(to, []);
    if (from !== to) follows.get(from)!.push(to);
  }
  const finished: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const forward: [string, string][] = [];
  const visit = (root: string): void => {
    const stack: { id: string; next: number }[] = [{ id: root, next: 0 }];
    state.set(root, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const to = follows.get(top.id)![top.next++];
      if (to === undefined) {
        state.set(top.id, 'done');
        finished.push(top.id);
        stack.pop();
      } else if (state.get(to) !== 'open') {
        forward.push([top.id, to]);
        if (!state.has(to)) {
          state.set(to, 'open');
          stack.push({ id: to, next: 0 });
        }
      }
    }
  };
  visit(START);
  for (const id of follows.keys()) if (!state.has(id)) visit(id);
  const row = new Map<string, number>();
  for (const id of finished.reverse()) {
    const at = row.get(id) ?? 0;
    row.set(id, at);
    for (const [from, to] of forward) if (from === id) row.set(to, Math.max(row.get(to) ?? 0, at + 1));
  }
  const last = Math.max(...row.values());
  row.set(END, Math.max(row.get(END) ?? 0, last, 1));
  const rows: string[][] = [];
  for (const [id, at] of row) (rows[at] ??= []).push(id);
  return rows.filter((ids) => ids !== undefined);
}

/** Fewer crossings: each step goes to the mean place of its neighbours, downwards and upwards in turn. */
function order(rows: string[][], edges: readonly FlowEdge[]): string[][] {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const place = new Map(rows.flatMap((row) => row.map((id, index) => [id, (index + 0.5) / row.length] as const)));
    const near = (id: string): number => {
      const at = edges.filter((edge) => edge.from !== edge.to && (sweep % 2 === 0 ? edge.to : edge.from) === id).map((edge) => place.get(sweep % 2 === 0 ? edge.from : edge.to)!);
      return at.length === 0 ? place.get(id)! : at.reduce((sum, one) => sum + one, 0) / at.length;
    };
    for (const row of rows) {
      const wanted = new Map(row.map((id) => [id, near(id)]));
      row.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
    }
  }
  return rows;
}

function pathOf(edge: FlowEdge, from: FlowNode, to: FlowNode, rows: number): FlowPath {
  const fromX = from.x + from.width / 2;
  const toX = to.x + to.width / 2;
  if (from.id === to.id) {
    const { x } = from;
    const y = from.y + from.height / 2;
    return { edge, path: `M${x} ${y - 10} C${x - LOOP} ${y - 26} ${x - LOOP} ${y + 26} ${x} ${y + 10}`, labelX: x - LOOP, labelY: y, anchor: 'end' };
  }
  if (rows === 1) {
    const startY = from.y + from.height;
    const middle = (startY + to.y) / 2;
    return { edge, path: `M${fromX} ${startY} C${fromX} ${middle} ${toX} ${middle} ${toX} ${to.y}`, labelX: fromX + (toX - fromX) * 0.75 + 8, labelY: (middle + to.y) / 2 - 6, anchor: 'start' };
  }
  // Back, sideways or over several rows: around the right side of what lies between.
  const startX = from.x + from.width;
  const endX = to.x + to.width;
  const startY = from.y + from.height / 2;
  const endY = to.y + to.height / 2;
  const x = Math.max(startX, endX) + ASIDE + Math.abs(rows) * (ASIDE / 2);
  return { edge, path: `M${startX} ${startY} C${x} ${startY} ${x} ${endY} ${endX} ${endY}`, labelX: (startX + endX) / 8 + x * 0.75 + 6, labelY: (startY + endY) / 2, anchor: 'start' };
}

function widthOf(id: string): number {
  return id === START || id === END ? DOT : Math.max(72, Math.min(220, shortName(id).length * LETTER + 28));
}

function heightOf(id: string): number {
  return id === START || id === END ? DOT : HEIGHT;
}

/** Names longer than their box are cut. */
export function shortName(id: string): string {
  return id.length > 26 ? `${id.slice(0, 25)}…` : id;
}
