/** The directly-follows graph as a drawing. */

import { count, seconds } from '../core/format.ts';
import { END, START, type FlowNode, type FlowPath } from '../core/flow/graph.ts';
import { layout, shortName } from '../core/flow/layout.ts';
import type { Workflow } from '../core/shapes.ts';
import { freshId, h, svg } from '../ui/dom.ts';

const THINNEST = 1.2;
const THICKEST = 4;

/** Edges are the thicker the more often they were gone; a table below a graph would say the same, so the drawing has a spoken text. */
export function flowGraph({ edges, starts, ends }: NonNullable<Workflow['dfg']>): HTMLElement {
  const { width, height, nodes, paths } = layout(edges, starts, ends);
  const most = Math.max(1, ...paths.map(({ edge }) => edge.count));
  const arrow = freshId('arrow');
  const spoken = paths.map(({ edge }) => `${nameOf(edge.from)} to ${nameOf(edge.to)}: ${count(edge.count)}`).join('; ');
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, class: 'flow', role: 'img', 'aria-label': `What follows what: ${spoken}` },
    svg('defs', {}, svg('marker', { id: arrow, viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 12, markerHeight: 12, markerUnits: 'userSpaceOnUse', orient: 'auto-start-reverse' }, svg('path', { d: 'M0 1 L9 5 L0 9 z', class: 'flow-head' }))),
    ...paths.map((path) => edgeOf(path, most, arrow)),
    ...nodes.map(nodeOf),
    ...paths.map(labelOf),
  );
  return h('div', { class: 'flow-box', tabindex: 0, role: 'region', 'aria-label': 'Graph of the workflow' }, drawing);
}

function edgeOf({ edge, path }: FlowPath, most: number, arrow: string): SVGElement {
  const width = THINNEST + (THICKEST - THINNEST) * Math.sqrt(edge.count / most);
  const told = edge.median_s === null ? '' : `, median ${seconds(edge.median_s)}, 95 % within ${seconds(edge.p95_s)}`;
  const line = svg('path', { d: path, class: 'flow-edge', 'marker-end': `url(#${arrow})` }, svg('title', {}, `${nameOf(edge.from)} → ${nameOf(edge.to)}: ${count(edge.count)}${told}`));
  line.style.setProperty('stroke-width', width.toFixed(2));
  return line;
}

function labelOf({ edge, labelX, labelY, anchor }: FlowPath): SVGElement {
  const times = edge.median_s === null ? null : svg('tspan', { class: 'flow-time', dx: 5 }, seconds(edge.median_s));
  return svg('text', { x: labelX, y: labelY + 4, class: 'flow-count', 'text-anchor': anchor }, count(edge.count), times);
}

function nodeOf({ id, x, y, width, height }: FlowNode): SVGElement {
  if (id === START || id === END) {
    const radius = width / 2;
    return svg('g', { class: id === START ? 'flow-start' : 'flow-end' }, svg('circle', { cx: x + radius, cy: y + radius, r: radius - 4 }), svg('title', {}, nameOf(id)));
  }
  return svg('g', { class: 'flow-node' }, svg('rect', { x, y, width, height, rx: 9 }), svg('text', { x: x + width / 2, y: y + height / 2 + 4 }, shortName(id)), svg('title', {}, id));
}

function nameOf(id: string): string {
  return id === START ? 'start' : id === END ? 'end' : id;
}
