/** What the core asks of the shell, and what the shell hands to the core. */

import type { MCPError } from './errors.ts';
import type { ConnectionState, Diagnostic, JsonObject, ServerEvent } from './types.ts';

/** One thing for the shell to do. The shell carries outputs out in their order. */
export type Output =
  /** Open a transport; answer with `opened`, `openFailed` or `closed`. */
  | { readonly kind: 'open'; readonly attempt: number }
  /** Send one text message. */
  | { readonly kind: 'send'; readonly text: string }
  /** Close the transport (also one that is still opening) and report nothing more of it. */
  | { readonly kind: 'drop'; readonly code: number; readonly reason: string }
  /** The observable state changed; `error` says why when it is `closed` or `reconnecting`. */
  | { readonly kind: 'state'; readonly state: ConnectionState; readonly error: MCPError | null }
  /** The request ended well. */
  | { readonly kind: 'resolve'; readonly handle: number; readonly result: unknown; readonly metrics: JsonObject }
  /** The request ended with an error. */
  | { readonly kind: 'fail'; readonly handle: number; readonly error: MCPError }
  /** The next chunk of a stream. */
  | { readonly kind: 'chunk'; readonly handle: number; readonly index: number; readonly chunk: unknown }
  /** A request tells how far it is. */
  | {
      readonly kind: 'progress';
      readonly handle: number;
      readonly progress: number;
      readonly total: number | null;
      readonly message: string | null;
    }
  /** An event that is not the core's own. */
  | { readonly kind: 'event'; readonly event: ServerEvent }
  /** A diagnostic, the server's or a local one. */
  | { readonly kind: 'diagnostic'; readonly diagnostic: Diagnostic }
  /** What hung on the session is gone. */
  | { readonly kind: 'sessionLost'; readonly reason: string };

/** A request as the caller wants it; the core gives it ids. */
export interface RequestSpec {
  readonly method: string;
  readonly params: JsonObject;
  /** For one attempt; undefined: the option. */
  readonly timeoutMs?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly idempotent?: boolean | undefined;
  readonly traceparent?: string | undefined;
  /** Requests of one group leave as one array. */
  readonly group?: number | undefined;
}

/** The tool it calls, or null for every other method. */
export function toolOf(spec: RequestSpec): string | null {
  const name = spec.method === 'tools/call' ? spec.params['name'] : null;
  return typeof name === 'string' ? name : null;
}
