/** Heartbeats and the watch for silence (protocol section 9). */

import { encode } from './json.ts';
import type { Meter } from './meter.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { Timers } from './timers.ts';

/** Sets the timers `heartbeat` and `silence`; the core acts when they are due. */
export class Heartbeat {
  static readonly DEFAULT_MS = 30_000;
  static readonly SILENT_INTERVALS = 2;

  private readonly wanted: number | null;
  private interval: number;
  private count = 0;
  private out: { readonly id: string; readonly at: number } | null = null;
  private paused = false;

  constructor(
    options: Settings,
    private readonly outbox: Outbox,
    private readonly timers: Timers,
    private readonly meter: Meter,
  ) {
    this.wanted = options.heartbeatIntervalMs;
    this.interval = this.wanted ?? Heartbeat.DEFAULT_MS;
  }

  /** A transport is open. */
  begin(now: number): void {
    this.out = null;
    this.heard(now);
  }

  /** The welcome names the server's interval in seconds; the user's own goes before it. */
  told(intervalS: unknown, now: number): void {
    if (this.wanted === null && typeof intervalS === 'number' && intervalS > 0) this.interval = intervalS * 1000;
    this.heard(now);
  }

  ready(now: number): void {
    this.timers.set('heartbeat', now + this.interval);
  }

  /** Something arrived. */
  heard(now: number): void {
    if (!this.paused) this.timers.set('silence', now + Heartbeat.SILENT_INTERVALS * this.interval);
  }

  pause(paused: boolean, now: number): void {
    this.paused = paused;
    if (paused) this.timers.clear('silence');
    else if (this.timers.isSet('heartbeat')) this.heard(now);
  }

  beat(clientId: string, now: number): void {
    const id = `hb-${++this.count}`;
    const fields = encode({ client_id: clientId, uptime: this.meter.uptime(now) / 1000 }).slice(1, -1);
    this.out = { id, at: now };
    this.outbox.send(this.outbox.envelope('heartbeat', id, fields), now, null, true);
    this.timers.set('heartbeat', now + this.interval);
  }

  answered(echo: unknown, now: number): void {
    if (this.out !== null && echo === this.out.id) this.meter.rttMs = now - this.out.at;
  }

  end(): void {
    this.timers.clear('heartbeat');
    this.timers.clear('silence');
  }
}
