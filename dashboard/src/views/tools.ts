/** Every tool: how it does, and a form to call it. */

import type { DiagnosticReport, Tool, ToolReport } from '@mcp/client';

import { explain } from '../core/explain.ts';
import { bytes, count, milliseconds, share, UNKNOWN } from '../core/format.ts';
import type { Hub } from '../core/hub.ts';
import { Scope } from '../core/scope.ts';
import { h, replace } from '../ui/dom.ts';
import { badge, empty, ErrorLine, panel, Table } from '../ui/parts.ts';
import { ToolRun } from './tool_run.ts';

export function toolsView(hub: Hub, scope: Scope): HTMLElement {
  return new ToolsView(hub, scope).element;
}

class ToolsView {
  private readonly error = new ErrorLine();
  private readonly metricsError = new ErrorLine();
  private readonly list = h('ul', { class: 'tool-list' });
  private readonly detail = h('div', { class: 'tool-detail' }, empty('Choose a tool', 'Its form is made from the schema of its arguments.'));
  private readonly metrics = new Table('Tool metrics', ['Tool', 'Calls', 'Errors', 'Success', 'p50', 'p95', 'p99', 'Max', 'CPU', 'Allocated', 'Error codes'], new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
  private readonly buttons = new Map<string, HTMLElement>();
  private run: Scope | null = null;
  readonly element: HTMLElement;

  constructor(
    private readonly hub: Hub,
    private readonly scope: Scope,
  ) {
    const poller = hub.poll(scope, () => this.ask());
    scope.add(() => this.run?.dispose());
    scope.add(hub.toolChanges.watch(() => void this.load(() => poller.now())));
    this.element = h(
      'div',
      { class: 'view' },
      h('div', { class: 'view-head' }, h('h2', {}, 'Tools')),
      this.error.element,
      h('div', { class: 'tool-columns' }, panel('All tools', { class: 'tool-index' }, this.list), this.detail),
      panel('How they do', {}, this.metricsError.element, this.metrics.element),
    );
  }

  private async load(called: () => void): Promise<void> {
    try {
      const tools = await this.hub.tools();
      if (this.scope.isOver) return;
      replace(this.list, ...tools.map((tool) => this.item(tool, called)));
      if (tools.length === 0) replace(this.list, h('li', {}, empty('No tools', 'This key may call none.')));
    } catch (error) {
      this.error.show(explain(error));
    }
  }

  private item(tool: Tool, called: () => void): HTMLElement {
    const button = h('button', { type: 'button', onclick: () => this.choose(tool, called) }, h('code', {}, tool.name), h('span', { class: 'muted' }, tool.title));
    this.buttons.set(tool.name, button);
    return h('li', {}, button);
  }

  private choose(tool: Tool, called: () => void): void {
    for (const [name, button] of this.buttons) {
      if (name === tool.name) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    this.run?.dispose();
    this.run = new Scope();
    const run = new ToolRun(this.hub, tool, this.run, called);
    replace(this.detail, run.element);
    run.focus();
  }

  private async ask(): Promise<void> {
    try {
      this.show(await this.hub.report());
      this.metricsError.show('');
    } catch (error) {
      this.metricsError.show(explain(error));
      throw error;
    }
  }

  private show({ performance_metrics: { tools } }: DiagnosticReport): void {
    const rows = Object.entries(tools).sort(([, a], [, b]) => b.calls - a.calls);
    this.metrics.rows(rows.map(([name, tool]) => metricsRow(name, tool)));
    if (rows.length === 0) this.metrics.nothing('No tool has been called yet.');
  }
}

function metricsRow(name: string, { calls, errors, success_rate: rate, latency_ms: latency, error_codes: codes, cpu_ms: cpu, allocated_bytes: allocated }: ToolReport): (string | Node)[] {
  const told = Object.entries(codes).map(([code, times]) => badge(`${code} ${count(times)}`, 'bad'));
  return [
    h('code', {}, name),
    count(calls),
    count(errors),
    calls === 0 ? UNKNOWN : share(rate),
    ...[latency.p50, latency.p95, latency.p99, latency.max].map(milliseconds),
    milliseconds(cpu),
    bytes(allocated),
    h('span', { class: 'badges' }, ...told),
  ];
}
