/** Lines over time, by uPlot, with a legend that tells the values under the cursor, or else the newest. */

import uPlot from 'uplot';

import type { Scope } from '../core/scope.ts';
import type { Figure } from '../core/shapes.ts';
import { h } from './dom.ts';
import { colour, theme } from './theme.ts';

export interface Line {
  readonly label: string;
  /** The number of a colour of the style sheet, from 1. */
  readonly tint: number;
  readonly isFilled?: boolean;
}

export interface ChartOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: Figure) => string;
  /** The upper end of the scale, for what has one. */
  readonly max?: number;
  readonly min?: number;
  readonly height?: number;
  /** Marks at multiples of powers of two, for bytes. */
  readonly isBinary?: boolean;
  /** Charts of one key share their cursor. */
  readonly sync?: string;
}

const HEIGHT = 168;
const BINARY_STEPS = Array.from({ length: 50 }, (_, power) => 2 ** power);

export class Chart {
  private readonly plotBox = h('div', { class: 'plot', 'aria-hidden': 'true' });
  private readonly values: HTMLElement[];
  private plot: uPlot | null = null;
  private data: uPlot.AlignedData = [[]];
  readonly element: HTMLElement;

  constructor(
    scope: Scope,
    private readonly options: ChartOptions,
  ) {
    this.values = options.lines.map(() => h('span', { class: 'legend-value' }, '–'));
    const legend = options.lines.map(({ label, tint }, index) => h('li', { class: `tint-${tint}` }, h('span', { class: 'swatch' }), label, ' ', this.values[index]));
    this.element = h('figure', { class: 'panel chart' }, h('figcaption', {}, h('h3', {}, options.title), h('ul', { class: 'legend' }, ...legend)), this.plotBox);
    const observer = new ResizeObserver(() => this.fit());
    observer.observe(this.plotBox);
    scope.add(() => observer.disconnect());
    scope.add(theme.watch(() => this.build()));
    scope.add(() => this.plot?.destroy());
  }

  /** Shows columns: times in seconds since 1970, and one column for each line. */
  show(times: readonly number[], ...columns: readonly (readonly Figure[])[]): void {
    this.data = [times, ...columns] as uPlot.AlignedData;
    this.element.dataset['points'] = String(times.length);
    this.element.dataset['newest'] = String(times.at(-1) ?? '');
    this.plot?.setData(this.data);
    if (this.plot?.cursor.idx == null) this.tell(null);
  }

  private tell(index: number | null): void {
    this.values.forEach((element, line) => {
      const column = this.data[line + 1] as Figure[] | undefined;
      element.textContent = this.options.format((index === null ? newest(column) : column?.[index]) ?? null);
    });
  }

  private fit(): void {
    const width = Math.floor(this.plotBox.clientWidth);
    if (width === 0) return;
    if (this.plot === null) this.build();
    else if (this.plot.width !== width) this.plot.setSize({ width, height: this.options.height ?? HEIGHT });
  }

  private build(): void {
    const width = Math.floor(this.plotBox.clientWidth);
    if (width === 0) return;
    this.plot?.destroy();
    this.plot = new uPlot(this.plotOptions(width), this.data, this.plotBox);
  }

  private plotOptions(width: number): uPlot.Options {
    const { lines, format, max, min, height = HEIGHT, sync, isBinary } = this.options;
    const font = '11px system-ui, sans-serif';
    const axis = { stroke: colour('muted'), font, grid: { stroke: colour('grid'), width: 1 }, ticks: { show: false } };
    return {
      width,
      height,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: { points: { size: 6 }, drag: { setScale: false }, y: false, ...(sync === undefined ? {} : { sync: { key: sync } }) },
      scales: { x: { time: true }, y: { range: (_, low, high) => scaleOf(low, high, min, max) } },
      axes: [
        { ...axis, size: 22, gap: 4, space: 70, values: (_, marks, __, ___, step) => marks.map((mark) => timeOf(mark, step)) },
        { ...axis, size: 62, gap: 4, space: 34, ...(isBinary === true ? { incrs: BINARY_STEPS } : {}), values: (_, marks) => marks.map((mark) => format(mark)) },
      ],
      series: [{}, ...lines.map(({ label, tint, isFilled }) => ({ label, stroke: colour(`tint-${tint}`), width: 1.6, points: { show: false }, ...(isFilled === true ? { fill: `${colour(`tint-${tint}`)}26` } : {}) }))],
      hooks: { setCursor: [(plot) => this.tell(plot.cursor.idx ?? null)] },
    };
  }
}

function scaleOf(low: number | null, high: number | null, min = 0, max?: number): [number, number] {
  const top = max ?? Math.max(min + 1, (high ?? 1) * 1.1);
  return [Math.min(min, low ?? min), top];
}

function newest(column: readonly Figure[] | undefined): Figure {
  return column?.findLast((value) => value !== null) ?? null;
}

function timeOf(mark: number, step: number): string {
  const time = new Date(mark * 1000);
  const text = time.toLocaleTimeString('en-GB');
  return step < 60 ? text : text.slice(0, 5);
}
