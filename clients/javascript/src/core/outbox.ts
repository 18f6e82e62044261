/** Collects what the core puts out, in order; makes envelopes, and arrays of the messages of one group. */

import { sizeOf } from './json.ts';
import type { Meter } from './meter.ts';
import type { Output } from './outputs.ts';
import type { SessionState } from './session.ts';
import type { Limits } from './types.ts';

/** What holds when the server told nothing. */
export const DEFAULT_LIMITS: Limits = { messagesPerMinute: 100, maxMessageBytes: 262_144, maxBatch: 64, maxInFlight: 64 };

/** `emit` and `send` append; `take` hands over and empties. */
export class Outbox {
  limits = DEFAULT_LIMITS;
  private outputs: Output[] = [];
  private group: number | null = null;
  private parts: string[] = [];
  private bytes = 0;

  constructor(
    private readonly session: SessionState,
    private readonly meter: Meter,
    private readonly version: string,
  ) {}

  /** The text of one message; `fields` are its further members as JSON text, without braces. */
  envelope(messageType: string, messageId: string, fields: string): string {
    return `{"protocol_version":${JSON.stringify(this.version)},"message_type":"${messageType}","message_id":"${messageId}",${fields}}`;
  }

  /** One message; neighbours of the same group leave as one array. With `ack` it acknowledges on the way. */
  send(message: string, now: number, group: number | null = null, ack = false): void {
    let text = message;
    if (ack && this.session.unacknowledged > 0 && sizeOf(text) + 32 <= this.limits.maxMessageBytes) {
      text = `${text.slice(0, -1)},"ack":${this.session.takeAck()}}`;
    }
    this.meter.messageOut(now);
    const size = sizeOf(text) + 1; // the comma
    const fits = this.parts.length < this.limits.maxBatch && this.bytes + size < this.limits.maxMessageBytes;
    if (this.parts.length > 0 && (group === null || group !== this.group || !fits)) this.flush();
    this.parts.push(text);
    this.bytes += size;
    this.group = group;
    if (group === null) this.flush();
  }

  emit(output: Output): void {
    this.flush();
    this.outputs.push(output);
  }

  take(): Output[] {
    this.flush();
    const taken = this.outputs;
    this.outputs = [];
    return taken;
  }

  private flush(): void {
    if (this.parts.length === 0) return;
    const text = this.parts.length === 1 ? this.parts[0]! : `[${this.parts.join(',')}]`;
    this.parts = [];
    this.bytes = 0;
    this.group = null;
    this.outputs.push({ kind: 'send', text });
  }
}
