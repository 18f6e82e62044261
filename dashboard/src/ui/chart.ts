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
  /** Of the marks of the scale, when they are told without their unit. */
  readonly markFormat?: (value: Figure) => string;
  /** The ends of the scale, for what has them; else it begins at 0 and grows with the values. */
  readonly max?: number;
  readonly min?: number;
  readonly height?: number;
  /** What marks of the scale may be apart: whole numbers for counts, powers of two for bytes. */
  readonly steps?: readonly number[];
  /** Charts of one key share their cursor. */
  readonly sync?: string;
}

const HEIGHT = 168;
/** While there is less, this much time is shown. */
const LEAST_SECONDS = 60;
/** Fewer points than this make no line worth the name: they are dotted. */
const DOTTED = 3;

export const BINARY_STEPS: readonly number[] = Array.from({ length: 50 }, (_, power) => 2 ** power);
export const WHOLE_STEPS: readonly number[] = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

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
    const { lines, format, markFormat = format, max, min = 0, height = HEIGHT, sync, steps } = this.options;
    const font = '11px system-ui, sans-serif';
    const axis = { stroke: colour('muted'), font, grid: { stroke: colour('grid'), width: 1 }, ticks: { show: false } };
    return {
      width,
      height,
      legend: { show: false },
      padding: [8, 20, 0, 0],
      cursor: { points: { size: 6 }, drag: { setScale: false }, y: false, ...(sync === undefined ? {} : { sync: { key: sync } }) },
      scales: { x: { time: true, range: (_, from, to) => (to - from >= LEAST_SECONDS ? [from, to] : [to - LEAST_SECONDS, to]) }, y: { range: (_, __, high) => [min, max ?? Math.max(min + 1, (high ?? 0) * 1.1)] } },
      axes: [
        { ...axis, size: 22, gap: 4, space: 70, values: (_, marks, __, ___, step) => marks.map((mark) => timeOf(mark, step)) },
        { ...axis, size: 62, gap: 4, space: 34, ...(steps === undefined ? {} : { incrs: [...steps] }), values: (_, marks) => marks.map((mark) => markFormat(mark)) },
      ],
      series: [{}, ...lines.map(({ label, tint, isFilled }) => ({ label, stroke: colour(`tint-${tint}`), width: 1.6, points: { show: (plot: uPlot) => plot.data[0].length < DOTTED, size: 5 }, ...(isFilled === true ? { fill: `${colour(`tint-${tint}`)}26` } : {}) }))],
      hooks: { setCursor: [(plot) => this.tell(plot.cursor.idx ?? null)] },
    };
  }
}

function newest(column: readonly Figure[] | undefined): Figure {
  return column?.findLast((value) => value !== null) ?? null;
}

function timeOf(mark: number, step: number): string {
  const time = new Date(mark * 1000);
  const text = time.toLocaleTimeString('en-GB');
  return step < 60 ? text : text.slice(0, 5);
}
