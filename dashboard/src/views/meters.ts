/** The meters of one stream of sound. */

import { level, number, share } from '../core/format.ts';
import type { Scope } from '../core/scope.ts';
import { Trail } from '../core/series.ts';
import type { AudioLevel, AudioReport, Figure } from '../core/shapes.ts';
import { Chart } from '../ui/chart.ts';
import { h, onFrame } from '../ui/dom.ts';

/** The lower ends of the scales; the upper is 0. */
const LOUDNESS_FLOOR = -60;
const PEAK_FLOOR = -60;
/** Above this a true peak may clip further down the way (EBU R 128). */
const TRUE_PEAK_MOST = -1;
/** A minute at ten a second. */
const TRAIL_POINTS = 600;

interface Meter {
  readonly element: HTMLElement;
  show(value: Figure): void;
}

export class Meters {
  private readonly momentary = meter('Momentary', 'LUFS', LOUDNESS_FLOOR);
  private readonly shortTerm = meter('Short-term', 'LUFS', LOUDNESS_FLOOR);
  private readonly integrated = meter('Integrated', 'LUFS', LOUDNESS_FLOOR);
  private readonly truePeak = meter('True peak', 'dBTP', PEAK_FLOOR, TRUE_PEAK_MOST);
  private readonly channelBox = h('div', { class: 'meters' });
  private readonly channels: Meter[] = [];
  private readonly speech = h('span', { class: 'badge quiet' }, 'no speech');
  private readonly time = h('span', { class: 'muted' });
  private readonly trail = new Trail<'momentary' | 'shortTerm'>(['momentary', 'shortTerm'], TRAIL_POINTS);
  private readonly chart: Chart;
  private latest: AudioLevel | null = null;
  private readonly drawSoon: () => void;
  readonly element: HTMLElement;

  constructor(scope: Scope) {
    const format = (value: Figure): string => level(value, 'LUFS');
    this.chart = new Chart(scope, { title: 'Loudness', format, markFormat: number, min: LOUDNESS_FLOOR, max: 0, lines: [{ label: 'momentary', tint: 1 }, { label: 'short-term', tint: 2 }] });
    this.drawSoon = onFrame(scope, () => this.draw());
    const loudness = h('div', { class: 'meters' }, this.momentary.element, this.shortTerm.element, this.integrated.element, this.truePeak.element);
    this.element = h(
      'div',
      { class: 'columns' },
      h('section', { class: 'panel' }, h('div', { class: 'panel-head' }, h('h3', {}, 'Levels'), h('span', { class: 'badges' }, this.speech, this.time)), loudness, this.channelBox),
      this.chart.element,
    );
  }

  /** Drawn with the next frame: ten events a second and stream are told. */
  show(event: AudioLevel): void {
    this.trail.push(Date.now() / 1000, { momentary: drawn(event.momentary_lufs), shortTerm: drawn(event.short_term_lufs) });
    this.latest = event;
    this.drawSoon();
  }

  showReport({ quality }: AudioReport): void {
    if (quality === null) return;
    this.integrated.show(quality.loudness.integrated_lufs);
  }

  private draw(): void {
    const event = this.latest;
    if (event === null) return;
    this.momentary.show(event.momentary_lufs);
    this.shortTerm.show(event.short_term_lufs);
    this.truePeak.show(event.true_peak_dbtp);
    while (this.channels.length < event.channels.length) {
      const added = meter(event.channels.length === 1 ? 'Peak' : `Peak ${this.channels.length + 1}`, 'dBFS', PEAK_FLOOR, TRUE_PEAK_MOST);
      this.channels.push(added);
      this.channelBox.append(added.element);
    }
    event.channels.forEach(({ peak_dbfs: peak }, index) => this.channels[index]!.show(peak));
    this.speech.textContent = event.speech_probability >= 0.5 ? `speech ${share(event.speech_probability)}` : 'no speech';
    this.speech.className = `badge ${event.speech_probability >= 0.5 ? 'good' : 'quiet'}`;
    this.time.textContent = `${event.time_s.toFixed(1)} s`;
    this.chart.show([...this.trail.times], [...this.trail.column('momentary')], [...this.trail.column('shortTerm')]);
  }
}

/** Below the scale, and silence, is at its floor. */
function drawn(value: Figure): number {
  return Math.max(LOUDNESS_FLOOR, value ?? LOUDNESS_FLOOR);
}

/** A bar from its floor to 0; null is digital silence. Above `most` it warns. */
function meter(name: string, unit: string, floor: number, most = Number.POSITIVE_INFINITY): Meter {
  const fill = h('span', { class: 'meter-fill' });
  const value = h('span', { class: 'meter-value' }, '–');
  const bar = h('span', { class: 'meter-bar', role: 'meter', 'aria-label': name, 'aria-valuemin': floor, 'aria-valuemax': 0, 'aria-valuenow': floor }, fill);
  return {
    element: h('div', { class: 'meter-row' }, h('span', { class: 'meter-name' }, name), bar, value),
    show(figure) {
      const shown = Math.min(0, Math.max(floor, figure ?? floor));
      fill.style.setProperty('--part', String((shown - floor) / -floor));
      fill.dataset['tone'] = figure !== null && figure > most ? 'bad' : '';
      bar.setAttribute('aria-valuenow', shown.toFixed(1));
      bar.setAttribute('aria-valuetext', level(figure, unit));
      value.textContent = level(figure, unit);
    },
  };
}
