/** Requests of every kind; what `MCPClient` and the audio streams call. */

import { MCPError } from '../core/errors.ts';
import { asObject } from '../core/json.ts';
import type { RequestSpec } from '../core/outputs.ts';
import type { JsonObject, Progress, Tool } from '../core/types.ts';
import type { Callback } from './callbacks.ts';
import type { Driver } from './driver.ts';
import { AnswerSink } from './sink.ts';

/** How a request is made. */
export interface RequestOptions {
  /** Milliseconds one attempt may take: 1 to 300,000; default the option `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** Aborting it rejects with the signal's reason, and cancels the call on the server. */
  readonly signal?: AbortSignal | undefined;
}

/** How a tool is called. */
export interface CallOptions extends RequestOptions {
  /** 1 to 128 characters; the server runs the call once, however often it is sent. */
  readonly idempotencyKey?: string | undefined;
  /** Whether it may be repeated; by default the tool's own annotations say so. */
  readonly idempotent?: boolean | undefined;
  /** Told how far the call is. */
  readonly onProgress?: Callback<Progress> | undefined;
  /** W3C trace context. */
  readonly traceparent?: string | undefined;
}

/** One call of a batch. */
export interface ToolCall {
  readonly name: string;
  readonly arguments?: JsonObject | undefined;
  readonly timeoutMs?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly idempotent?: boolean | undefined;
  readonly traceparent?: string | undefined;
}

/** A tools/call. Throws a RangeError for what is out of range. */
export function toolSpec(name: string, args: JsonObject | undefined, how: CallOptions = {}, more: { stream?: boolean; group?: number } = {}): RequestSpec {
  const { idempotencyKey, idempotent, traceparent } = how;
  if (idempotencyKey !== undefined && (idempotencyKey.length < 1 || idempotencyKey.length > 128)) {
    throw new RangeError('idempotencyKey must have 1 to 128 characters');
  }
  const params: JsonObject = { name, arguments: { ...args }, ...(more.stream === true ? { stream: true } : {}) };
  return { method: 'tools/call', params, timeoutMs: checkTimeout(how.timeoutMs), idempotencyKey, idempotent, traceparent, group: more.group };
}

/** Throws a RangeError when it is out of range. */
export function checkTimeout(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs !== undefined && !(timeoutMs >= 1 && timeoutMs <= 300_000)) {
    throw new RangeError(`timeoutMs must be 1 to 300000 milliseconds, not ${timeoutMs}`);
  }
  return timeoutMs;
}

/** One request to its end. */
export async function perform(driver: Driver, spec: RequestSpec, how: { readonly signal?: AbortSignal | undefined; readonly onProgress?: Callback<Progress> | undefined } = {}): Promise<unknown> {
  const { signal } = how;
  signal?.throwIfAborted();
  const sink = new AnswerSink(how.onProgress);
  const handle = driver.request(spec, sink);
  const abort = (): void => {
    driver.cancel(handle);
    sink.failed(signal?.reason);
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await sink.promise;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Several calls in one array: results and errors, in the order of the calls. */
export async function performBatch(driver: Driver, calls: Iterable<ToolCall>, group: number, signal?: AbortSignal): Promise<unknown[]> {
  signal?.throwIfAborted();
  const specs = Array.from(calls, ({ name, arguments: args, ...how }) => toolSpec(name, args, how, { group }));
  const started = specs.map((spec) => {
    const sink = new AnswerSink();
    try {
      return { sink, handle: driver.request(spec, sink, true) };
    } catch (error) {
      sink.failed(error);
      return { sink, handle: null };
    }
  });
  driver.release();
  const abort = (): void => {
    for (const { sink, handle } of started) {
      if (handle !== null) driver.cancel(handle);
      sink.failed(signal?.reason);
    }
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.all(started.map(({ sink }) => sink.promise.catch(keepMcpError)));
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function keepMcpError(error: unknown): MCPError {
  if (error instanceof MCPError) return error;
  throw error;
}

/** Every page of tools/list. */
export async function allTools(driver: Driver, how: RequestOptions = {}): Promise<Tool[]> {
  const tools: Tool[] = [];
  let params: JsonObject = {};
  for (;;) {
    const page = asObject(await perform(driver, { method: 'tools/list', params, timeoutMs: checkTimeout(how.timeoutMs) }, how));
    const listed = page['tools'];
    if (Array.isArray(listed)) tools.push(...listed.map((entry) => toTool(asObject(entry))));
    const cursor = page['next_cursor'];
    if (typeof cursor !== 'string') return tools;
    params = { cursor };
  }
}

function toTool(entry: JsonObject): Tool {
  const hints = asObject(entry['annotations']);
  const name = String(entry['name']);
  return {
    name,
    title: typeof entry['title'] === 'string' ? entry['title'] : name,
    description: typeof entry['description'] === 'string' ? entry['description'] : '',
    inputSchema: asObject(entry['input_schema']),
    outputSchema: entry['output_schema'] === undefined || entry['output_schema'] === null ? null : asObject(entry['output_schema']),
    annotations: {
      readOnly: hints['readOnlyHint'] === true,
      idempotent: hints['idempotentHint'] === true,
      destructive: hints['destructiveHint'] === true,
      longRunning: hints['longRunningHint'] === true,
    },
  };
}
