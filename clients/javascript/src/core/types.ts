/** The values users meet. */

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** What `MCPClient.state` can be. `closed` also before the first connect. */
export type ConnectionState = 'closed' | 'connecting' | 'connected' | 'reconnecting';

/** How grave a diagnostic is, the least first. */
export type DiagnosticLevel = 'debug' | 'info' | 'warning' | 'error' | 'critical';

/** A diagnostic message, from the server or (component `client`) from this client. */
export interface Diagnostic {
  readonly level: DiagnosticLevel;
  readonly component: string;
  readonly message: string;
  readonly details: JsonObject;
  readonly metrics: JsonObject;
}

/** An event the server sent, for example `status_update`. */
export interface ServerEvent {
  readonly eventType: string;
  readonly data: JsonObject;
  readonly source: string | null;
}

/** How far a call is. */
export interface Progress {
  readonly progress: number;
  readonly total: number | null;
  readonly message: string | null;
}

/** What the server told in its welcome; a limit it did not tell has the protocol's default. */
export interface Limits {
  /** Default 100. */
  readonly messagesPerMinute: number;
  /** Bytes of UTF-8; default 262,144. */
  readonly maxMessageBytes: number;
  /** Messages in one array; default 64. */
  readonly maxBatch: number;
  /** Running calls of tools on one connection; default 64. */
  readonly maxInFlight: number;
}

/** Who the server is, from its welcome. */
export interface ServerInfo {
  readonly name: string;
  readonly version: string;
  readonly capabilities: readonly string[];
}

/** What a client may assume of a tool. */
export interface ToolAnnotations {
  readonly readOnly: boolean;
  readonly idempotent: boolean;
  readonly destructive: boolean;
  readonly longRunning: boolean;
}

/** A tool as the server lists it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema 2020-12. */
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject | null;
  readonly annotations: ToolAnnotations;
}

/** Percentiles by nearest rank, in milliseconds; zeros when there is nothing. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** What a client knows of the calls of one tool. */
export interface ToolReport {
  calls: number;
  errors: number;
  /** 0 to 1. */
  success_rate: number;
  latency_ms: Latency;
  error_codes: Record<string, number>;
  /** Null: the server's to know. */
  cpu_ms: number | null;
  /** Null: the server's to know. */
  allocated_bytes: number | null;
}

/** The diagnostic report of protocol section 9; the names are those on the wire. */
export interface DiagnosticReport {
  message_counts: { sent: number; received: number };
  protocol_violations: { timestamp: string; type: string; details: JsonObject }[];
  active_connections: number;
  performance_metrics: {
    uptime_s: number;
    messages_per_second: { in: number; out: number };
    error_rate: number;
    latency_ms: Latency;
    tools: Record<string, ToolReport>;
  };
  error_summary: { total_violations: number; violation_types: Record<string, number> };
}

/** A client's own report: the shape of section 9, and what it knows of its connection. */
export interface ClientReport extends DiagnosticReport {
  connection: {
    status: ConnectionState;
    /** Attempts to come back since the client was made. */
    reconnect_attempts: number;
    /** How often a session was resumed. */
    resumed: number;
    last_error: { error_code: string; error_message: string } | null;
    /** The last heartbeat there and back; null before the first. */
    rtt_ms: number | null;
  };
}
