/** A figure with its name, what it is made of, and its last minutes as a line. */

import type { Figure } from '../core/shapes.ts';
import { h, svg } from './dom.ts';

const WIDTH = 120;
const HEIGHT = 32;

export class Tile {
  private readonly value = h('p', { class: 'tile-value' }, '–');
  private readonly detail = h('p', { class: 'tile-detail' });
  private readonly line = svg('path', { class: 'spark-line' });
  private readonly area = svg('path', { class: 'spark-area' });
  readonly element: HTMLElement;

  constructor(name: string, hasSpark = true) {
    const spark = svg('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, this.area, this.line);
    this.element = h('div', { class: 'tile' }, h('p', { class: 'tile-name' }, name), this.value, this.detail, hasSpark ? spark : null);
  }

  show(value: string, detail = '', tone = ''): void {
    this.value.textContent = value;
    this.detail.textContent = detail;
    this.element.dataset['tone'] = tone;
  }

  /** Draws the newest points; `top` is the value at the upper edge, by default the largest. */
  spark(values: readonly Figure[], top?: number): void {
    const points = values.slice(-60);
    const ceiling = Math.max(top ?? 0, ...points.map((value) => value ?? 0), 1e-9);
    const step = WIDTH / Math.max(1, points.length - 1);
    const drawn = points.map((value, index) => (value === null ? null : `${(index * step).toFixed(1)} ${(HEIGHT - 2 - (value / ceiling) * (HEIGHT - 4)).toFixed(1)}`));
    const line = drawn.filter((point) => point !== null);
    this.line.setAttribute('d', line.length < 2 ? '' : `M${line.join(' L')}`);
    const first = line[0]?.split(' ')[0];
    const last = line.at(-1)?.split(' ')[0];
    this.area.setAttribute('d', line.length < 2 ? '' : `M${line.join(' L')} L${last} ${HEIGHT} L${first} ${HEIGHT} Z`);
  }
}
