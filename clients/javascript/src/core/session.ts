/** The resumable session as the client sees it: credentials, the last seq, and when to acknowledge (protocol section 6). */

import type { JsonObject } from './types.ts';

/** What a numbered message is to us. */
export type Arrival = 'next' | 'copy' | 'hole';

/** Survives connections; `forget` ends it. */
export class SessionState {
  static readonly ACK_EVERY = 16;
  static readonly ACK_AFTER_MS = 1000;

  /** Whether the server numbers its messages: from a resumable hello on. */
  numbered = false;
  sessionId: string | null = null;
  lastSeq = 0;
  /** No acks: where reading cannot be paused, the server slows down only when its buffer fills. */
  ackHeld = false;
  private token: string | null = null;
  private epoch: unknown = null;
  private acked = 0;

  get canResume(): boolean {
    return this.token !== null;
  }

  /** A resumable hello leaves: its answer will be seq 1. */
  begin(): void {
    this.forget();
    this.numbered = true;
  }

  /** The hello was answered; without a token the session is not resumable. */
  granted(sessionId: string, token: unknown, epoch: unknown): void {
    this.sessionId = sessionId;
    if (typeof token === 'string' && token !== '') {
      this.token = token;
      this.epoch = epoch ?? null;
    } else {
      this.numbered = false;
    }
  }

  /** A null token is a replayed copy and never replaces one. */
  resumed(token: unknown): void {
    if (typeof token === 'string' && token !== '') this.token = token;
  }

  forget(): void {
    this.numbered = false;
    this.sessionId = this.token = this.epoch = null;
    this.lastSeq = this.acked = 0;
  }

  /** The params of session/resume. Its last_seq acknowledges as well. */
  resumeParams(): JsonObject {
    this.acked = this.lastSeq;
    return { session_id: this.sessionId, resume_token: this.token, epoch: this.epoch, last_seq: this.lastSeq };
  }

  arrived(seq: number): Arrival {
    if (seq <= this.lastSeq) return 'copy';
    if (seq > this.lastSeq + 1) return 'hole';
    this.lastSeq = seq;
    return 'next';
  }

  get unacknowledged(): number {
    return this.numbered && !this.ackHeld ? this.lastSeq - this.acked : 0;
  }

  /** The seq to acknowledge now, or null when there is nothing new. */
  takeAck(): number | null {
    if (this.unacknowledged === 0) return null;
    this.acked = this.lastSeq;
    return this.lastSeq;
  }
}
