/** The options of a client, their defaults and ranges (docs/design/clients.md section 8). */

import { PROTOCOL_VERSION } from './codes.ts';
import type { DiagnosticLevel } from './types.ts';
import { VERSION } from './version.ts';

/** A ticket, or a function that fetches one for each connection (a ticket works once). */
export type TicketSource = string | ((signal: AbortSignal) => string | Promise<string>);

/** What a client is made with. Only `url` and one of `apiKey` and `ticket` are required. Times are milliseconds. */
export interface ClientOptions {
  /** `ws://host[:port]/path` or `wss://…`, without user and password. */
  readonly url: string;
  /** The key: printable ASCII. Sent as a header in Node; in browsers it fetches a ticket for each connection. */
  readonly apiKey?: string | undefined;
  /** Connect with tickets of your own server instead of a key. A plain string serves one connection only. */
  readonly ticket?: TicketSource | undefined;
  /** Default `"2.0"`. */
  readonly protocolVersion?: string | undefined;
  /** 1 to 128 characters; default `"@mcp/client"`. */
  readonly clientName?: string | undefined;
  /** 1 to 128 characters; default the version of this package. */
  readonly clientVersion?: string | undefined;
  /** Subscribe to the server's diagnostics; default false. */
  readonly diagnostics?: boolean | undefined;
  /** The least to be told; default `"warning"`. */
  readonly diagnosticsLevel?: DiagnosticLevel | undefined;
  /** The whole way to a usable connection; 100 to 300,000, default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long a close waits for the other side; 50 to 60,000, default 2,000. */
  readonly closeTimeoutMs?: number | undefined;
  /** One attempt of a request; 1 to 300,000, default 30,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** 50 to 300,000; default null: as the server says (30,000). */
  readonly heartbeatIntervalMs?: number | null | undefined;
  /** Survive a lost connection without losing anything; default true. */
  readonly resumable?: boolean | undefined;
  /** Come back after a lost connection; default true. */
  readonly reconnect?: boolean | undefined;
  /** Also after the server closed with 1000 or 1001; default true. */
  readonly reconnectOnNormalClose?: boolean | undefined;
  /** 1 to 60,000, default 500. */
  readonly reconnectInitialDelayMs?: number | undefined;
  /** `reconnectInitialDelayMs` to 3,600,000, default 30,000. */
  readonly reconnectMaxDelayMs?: number | undefined;
  /** 1 to 1,000,000; default null: never give up. */
  readonly reconnectMaxAttempts?: number | null | undefined;
  /** Repeat what the server refused for the moment; default true. */
  readonly retry?: boolean | undefined;
  /** Repetitions of one request; 0 to 100, default 3. */
  readonly retryMaxAttempts?: number | undefined;
  /** 1 to 60,000, default 250. */
  readonly retryInitialDelayMs?: number | undefined;
  /** `retryInitialDelayMs` to 300,000, default 10,000. */
  readonly retryMaxDelayMs?: number | undefined;
  /** A longer `retry_after_ms` is not waited for; 0 to 3,600,000, default 60,000. */
  readonly retryMaxWaitMs?: number | undefined;
  /** Repetitions in hand for all requests together; 0 to 1,000,000, default 10. */
  readonly retryBudget?: number | undefined;
  /** Gather the requests of one turn of the event loop in one array; default false. */
  readonly batching?: boolean | undefined;
  /** Open requests; 1 to 1,000,000, default 1,000. */
  readonly maxPending?: number | undefined;
  /** The largest message taken, in bytes; 1,024 to 1,073,741,824, default 16,777,216. A larger one ends the connection. */
  readonly maxMessageBytes?: number | undefined;
  /** Chunks of a stream kept for a slow consumer; 1 to 1,000,000, default 64. */
  readonly streamBuffer?: number | undefined;
  /** A call that takes longer is told as a diagnostic `slow`; 1 to 300,000, default 5,000. */
  readonly slowCallMs?: number | undefined;
}

type Complete<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** The options with every default in its place. */
export type Settings = Complete<Omit<ClientOptions, 'apiKey' | 'ticket'>> & {
  readonly apiKey: string | null;
  readonly ticket: TicketSource | null;
};

const DEFAULTS: Omit<Settings, 'url'> = {
  apiKey: null,
  ticket: null,
  protocolVersion: PROTOCOL_VERSION,
  clientName: '@mcp/client',
  clientVersion: VERSION,
  diagnostics: false,
  diagnosticsLevel: 'warning',
  connectTimeoutMs: 10_000,
  closeTimeoutMs: 2000,
  requestTimeoutMs: 30_000,
  heartbeatIntervalMs: null,
  resumable: true,
  reconnect: true,
  reconnectOnNormalClose: true,
  reconnectInitialDelayMs: 500,
  reconnectMaxDelayMs: 30_000,
  reconnectMaxAttempts: null,
  retry: true,
  retryMaxAttempts: 3,
  retryInitialDelayMs: 250,
  retryMaxDelayMs: 10_000,
  retryMaxWaitMs: 60_000,
  retryBudget: 10,
  batching: false,
  maxPending: 1000,
  maxMessageBytes: 16_777_216,
  streamBuffer: 64,
  slowCallMs: 5000,
};

type Range = readonly [low: number, high: number, whole?: true];

/** Name, least, most; the first group is milliseconds. */
const RANGES: { readonly [K in keyof Settings]?: Range } = {
  connectTimeoutMs: [100, 300_000],
  closeTimeoutMs: [50, 60_000],
  requestTimeoutMs: [1, 300_000],
  heartbeatIntervalMs: [50, 300_000],
  reconnectInitialDelayMs: [1, 60_000],
  reconnectMaxDelayMs: [1, 3_600_000],
  retryInitialDelayMs: [1, 60_000],
  retryMaxDelayMs: [1, 300_000],
  retryMaxWaitMs: [0, 3_600_000],
  slowCallMs: [1, 300_000],
  reconnectMaxAttempts: [1, 1_000_000, true],
  retryMaxAttempts: [0, 100, true],
  retryBudget: [0, 1_000_000, true],
  maxPending: [1, 1_000_000, true],
  maxMessageBytes: [1024, 1_073_741_824, true],
  streamBuffer: [1, 1_000_000, true],
};

const SWITCHES = ['diagnostics', 'resumable', 'reconnect', 'reconnectOnNormalClose', 'retry', 'batching'] as const;
const LEVELS: readonly string[] = ['debug', 'info', 'warning', 'error', 'critical'];

/** Fills in the defaults. Throws a RangeError that names the option and its range. */
export function checkOptions(options: ClientOptions): Settings {
  const given = Object.entries(options as unknown as Record<string, unknown>).filter(([, value]) => value !== undefined);
  const unknown = given.find(([name]) => name !== 'url' && !(name in DEFAULTS));
  if (unknown !== undefined) throw new RangeError(`there is no option ${unknown[0]}`);
  const settings = { ...DEFAULTS, ...Object.fromEntries(given) } as Settings;
  checkUrl(settings.url);
  checkCredentials(settings);
  for (const name of ['clientName', 'clientVersion'] as const) {
    const value: unknown = settings[name];
    if (typeof value !== 'string' || value.length < 1 || value.length > 128) throw new RangeError(`${name} must have 1 to 128 characters`);
  }
  if (typeof settings.protocolVersion !== 'string') throw new RangeError('protocolVersion must be a text');
  checkLevel(settings.diagnosticsLevel);
  for (const name of SWITCHES) if (typeof settings[name] !== 'boolean') throw new RangeError(`${name} must be true or false`);
  for (const [name, range] of Object.entries(RANGES) as [keyof Settings, Range][]) checkRange(name, settings[name], range);
  for (const prefix of ['reconnect', 'retry'] as const) {
    if (settings[`${prefix}MaxDelayMs`] < settings[`${prefix}InitialDelayMs`]) {
      throw new RangeError(`${prefix}MaxDelayMs must not be less than ${prefix}InitialDelayMs`);
    }
  }
  return Object.freeze(settings);
}

/** Throws a RangeError when `level` is none of the five. */
export function checkLevel(level: string): void {
  if (!LEVELS.includes(level)) throw new RangeError(`the level of diagnostics must be one of ${LEVELS.join(', ')}, not ${level}`);
}

function checkUrl(url: string): void {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null;
  const fits = parsed !== null && /^wss?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
  if (!fits || parsed.hash !== '') throw new RangeError('url must be ws://host[:port]/path or wss://…, without user, password and fragment');
}

function checkCredentials({ apiKey, ticket }: Settings): void {
  if (apiKey === null && ticket === null) throw new RangeError('apiKey (or ticket) is required');
  if (apiKey !== null && ticket !== null) throw new RangeError('give apiKey or ticket, not both');
  if (apiKey !== null && !(typeof apiKey === 'string' && /^[!-~]+$/.test(apiKey))) {
    throw new RangeError('apiKey must be printable ASCII without spaces, and not empty');
  }
  if (ticket !== null && typeof ticket !== 'function' && !(typeof ticket === 'string' && /^[\w.~-]+$/.test(ticket))) {
    throw new RangeError('ticket must be a function, or a text of letters, digits and -._~');
  }
}

function checkRange(name: keyof Settings, value: unknown, [low, high, whole]: Range): void {
  if (value === null && DEFAULTS[name as keyof typeof DEFAULTS] === null) return;
  const fits = typeof value === 'number' && value >= low && value <= high && (whole !== true || Number.isInteger(value));
  const unit = whole === true ? '' : ' milliseconds';
  if (!fits) throw new RangeError(`${name} must be ${low} to ${high}${unit}, not ${String(value)}`);
}
