/** Who is connected, how much passes, and how long answers take. */

import type { DiagnosticReport } from '@mcp/client';

import { explain } from '../core/explain.ts';
import { clock, count, milliseconds, number, seconds } from '../core/format.ts';
import type { Hub } from '../core/hub.ts';
import type { Scope } from '../core/scope.ts';
import type { ServerStatus } from '../core/shapes.ts';
import { Chart, WHOLE_STEPS } from '../ui/chart.ts';
import { h } from '../ui/dom.ts';
import { badge, ErrorLine, panel, Table } from '../ui/parts.ts';
import { Tile } from '../ui/tile.ts';

const perSecond = (value: number | null): string => `${number(value, 1)}/s`;

export function connectionsView(hub: Hub, scope: Scope): HTMLElement {
  return new ConnectionsView(hub, scope).element;
}

class ConnectionsView {
  private readonly error = new ErrorLine();
  private readonly tiles = { p50: new Tile('Median latency', false), p95: new Tile('95 % within', false), p99: new Tile('99 % within', false), max: new Tile('Slowest', false), own: new Tile('This page', false) };
  private readonly traffic: Chart;
  private readonly open: Chart;
  private readonly table = new Table('Connections', ['Client', 'Version', 'Platform', 'Address', 'Connected', 'From it', 'To it', 'Id'], new Set([5, 6]));
  readonly element: HTMLElement;

  constructor(
    private readonly hub: Hub,
    scope: Scope,
  ) {
    this.traffic = new Chart(scope, { title: 'Messages', format: perSecond, sync: 'connections', lines: [{ label: 'received', tint: 1, isFilled: true }, { label: 'sent', tint: 2 }] });
    this.open = new Chart(scope, { title: 'Open connections', format: count, steps: WHOLE_STEPS, sync: 'connections', lines: [{ label: 'open', tint: 4, isFilled: true }] });
    scope.add(hub.status.watch(() => this.draw()));
    hub.poll(scope, () => this.ask());
    this.element = h(
      'div',
      { class: 'view' },
      h('div', { class: 'view-head' }, h('h2', {}, 'Connections')),
      this.error.element,
      h('div', { class: 'tiles' }, ...Object.values(this.tiles).map((tile) => tile.element)),
      h('div', { class: 'charts' }, this.traffic.element, this.open.element),
      panel('Open now', {}, this.table.element),
    );
  }

  private draw(): void {
    const { trail } = this.hub;
    this.traffic.show([...trail.times], [...trail.column('in')], [...trail.column('out')]);
    this.open.show([...trail.times], [...trail.column('connections')]);
  }

  /** The two are asked for side by side: who may not see the report still sees the connections. */
  private async ask(): Promise<void> {
    const [status, report] = await Promise.allSettled([this.hub.serverStatus(), this.hub.report()]);
    if (status.status === 'fulfilled') this.showStatus(status.value);
    if (report.status === 'fulfilled') this.showReport(report.value);
    const failed = [status, report].filter((one) => one.status === 'rejected');
    this.error.show(failed.map((one) => explain(one.reason)).join(' '));
    if (failed.length > 0) throw failed[0]!.reason;
  }

  private showReport({ message_counts: counts, performance_metrics: metrics }: DiagnosticReport): void {
    const { p50, p95, p99, max } = metrics.latency_ms;
    this.tiles.p50.show(milliseconds(p50), `${count(counts.received)} received`);
    this.tiles.p95.show(milliseconds(p95), `${count(counts.sent)} sent`);
    this.tiles.p99.show(milliseconds(p99));
    this.tiles.max.show(milliseconds(max));
  }

  private showStatus({ connections }: ServerStatus): void {
    // A heartbeat tells the way there and back, twice a minute; until the first, the page's own calls do.
    const { connection, performance_metrics: own } = this.hub.client.getDiagnostics();
    this.tiles.own.show(milliseconds(connection.rtt_ms ?? own.latency_ms.p50), connection.rtt_ms === null ? 'median of its calls' : 'there and back');
    const now = Date.now();
    this.table.rows(
      [...connections.items]
        .sort((a, b) => a.connected_at.localeCompare(b.connected_at))
        .map(({ client, client_id: id, address, connected_at: at, messages }) => [
          h('span', { class: 'name' }, client?.name ?? 'unnamed', ' ', id === this.hub.client.clientId ? badge('this page', 'accent') : ''),
          client?.version ?? '–',
          client?.platform ?? '–',
          address,
          `${clock(new Date(at))}, ${seconds(Math.max(0, (now - Date.parse(at)) / 1000))} ago`,
          count(messages.received),
          count(messages.sent),
          h('code', {}, id),
        ]),
    );
    if (connections.items.length === 0) this.table.nothing('Nobody is connected.');
  }
}
