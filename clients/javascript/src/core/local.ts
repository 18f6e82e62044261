/** Diagnostics the client makes itself. */

import type { Outbox } from './outbox.ts';
import type { DiagnosticLevel, JsonObject } from './types.ts';

/** They come to the same callbacks as the server's, with component `client` and `details.kind`. */
export class LocalDiagnostics {
  constructor(private readonly outbox: Outbox) {}

  say(level: DiagnosticLevel, kind: string, message: string, facts: JsonObject = {}): void {
    const diagnostic = { level, component: 'client', message, details: { kind, ...facts }, metrics: {} };
    this.outbox.emit({ kind: 'diagnostic', diagnostic });
  }
}
