/** What the user wants to be told, and making it so again after a session was lost. */

import type { LocalDiagnostics } from './local.ts';
import type { RequestSpec } from './outputs.ts';
import type { RequestTable } from './table.ts';
import type { JsonObject } from './types.ts';

/** Wanted events and diagnostics; a new session has none of them. */
export class Subscriptions {
  private readonly events = new Set<unknown>();
  private diagnostics: JsonObject | null = null;

  constructor(
    private readonly table: RequestTable,
    private readonly local: LocalDiagnostics,
  ) {}

  /** The user's own requests say what is wanted. */
  note({ method, params }: RequestSpec): void {
    const names = params['event_types'];
    if (method === 'events/subscribe' && Array.isArray(names)) {
      for (const name of names) this.events.add(name);
    } else if (method === 'events/unsubscribe' && Array.isArray(names)) {
      for (const name of names) this.events.delete(name);
    } else if (method === 'diagnostics/subscribe') {
      this.diagnostics = { ...params };
    } else if (method === 'diagnostics/unsubscribe') {
      this.diagnostics = null;
    }
  }

  /** Null: no longer. Said to the server at once when there is a connection, else with the next session. */
  wantDiagnostics(params: JsonObject | null, now: number): void {
    const had = this.diagnostics;
    this.diagnostics = params;
    if (!this.table.wire.ready) return;
    if (params !== null) this.ask('diagnostics/subscribe', params, now);
    else if (had !== null) this.ask('diagnostics/unsubscribe', {}, now);
  }

  /** On a new session. */
  makeAgain(now: number): void {
    if (this.events.size > 0) this.ask('events/subscribe', { event_types: [...this.events] }, now);
    if (this.diagnostics !== null) this.ask('diagnostics/subscribe', this.diagnostics, now);
  }

  private ask(method: string, params: JsonObject, now: number): void {
    this.table.add({ method, params }, now, (_, error) => {
      if (error === null) return;
      const text = `${method} failed: ${error.message}`;
      this.local.say('warning', 'subscription_failed', text, { method, error_code: error.code });
    });
  }
}
