/** One tool: its form, its call, its result as it comes. */

import type { Tool } from '@mcp/client';

import { explain } from '../core/explain.ts';
import { count, milliseconds, number } from '../core/format.ts';
import type { Hub } from '../core/hub.ts';
import type { Scope } from '../core/scope.ts';
import { h } from '../ui/dom.ts';
import { badge, ErrorLine } from '../ui/parts.ts';
import { ResultView } from '../ui/result.ts';
import { ToolForm } from '../ui/form.ts';

const DEFAULT_SECONDS = 30;
const MOST_SECONDS = 300;

export class ToolRun {
  private readonly form: ToolForm;
  private readonly error = new ErrorLine();
  private readonly result = new ResultView();
  private readonly progress = h('progress', { hidden: true, 'aria-label': 'Progress' });
  private readonly status = h('p', { class: 'muted', role: 'status' });
  private readonly streams = h('input', { type: 'checkbox', id: 'run-stream', checked: true });
  private readonly seconds = h('input', { type: 'number', id: 'run-seconds', min: 1, max: MOST_SECONDS, value: DEFAULT_SECONDS });
  private readonly start = h('button', { type: 'submit', class: 'primary' }, 'Call');
  private readonly stop = h('button', { type: 'button', class: 'danger', hidden: true, onclick: () => this.running?.abort() }, 'Cancel');
  private running: AbortController | null = null;
  readonly element: HTMLElement;

  constructor(
    private readonly hub: Hub,
    private readonly tool: Tool,
    private readonly scope: Scope,
    private readonly called: () => void,
  ) {
    this.form = new ToolForm(tool.inputSchema);
    scope.add(() => this.running?.abort());
    const { readOnly, idempotent, destructive, longRunning } = tool.annotations;
    const hints = h(
      'p',
      { class: 'badges' },
      readOnly ? badge('reads only', 'good') : badge('changes something', 'warn'),
      idempotent ? badge('may be repeated', 'quiet') : null,
      destructive ? badge('destructive', 'bad') : null,
      longRunning ? badge('may take long', 'quiet') : null,
    );
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.call();
    };
    const how = h('div', { class: 'controls' }, h('label', { class: 'check', for: 'run-stream' }, this.streams, 'Stream the result'), h('label', { class: 'inline', for: 'run-seconds' }, 'Time-out, s', this.seconds), this.start, this.stop);
    const form = h('form', { class: 'tool-form', novalidate: true, 'aria-label': `Call ${tool.name}`, onsubmit: submit }, this.form.element, how);
    this.element = h(
      'section',
      { class: 'panel' },
      h('div', { class: 'panel-head' }, h('h3', {}, tool.title), h('code', {}, tool.name)),
      hints,
      h('p', { class: 'muted' }, tool.description),
      form,
      this.error.element,
      this.progress,
      this.status,
      this.result.element,
    );
  }

  focus(): void {
    this.form.focus();
  }

  private async call(): Promise<void> {
    const args = this.form.read();
    if (args === null || this.running !== null) return;
    const running = new AbortController();
    this.running = running;
    this.busy(true);
    this.error.show('');
    this.result.clear();
    this.status.textContent = 'Running…';
    const started = performance.now();
    const how = {
      signal: running.signal,
      timeoutMs: Math.min(MOST_SECONDS, Math.max(1, this.seconds.valueAsNumber || DEFAULT_SECONDS)) * 1000,
      onProgress: ({ progress, total, message }: { progress: number; total: number | null; message: string | null }) => this.showProgress(progress, total, message),
    };
    try {
      const chunks = this.streams.checked ? await this.stream(args, how) : 0;
      if (!this.streams.checked) this.result.add(await this.hub.client.callTool(this.tool.name, args, how));
      const took = milliseconds(Math.round(performance.now() - started));
      this.status.textContent = `Done in ${took}${chunks > 0 ? `, ${count(chunks)} chunks` : ''}.`;
    } catch (error) {
      this.status.textContent = '';
      if (!this.scope.isOver) this.error.show(running.signal.aborted ? 'Cancelled.' : explain(error));
    } finally {
      this.result.draw();
      this.running = null;
      this.busy(false);
      this.called();
    }
  }

  /** Chunks as they come; a tool that does not stream has none, and its result is shown instead. */
  private async stream(args: Record<string, unknown>, how: object): Promise<number> {
    const stream = this.hub.client.streamTool(this.tool.name, args, how);
    let chunks = 0;
    for await (const chunk of stream) {
      this.result.add(chunk);
      if (typeof chunk !== 'string') this.result.add('\n'); // texts are pieces of one text
      chunks++;
      this.result.say(`${count(chunks)} chunks so far`);
    }
    if (chunks === 0) this.result.add(stream.result);
    else this.result.say(`${count(chunks)} chunks; the result: ${JSON.stringify(stream.result).slice(0, 300)}`);
    return chunks;
  }

  private showProgress(progress: number, total: number | null, message: string | null): void {
    this.progress.hidden = false;
    if (total === null) this.progress.removeAttribute('value');
    else {
      this.progress.max = total;
      this.progress.value = progress;
    }
    this.status.textContent = message ?? `${number(progress)}${total === null ? '' : ` of ${number(total)}`}`;
  }

  private busy(isBusy: boolean): void {
    this.start.disabled = isBusy;
    this.stop.hidden = !isBusy;
    this.progress.hidden = true;
  }
}
