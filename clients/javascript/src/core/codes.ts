/**
 * The tables of error codes, close codes and HTTP statuses (protocol sections 2 and 7).
 * The rows are those of the server's one table; `tests/codes.test.ts` compares them with it.
 */

export const PROTOCOL_VERSION = '2.0';

/** What a client does after a connection ended in a certain way. */
export type Reconnect = 'as you like' | 'no' | 'with backoff' | 'after the named delay';

/** The groups of protocol section 7. */
export type ErrorGroup = 'protocol' | 'request' | 'execution' | 'security' | 'connection';

/** One error code: its group and whether the same request may be repeated. */
export interface CodeRow {
  readonly group: ErrorGroup;
  readonly retryable: boolean;
}

const row = (group: ErrorGroup, retryable: boolean): CodeRow => ({ group, retryable });

export const ERROR_CODES: ReadonlyMap<string, CodeRow> = new Map([
  ['INVALID_MESSAGE_FORMAT', row('protocol', false)],
  ['INVALID_PROTOCOL_VERSION', row('protocol', false)],
  ['INVALID_MESSAGE_ID', row('protocol', false)],
  ['MESSAGE_TOO_LARGE', row('protocol', false)],
  ['METHOD_NOT_FOUND', row('request', false)],
  ['TOOL_NOT_FOUND', row('request', false)],
  ['INVALID_PARAMS', row('request', false)],
  ['NOT_FOUND', row('request', false)],
  ['TOOL_EXECUTION_FAILED', row('execution', false)],
  ['REQUEST_CANCELLED', row('execution', false)],
  ['EXECUTION_INTERRUPTED', row('execution', false)],
  ['TOOL_TIMEOUT', row('execution', true)],
  ['SERVER_OVERLOADED', row('execution', true)],
  ['INTERNAL_ERROR', row('execution', true)],
  ['RATE_LIMIT_EXCEEDED', row('security', true)],
  ['INVALID_API_KEY', row('security', false)],
  ['UNAUTHORIZED_ACCESS', row('security', false)],
  ['SECURITY_VIOLATION', row('security', false)],
  ['CONNECTION_FAILED', row('connection', true)],
  ['CONNECTION_LOST', row('connection', true)],
  ['RECONNECTION_FAILED', row('connection', true)],
  ['HEARTBEAT_TIMEOUT', row('connection', true)],
]);

/** The error code a caller sees, and what to do. */
export type EndRow = readonly [code: string, reconnect: Reconnect];

export const CLOSE_CODES: ReadonlyMap<number, EndRow> = new Map<number, EndRow>([
  [1000, ['CONNECTION_LOST', 'as you like']],
  [1001, ['CONNECTION_LOST', 'as you like']],
  [1002, ['CONNECTION_LOST', 'no']],
  [1003, ['CONNECTION_LOST', 'no']],
  [1007, ['CONNECTION_LOST', 'no']],
  [1008, ['SECURITY_VIOLATION', 'no']],
  [1009, ['MESSAGE_TOO_LARGE', 'no']],
  [1011, ['CONNECTION_LOST', 'with backoff']],
  [1012, ['CONNECTION_LOST', 'with backoff']],
  [1013, ['SERVER_OVERLOADED', 'with backoff']],
  [4400, ['INVALID_MESSAGE_FORMAT', 'no']],
  [4401, ['INVALID_API_KEY', 'no']],
  [4403, ['UNAUTHORIZED_ACCESS', 'no']],
  [4408, ['HEARTBEAT_TIMEOUT', 'with backoff']],
  [4409, ['CONNECTION_LOST', 'no']],
  [4429, ['RATE_LIMIT_EXCEEDED', 'after the named delay']],
  [4430, ['CONNECTION_LOST', 'with backoff']],
]);

/** A code without a row is treated as a lost connection: 1005, 1006 and whatever a proxy invents. */
export const UNKNOWN_CLOSE: EndRow = ['CONNECTION_LOST', 'with backoff'];

const HTTP_STATUSES: ReadonlyMap<number, EndRow> = new Map<number, EndRow>([
  [400, ['INVALID_PROTOCOL_VERSION', 'no']],
  [401, ['INVALID_API_KEY', 'no']],
  [403, ['SECURITY_VIOLATION', 'no']],
  [408, ['CONNECTION_FAILED', 'with backoff']],
  [421, ['SECURITY_VIOLATION', 'no']],
  [425, ['CONNECTION_FAILED', 'with backoff']],
  [426, ['INVALID_PROTOCOL_VERSION', 'no']],
  [429, ['RATE_LIMIT_EXCEEDED', 'after the named delay']],
  [503, ['SERVER_OVERLOADED', 'after the named delay']],
]);

/** The error and what to do after a handshake that was refused with `status` (null: no HTTP answer came). */
export function httpRow(status: number | null): EndRow {
  if (status === null) return ['CONNECTION_FAILED', 'with backoff'];
  const known = HTTP_STATUSES.get(status);
  return known ?? ['CONNECTION_FAILED', status >= 500 ? 'with backoff' : 'no'];
}

/** Error code to the name it has in reports of violations (protocol section 8). */
export const VIOLATION_TYPES: ReadonlyMap<string, string> = new Map([
  ['INVALID_MESSAGE_FORMAT', 'invalid_message'],
  ['INVALID_PROTOCOL_VERSION', 'protocol_version_mismatch'],
  ['INVALID_MESSAGE_ID', 'invalid_message_id'],
  ['MESSAGE_TOO_LARGE', 'message_too_large'],
  ['RATE_LIMIT_EXCEEDED', 'rate_limit_exceeded'],
  ['INVALID_API_KEY', 'invalid_api_key'],
  ['UNAUTHORIZED_ACCESS', 'unauthorized_access'],
  ['SECURITY_VIOLATION', 'security_violation'],
  ['HEARTBEAT_TIMEOUT', 'heartbeat_timeout'],
]);
