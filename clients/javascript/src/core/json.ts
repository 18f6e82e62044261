/** JSON as the wire wants it. */

import type { JsonObject } from './types.ts';

// JSON.stringify writes a lone surrogate as an escape, and nothing else as \ud…: an odd number of backslashes before it.
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** Compact JSON. Throws a TypeError for what JSON or UTF-8 cannot hold: NaN, infinities, bigint, circles, lone surrogates. */
export function encode(value: unknown): string {
  const text = JSON.stringify(value, (name, member: unknown) => {
    if (typeof member === 'number' && !Number.isFinite(member)) throw new TypeError(`${name} is ${member}, which JSON cannot hold`);
    return member;
  });
  if (text.includes('\\ud') && LONE_SURROGATE.test(text)) throw new TypeError('a text has a surrogate without its other half');
  return text;
}

const UTF8 = new TextEncoder();
const BEYOND_ASCII = /[^\0-\x7f]/;

/** Bytes of UTF-8. */
export function sizeOf(text: string): number {
  return BEYOND_ASCII.test(text) ? UTF8.encode(text).length : text.length;
}

/** An object as it is; `{}` for everything else. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
