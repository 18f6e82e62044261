/** A tool's input schema as fields of a form. What a form cannot show is a field for JSON. */

import type { JsonObject } from '@mcp/client';

interface Named {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** Filled in from the start; undefined when the schema names none. */
  readonly initial: unknown;
}

export type Field = Named &
  (
    | { readonly kind: 'text'; readonly minLength: number; readonly maxLength: number | null; readonly pattern: string | null }
    | { readonly kind: 'number'; readonly isInteger: boolean; readonly min: number | null; readonly max: number | null }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'choice'; readonly options: readonly unknown[] }
    | { readonly kind: 'choices'; readonly options: readonly unknown[] }
    | { readonly kind: 'list'; readonly item: Field; readonly minItems: number; readonly maxItems: number | null }
    | { readonly kind: 'group'; readonly fields: readonly Field[] }
    /** A text, or JSON of another type. */
    | { readonly kind: 'loose'; readonly types: readonly string[] }
    | { readonly kind: 'json' }
  );

/** Deeper than this, JSON is easier to write than a form. */
const MAX_DEPTH = 5;

/** The fields of an object's properties; null when the schema does not name them, so that only JSON will do. */
export function fieldsOf(schema: JsonObject): Field[] | null {
  const properties = schema['properties'];
  if (!isObject(properties)) return schema['additionalProperties'] === false ? [] : null;
  return propertiesOf(schema, properties, 0);
}

function propertiesOf(schema: JsonObject, properties: JsonObject, depth: number): Field[] {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return Object.entries(properties).map(([name, property]) => fieldOf(name, property, required.has(name), depth));
}

function fieldOf(name: string, schema: unknown, isRequired: boolean, depth: number): Field {
  const json = isObject(schema) ? schema : {};
  const given = json['default'];
  const common = { name, isRequired, description: text(json['description']), initial: given === null ? undefined : given };
  const options = optionsOf(json);
  if (options !== null) return { ...common, kind: 'choice', options };
  const types = typesOf(json);
  if (types.length > 1) return types.includes('string') ? { ...common, kind: 'loose', types } : { ...common, kind: 'json' };
  switch (types[0]) {
    case 'string':
      return { ...common, kind: 'text', minLength: numberOr(json['minLength'], 0), maxLength: limit(json['maxLength']), pattern: text(json['pattern']) || null };
    case 'integer':
    case 'number':
      return { ...common, kind: 'number', isInteger: types[0] === 'integer', min: limit(json['minimum']), max: limit(json['maximum']) };
    case 'boolean':
      return { ...common, kind: 'boolean' };
    case 'array':
      return arrayOf(common, json, depth);
    case 'object':
      return isObject(json['properties']) && depth < MAX_DEPTH
        ? { ...common, kind: 'group', fields: propertiesOf(json, json['properties'], depth + 1) }
        : { ...common, kind: 'json' };
    default:
      return { ...common, kind: 'json' };
  }
}

function arrayOf(common: Named, json: JsonObject, depth: number): Field {
  const items = json['items'];
  if (!isObject(items) || depth >= MAX_DEPTH) return { ...common, kind: 'json' };
  const options = optionsOf(items);
  if (options !== null) return { ...common, kind: 'choices', options };
  const item = fieldOf('', items, true, depth + 1);
  return item.kind === 'json' ? { ...common, kind: 'json' } : { ...common, kind: 'list', item, minItems: numberOr(json['minItems'], 0), maxItems: limit(json['maxItems']) };
}

function optionsOf(json: JsonObject): unknown[] | null {
  if (Array.isArray(json['enum'])) return json['enum'].filter((option) => option !== null);
  return 'const' in json ? [json['const']] : null;
}

/** The types but null: a field that is left empty is left out, which is what null says. */
function typesOf(json: JsonObject): string[] {
  const type = json['type'];
  const types = Array.isArray(type) ? type : typeof type === 'string' ? [type] : [];
  const named = types.filter((one): one is string => typeof one === 'string' && one !== 'null');
  return named.includes('number') ? named.filter((one) => one !== 'integer') : named;
}

/** What was typed into a loose field: a text, unless it reads as JSON of a type the field takes. */
export function looseValue(typed: string, types: readonly string[]): unknown {
  try {
    const value: unknown = JSON.parse(typed);
    const type = Array.isArray(value) ? 'array' : Number.isInteger(value) && !types.includes('number') ? 'integer' : typeof value;
    return types.includes(type) ? value : typed;
  } catch {
    return typed;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function limit(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
