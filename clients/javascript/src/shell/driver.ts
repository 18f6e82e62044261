/** The shell around the core: the clock, one transport, one timer, promises and callbacks. */

import { ClientCore } from '../core/core.ts';
import { makeError, type MCPError } from '../core/errors.ts';
import type { Settings } from '../core/options.ts';
import type { Output, RequestSpec } from '../core/outputs.ts';
import type { ConnectionState, Diagnostic, ServerEvent } from '../core/types.ts';
import { Callbacks, type Callback } from './callbacks.ts';
import type { Platform, Refused } from './platform.ts';
import type { Sink } from './sink.ts';
import { Transport } from './transport.ts';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: MCPError) => void;
}

/** Carries out what the core says. */
export class Driver {
  readonly core: ClientCore;
  readonly onState = new Set<Callback<ConnectionState>>();
  readonly onEvent = new Set<Callback<ServerEvent>>();
  readonly onDiagnostic = new Set<Callback<Diagnostic>>();
  /** Called at once, in the order of things; for the audio streams. */
  readonly onSessionLost = new Set<(reason: string) => void>();
  /** Called at once when the client has closed by itself; for the pool. */
  onEnded: (error: MCPError) => void = () => {};
  private transport: Transport | null = null;
  private timer: { readonly due: number; readonly cancel: () => void } | null = null;
  private readonly callbacks = new Callbacks((count) => this.callbacksDropped(count));
  private readonly sinks = new Map<number, Sink>();
  private readonly full = new Set<number>();
  private waiters: Waiter[] = [];
  private stateWaiters: (() => void)[] = [];
  private gathering = false;
  private carrying = false;

  constructor(
    readonly settings: Settings,
    readonly platform: Platform,
  ) {
    this.core = new ClientCore(settings, {
      random: () => platform.random(),
      wall: () => platform.wall(),
      platform: platform.name,
    });
  }

  now(): number {
    return this.platform.now();
  }

  // --- for the client ----------------------------------------------------------------------------------------------

  /** Resolves when connected; rejects with the error that ended it. */
  async connect(): Promise<void> {
    if (this.core.state === 'connected') return;
    const settled = new Promise<void>((resolve, reject) => this.waiters.push({ resolve, reject }));
    if (this.core.state === 'closed') {
      this.core.connect(this.now());
      this.carryOut();
    }
    try {
      await settled;
    } catch (error) {
      await this.transportGone();
      throw error;
    }
  }

  /** Resolves when every timer and socket is gone. */
  async close(): Promise<void> {
    const { asking } = this.callbacks;
    this.core.close(this.now());
    this.carryOut();
    await this.transportGone();
    if (asking) return;
    let cancel = (): void => {};
    const elapsed = new Promise<void>((resolve) => (cancel = this.platform.setTimer(resolve, this.settings.closeTimeoutMs)));
    await this.callbacks.drained(elapsed);
    cancel();
  }

  private async transportGone(): Promise<void> {
    const transport = this.transport;
    await transport?.ended;
    if (this.transport === transport) this.transport = null;
  }

  /** Hands a request over; the sink gets what comes of it. With `hold` it goes out with the next `release`. */
  request(spec: RequestSpec, sink: Sink, hold = false): number {
    let handle: number;
    try {
      handle = this.core.request(spec, this.now());
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw makeError('INVALID_PARAMS', `the params cannot be sent as JSON: ${text}`, { source: 'client' });
    }
    this.sinks.set(handle, sink);
    if (!hold) this.release();
    return handle;
  }

  /** Sends what was handed over; with the option `batching`, together with all that this turn of the loop still brings. */
  release(): void {
    if (!this.settings.batching || this.core.state !== 'connected') {
      this.carryOut();
    } else if (!this.gathering) {
      this.gathering = true;
      this.platform.endOfTurn(() => {
        this.gathering = false;
        this.carryOut();
      });
    }
  }

  /** The caller is no longer interested. */
  cancel(handle: number): void {
    this.sinks.delete(handle);
    this.room(handle);
    this.core.cancel(handle, this.now());
    this.carryOut();
  }

  /** The consumer of a stream has made room. */
  room(handle: number): void {
    if (this.full.delete(handle) && this.full.size === 0) this.pause(false);
  }

  wantDiagnostics(level: string | null, components: readonly string[]): void {
    this.core.wantDiagnostics(level, components, this.now());
    this.carryOut();
  }

  /** One binary message, when there is a session to send it on; resolves when the socket has taken it. */
  async sendBinary(frame: Uint8Array): Promise<void> {
    while (this.core.state !== 'connected') {
      if (this.core.state === 'closed') throw this.core.closingError ?? makeError('CONNECTION_LOST', 'the client is closed');
      await new Promise<void>((resolve) => this.stateWaiters.push(resolve));
    }
    await this.transport?.sendBinary(frame);
  }

  // --- told by the transport ---------------------------------------------------------------------------------------

  private readonly listener = {
    opened: (): void => {
      this.core.opened(this.now());
      this.carryOut();
    },
    refused: ({ status, retryAfterMs, text, code }: Refused): void => {
      this.core.openFailed(status, retryAfterMs, text, this.now(), code);
      this.carryOut();
    },
    closed: (code: number, reason: string): void => {
      this.core.closed(code, reason, this.now());
      this.carryOut();
    },
    text: (text: string): void => {
      this.core.text(text, this.now());
      this.carryOut();
    },
  };

  // --- carrying out ------------------------------------------------------------------------------------------------

  /** What is carried out may make the core put out more, which comes after it. */
  private carryOut(): void {
    if (this.carrying) return;
    this.carrying = true;
    for (let outputs = this.core.take(); outputs.length > 0; outputs = this.core.take()) {
      for (const output of outputs) this.do(output);
    }
    this.carrying = false;
    this.setTimer();
  }

  private do(output: Output): void {
    switch (output.kind) {
      case 'send':
        return this.transport?.send(output.text);
      case 'resolve':
        return this.end(output.handle)?.resolved(output.result);
      case 'fail':
        return this.end(output.handle)?.failed(output.error);
      case 'chunk':
        return this.chunk(output.handle, output.chunk);
      case 'progress': {
        const { progress, total, message } = output;
        const callback = this.sinks.get(output.handle)?.onProgress;
        if (callback !== undefined) this.callbacks.call(callback, { progress, total, message });
        return;
      }
      case 'open':
        this.transport = new Transport(this.settings, this.platform, this.listener, this.transport?.ended ?? Promise.resolve());
        this.transport.pause(this.full.size > 0);
        return;
      case 'drop':
        return this.transport?.drop(output.code, output.reason);
      case 'state':
        return this.state(output.state, output.error);
      case 'event':
        for (const callback of this.onEvent) this.callbacks.call(callback, output.event);
        return;
      case 'diagnostic':
        return this.diagnostic(output.diagnostic);
      case 'sessionLost':
        for (const told of this.onSessionLost) told(output.reason);
    }
  }

  private setTimer(): void {
    const due = this.core.nextDeadline();
    if (this.timer !== null && this.timer.due !== due) {
      this.timer.cancel();
      this.timer = null;
    }
    if (due === null || this.timer !== null) return;
    const tick = (): void => {
      this.timer = null;
      this.core.tick(this.now());
      this.carryOut();
    };
    this.timer = { due, cancel: this.platform.setTimer(tick, due - this.now()) };
  }

  private end(handle: number): Sink | undefined {
    const sink = this.sinks.get(handle);
    this.sinks.delete(handle);
    this.room(handle); // no more chunks: nothing to hold reading back for
    return sink;
  }

  private chunk(handle: number, chunk: unknown): void {
    if (this.sinks.get(handle)?.chunk(chunk) !== true || this.full.has(handle)) return;
    this.full.add(handle);
    this.pause(true);
  }

  private pause(paused: boolean): void {
    this.core.consumerPaused(paused, this.platform.canPause, this.now());
    this.transport?.pause(paused);
    this.carryOut();
  }

  private state(state: ConnectionState, error: MCPError | null): void {
    for (const resolve of this.stateWaiters.splice(0)) resolve();
    if (state === 'connected') for (const waiter of this.waiters.splice(0)) waiter.resolve();
    if (state === 'closed') {
      const reason = error ?? makeError('CONNECTION_LOST', 'closed by the caller');
      for (const waiter of this.waiters.splice(0)) waiter.reject(reason);
    }
    for (const callback of this.onState) this.callbacks.call(callback, state);
    if (state === 'closed' && error !== null) this.onEnded(error);
  }

  private diagnostic(diagnostic: Diagnostic): void {
    for (const callback of this.onDiagnostic) this.callbacks.call(callback, diagnostic);
  }

  private callbacksDropped(count: number): void {
    const message = `${count} callbacks were dropped: they come faster than they are handled`;
    const details = { kind: 'callback_dropped', count };
    this.diagnostic({ level: 'warning', component: 'client', message, details, metrics: {} });
  }
}
