/**
 * The error tree; the class follows the code on the wire.
 *
 * ```text
 * MCPError
 * ├── ProtocolError               INVALID_MESSAGE_FORMAT, INVALID_PROTOCOL_VERSION, INVALID_MESSAGE_ID, MESSAGE_TOO_LARGE
 * ├── RequestError                METHOD_NOT_FOUND, TOOL_NOT_FOUND
 * │   ├── InvalidParamsError      INVALID_PARAMS
 * │   └── NotFoundError           NOT_FOUND
 * ├── ExecutionError              INTERNAL_ERROR, EXECUTION_INTERRUPTED
 * │   ├── ToolFailedError         TOOL_EXECUTION_FAILED
 * │   ├── ToolTimeoutError        TOOL_TIMEOUT
 * │   ├── RequestCancelledError   REQUEST_CANCELLED
 * │   └── ServerOverloadedError   SERVER_OVERLOADED
 * ├── SecurityError               SECURITY_VIOLATION
 * │   ├── RateLimitError          RATE_LIMIT_EXCEEDED
 * │   ├── InvalidApiKeyError      INVALID_API_KEY
 * │   └── UnauthorizedError       UNAUTHORIZED_ACCESS
 * └── ConnectionError
 *     ├── ConnectionFailedError   CONNECTION_FAILED
 *     ├── ConnectionLostError     CONNECTION_LOST
 *     ├── ReconnectionFailedError RECONNECTION_FAILED
 *     └── HeartbeatTimeoutError   HEARTBEAT_TIMEOUT
 * ```
 */

import { ERROR_CODES } from './codes.ts';
import type { JsonObject } from './types.ts';

/** What the server answered, or what the client found out about the connection. */
export class MCPError extends Error {
  /** The name on the wire, for example `INVALID_PARAMS`. */
  readonly code: string;
  /** Further facts; `{}` when there are none. */
  readonly details: JsonObject;
  /** The message id of the request it answers, or null. */
  readonly requestId: string | null;

  constructor(code: string, message: string, details: JsonObject = {}, requestId: string | null = null) {
    super(message);
    this.code = code;
    this.details = details;
    this.requestId = requestId;
  }

  override get name(): string {
    return CLASS_NAMES.get(this.constructor as ErrorClass) ?? 'MCPError';
  }

  /** Whether the same request may succeed when it is sent again. */
  get retryable(): boolean {
    const told = this.details['retryable'];
    return typeof told === 'boolean' ? told : (ERROR_CODES.get(this.code)?.retryable ?? false);
  }

  /** Milliseconds to wait first, as the server said, or null when it said nothing. */
  get retryAfterMs(): number | null {
    const told = this.details['retry_after_ms'];
    return typeof told === 'number' && told >= 0 ? told : null;
  }

  /** `RateLimitError RATE_LIMIT_EXCEEDED: …`. */
  override toString(): string {
    return `${this.name} ${this.code}: ${this.message}`;
  }
}

/** A message broke a rule of the protocol. */
export class ProtocolError extends MCPError {}

/** The request asks for something that does not exist or does not fit. */
export class RequestError extends MCPError {}

/** The params or arguments do not fit the schema. */
export class InvalidParamsError extends RequestError {
  /** Every fault. */
  get errors(): readonly { readonly path: string; readonly message: string }[] {
    const found = this.details['errors'];
    return Array.isArray(found) ? found : [];
  }
}

/** A named stream, workflow, model or the like does not exist. */
export class NotFoundError extends RequestError {}

/** The request was accepted and did not end well. */
export class ExecutionError extends MCPError {}

/** The tool ran and reported a failure. */
export class ToolFailedError extends ExecutionError {}

/** The call did not end within its time; `details.source` is `"client"` when this client's clock said so. */
export class ToolTimeoutError extends ExecutionError {}

/** The request was cancelled. */
export class RequestCancelledError extends ExecutionError {}

/** No room for the request now. */
export class ServerOverloadedError extends ExecutionError {}

/** A rule of security was broken. */
export class SecurityError extends MCPError {}

/** Too many messages; wait `retryAfterMs`. */
export class RateLimitError extends SecurityError {}

/** The key is missing, malformed, unknown, expired or revoked. */
export class InvalidApiKeyError extends SecurityError {}

/** The key is valid but lacks the scope named in `details.scope`. */
export class UnauthorizedError extends SecurityError {}

/** Something about the connection, not about one request. */
export class ConnectionError extends MCPError {}

/** The connection could not be made. */
export class ConnectionFailedError extends ConnectionError {}

/** The connection was lost; `details.outcome` is `"unknown"` when the request may have run. */
export class ConnectionLostError extends ConnectionError {}

/** Reconnecting was given up. */
export class ReconnectionFailedError extends ConnectionError {}

/** The server has been silent for two heartbeat intervals. */
export class HeartbeatTimeoutError extends ConnectionError {}

type ErrorClass = new (code: string, message: string, details?: JsonObject, requestId?: string | null) => MCPError;

const CLASSES: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['INVALID_MESSAGE_FORMAT', ProtocolError],
  ['INVALID_PROTOCOL_VERSION', ProtocolError],
  ['INVALID_MESSAGE_ID', ProtocolError],
  ['MESSAGE_TOO_LARGE', ProtocolError],
  ['METHOD_NOT_FOUND', RequestError],
  ['TOOL_NOT_FOUND', RequestError],
  ['INVALID_PARAMS', InvalidParamsError],
  ['NOT_FOUND', NotFoundError],
  ['TOOL_EXECUTION_FAILED', ToolFailedError],
  ['REQUEST_CANCELLED', RequestCancelledError],
  ['EXECUTION_INTERRUPTED', ExecutionError],
  ['TOOL_TIMEOUT', ToolTimeoutError],
  ['SERVER_OVERLOADED', ServerOverloadedError],
  ['INTERNAL_ERROR', ExecutionError],
  ['RATE_LIMIT_EXCEEDED', RateLimitError],
  ['INVALID_API_KEY', InvalidApiKeyError],
  ['UNAUTHORIZED_ACCESS', UnauthorizedError],
  ['SECURITY_VIOLATION', SecurityError],
  ['CONNECTION_FAILED', ConnectionFailedError],
  ['CONNECTION_LOST', ConnectionLostError],
  ['RECONNECTION_FAILED', ReconnectionFailedError],
  ['HEARTBEAT_TIMEOUT', HeartbeatTimeoutError],
]);

// Written out, because a bundler may rename the classes.
const CLASS_NAMES: ReadonlyMap<ErrorClass, string> = new Map<ErrorClass, string>([
  [ProtocolError, 'ProtocolError'],
  [RequestError, 'RequestError'],
  [InvalidParamsError, 'InvalidParamsError'],
  [NotFoundError, 'NotFoundError'],
  [ExecutionError, 'ExecutionError'],
  [ToolFailedError, 'ToolFailedError'],
  [ToolTimeoutError, 'ToolTimeoutError'],
  [RequestCancelledError, 'RequestCancelledError'],
  [ServerOverloadedError, 'ServerOverloadedError'],
  [SecurityError, 'SecurityError'],
  [RateLimitError, 'RateLimitError'],
  [InvalidApiKeyError, 'InvalidApiKeyError'],
  [UnauthorizedError, 'UnauthorizedError'],
  [ConnectionError, 'ConnectionError'],
  [ConnectionFailedError, 'ConnectionFailedError'],
  [ConnectionLostError, 'ConnectionLostError'],
  [ReconnectionFailedError, 'ReconnectionFailedError'],
  [HeartbeatTimeoutError, 'HeartbeatTimeoutError'],
]);

/** The error of the class that belongs to `code`; the base class for a code the table does not know. */
export function makeError(
  code: string,
  message: string,
  details: JsonObject = {},
  requestId: string | null = null,
): MCPError {
  return new (CLASSES.get(code) ?? MCPError)(code, message, details, requestId);
}
