/** Counts and times, and the report of protocol section 9 made of them. */

import { ERROR_CODES, VIOLATION_TYPES } from './codes.ts';
import type { MCPError } from './errors.ts';
import { MinuteCounter } from './rates.ts';
import { Ring } from './ring.ts';
import type { ClientReport, ConnectionState, JsonObject, Latency, ToolReport } from './types.ts';

const NEWEST = 1000;

/** p50, p95, p99 by nearest rank, and max; zeros when there is nothing. */
export function percentiles(values: readonly number[]): Latency {
  const ordered = values.toSorted((a, b) => a - b);
  const rank = (percent: number): number => ordered[Math.ceil((percent * ordered.length) / 100) - 1] ?? 0;
  return { p50: rank(50), p95: rank(95), p99: rank(99), max: ordered.at(-1) ?? 0 };
}

class ToolMeter {
  calls = 0;
  readonly errors = new Map<string, number>();
  readonly latencies = new Ring<number>(NEWEST);

  report(): ToolReport {
    const failed = [...this.errors.values()].reduce((sum, count) => sum + count, 0);
    return {
      calls: this.calls,
      errors: failed,
      success_rate: (this.calls - failed) / this.calls,
      latency_ms: percentiles(this.latencies.values()),
      error_codes: Object.fromEntries(this.errors),
      cpu_ms: null, // the server's to know
      allocated_bytes: null,
    };
  }
}

const addOne = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

/** What this client counted since it was made. */
export class Meter {
  rttMs: number | null = null;
  reconnectAttempts = 0;
  resumed = 0;
  lastError: MCPError | null = null;
  private sent = 0;
  private received = 0;
  private started: number | null = null;
  private readonly rateIn = new MinuteCounter();
  private readonly rateOut = new MinuteCounter();
  private readonly ended = new MinuteCounter();
  private readonly failed = new MinuteCounter();
  private readonly latencies = new Ring<number>(NEWEST);
  private readonly tools = new Map<string, ToolMeter>();
  private readonly violations = new Ring<{ timestamp: string; type: string; details: JsonObject }>(NEWEST);
  private readonly violationTypes = new Map<string, number>();

  /** `wall`: milliseconds since 1970, for time stamps only. */
  constructor(private readonly wall: () => number) {}

  start(now: number): void {
    this.started ??= now;
  }

  /** Milliseconds since the first connect. */
  uptime(now: number): number {
    return this.started === null ? 0 : now - this.started;
  }

  messageOut(now: number): void {
    this.sent++;
    this.rateOut.add(now);
  }

  messageIn(now: number): void {
    this.received++;
    this.rateIn.add(now);
  }

  /** Notes a violation under its snake-case name. */
  violation(type: string, details: JsonObject): void {
    this.violations.add({ timestamp: new Date(this.wall()).toISOString(), type, details });
    addOne(this.violationTypes, type);
  }

  /** The server refused something; errors of form and of security are violations. */
  refused(error: MCPError): void {
    const group = ERROR_CODES.get(error.code)?.group;
    const type = VIOLATION_TYPES.get(error.code);
    if (type !== undefined && (group === 'protocol' || group === 'security')) this.violation(type, { ...error.details });
  }

  /** One request has its result or its error; `latencyMs` is null when it was never sent. */
  requestEnded(now: number, tool: string | null, latencyMs: number | null, error: MCPError | null): void {
    this.ended.add(now);
    if (error !== null) this.failed.add(now);
    if (latencyMs !== null) this.latencies.add(latencyMs);
    if (tool === null) return;
    let meter = this.tools.get(tool);
    if (meter === undefined) this.tools.set(tool, (meter = new ToolMeter()));
    meter.calls++;
    if (latencyMs !== null) meter.latencies.add(latencyMs);
    if (error !== null) addOne(meter.errors, error.code);
  }

  /** The diagnostics of this client, in the shape of section 9. */
  report(now: number, status: ConnectionState): ClientReport {
    const span = Math.min(60, this.uptime(now) / 1000) || 1;
    const ended = this.ended.sum(now);
    const last = this.lastError;
    return {
      message_counts: { sent: this.sent, received: this.received },
      protocol_violations: this.violations.values().map((entry) => ({ ...entry })),
      active_connections: status === 'connected' ? 1 : 0,
      performance_metrics: {
        uptime_s: this.uptime(now) / 1000,
        messages_per_second: { in: this.rateIn.sum(now) / span, out: this.rateOut.sum(now) / span },
        error_rate: ended === 0 ? 0 : this.failed.sum(now) / ended,
        latency_ms: percentiles(this.latencies.values()),
        tools: Object.fromEntries([...this.tools].map(([name, meter]) => [name, meter.report()])),
      },
      error_summary: {
        total_violations: [...this.violationTypes.values()].reduce((sum, count) => sum + count, 0),
        violation_types: Object.fromEntries(this.violationTypes),
      },
      connection: {
        status,
        reconnect_attempts: this.reconnectAttempts,
        resumed: this.resumed,
        last_error: last === null ? null : { error_code: last.code, error_message: last.message },
        rtt_ms: this.rttMs,
      },
    };
  }
}
