/** The machine: now, and over time. */

import { explain } from '../core/explain.ts';
import { bytes, bytesPerSecond, count, number, percent, seconds, share } from '../core/format.ts';
import type { Hub } from '../core/hub.ts';
import type { Scope } from '../core/scope.ts';
import { History } from '../core/series.ts';
import type { Performance, StatusUpdate } from '../core/shapes.ts';
import { BINARY_STEPS, Chart } from '../ui/chart.ts';
import { h, replace } from '../ui/dom.ts';
import { ErrorLine, findings, panel, segments, Table } from '../ui/parts.ts';
import { Tile } from '../ui/tile.ts';
import { Cores } from './cores.ts';

const RANGES = [['5', '5 min'], ['30', '30 min'], ['180', '3 h'], ['1440', '24 h']] as const;
type Range = (typeof RANGES)[number][0];
const POINTS = 300;
/** A history of single seconds is continued by its last minute; a folded one is fetched anew. */
const PIECE_MINUTES = 1;

export function systemView(hub: Hub, scope: Scope): HTMLElement {
  return new SystemView(hub, scope).element;
}

class SystemView {
  private readonly error = new ErrorLine();
  private readonly history = new History();
  private readonly tiles = { cpu: new Tile('CPU'), memory: new Tile('Memory'), traffic: new Tile('Messages'), errors: new Tile('Errors'), connections: new Tile('Connections'), process: new Tile('Server process', false) };
  private readonly cores = new Cores();
  private readonly findings = h('div', { class: 'findings' });
  private readonly filesystems = new Table('Filesystems', ['Mount', 'Used', '', 'Free', 'Size', 'Inodes'], new Set([1, 3, 4, 5]));
  private readonly interfaces = new Table('Network interfaces', ['Interface', 'Received', 'Sent', 'Errors/s', 'Drops/s'], new Set([1, 2, 3, 4]));
  private readonly charts: readonly { readonly chart: Chart; readonly series: readonly string[] }[];
  private minutes: Range = '5';
  readonly element: HTMLElement;

  constructor(
    private readonly hub: Hub,
    scope: Scope,
  ) {
    const chart = (title: string, series: readonly (readonly [string, string])[], format: (value: number | null) => string, max?: number) => ({
      chart: new Chart(scope, { title, format, sync: 'system', lines: series.map(([, label], index) => ({ label, tint: index + 1, isFilled: index === 0 })), ...(max === undefined ? {} : { max }), ...(format === bytesPerSecond ? { steps: BINARY_STEPS } : {}) }),
      series: series.map(([name]) => name),
    });
    this.charts = [
      chart('CPU', [['cpu.percent', 'busy'], ['cpu.system', 'system'], ['cpu.iowait', 'waiting for disks'], ['cpu.steal', 'stolen']], percent, 100),
      chart('Memory', [['memory.percent', 'used']], percent, 100),
      chart('Disk', [['disk.read_bytes_per_s', 'read'], ['disk.write_bytes_per_s', 'written']], bytesPerSecond),
      chart('Network', [['network.received_bytes_per_s', 'received'], ['network.sent_bytes_per_s', 'sent']], bytesPerSecond),
      chart('Pressure: time that something waited', [['cpu.pressure_percent', 'for CPU'], ['memory.pressure_percent', 'for memory'], ['disk.pressure_percent', 'for disks']], percent),
    ];
    const poller = hub.poll(scope, () => this.ask(), () => Math.max(hub.paceMs, this.history.stepSeconds * 1000));
    const range = segments('History', RANGES, this.minutes, (minutes) => {
      this.minutes = minutes;
      this.history.clear();
      poller.now();
    });
    scope.add(hub.status.watch((status) => this.update(status)));
    this.element = h(
      'div',
      { class: 'view' },
      h('div', { class: 'view-head' }, h('h2', {}, 'System'), range),
      this.error.element,
      h('div', { class: 'tiles' }, ...Object.values(this.tiles).map((tile) => tile.element)),
      this.findings,
      h('div', { class: 'charts' }, ...this.charts.map(({ chart }) => chart.element), panel('Cores', {}, this.cores.element)),
      h('div', { class: 'columns' }, panel('Filesystems', {}, this.filesystems.element), panel('Network interfaces', {}, this.interfaces.element)),
    );
  }

  private async ask(): Promise<void> {
    const minutes = Number(this.minutes);
    const isContinued = this.history.stepSeconds === 1;
    try {
      const performance = await this.hub.performance(isContinued ? PIECE_MINUTES : minutes, POINTS);
      if (minutes === Number(this.minutes)) this.show(performance, minutes);
      this.error.show('');
    } catch (error) {
      this.error.show(explain(error));
      throw error;
    }
  }

  private show(performance: Performance, minutes: number): void {
    const { cpu, memory, process, disk, network } = performance;
    if (performance.history !== undefined) {
      this.history.add(performance.history, minutes * 60);
      const { times } = this.history;
      this.tiles.cpu.spark(this.history.column('cpu.percent'), 100);
      this.tiles.memory.spark(this.history.column('memory.percent'), 100);
      for (const { chart, series } of this.charts) chart.show(times, ...series.map((name) => this.history.column(name)));
    }
    this.tiles.cpu.show(percent(cpu?.percent), `load ${number(cpu?.load_average?.[0])} in a minute`, tone(cpu?.percent));
    this.tiles.memory.show(percent(memory?.percent), `${bytes(memory?.used_bytes)} of ${bytes(memory?.total_bytes)}`, tone(memory?.percent));
    this.tiles.process.show(percent(process?.cpu_percent), `${bytes(process?.rss_bytes)} · ${count(process?.threads)} threads`);
    this.cores.show(cpu?.per_cpu ?? []);
    replace(this.findings, ...findings(performance.findings ?? []));
    this.filesystems.rows((disk?.filesystems ?? []).map((one) => [one.mount, percent(one.percent), bar(one.percent), bytes(one.available_bytes), bytes(one.total_bytes), percent(one.inodes_percent)]));
    this.interfaces.rows((network?.interfaces ?? []).map((one) => [one.name, bytesPerSecond(one.received_bytes_per_s), bytesPerSecond(one.sent_bytes_per_s), number(one.errors_per_s), number(one.drops_per_s)]));
  }

  private update(status: StatusUpdate | null): void {
    const { trail } = this.hub;
    if (status !== null) {
      const { in: received, out: sent } = status.messages_per_second;
      this.tiles.traffic.show(`${number(received, 1)} / s`, `in; ${number(sent, 1)} / s out`);
      this.tiles.errors.show(share(status.error_rate), 'of the last minute', status.error_rate > 0.05 ? 'bad' : '');
      this.tiles.connections.show(count(status.active_connections), `up for ${seconds(status.uptime_s)}`);
    }
    this.tiles.traffic.spark(trail.column('in'));
    this.tiles.errors.spark(trail.column('errors'), 10);
    this.tiles.connections.spark(trail.column('connections'));
  }
}

function tone(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : value >= 95 ? 'bad' : value >= 80 ? 'warn' : '';
}

function bar(value: number | null): HTMLElement {
  return h('meter', { min: 0, max: 100, high: 80, optimum: 0, value: value ?? 0, 'aria-label': 'used' });
}
