/** What a client may do, and what happened to those who did more. */

import type { DiagnosticReport } from '@mcp/client';

import { explain } from '../core/explain.ts';
import { bytes, clock, count } from '../core/format.ts';
import type { Hub } from '../core/hub.ts';
import type { Scope } from '../core/scope.ts';
import { h, onFrame, replace } from '../ui/dom.ts';
import { FeedList } from '../ui/feed_list.ts';
import { empty, ErrorLine, panel, Table } from '../ui/parts.ts';
import { Tile } from '../ui/tile.ts';

/** The components that tell of violations, penalties, limits that come near, and wrong keys. */
const GUARDS: ReadonlySet<string> = new Set(['violations', 'penalties', 'rate_limiter', 'keys']);
const SHOWN = 100;

export function guardView(hub: Hub, scope: Scope): HTMLElement {
  return new GuardView(hub, scope).element;
}

class GuardView {
  private readonly error = new ErrorLine();
  private readonly live = new FeedList('Violations and penalties as they happen', { title: 'Nothing since this page was opened', hint: 'A refused message, a wrong key or a penalty appears here at once.' }, SHOWN);
  private readonly types = h('ul', { class: 'shares' });
  private readonly record = new Table('Violations on record', ['Time', 'Type', 'What', 'Client', 'Address', 'Key']);
  private readonly total = new Tile('Violations', false);
  readonly element: HTMLElement;

  constructor(
    private readonly hub: Hub,
    scope: Scope,
  ) {
    const { limits } = hub.client;
    const tiles = [
      ['Messages', `${count(limits.messagesPerMinute)}`, 'in any 60 s, all connections of a key'],
      ['Size of a message', bytes(limits.maxMessageBytes), 'at most'],
      ['Batch', count(limits.maxBatch), 'messages at most'],
      ['At once', count(limits.maxInFlight), 'calls of a connection'],
    ].map(([name, value, detail]) => {
      const tile = new Tile(name!, false);
      tile.show(value!, detail);
      return tile.element;
    });
    hub.poll(scope, () => this.ask());
    const draw = onFrame(scope, () => this.live.show(hub.feed.value.filter(({ component }) => GUARDS.has(component))));
    scope.add(hub.feed.watch(draw));
    this.element = h(
      'div',
      { class: 'view' },
      h('div', { class: 'view-head' }, h('h2', {}, 'Limits'), h('p', { class: 'muted' }, 'What a key may do, and the violations and penalties of those who did more.')),
      this.error.element,
      h('div', { class: 'tiles' }, ...tiles, this.total.element),
      h('div', { class: 'columns' }, panel('As it happens', {}, this.live.element), panel('By type', {}, this.types)),
      panel('On record', {}, this.record.element),
    );
  }

  private async ask(): Promise<void> {
    try {
      this.showReport(await this.hub.report());
      this.error.show('');
    } catch (error) {
      this.error.show(explain(error));
      throw error;
    }
  }

  private showReport({ protocol_violations: violations, error_summary: summary }: DiagnosticReport): void {
    this.total.show(count(summary.total_violations), 'since the server started', summary.total_violations > 0 ? 'warn' : '');
    const types = Object.entries(summary.violation_types).sort(([, a], [, b]) => b - a);
    const most = Math.max(1, ...types.map(([, times]) => times));
    if (types.length === 0) replace(this.types, h('li', {}, empty('No violations')));
    else replace(this.types, ...types.map(([type, times]) => shareBar(type, count(times), times / most)));
    const newest = [...violations].sort((a, b) => b.timestamp.localeCompare(a.timestamp)).slice(0, SHOWN) as (DiagnosticReport['protocol_violations'][number] & { client_id?: string | null; key_id?: string | null; address?: string | null })[];
    this.record.rows(
      newest.map(({ timestamp, type, details, client_id: client, key_id: key, address }) => [
        clock(new Date(timestamp)),
        type,
        typeof details['reason'] === 'string' ? details['reason'] : JSON.stringify(details),
        client ?? '–',
        address ?? '–',
        key ?? '–',
      ]),
    );
    if (newest.length === 0) this.record.nothing('Nobody has broken a rule.');
  }
}

/** A line with a bar behind its figure. */
function shareBar(name: string, value: string, part: number): HTMLElement {
  const fill = h('span', { class: 'core-fill' });
  fill.style.setProperty('--part', String(part));
  return h('li', {}, h('span', { class: 'share-name' }, name), h('span', { class: 'core-bar' }, fill), h('span', { class: 'figure' }, value));
}
