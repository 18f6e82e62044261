/** Places the steps of a directly-follows graph in rows from the start down, and finds the way of each edge. */

import type { FlowEdge } from '../shapes.ts';
import { END, START, type FlowLayout, type FlowNode, type FlowPath } from './graph.ts';
import { orderRows, rowsOf, spread } from './rows.ts';

const ROW = 96;
const GAP = 56;
const HEIGHT = 44;
const DOT = 28;
/** What a long edge takes in the rows it passes. */
const LANE = 12;
const MARGIN = 20;
const LETTER = 7.4;
const LONGEST_NAME = 26;
/** Beside a step that follows itself, and for what is told of an edge. */
const LOOP = 36;
const LABEL = 64;
/** An edge that goes back passes this far right of what lies between, and the next of them this much further. */
const ASIDE = 40;
const FURTHER = 22;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lays out; `starts` and `ends` become edges from START and to END. */
export function layout(edges: readonly FlowEdge[], starts: Readonly<Record<string, number>>, ends: Readonly<Record<string, number>>): FlowLayout {
  const all: FlowEdge[] = [
    ...Object.entries(starts).map(([to, count]) => ({ from: START, to, count, median_s: null, p95_s: null })),
    ...edges,
    ...Object.entries(ends).map(([from, count]) => ({ from, to: END, count, median_s: null, p95_s: null })),
  ];
  const rowOf = rowsOf(all);
  const lanes = all.map((edge, index) => laneOf(edge, index, rowOf));
  const rows: string[][] = [];
  for (const [id, row] of rowOf) (rows[row] ??= []).push(id);
  for (const lane of lanes) lane.slice(1, -1).forEach((id, index) => rows[rowOf.get(lane[0]!)! + 1 + index]!.push(id));
  const { above, below } = neighbours(lanes);
  orderRows(rows, above, below);
  const middle = spread(rows, above, below, widthOf, GAP);

  const leftmost = Math.min(...[...middle].map(([id, x]) => x - widthOf(id) / 2));
  const left = MARGIN + (edges.some(({ from, to }) => from === to) ? LOOP + LABEL : 0) - leftmost;
  const nodes = new Map([...rowOf].map(([id, row]) => [id, nodeOf(id, middle.get(id)! + left, row)]));
  const rights = rows.map((ids) => Math.max(...ids.map((id) => middle.get(id)! + left + widthOf(id) / 2)));
  let back = 0;
  const paths = all.map((edge, index) => {
    const [from, to] = [nodes.get(edge.from)!, nodes.get(edge.to)!];
    if (edge.from === edge.to) return loop(edge, from);
    if (lanes[index]!.length > 0) return down(edge, lanes[index]!.map((id) => ({ x: middle.get(id)! + left, y: 0 })), from, to);
    const [top, bottom] = [rowOf.get(edge.to)!, rowOf.get(edge.from)!];
    return around(edge, from, to, Math.max(...rights.slice(top, bottom + 1)) + ASIDE + FURTHER * back++);
  });
  const width = Math.max(...rights, ...paths.map((path) => path.labelX + (path.anchor === 'start' ? LABEL : 0))) + MARGIN;
  return { width, height: MARGIN * 2 + (rows.length - 1) * ROW + HEIGHT, nodes: [...nodes.values()], paths };
}

/** An edge that goes down, as the ids it passes in each row; empty for one that does not. */
function laneOf({ from, to }: FlowEdge, index: number, rowOf: ReadonlyMap<string, number>): string[] {
  const between = rowOf.get(to)! - rowOf.get(from)! - 1;
  if (between < 0) return [];
  return [from, ...Array.from({ length: between }, (_, row) => `\u0001${index}:${row}`), to];
}

function neighbours(lanes: readonly (readonly string[])[]): { above: Map<string, string[]>; below: Map<string, string[]> } {
  const above = new Map<string, string[]>();
  const below = new Map<string, string[]>();
  const note = (map: Map<string, string[]>, id: string, other: string): void => void map.set(id, [...(map.get(id) ?? []), other]);
  for (const lane of lanes) {
    for (let at = 1; at < lane.length; at++) {
      note(above, lane[at]!, lane[at - 1]!);
      note(below, lane[at - 1]!, lane[at]!);
    }
  }
  return { above, below };
}

function nodeOf(id: string, middle: number, row: number): FlowNode {
  const height = isEnd(id) ? DOT : HEIGHT;
  return { id, x: middle - widthOf(id) / 2, y: MARGIN + row * ROW + (HEIGHT - height) / 2, width: widthOf(id), height };
}

/** From row to row: straight down beside the steps it passes, and over in the gaps. */
function down(edge: FlowEdge, lane: readonly Point[], from: FlowNode, to: FlowNode): FlowPath {
  const top = from.y + from.height / 2 - HEIGHT / 2;
  let path = `M${lane[0]!.x} ${from.y + from.height}`;
  let y = from.y + from.height;
  for (let row = 1; row < lane.length; row++) {
    const isLast = row === lane.length - 1;
    const next = isLast ? to.y : top + row * ROW;
    const turn = (y + next) / 2;
    path += ` C${lane[row - 1]!.x} ${turn} ${lane[row]!.x} ${turn} ${lane[row]!.x} ${next}`;
    if (!isLast) path += ` V${next + HEIGHT}`;
    y = next + HEIGHT;
  }
  const [before, last] = [lane[0]!.x, lane[1]!.x];
  const firstTurn = from.y + from.height + (ROW - HEIGHT) * 0.68;
  return { edge, path, labelX: before + (last - before) * 0.8 + 8, labelY: firstTurn, anchor: 'start' };
}

/** Back or sideways: out to the right, past what lies between, and in from the right. */
function around(edge: FlowEdge, from: FlowNode, to: FlowNode, x: number): FlowPath {
  const [startX, startY] = [from.x + from.width, from.y + from.height / 2];
  const [endX, endY] = [to.x + to.width, to.y + to.height / 2];
  const middle = (startY + endY) / 2;
  const path = `M${startX} ${startY} C${x} ${startY} ${x} ${startY} ${x} ${(startY + middle) / 2} V${(endY + middle) / 2} C${x} ${endY} ${x} ${endY} ${endX} ${endY}`;
  return { edge, path, labelX: x + 6, labelY: middle, anchor: 'start' };
}

function loop(edge: FlowEdge, { x, y, height }: FlowNode): FlowPath {
  const middle = y + height / 2;
  return { edge, path: `M${x} ${middle - 10} C${x - LOOP} ${middle - 26} ${x - LOOP} ${middle + 26} ${x} ${middle + 10}`, labelX: x - LOOP, labelY: middle, anchor: 'end' };
}

function widthOf(id: string): number {
  if (id.startsWith('\u0001')) return LANE;
  return isEnd(id) ? DOT : Math.max(72, shortName(id).length * LETTER + 28);
}

function isEnd(id: string): boolean {
  return id === START || id === END;
}

/** Names longer than their box are cut. */
export function shortName(id: string): string {
  return id.length > LONGEST_NAME ? `${id.slice(0, LONGEST_NAME - 1)}…` : id;
}
