/** What both builds export besides `MCPClient` and `MCPClientPool`. */

export {
  ConnectionError,
  ConnectionFailedError,
  ConnectionLostError,
  ExecutionError,
  HeartbeatTimeoutError,
  InvalidApiKeyError,
  InvalidParamsError,
  MCPError,
  NotFoundError,
  ProtocolError,
  RateLimitError,
  ReconnectionFailedError,
  RequestCancelledError,
  RequestError,
  SecurityError,
  ServerOverloadedError,
  ToolFailedError,
  ToolTimeoutError,
  UnauthorizedError,
} from './core/errors.ts';
export type { ClientOptions, TicketSource } from './core/options.ts';
export type {
  ClientReport,
  ConnectionState,
  Diagnostic,
  DiagnosticLevel,
  DiagnosticReport,
  JsonObject,
  Latency,
  Limits,
  Progress,
  ServerEvent,
  ServerInfo,
  Tool,
  ToolAnnotations,
  ToolReport,
} from './core/types.ts';
export { VERSION } from './core/version.ts';
export { AudioStream } from './shell/audio.ts';
export type { Callback } from './shell/callbacks.ts';
export type { CallOptions, RequestOptions, ToolCall } from './shell/calls.ts';
export type { AudioCodec, AudioData, AudioFormat } from './shell/framer.ts';
export type { PoolOptions, PoolReport } from './shell/pool.ts';
export { ToolStream } from './shell/stream.ts';
