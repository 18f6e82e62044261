/** Several connections used as one. */

import { fullJitter } from '../core/backoff.ts';
import { MCPError, makeError } from '../core/errors.ts';
import { checkOptions, type ClientOptions, type Settings } from '../core/options.ts';
import type { ClientReport, JsonObject, Tool } from '../core/types.ts';
import type { CallOptions, RequestOptions, ToolCall } from './calls.ts';
import type { BaseClient } from './client.ts';
import type { Platform } from './platform.ts';
import type { ToolStream } from './stream.ts';

/** Every option of `MCPClient`, and how many of them. */
export interface PoolOptions extends ClientOptions {
  /** Connections; 1 to 64, default 4. */
  readonly size?: number | undefined;
}

/** What a pool reports. */
export interface PoolReport {
  active_connections: number;
  clients: ClientReport[];
}

/** `MCPClientPool` without its platform. */
export class BasePool<Client extends BaseClient> {
  private readonly size: number;
  private readonly settings: Settings;
  private members: Client[] = [];
  private readonly replacing = new Set<Promise<void>>();
  private stop = new AbortController();
  private lastError: MCPError | null = null;
  private closed = true;
  private readonly options: ClientOptions;

  /** @internal */
  constructor(
    { size = 4, ...options }: PoolOptions,
    private readonly platform: Platform,
    private readonly create: (options: ClientOptions) => Client,
  ) {
    if (!Number.isInteger(size) || size < 1 || size > 64) throw new RangeError(`size must be 1 to 64, not ${size}`);
    this.size = size;
    this.options = options;
    this.settings = checkOptions(options);
  }

  /** Those that take calls, or will again. */
  get clients(): readonly Client[] {
    return [...this.members];
  }

  /** Connects all; when one fails, the others are closed and its error is thrown. */
  async connect(): Promise<void> {
    if (!this.closed) return;
    this.closed = false;
    this.stop = new AbortController();
    this.lastError = null;
    const clients = Array.from({ length: this.size }, () => this.newClient());
    const outcomes = await Promise.allSettled(clients.map((client) => client.connect()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined || this.closed) {
      this.closed = true;
      await Promise.all(clients.map((client) => client.close()));
      throw failed?.reason ?? makeError('CONNECTION_LOST', 'closed by the caller');
    }
    this.members = clients;
  }

  /** Closes all; no timer or socket is left. */
  async close(): Promise<void> {
    this.closed = true;
    this.stop.abort();
    const clients = this.members;
    this.members = [];
    await Promise.all([...this.replacing, ...clients.map((client) => client.close())]);
  }

  /** The same as `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** As `MCPClient.callTool`. */
  async callTool<Result = unknown>(name: string, args?: JsonObject, options?: CallOptions): Promise<Result> {
    return await this.pick().callTool<Result>(name, args, options);
  }

  /** As `MCPClient.streamTool`; the connection is chosen now. */
  streamTool<Chunk = unknown>(name: string, args?: JsonObject, options?: CallOptions): ToolStream<Chunk> {
    return this.pick().streamTool<Chunk>(name, args, options);
  }

  /** As `MCPClient.callTools`; one batch, so one connection. */
  async callTools<Result = unknown>(calls: Iterable<ToolCall>, options?: { readonly signal?: AbortSignal }): Promise<(Result | MCPError)[]> {
    return await this.pick().callTools<Result>(calls, options);
  }

  /** As `MCPClient.listTools`. */
  async listTools(options?: RequestOptions): Promise<Tool[]> {
    return await this.pick().listTools(options);
  }

  /** How many connections are up, and the report of each client. */
  getDiagnostics(): PoolReport {
    const clients = this.members.map((client) => client.getDiagnostics());
    return { active_connections: clients.reduce((sum, report) => sum + report.active_connections, 0), clients };
  }

  private pick(): Client {
    for (const wanted of ['connected', 'reconnecting']) {
      const fit = this.members.filter((client) => client.state === wanted);
      const [first, ...others] = fit;
      if (first !== undefined) return others.reduce((best, client) => (client.openRequests < best.openRequests ? client : best), first);
    }
    throw (this.closed ? null : this.lastError) ?? makeError('CONNECTION_FAILED', 'the pool has no connection: call connect() first');
  }

  private newClient(): Client {
    const client = this.create(this.options);
    client.driver.onEnded = (error) => this.ended(client, error);
    return client;
  }

  /** `client` has closed by itself. */
  private ended(client: Client, error: MCPError): void {
    if (this.closed || !this.members.includes(client)) return;
    this.members = this.members.filter((member) => member !== client);
    this.lastError = error;
    const task: Promise<void> = this.replace(client, error).finally(() => this.replacing.delete(task));
    this.replacing.add(task);
  }

  private async replace(old: Client, reason: MCPError): Promise<void> {
    const { signal } = this.stop;
    await old.close();
    let error = reason;
    for (let attempt = 0; error.retryable; attempt++) {
      const { reconnectInitialDelayMs: initial, reconnectMaxDelayMs: max } = this.settings;
      await this.sleep((error.retryAfterMs ?? 0) + fullJitter(() => this.platform.random(), initial, max, attempt), signal);
      if (signal.aborted) return;
      const client = this.newClient();
      const stop = (): void => void client.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await client.connect();
      } catch (failure) {
        if (!(failure instanceof MCPError)) throw failure;
        error = this.lastError = failure;
        continue;
      } finally {
        signal.removeEventListener('abort', stop);
      }
      if (signal.aborted) await client.close();
      else this.members.push(client);
      return;
    }
  }

  private async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = this.platform.setTimer(wake, ms);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
