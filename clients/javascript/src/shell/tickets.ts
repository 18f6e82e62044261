/** Tickets: a key exchanged for a single-use credential that fits in a subprotocol (protocol section 2). */

import { ERROR_CODES } from '../core/codes.ts';
import { asObject } from '../core/json.ts';
import type { Settings } from '../core/options.ts';
import type { Refused } from './platform.ts';

/** Thrown by `fetchTicket`: carries the answer as a refused handshake does. */
export class TicketRefused extends Error {
  constructor(readonly refused: Refused) {
    super(refused.text);
  }
}

/** The ticket to connect with, or null where the key travels in a header. */
export async function ticketFor(settings: Settings, needsTicket: boolean, signal: AbortSignal): Promise<string | null> {
  const { ticket, apiKey, url } = settings;
  if (typeof ticket === 'function') return await ticket(signal);
  if (ticket !== null) return ticket;
  return needsTicket && apiKey !== null ? await fetchTicket(url, apiKey, signal) : null;
}

/** POST /api/mcp/tickets. Redirects are not followed: the key must not travel. */
async function fetchTicket(url: string, apiKey: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(ticketUrl(url), {
    method: 'POST',
    headers: { 'X-API-Key': apiKey },
    credentials: 'omit',
    redirect: 'error',
    cache: 'no-store',
    signal,
  });
  const body = await answer.text();
  if (!answer.ok) throw new TicketRefused(toRefused(answer.status, answer.headers.get('Retry-After'), body));
  const ticket = bodyOf(body)['ticket'];
  if (typeof ticket === 'string') return ticket;
  throw new TicketRefused({ status: answer.status, retryAfterMs: null, text: 'the answer has no ticket', code: null });
}

/** The neighbour of the WebSocket's address: `…/api/mcp/ws` becomes `…/api/mcp/tickets`. */
export function ticketUrl(url: string): string {
  const address = new URL(url);
  address.protocol = address.protocol === 'wss:' ? 'https:' : 'http:';
  address.pathname = /\/ws\/?$/.test(address.pathname) ? address.pathname.replace(/\/ws\/?$/, '/tickets') : '/api/mcp/tickets';
  address.search = '';
  return address.href;
}

/** An HTTP answer that is no WebSocket. */
export function toRefused(status: number, retryAfter: string | null, body: string): Refused {
  const { error_code: code, error_message: message } = bodyOf(body);
  return {
    status,
    retryAfterMs: waitOf(retryAfter),
    text: typeof message === 'string' ? message : `the server refused the connection with HTTP ${status}`,
    code: typeof code === 'string' && ERROR_CODES.has(code) ? code : null,
  };
}

function bodyOf(body: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return {};
  }
}

/** Retry-After as milliseconds from now: seconds or a date (RFC 9110 section 10.2.3). */
function waitOf(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  if (/^\s*\d+\s*$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
