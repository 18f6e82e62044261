/** Reading what the server sends: JSON text to a message whose fields have the right types, or the reason why not. */

import { makeError, type MCPError } from './errors.ts';
import { asObject, isObject } from './json.ts';
import { DEFAULT_LIMITS } from './outbox.ts';
import type { Diagnostic, DiagnosticLevel, JsonObject, Limits, ServerEvent, ServerInfo } from './types.ts';

const isText = (value: unknown): boolean => typeof value === 'string';

const REQUIRED: ReadonlyMap<unknown, readonly (readonly [string, (value: unknown) => boolean])[]> = new Map([
  ['response', [['request_id', isText], ['result', (value) => value !== undefined]]],
  ['event', [['event_type', isText]]],
  ['error', [['error_code', isText], ['error_message', isText]]],
  ['diagnostic', [['level', isText], ['component', isText], ['message', isText]]],
  ['heartbeat', []],
] as [string, [string, (value: unknown) => boolean][]][]);

/** The elements of one text message. Throws a SyntaxError when it is no JSON object or array. */
export function read(text: string): unknown[] {
  const value: unknown = JSON.parse(text);
  if (Array.isArray(value)) return value;
  if (isObject(value)) return [value];
  throw new SyntaxError('neither an object nor an array');
}

/** The field that is wrong, or null. */
export function fault(message: unknown): string | null {
  if (!isObject(message)) return 'message';
  const required = REQUIRED.get(message['message_type']);
  if (required === undefined) return 'message_type';
  for (const [name, fits] of required) if (!fits(message[name])) return name;
  const seq = message['seq'];
  return seq === undefined || seq === null || isCount(seq) ? null : 'seq';
}

/** A whole number from 0. */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** An object member, `{}` when it is absent or no object. */
export function part(message: JsonObject, name: string): JsonObject {
  return asObject(message[name]);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function toError(message: JsonObject): MCPError {
  const requestId = textOrNull(message['request_id']);
  return makeError(text(message['error_code']), text(message['error_message']), part(message, 'details'), requestId);
}

export function toEvent(message: JsonObject): ServerEvent {
  return { eventType: text(message['event_type']), data: part(message, 'data'), source: textOrNull(message['source']) };
}

export function toDiagnostic(message: JsonObject): Diagnostic {
  return {
    level: text(message['level']) as DiagnosticLevel,
    component: text(message['component']),
    message: text(message['message']),
    details: part(message, 'details'),
    metrics: part(message, 'metrics'),
  };
}

/** The limits of a welcome; the default for each that is missing or no positive whole number. */
export function toLimits(data: JsonObject): Limits {
  const told = part(data, 'limits');
  const limit = (name: string, otherwise: number): number => {
    const value = told[name];
    return isCount(value) && value > 0 ? value : otherwise;
  };
  return {
    messagesPerMinute: limit('messages_per_minute', DEFAULT_LIMITS.messagesPerMinute),
    maxMessageBytes: limit('max_message_bytes', DEFAULT_LIMITS.maxMessageBytes),
    maxBatch: limit('max_batch', DEFAULT_LIMITS.maxBatch),
    maxInFlight: limit('max_in_flight', DEFAULT_LIMITS.maxInFlight),
  };
}

export function toServerInfo(data: JsonObject): ServerInfo {
  const server = part(data, 'server');
  const listed = data['capabilities'];
  const capabilities = Array.isArray(listed) ? listed.filter((name): name is string => typeof name === 'string') : [];
  return { name: text(server['name']), version: text(server['version']), capabilities };
}
