/** The checks of `system/diagnostics`. */

import { explain } from '../core/explain.ts';
import { milliseconds, number, percent } from '../core/format.ts';
import type { Hub } from '../core/hub.ts';
import type { Scope } from '../core/scope.ts';
import type { Check, Health } from '../core/shapes.ts';
import { h, replace } from '../ui/dom.ts';
import { badge, ErrorLine, panel, segments, type Tone } from '../ui/parts.ts';

const LEVELS = [['basic', 'Basic'], ['detailed', 'Detailed'], ['full', 'Full']] as const;
type Level = (typeof LEVELS)[number][0];
const TONES: Readonly<Record<Check['status'], Tone>> = { healthy: 'good', degraded: 'warn', unhealthy: 'bad', unknown: 'quiet', skipped: 'quiet' };
const RANK: Readonly<Record<Check['status'], number>> = { unhealthy: 0, degraded: 1, unknown: 2, healthy: 3, skipped: 4 };
/** The active probes of the full level may take 10 s. */
const TIMEOUT_MS = 60_000;

export function healthView(hub: Hub, scope: Scope): HTMLElement {
  const error = new ErrorLine();
  const summary = h('div', { class: 'verdict', role: 'status' }, 'The checks are running…');
  const groups = h('div', { class: 'columns' });
  const run = h('button', { type: 'button', class: 'primary', onclick: () => void check() }, 'Run again');
  let level: Level = 'basic';

  const check = async (): Promise<void> => {
    run.disabled = true;
    try {
      const health = await hub.client.callTool<Health>('system/diagnostics', { level }, { timeoutMs: TIMEOUT_MS });
      if (scope.isOver) return;
      show(health);
      error.show('');
    } catch (reason) {
      error.show(explain(reason));
    } finally {
      run.disabled = false;
    }
  };
  const show = (health: Health): void => {
    const troubled = health.checks.filter(({ status }) => status === 'degraded' || status === 'unhealthy').length;
    const told = troubled === 0 ? `${health.checks.length} checks found nothing wrong` : `${troubled} of ${health.checks.length} checks found something`;
    replace(summary, badge(health.status, TONES[health.status]), h('span', {}, `${told}, in ${milliseconds(health.duration_ms)}.`));
    // The longest list has a column of its own, the others share one.
    const [longest, ...others] = componentsOf(health.checks).sort(([, a], [, b]) => b.length - a.length).map(([component, checks]) => checksPanel(component, checks));
    replace(groups, longest, h('div', { class: 'stack' }, ...others));
  };
  const choose = segments('How closely to look', LEVELS, level, (chosen) => {
    level = chosen;
    void check();
  });
  void check();
  return h('div', { class: 'view' }, h('div', { class: 'view-head' }, h('h2', {}, 'Health'), h('div', { class: 'controls' }, choose, run)), error.element, summary, groups);
}

function componentsOf(checks: readonly Check[]): [string, Check[]][] {
  const names = [...new Set(checks.map(({ component }) => component))];
  return names.map((name) => [name, checks.filter(({ component }) => component === name)]);
}

function checksPanel(component: string, checks: readonly Check[]): HTMLElement {
  return panel(component, { class: 'checks' }, ...[...checks].sort((a, b) => RANK[a.status] - RANK[b.status]).map(checkItem));
}

function checkItem({ id, status, message, hint, observed, unit, threshold, duration_ms: duration }: Check): HTMLElement {
  const figure = observed === null ? '' : unit === 'percent' ? percent(observed) : `${number(observed)} ${unitName(unit)}`;
  const limit = threshold === null ? '' : `limit ${number(threshold)}`;
  return h(
    'div',
    { class: 'check-item' },
    h('p', { class: 'check-title' }, badge(status, TONES[status]), h('code', {}, id), h('span', { class: 'figure' }, figure)),
    h('p', {}, message),
    hint === null ? null : h('p', { class: 'hint' }, hint),
    h('p', { class: 'muted small' }, [limit, `took ${milliseconds(duration)}`].filter((part) => part !== '').join(' · ')),
  );
}

function unitName(unit: string | null): string {
  return unit === null || unit === 'count' || unit === 'ratio' ? '' : unit.replace('count_per_', 'per ').replaceAll('_', ' ');
}
