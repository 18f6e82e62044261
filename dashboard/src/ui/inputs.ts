/** An input for each kind of field; each says itself what is wrong with what it holds. */

import { looseValue, type Field } from '../core/schema.ts';
import { freshId, h } from './dom.ts';

/** What an input holds: undefined when it is left out. */
export interface Reading {
  readonly value: unknown;
  readonly isFaulty: boolean;
}

export interface Input {
  readonly name: string;
  readonly element: HTMLElement;
  read(): Reading;
  focus(): void;
}

/** Thrown by what reads a control, told beside it. */
class Fault extends Error {}

const LONG_TEXT = 1_000;

/** Shows a fault beside a control, or takes it away. */
export function markFault(control: HTMLElement, line: HTMLElement, text: string): void {
  line.textContent = text;
  line.hidden = text === '';
  if (text === '') control.removeAttribute('aria-invalid');
  else control.setAttribute('aria-invalid', 'true');
}

export function inputOf(field: Field): Input {
  switch (field.kind) {
    case 'group':
      return groupInput(field);
    case 'list':
      return listInput(field);
    case 'choices':
      return choicesInput(field);
    case 'boolean':
      return booleanInput(field);
    default:
      return controlInput(field);
  }
}

type Of<Kind extends Field['kind']> = Extract<Field, { kind: Kind }>;

/** One control that holds a text: texts, numbers, choices, JSON. */
function controlInput(field: Exclude<Field, { kind: 'group' | 'list' | 'choices' | 'boolean' }>): Input {
  const id = freshId('field');
  const control = controlOf(field, id);
  const fault = h('p', { class: 'fault', id: `${id}-fault`, role: 'alert', hidden: true });
  const element = h('div', { class: 'field' }, label(field, id, rangeOf(field)), control, describe(field, id), fault);
  const read = (): Reading => {
    try {
      const value = valueOf(field, control.value);
      markFault(control, fault, '');
      return { value, isFaulty: false };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      markFault(control, fault, error.message);
      return { value: undefined, isFaulty: true };
    }
  };
  return { name: field.name, element, read, focus: () => control.focus() };
}

function controlOf(field: Exclude<Field, { kind: 'group' | 'list' | 'choices' | 'boolean' }>, id: string): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  const described = { id, 'aria-describedby': `${id}-about ${id}-fault`, 'aria-required': String(field.isRequired) };
  const initial = field.initial === undefined ? '' : typeof field.initial === 'string' ? field.initial : JSON.stringify(field.initial);
  switch (field.kind) {
    case 'choice': {
      const options = field.options.map((option, index) => h('option', { value: index, selected: option === field.initial }, String(option)));
      return h('select', described, field.isRequired ? null : h('option', { value: '' }, '—'), ...options);
    }
    case 'number':
      return h('input', { ...described, type: 'number', inputmode: field.isInteger ? 'numeric' : 'decimal', step: field.isInteger ? 1 : 'any', min: field.min, max: field.max, value: initial });
    case 'json':
      return h('textarea', { ...described, rows: 4, spellcheck: 'false', placeholder: 'JSON' }, initial);
    case 'text':
      return field.maxLength === null || field.maxLength > LONG_TEXT ? h('textarea', { ...described, rows: 2 }, initial) : h('input', { ...described, type: 'text', value: initial });
    case 'loose':
      return h('input', { ...described, type: 'text', value: initial });
  }
}

function valueOf(field: Field, typed: string): unknown {
  if (typed === '') {
    if (!field.isRequired) return undefined;
    if (field.kind === 'text' && field.minLength === 0) return '';
    throw new Fault('This is needed.');
  }
  switch (field.kind) {
    case 'choice':
      return field.options[Number(typed)];
    case 'number':
      return numberOf(field, Number(typed));
    case 'text':
      if (typed.length < field.minLength) throw new Fault(`At least ${field.minLength} characters.`);
      if (field.maxLength !== null && typed.length > field.maxLength) throw new Fault(`At most ${field.maxLength} characters.`);
      if (field.pattern !== null && !matches(field.pattern, typed)) throw new Fault(`It has to match ${field.pattern}.`);
      return typed;
    case 'loose':
      return looseValue(typed, field.types);
    default:
      try {
        return JSON.parse(typed) as unknown;
      } catch (error) {
        throw new Fault(`This is not JSON: ${(error as Error).message}`);
      }
  }
}

function numberOf({ isInteger, min, max }: Of<'number'>, value: number): number {
  if (!Number.isFinite(value)) throw new Fault('This is not a number.');
  if (isInteger && !Number.isInteger(value)) throw new Fault('A whole number is needed.');
  if (min !== null && value < min) throw new Fault(`At least ${min}.`);
  if (max !== null && value > max) throw new Fault(`At most ${max}.`);
  return value;
}

/** A pattern that this language cannot read is the server's to check. */
function matches(pattern: string, typed: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(typed);
  } catch {
    return true;
  }
}

function booleanInput(field: Of<'boolean'>): Input {
  const id = freshId('field');
  // Left out, yes and no are three things: what is left out is the tool's to decide.
  const control = h(
    'select',
    { id, 'aria-describedby': `${id}-about` },
    field.isRequired ? null : h('option', { value: '' }, '—'),
    h('option', { value: 'true', selected: field.initial === true }, 'yes'),
    h('option', { value: 'false', selected: field.initial === false }, 'no'),
  );
  const read = (): Reading => ({ value: control.value === '' ? undefined : control.value === 'true', isFaulty: false });
  return { name: field.name, element: h('div', { class: 'field' }, label(field, id), control, describe(field, id)), read, focus: () => control.focus() };
}

function choicesInput(field: Of<'choices'>): Input {
  const boxes = field.options.map((option) => {
    const id = freshId('field');
    const box = h('input', { id, type: 'checkbox' });
    return { option, box, label: h('label', { class: 'check', for: id }, box, String(option)) };
  });
  const id = freshId('field');
  const fault = h('p', { class: 'fault', role: 'alert', hidden: true });
  const element = h('fieldset', { class: 'field' }, legend(field), h('div', { class: 'checks-row' }, ...boxes.map((one) => one.label)), describe(field, id), fault);
  const read = (): Reading => {
    const chosen = boxes.filter(({ box }) => box.checked).map(({ option }) => option);
    const isFaulty = chosen.length === 0 && field.isRequired;
    markFault(element, fault, isFaulty ? 'Choose at least one.' : '');
    return { value: chosen.length === 0 ? undefined : chosen, isFaulty };
  };
  return { name: field.name, element, read, focus: () => boxes[0]?.box.focus() };
}

function groupInput(field: Of<'group'>): Input {
  const inputs = field.fields.map(inputOf);
  const element = h('fieldset', { class: 'field group' }, legend(field), describe(field, freshId('field')), ...inputs.map((input) => input.element));
  const read = (): Reading => {
    const readings = inputs.map((input) => ({ name: input.name, ...input.read() }));
    const given = readings.filter(({ value }) => value !== undefined);
    // A group that may be left out and has nothing in it is left out, whatever its own fields need.
    if (given.length === 0 && !field.isRequired) {
      for (const fault of element.querySelectorAll<HTMLElement>('.fault')) fault.hidden = true;
      return { value: undefined, isFaulty: false };
    }
    return { value: Object.fromEntries(given.map(({ name, value }) => [name, value])), isFaulty: readings.some(({ isFaulty }) => isFaulty) };
  };
  return { name: field.name, element, read, focus: () => inputs[0]?.focus() };
}

function listInput(field: Of<'list'>): Input {
  const items: Input[] = [];
  let made = 0;
  const box = h('div', { class: 'items' });
  const fault = h('p', { class: 'fault', role: 'alert', hidden: true });
  const more = h('button', { type: 'button', class: 'plain', onclick: () => add().focus() }, 'Add one');
  const add = (): Input => {
    const input = inputOf({ ...field.item, name: `${field.name} ${++made}`, isRequired: true });
    const remove = (): void => {
      items.splice(items.indexOf(input), 1);
      row.remove();
      more.disabled = false;
      more.focus();
    };
    const row = h('div', { class: 'item' }, input.element, h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Remove', onclick: remove }, '×'));
    items.push(input);
    box.append(row);
    more.disabled = field.maxItems !== null && items.length >= field.maxItems;
    return input;
  };
  for (let index = 0; index < (field.isRequired ? Math.max(1, field.minItems) : 0); index++) add();
  const element = h('fieldset', { class: 'field group' }, legend(field), describe(field, freshId('field')), box, more, fault);
  const read = (): Reading => {
    if (items.length === 0 && !field.isRequired) return { value: undefined, isFaulty: false };
    const readings = items.map((item) => item.read());
    const isShort = items.length < field.minItems;
    markFault(element, fault, isShort ? `At least ${field.minItems}.` : '');
    return { value: readings.map(({ value }) => value), isFaulty: isShort || readings.some(({ isFaulty }) => isFaulty) };
  };
  return { name: field.name, element, read, focus: () => (items[0] === undefined ? more.focus() : items[0].focus()) };
}

function label(field: Field, id: string, range = ''): HTMLElement {
  return h('label', { for: id }, field.name, field.isRequired ? h('span', { class: 'needed' }, ' needed') : null, range === '' ? null : h('span', { class: 'range' }, range));
}

function legend(field: Field): HTMLElement {
  return h('legend', {}, field.name, field.isRequired ? h('span', { class: 'needed' }, ' needed') : null);
}

function describe({ description }: Field, id: string): HTMLElement {
  return h('p', { class: 'about', id: `${id}-about` }, description);
}

function rangeOf(field: Field): string {
  if (field.kind !== 'number') return '';
  if (field.min !== null && field.max !== null) return `${field.min} to ${field.max}`;
  return field.min !== null ? `from ${field.min}` : field.max !== null ? `up to ${field.max}` : '';
}
