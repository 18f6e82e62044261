/** A list of diagnostics, the newest first; what is new is added, so that it alone is read aloud. */

import { clock, seconds } from '../core/format.ts';
import type { FeedEntry } from '../core/hub.ts';
import { h, replace } from './dom.ts';
import { badge, empty, type Tone } from './parts.ts';

const TONES: Readonly<Record<string, Tone>> = { debug: 'quiet', info: 'accent', warning: 'warn', error: 'bad', critical: 'bad' };

export class FeedList {
  readonly element: HTMLElement;
  /** The ids that are shown, the newest last. */
  private shown: readonly number[] = [];

  constructor(
    label: string,
    private readonly nothing: { readonly title: string; readonly hint: string },
    private readonly most: number,
  ) {
    // Long lists scroll in their own box, which the keyboard reaches.
    this.element = h('ol', { class: 'feed', tabindex: 0, 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': label });
    this.show([]);
  }

  /** Shows entries; the newest last. */
  show(entries: readonly FeedEntry[]): void {
    const latest = entries.slice(-this.most);
    const before = this.shown;
    this.shown = latest.map(({ id }) => id);
    if (latest.length === 0) {
      replace(this.element, h('li', {}, empty(this.nothing.title, this.nothing.hint)));
      return;
    }
    const isContinued = before.length > 0 && latest[0]!.id >= before[0]! && latest.filter(({ id }) => id <= before.at(-1)!).every(({ id }) => before.includes(id));
    const kept = isContinued ? latest.filter(({ id }) => id <= before.at(-1)!).length : 0;
    if (kept === 0) replace(this.element, ...latest.toReversed().map(item));
    else {
      while (this.element.children.length > kept) this.element.lastElementChild!.remove();
      this.element.prepend(...latest.slice(kept).toReversed().map(item));
    }
  }
}

function item({ time, level, component, message, details }: FeedEntry): HTMLElement {
  const blocked = details['blocked_for_ms'];
  return h(
    'li',
    {},
    h('time', { datetime: time.toISOString() }, clock(time)),
    badge(level, TONES[level] ?? 'quiet'),
    h('span', { class: 'feed-component' }, component),
    h('span', { class: 'feed-text' }, message, typeof blocked === 'number' && blocked > 0 ? ` Blocked for ${seconds(blocked / 1000)}.` : ''),
  );
}
