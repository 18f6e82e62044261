/** What the server tells of itself, as it tells it. */

import type { DiagnosticLevel } from '@mcp/client';

import type { FeedEntry, Hub } from '../core/hub.ts';
import type { Scope } from '../core/scope.ts';
import { h, onFrame } from '../ui/dom.ts';
import { FeedList } from '../ui/feed_list.ts';
import { panel } from '../ui/parts.ts';

const LEVELS: readonly DiagnosticLevel[] = ['debug', 'info', 'warning', 'error', 'critical'];
const SHOWN = 500;

export function feedView(hub: Hub, scope: Scope): HTMLElement {
  const list = new FeedList('Diagnostics', { title: 'Nothing yet', hint: 'Slow calls, violations, resumed sessions and troubles appear here at once.' }, SHOWN);
  const level = h('select', { id: 'feed-level', onchange: () => relisten() }, ...LEVELS.map((name) => h('option', { value: name, selected: name === 'info' }, name)));
  const component = h('select', { id: 'feed-component', onchange: () => draw() }, h('option', { value: '' }, 'all'));
  const pause = h('button', { type: 'button', class: 'plain', 'aria-pressed': 'false', onclick: () => hold() }, 'Pause');
  let held: readonly FeedEntry[] | null = null;
  let cleared = 0;

  const relisten = (): void => {
    hub.listen(level.value as DiagnosticLevel);
    draw();
  };
  const hold = (): void => {
    held = held === null ? hub.feed.value : null;
    pause.setAttribute('aria-pressed', String(held !== null));
    pause.textContent = held === null ? 'Pause' : 'Go on';
    draw();
  };
  const draw = (): void => {
    const entries = (held ?? hub.feed.value).filter(({ id }) => id > cleared);
    const known = new Set([...component.options].map((option) => option.value));
    for (const name of new Set(entries.map((entry) => entry.component))) if (!known.has(name)) component.append(h('option', { value: name }, name));
    const least = LEVELS.indexOf(level.value as DiagnosticLevel);
    list.show(entries.filter((entry) => LEVELS.indexOf(entry.level) >= least && (component.value === '' || entry.component === component.value)));
  };
  const clear = (): void => {
    cleared = hub.feed.value.at(-1)?.id ?? 0;
    draw();
  };
  const drawSoon = onFrame(scope, draw);
  scope.add(hub.feed.watch(() => held === null && drawSoon()));
  // Other views count on violations, which are warnings.
  scope.add(() => hub.listen('info'));

  const controls = h(
    'div',
    { class: 'controls' },
    h('label', { for: 'feed-level' }, 'From level', level),
    h('label', { for: 'feed-component' }, 'Component', component),
    pause,
    h('button', { type: 'button', class: 'plain', onclick: clear }, 'Clear'),
  );
  return h('div', { class: 'view' }, h('div', { class: 'view-head' }, h('h2', {}, 'Feed'), controls), panel('Diagnostics, the newest first', {}, list.element));
}
