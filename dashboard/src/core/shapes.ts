/** The parts of the server's answers that the page shows; the contract's names. A figure that cannot be known is null. */

export type Figure = number | null;

export interface StatusUpdate {
  active_connections: number;
  uptime_s: number;
  messages_per_second: { in: number; out: number };
  error_rate: number;
  cpu_percent: Figure;
  memory_percent: Figure;
}

export interface Finding {
  severity: 'info' | 'warning' | 'critical';
  title: string;
  detail: string;
  hint?: string | null;
}

export interface Pressure {
  some: { avg10: Figure; percent: Figure };
  full: { avg10: Figure; percent: Figure };
}

export interface Columns {
  t0: string | number;
  step_s: number;
  series: Record<string, Figure[]>;
  min?: Record<string, Figure[]>;
  max?: Record<string, Figure[]>;
}

export interface Performance {
  sampled_at: string;
  scope: 'host' | 'container';
  cpu?: { percent: Figure; user: Figure; system: Figure; iowait: Figure; steal: Figure; per_cpu: Figure[] | null; cores: number; load_average: Figure[] | null; pressure?: Pressure | null };
  memory?: { total_bytes: Figure; available_bytes: Figure; used_bytes: Figure; percent: Figure; swap_total_bytes: Figure; swap_used_bytes: Figure; pressure?: Pressure | null };
  disk?: {
    read_bytes_per_s: Figure;
    write_bytes_per_s: Figure;
    read_iops: Figure;
    write_iops: Figure;
    busy_percent: Figure;
    filesystems: { mount: string; total_bytes: Figure; available_bytes: Figure; percent: Figure; inodes_percent: Figure }[];
  };
  network?: {
    received_bytes_per_s: Figure;
    sent_bytes_per_s: Figure;
    errors_per_s: Figure;
    drops_per_s: Figure;
    interfaces: { name: string; received_bytes_per_s: Figure; sent_bytes_per_s: Figure; errors_per_s: Figure; drops_per_s: Figure }[];
  };
  process?: { cpu_percent: Figure; rss_bytes: Figure; gc_heap_bytes: Figure; threads: Figure; file_descriptors: Figure };
  history?: Columns;
  findings?: Finding[];
}

export interface ServerStatus {
  status: string;
  version: string;
  uptime_s: number;
  connections: {
    active: number;
    items: {
      client_id: string;
      session_id: string;
      client: { name: string; version: string; platform: string | null } | null;
      address: string;
      connected_at: string;
      messages: { sent: number; received: number };
    }[];
  };
}

export interface Check {
  id: string;
  component: string;
  status: 'healthy' | 'degraded' | 'unhealthy' | 'unknown' | 'skipped';
  observed: Figure;
  unit: string | null;
  threshold: Figure;
  message: string;
  hint: string | null;
  duration_ms: number;
}

export interface Health {
  status: 'healthy' | 'degraded' | 'unhealthy';
  level: string;
  duration_ms: number;
  checks: Check[];
}

export interface Spread {
  mean: Figure;
  p50: Figure;
  p95: Figure;
}

export interface Workflow {
  workflow_id: string;
  summary: {
    executions: { total: number; succeeded: number; failed: number; running: number; cancelled: number; timed_out: number };
    success_rate: { value: Figure; low: Figure; high: Figure };
    throughput_per_hour: Figure;
    concurrency: { mean: Figure; max: Figure };
  };
  findings: Finding[];
  durations_s?: { count: number; mean: Figure; p50: Figure; p90: Figure; p95: Figure; p99: Figure; max: Figure } | null;
  variants?: { steps: string[]; count: number; share: number; mean_s: Figure }[] | null;
  dfg?: { edges: FlowEdge[]; starts: Record<string, number>; ends: Record<string, number> } | null;
  steps?: { name: string; count: number; failures: number; retries: number; waiting_s: Spread; running_s: Spread; critical_share: Figure }[] | null;
  bottlenecks?: { step: string; reason: string; critical_share: Figure }[] | null;
  errors?: { type: string; step: string | null; count: number; last_seen: string }[] | null;
}

export interface FlowEdge {
  from: string;
  to: string;
  count: number;
  median_s: Figure;
  p95_s: Figure;
}

export interface AudioLevel {
  stream_id: string;
  label: string | null;
  time_s: number;
  momentary_lufs: Figure;
  short_term_lufs: Figure;
  true_peak_dbtp: Figure;
  speech_probability: number;
  channels: { rms_dbfs: Figure; peak_dbfs: Figure }[];
}

export interface AudioReport {
  duration_s: number;
  quality: {
    loudness: { integrated_lufs: Figure; momentary_max_lufs: Figure; short_term_max_lufs: Figure; range_lu: Figure; true_peak_dbtp: Figure };
    level: { rms_dbfs: Figure; peak_dbfs: Figure };
    clipping: { events: number };
    snr: { vad_db: Figure };
    speech: { ratio: Figure };
  } | null;
  findings: Finding[];
}
