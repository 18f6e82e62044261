/** A form for a tool's arguments, made from its schema; or the arguments as JSON, which always works. */

import type { JsonObject } from '@mcp/client';

import { fieldsOf } from '../core/schema.ts';
import { h, replace } from './dom.ts';
import { inputOf, markFault, type Input } from './inputs.ts';

export class ToolForm {
  private readonly inputs: Input[] | null;
  private readonly fields = h('div', { class: 'fields' });
  private readonly json = h('textarea', { rows: 8, spellcheck: 'false', 'aria-label': 'Arguments as JSON' });
  private readonly fault = h('p', { class: 'fault', role: 'alert', hidden: true });
  private readonly toggle = h('button', { type: 'button', class: 'quiet-button', onclick: () => this.switchMode() });
  private isJson: boolean;
  readonly element: HTMLElement;

  constructor(schema: JsonObject) {
    const fields = fieldsOf(schema);
    this.inputs = fields?.map((field) => inputOf(field)) ?? null;
    this.isJson = this.inputs === null;
    this.json.value = '{}';
    this.element = h('div', { class: 'form-box' }, this.fields, h('div', { class: 'form-foot' }, this.fault, this.inputs === null || this.inputs.length === 0 ? null : this.toggle));
    this.draw();
  }

  focus(): void {
    const first = this.element.querySelector<HTMLElement>('input, select, textarea');
    (first ?? this.element.closest('form')?.querySelector<HTMLElement>('button[type=submit]'))?.focus();
  }

  /** The arguments; null when something has to be put right first, which is then said and focused. */
  read(): JsonObject | null {
    markFault(this.json, this.fault, '');
    return this.isJson ? this.readJson() : this.readInputs();
  }

  private readInputs(): JsonObject | null {
    const { args, faulty } = this.collect();
    faulty?.focus();
    return faulty === null ? args : null;
  }

  /** What the inputs hold, and the first that holds something wrong. */
  private collect(): { args: JsonObject; faulty: Input | null } {
    const args: JsonObject = {};
    let faulty: Input | null = null;
    for (const input of this.inputs ?? []) {
      const { value, isFaulty } = input.read();
      if (isFaulty) faulty ??= input;
      if (value !== undefined) args[input.name] = value;
    }
    return { args, faulty };
  }

  private readJson(): JsonObject | null {
    try {
      const value: unknown = JSON.parse(this.json.value);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
      markFault(this.json, this.fault, 'The arguments are an object: { … }.');
    } catch (error) {
      markFault(this.json, this.fault, `This is not JSON: ${(error as Error).message}`);
    }
    this.json.focus();
    return null;
  }

  private switchMode(): void {
    // What is missing in the form is no reason to stay in it.
    if (!this.isJson) this.json.value = JSON.stringify(this.collect().args, null, 2);
    this.isJson = !this.isJson;
    this.draw();
  }

  private draw(): void {
    this.toggle.textContent = this.isJson ? 'Back to the form' : 'Write it as JSON';
    const inputs = this.inputs ?? [];
    if (this.isJson) replace(this.fields, this.json);
    else if (inputs.length === 0) replace(this.fields, h('p', { class: 'muted' }, 'It takes no arguments.'));
    else replace(this.fields, ...inputs.map(({ element }) => element));
  }
}
