/** Small parts that every view is made of. */

import type { Finding } from '../core/shapes.ts';
import { h, replace } from './dom.ts';

/** A panel with a heading. */
export function panel(title: string, props: { class?: string; aside?: Node } = {}, ...children: readonly (Node | null)[]): HTMLElement {
  const heading = h('div', { class: 'panel-head' }, h('h3', {}, title), props.aside);
  return h('section', { class: `panel ${props.class ?? ''}` }, heading, ...children);
}

/** The place where nothing is yet: what would be here, and how it comes. */
export function empty(title: string, hint = ''): HTMLElement {
  return h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, title), hint === '' ? null : h('p', {}, hint));
}

/** A line for what went wrong; empty means nothing did. */
export class ErrorLine {
  readonly element = h('p', { class: 'error-line', role: 'alert', hidden: true });

  show(text: string): void {
    this.element.textContent = text;
    this.element.hidden = text === '';
  }
}

export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'accent';

export function badge(text: string, tone: Tone): HTMLElement {
  return h('span', { class: `badge ${tone}` }, text);
}

/** A table: headings, and rows of cells; cells of the columns named in `figures` stand right, digits below digits. */
export class Table {
  private readonly body = h('tbody');
  readonly element: HTMLElement;

  constructor(
    label: string,
    private readonly headings: readonly string[],
    private readonly figures: ReadonlySet<number> = new Set(),
  ) {
    const head = h('tr', {}, ...headings.map((heading, index) => h('th', { scope: 'col', class: figures.has(index) ? 'figure' : '' }, heading)));
    // Wide tables scroll in their own box, which the keyboard reaches.
    this.element = h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': label }, h('table', {}, h('thead', {}, head), this.body));
  }

  rows(rows: readonly (readonly (string | Node)[])[]): void {
    replace(this.body, ...rows.map((row) => h('tr', {}, ...row.map((cell, index) => this.cell(cell, index)))));
  }

  /** A line instead of rows. */
  nothing(text: string): void {
    replace(this.body, h('tr', {}, h('td', { colspan: this.headings.length, class: 'nothing' }, text)));
  }

  private cell(content: string | Node, index: number): HTMLElement {
    return h('td', { class: this.figures.has(index) ? 'figure' : '', 'data-label': this.headings[index] }, content);
  }
}

/** Findings of a report, the gravest first. */
export function findings(list: readonly Finding[]): HTMLElement[] {
  const rank = { critical: 0, warning: 1, info: 2 };
  const tone = { critical: 'bad', warning: 'warn', info: 'accent' } as const;
  return [...list]
    .sort((a, b) => rank[a.severity] - rank[b.severity])
    .map(({ severity, title, detail, hint }) =>
      h(
        'div',
        { class: `finding ${tone[severity]}` },
        h('p', { class: 'finding-title' }, badge(severity, tone[severity]), title),
        h('p', {}, detail),
        hint ? h('p', { class: 'hint' }, hint) : null,
      ),
    );
}

/** A group of buttons of which one is pressed. */
export function segments<Value extends string>(label: string, options: readonly (readonly [Value, string])[], initial: Value, chosen: (value: Value) => void): HTMLElement {
  const group = h('div', { class: 'segments', role: 'group', 'aria-label': label });
  for (const [value, text] of options) {
    const press = (): void => {
      for (const other of group.children) other.setAttribute('aria-pressed', String(other === button));
      chosen(value);
    };
    const button = h('button', { type: 'button', 'aria-pressed': String(value === initial), onclick: press }, text);
    group.append(button);
  }
  return group;
}
