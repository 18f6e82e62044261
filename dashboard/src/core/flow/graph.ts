/** The parts of a graph that is laid out. */

import type { FlowEdge } from '../shapes.ts';

export const START = '\u0000start';
export const END = '\u0000end';

export type Link = Pick<FlowEdge, 'from' | 'to' | 'count'>;

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
