/** How busy each core is, as bars. */

import { percent } from '../core/format.ts';
import type { Figure } from '../core/shapes.ts';
import { h } from '../ui/dom.ts';

interface Bar {
  readonly fill: HTMLElement;
  readonly value: HTMLElement;
}

export class Cores {
  readonly element = h('ol', { class: 'cores', 'aria-label': 'How busy each core is' });
  private readonly bars: Bar[] = [];

  show(values: readonly Figure[]): void {
    while (this.bars.length < values.length) this.add();
    values.forEach((value, index) => {
      const bar = this.bars[index]!;
      bar.fill.style.setProperty('--part', String((value ?? 0) / 100));
      bar.fill.dataset['tone'] = value !== null && value >= 95 ? 'bad' : value !== null && value >= 80 ? 'warn' : '';
      bar.value.textContent = percent(value);
    });
  }

  private add(): void {
    const bar = { fill: h('span', { class: 'core-fill' }), value: h('span', { class: 'core-value' }) };
    this.element.append(h('li', {}, h('span', { class: 'core-name' }, String(this.bars.length)), h('span', { class: 'core-bar' }, bar.fill), bar.value));
    this.bars.push(bar);
  }
}
