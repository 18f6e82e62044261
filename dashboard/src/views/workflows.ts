/** A workflow as its executions went: the graph of what followed what, times, variants, what holds it up. */

import { MCPError } from '@mcp/client';

import { explain } from '../core/explain.ts';
import { clock, count, number, seconds, share } from '../core/format.ts';
import type { Hub } from '../core/hub.ts';
import type { Scope } from '../core/scope.ts';
import type { Workflow } from '../core/shapes.ts';
import { h, replace } from '../ui/dom.ts';
import { empty, ErrorLine, findings, panel, Table } from '../ui/parts.ts';
import { Tile } from '../ui/tile.ts';
import { flowGraph } from './flow_graph.ts';

/** What the server records of itself: a session is an execution, a call of a tool a step. */
const OWN = 'patchbay.sessions';
const RANGES = ['30m', '1h', '6h', '24h', '7d'];

export function workflowsView(hub: Hub, scope: Scope): HTMLElement {
  return new WorkflowsView(hub, scope).element;
}

class WorkflowsView {
  private readonly error = new ErrorLine();
  private readonly id = h('input', { id: 'workflow-id', type: 'text', value: OWN, maxlength: 256, spellcheck: 'false', list: 'workflow-near' });
  private readonly near = h('datalist', { id: 'workflow-near' }, h('option', { value: OWN }));
  private readonly range = h('select', { id: 'workflow-range' }, ...RANGES.map((range) => h('option', { value: range, selected: range === '24h' }, range)));
  private readonly start = h('button', { type: 'submit', class: 'primary' }, 'Analyze');
  private readonly body = h('div', { class: 'view' });
  readonly element: HTMLElement;

  constructor(
    private readonly hub: Hub,
    private readonly scope: Scope,
  ) {
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.analyze();
    };
    const form = h(
      'form',
      { class: 'panel controls workflow-form', onsubmit: submit },
      h('label', { for: 'workflow-id' }, 'Workflow', this.id),
      h('label', { for: 'workflow-range' }, 'Time range', this.range),
      this.near,
      this.start,
    );
    const intro = h('p', { class: 'muted' }, 'The server records itself as ', h('code', {}, OWN), '; any other workflow comes by ', h('code', {}, 'workflow/record'), ' or OpenTelemetry.');
    this.element = h('div', { class: 'view' }, h('div', { class: 'view-head' }, h('h2', {}, 'Workflows'), intro), form, this.error.element, this.body);
    replace(this.body, empty('No workflow is shown', 'Name one and choose Analyze.'));
    void this.analyze();
  }

  private async analyze(): Promise<void> {
    this.start.disabled = true;
    this.error.show('');
    try {
      const workflow = await this.hub.client.callTool<Workflow>('workflow/analyze', { workflow_id: this.id.value.trim(), time_range: this.range.value });
      if (!this.scope.isOver) this.show(workflow);
    } catch (error) {
      this.fail(error);
    } finally {
      this.start.disabled = false;
    }
  }

  private fail(error: unknown): void {
    if (error instanceof MCPError && error.code === 'NOT_FOUND') {
      const near = error.details['nearest'];
      if (Array.isArray(near)) replace(this.near, ...near.map((name) => h('option', { value: name })));
      replace(this.body, empty('Nothing is known of this workflow', error.message));
      return;
    }
    this.error.show(explain(error));
  }

  private show(workflow: Workflow): void {
    const { summary, durations_s: durations, dfg } = workflow;
    const { total, succeeded, failed, running } = summary.executions;
    const tiles = [
      tile('Executions', count(total), `${count(succeeded)} succeeded · ${count(failed)} failed · ${count(running)} running`),
      tile('Success', share(summary.success_rate.value), `between ${share(summary.success_rate.low)} and ${share(summary.success_rate.high)}`),
      tile('Median duration', seconds(durations?.p50), `95 % within ${seconds(durations?.p95)}`),
      tile('Throughput', `${number(summary.throughput_per_hour, 1)} / h`, `at most ${count(summary.concurrency.max)} at once`),
    ];
    const graph = dfg && dfg.edges.length + Object.keys(dfg.starts).length > 0 ? flowGraph(dfg) : empty('No steps in this time');
    replace(
      this.body,
      h('div', { class: 'tiles' }, ...tiles),
      h('div', { class: 'findings' }, ...findings(workflow.findings)),
      panel('What follows what', {}, graph),
      panel('Steps', {}, stepsTable(workflow)),
      h('div', { class: 'columns' }, panel('Variants', {}, variantsTable(workflow)), panel('What holds it up', {}, bottlenecksTable(workflow)), panel('Errors', {}, errorsTable(workflow))),
    );
  }
}

function tile(name: string, value: string, detail: string): HTMLElement {
  const made = new Tile(name, false);
  made.show(value, detail);
  return made.element;
}

function stepsTable({ steps }: Workflow): HTMLElement {
  const table = new Table('Steps', ['Step', 'Runs', 'Failures', 'Retries', 'Waits (median)', 'Runs for (median)', '95 %', 'On the critical path'], new Set([1, 2, 3, 4, 5, 6, 7]));
  table.rows((steps ?? []).map((step) => [step.name, count(step.count), count(step.failures), count(step.retries), seconds(step.waiting_s.p50), seconds(step.running_s.p50), seconds(step.running_s.p95), share(step.critical_share)]));
  if ((steps ?? []).length === 0) table.nothing('No steps in this time.');
  return table.element;
}

function variantsTable({ variants }: Workflow): HTMLElement {
  const table = new Table('Variants', ['Way', 'Count', 'Share', 'Mean'], new Set([1, 2, 3]));
  table.rows((variants ?? []).map((variant) => [h('span', { class: 'way' }, variant.steps.join(' → ')), count(variant.count), share(variant.share), seconds(variant.mean_s)]));
  if ((variants ?? []).length === 0) table.nothing('No finished executions in this time.');
  return table.element;
}

function bottlenecksTable({ bottlenecks }: Workflow): HTMLElement {
  const table = new Table('Bottlenecks', ['Step', 'Why', 'Critical share'], new Set([2]));
  table.rows((bottlenecks ?? []).map((one) => [one.step, one.reason.replaceAll('_', ' '), share(one.critical_share)]));
  if ((bottlenecks ?? []).length === 0) table.nothing('Nothing stands out.');
  return table.element;
}

function errorsTable({ errors }: Workflow): HTMLElement {
  const table = new Table('Errors', ['Type', 'Step', 'Count', 'Last'], new Set([2]));
  table.rows((errors ?? []).map((one) => [one.type, one.step ?? '–', count(one.count), clock(new Date(one.last_seen))]));
  if ((errors ?? []).length === 0) table.nothing('No errors in this time.');
  return table.element;
}
