/** What a tool answered, as text whatever it holds: markup stays letters, and a long text is cut until all of it is asked for. */

import { bytes, count } from '../core/format.ts';
import { h } from './dom.ts';

const SHOWN = 20_000;

export class ResultView {
  private readonly text = h('pre', { class: 'result-text', tabindex: 0, 'aria-label': 'Result' });
  private readonly note = h('p', { class: 'result-note', role: 'status' });
  private readonly more = h('button', { type: 'button', class: 'quiet-button', hidden: true, onclick: () => this.showAll() });
  private readonly copy = h('button', { type: 'button', class: 'quiet-button', onclick: () => void navigator.clipboard?.writeText(this.whole()) }, 'Copy');
  private pieces: string[] = [];
  private length = 0;
  private isWhole = false;
  private frame = 0;
  readonly element = h('div', { class: 'result', hidden: true }, h('div', { class: 'result-head' }, this.note, this.more, this.copy), this.text);

  clear(): void {
    this.pieces = [];
    this.length = 0;
    this.isWhole = false;
    this.element.hidden = true;
    this.draw();
  }

  /** Adds a piece of a stream. Drawn with the next frame, however many come before it. */
  add(value: unknown): void {
    const piece = textOf(value);
    this.pieces.push(piece);
    this.length += piece.length;
    this.element.hidden = false;
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /** A line above the text. */
  say(note: string): void {
    this.note.textContent = note;
    this.element.hidden = false;
  }

  private whole(): string {
    return this.pieces.join('');
  }

  private showAll(): void {
    this.isWhole = true;
    this.draw();
  }

  /** Draws what there is: now. */
  draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const isCut = !this.isWhole && this.length > SHOWN;
    this.text.textContent = isCut ? this.start() : this.whole();
    this.more.hidden = !isCut;
    this.more.textContent = `Show all ${bytes(this.length)}`;
    this.text.dataset['length'] = count(this.length);
  }

  private start(): string {
    let start = '';
    for (const piece of this.pieces) {
      start += piece.slice(0, SHOWN - start.length);
      if (start.length >= SHOWN) break;
    }
    return `${start}…`;
  }
}

/** A text as it is, anything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? String(value));
}
