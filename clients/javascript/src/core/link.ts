/** How a connection ends and what follows: the error, whether to reconnect, and when. */

import { fullJitter } from './backoff.ts';
import { CLOSE_CODES, httpRow, UNKNOWN_CLOSE } from './codes.ts';
import { makeError, type MCPError } from './errors.ts';
import type { Settings } from './options.ts';
import type { JsonObject } from './types.ts';

const RETRY_AFTER = /retry_after_ms=(\d{1,15})/;

/** Why a connection, or an attempt at one, is over. */
export interface Ending {
  readonly error: MCPError;
  readonly mayReconnect: boolean;
  /** What the server asked to wait. */
  readonly namedDelayMs: number;
}

/** `told` is the error the server sent just before, if any. */
export function endingOfClose(code: number, reason: string, told: MCPError | null, options: Settings): Ending {
  const [errorCode, rule] = CLOSE_CODES.get(code) ?? UNKNOWN_CLOSE;
  const found = RETRY_AFTER.exec(reason);
  const details: JsonObject = { ...told?.details, close_code: code };
  if (found !== null) details['retry_after_ms'] = Number(found[1]);
  const text = told?.message ?? `the connection ended with ${code}${reason === '' ? '' : ` (${reason})`}`;
  const mayReconnect = rule === 'as you like' ? options.reconnectOnNormalClose : rule !== 'no';
  const error = makeError(errorCode, text, details);
  return { error, mayReconnect, namedDelayMs: rule === 'after the named delay' ? (error.retryAfterMs ?? 0) : 0 };
}

/** `code` is the error code the body named, if it could be read. */
export function endingOfHandshake(status: number | null, retryAfterMs: number | null, text: string, code: string | null): Ending {
  const [errorCode, rule] = httpRow(status);
  const details: JsonObject = status === null ? {} : { status };
  if (retryAfterMs !== null) details['retry_after_ms'] = Math.round(retryAfterMs);
  const error = makeError(code ?? errorCode, text, details);
  return { error, mayReconnect: rule !== 'no', namedDelayMs: retryAfterMs ?? 0 };
}

/** Counts attempts and names delays (docs/design/clients.md, Backoff). */
export class ReconnectPlan {
  /** A connection that was ready this long ends the count: one that dies sooner may be a server that accepts and drops. */
  static readonly HELD_MS = 5000;

  /** Attempts since the last connection that held. */
  attempts = 0;

  constructor(
    private readonly options: Settings,
    private readonly random: () => number,
  ) {}

  reset(): void {
    this.attempts = 0;
  }

  lostAfter(readyForMs: number): void {
    if (readyForMs >= ReconnectPlan.HELD_MS) this.attempts = 0;
  }

  /** Milliseconds until the next attempt, or null when it is time to give up. */
  nextDelay(namedMs: number): number | null {
    const { reconnectMaxAttempts, reconnectInitialDelayMs, reconnectMaxDelayMs } = this.options;
    if (reconnectMaxAttempts !== null && this.attempts >= reconnectMaxAttempts) return null;
    const jitter = fullJitter(this.random, reconnectInitialDelayMs, reconnectMaxDelayMs, this.attempts);
    this.attempts++;
    return namedMs + jitter;
  }
}
