/** The client users meet; `src/node.ts` and `src/browser.ts` put it on their platform. */

import type { MCPError } from '../core/errors.ts';
import { asObject } from '../core/json.ts';
import { checkLevel, checkOptions, type ClientOptions } from '../core/options.ts';
import type { ClientReport, ConnectionState, Diagnostic, DiagnosticLevel, DiagnosticReport, JsonObject, Limits, ServerEvent, ServerInfo, Tool } from '../core/types.ts';
import { AudioStream } from './audio.ts';
import { allTools, checkTimeout, perform, performBatch, toolSpec, type CallOptions, type RequestOptions, type ToolCall } from './calls.ts';
import type { Callback } from './callbacks.ts';
import { Driver } from './driver.ts';
import type { AudioData, AudioFormat } from './framer.ts';
import type { Platform } from './platform.ts';
import { ToolStream } from './stream.ts';

/** `MCPClient` without its platform. */
export class BaseClient {
  /** @internal */
  readonly driver: Driver;
  private groups = 0;

  /**
   * Throws a RangeError that names the option when a value is out of range.
   * @internal
   */
  constructor(options: ClientOptions, platform: Platform) {
    this.driver = new Driver(checkOptions(options), platform);
    if (this.driver.settings.diagnostics) this.enableDiagnostics();
  }

  // --- connection --------------------------------------------------------------------------------------------------

  /** Connects. One attempt, which rejects with its error; a connection that stood once comes back by itself. */
  async connect(): Promise<void> {
    await this.driver.connect();
  }

  /** Closes for good: open requests fail with CONNECTION_LOST, and no timer or socket is left. */
  async close(): Promise<void> {
    await this.driver.close();
  }

  /** The same as `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** `closed` (also before the first connect), `connecting`, `connected` or `reconnecting`. */
  get state(): ConnectionState {
    return this.driver.core.state;
  }

  /** Given by the server; null before the first welcome. */
  get clientId(): string | null {
    return this.driver.core.clientId;
  }

  /** The session's; stays the same when it is resumed. */
  get sessionId(): string | null {
    return this.driver.core.sessionId;
  }

  /** Who the server is. */
  get server(): ServerInfo {
    return this.driver.core.server;
  }

  /** The server's limits, from its welcome. */
  get limits(): Limits {
    return this.driver.core.limits;
  }

  /** How many requests have no outcome yet. */
  get openRequests(): number {
    return this.driver.core.openRequests;
  }

  // --- calls -------------------------------------------------------------------------------------------------------

  /** Calls a tool and returns its result object. Rejects with the error tree of this package, or the signal's reason. */
  async callTool<Result = unknown>(name: string, args?: JsonObject, options: CallOptions = {}): Promise<Result> {
    return (await perform(this.driver, toolSpec(name, args, options), options)) as Result;
  }

  /**
   * Calls a tool that streams, as an async iterator of its chunks; a slow loop slows the tool down.
   * `timeoutMs` is what the whole may take on the server: at most 300,000, default the option `requestTimeoutMs`.
   */
  streamTool<Chunk = unknown>(name: string, args?: JsonObject, options: CallOptions = {}): ToolStream<Chunk> {
    return new ToolStream(this.driver, toolSpec(name, args, options, { stream: true }), options);
  }

  /** Calls several tools in one batch; returns a result or an `MCPError` for each, in their order. */
  async callTools<Result = unknown>(calls: Iterable<ToolCall>, options: { readonly signal?: AbortSignal } = {}): Promise<(Result | MCPError)[]> {
    this.groups++;
    return (await performBatch(this.driver, calls, this.groups, options.signal)) as (Result | MCPError)[];
  }

  /** Every tool this key may see, all pages. */
  async listTools(options: RequestOptions = {}): Promise<Tool[]> {
    return await allTools(this.driver, options);
  }

  /** Any method of the protocol; returns its result. */
  async request<Result = unknown>(method: string, params: JsonObject = {}, options: RequestOptions = {}): Promise<Result> {
    const spec = { method, params: { ...params }, timeoutMs: checkTimeout(options.timeoutMs) };
    return (await perform(this.driver, spec, options)) as Result;
  }

  /** A request there and back, in milliseconds. */
  async ping(options: RequestOptions = {}): Promise<number> {
    const start = this.driver.now();
    await this.request('ping', {}, options);
    return this.driver.now() - start;
  }

  // --- events and diagnostics --------------------------------------------------------------------------------------

  /** Subscribes to events (and again after a lost session); returns what is subscribed now. */
  async subscribe(...eventTypes: readonly string[]): Promise<string[]> {
    return subscribed(await this.request('events/subscribe', { event_types: eventTypes }));
  }

  /** Ends subscriptions; returns what is still subscribed. */
  async unsubscribe(...eventTypes: readonly string[]): Promise<string[]> {
    return subscribed(await this.request('events/unsubscribe', { event_types: eventTypes }));
  }

  /** Registers a callback for events, of one type when it is named; returns a function that ends that. */
  onEvent(callback: Callback<ServerEvent>): () => void;
  onEvent(eventType: string, callback: Callback<ServerEvent>): () => void;
  onEvent(first: string | Callback<ServerEvent>, second?: Callback<ServerEvent>): () => void {
    if (typeof first !== 'string') return register(this.driver.onEvent, first);
    if (second === undefined) throw new TypeError('onEvent needs a callback');
    return register(this.driver.onEvent, (event) => (event.eventType === first ? second(event) : undefined));
  }

  /** Registers a callback for changes of `state`; returns a function that ends that. */
  onState(callback: Callback<ConnectionState>): () => void {
    return register(this.driver.onState, callback);
  }

  /** Registers a callback for diagnostics, the server's and this client's own; returns a function that ends that. */
  onDiagnostic(callback: Callback<Diagnostic>): () => void {
    return register(this.driver.onDiagnostic, callback);
  }

  /**
   * Subscribes to the server's diagnostics, now or when connected, and again after a lost session.
   * `level`: the least to be told; default the option `diagnosticsLevel`. Needs the scope `diagnostics`.
   */
  enableDiagnostics(level: DiagnosticLevel = this.driver.settings.diagnosticsLevel, components: Iterable<string> = ['*']): void {
    checkLevel(level);
    this.driver.wantDiagnostics(level, [...components]);
  }

  /** Ends that subscription. This client's own diagnostics still come. */
  disableDiagnostics(): void {
    this.driver.wantDiagnostics(null, []);
  }

  /** This connection's report, in the shape of protocol section 9, with `connection`. Needs no server. */
  getDiagnostics(): ClientReport {
    return this.driver.core.report(this.driver.now());
  }

  /** The server's report, in the same shape (`diagnostics/report`). Needs the scope `diagnostics`. */
  async serverDiagnostics(): Promise<DiagnosticReport> {
    return await this.request<DiagnosticReport>('diagnostics/report');
  }

  // --- audio -------------------------------------------------------------------------------------------------------

  /** Opens an audio stream. */
  async openAudio(format: AudioFormat): Promise<AudioStream> {
    return await AudioStream.open(this.driver, format);
  }

  /** Sends all that `pcm` yields (pieces of any length; opus: packets), at its pace, and returns the final report. */
  async streamAudio(pcm: Iterable<AudioData> | AsyncIterable<AudioData>, format: AudioFormat): Promise<unknown> {
    const stream = await this.openAudio(format);
    for await (const piece of pcm) await stream.send(piece);
    return await stream.close();
  }
}

function register<T>(callbacks: Set<Callback<T>>, callback: Callback<T>): () => void {
  const own: Callback<T> = (value) => callback(value); // the same function may be registered twice
  callbacks.add(own);
  return () => void callbacks.delete(own);
}

function subscribed(answer: unknown): string[] {
  const names = asObject(answer)['event_types'];
  return Array.isArray(names) ? names : [];
}
