/** The server's side of a test: handshakes that wait for a decision, and connections that do what they are told. */

import type { Platform } from '../../src/shell/platform.ts';
import { AsyncQueue, bounded } from './waiting.ts';

/** A message, taken apart. */
export type Message = Record<string, any>;

/** How the credentials came. */
export interface Credentials {
  readonly key: string | null;
  readonly ticket: string | null;
}

/** A handshake that waits for its decision. */
export abstract class Attempt {
  constructor(readonly credentials: Credentials) {}
  abstract refuse(status: number, body?: unknown, headers?: Record<string, string>): void;
  abstract accept(): Promise<Connection>;
}

/** One accepted connection. Arrays are taken apart; `arrays` holds their lengths. */
export abstract class Connection {
  readonly messages = new AsyncQueue<Message | null>();
  readonly binary = new AsyncQueue<Uint8Array>();
  readonly arrays: number[] = [];
  readonly closed: Promise<readonly [code: number, reason: string]>;
  seq = 0;
  private end!: (how: readonly [number, string]) => void;
  private ids = 0;

  constructor() {
    this.closed = new Promise((resolve) => (this.end = resolve));
  }

  protected abstract sendText(text: string): void;
  abstract close(code: number, reason?: string): void;
  /** Breaks the connection without a Close. */
  abstract cut(): void;

  received(text: string): void {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) this.arrays.push(value.length);
    for (const element of Array.isArray(value) ? value : [value]) this.messages.put(element as Message);
  }

  ended(code: number, reason: string): void {
    this.end([code, reason]);
    this.messages.put(null);
  }

  /** The next message; acks and heartbeats are passed over unless told otherwise. Null is the end. */
  async next(skipQuiet = true): Promise<Message | null> {
    for (;;) {
      const message = await bounded(this.messages.get(), 'a message arrives');
      if (message === null || !skipQuiet || !isQuiet(message)) return message;
    }
  }

  send(value: unknown): void {
    this.sendText(typeof value === 'string' ? value : JSON.stringify(value));
  }

  /** One envelope; `numbered` gives it the next seq. */
  message(kind: 'response' | 'event' | 'error' | 'diagnostic' | 'heartbeat', fields: Message, numbered = false): void {
    const prefix = { response: 'resp', event: 'evt', error: 'err', diagnostic: 'diag', heartbeat: 'hb' }[kind];
    const seq = numbered ? { seq: ++this.seq } : {};
    this.send({ protocol_version: '2.0', message_type: kind, message_id: `${prefix}-p${++this.ids}`, ...fields, ...seq });
  }

  answer(request: Message, result: unknown, numbered = false): void {
    this.message('response', { request_id: request['message_id'], result, metrics: {} }, numbered);
  }

  refuse(request: Message, code: string, details: Message = {}, numbered = false): void {
    const fields = { request_id: request['message_id'], error_code: code, error_message: code.toLowerCase(), details };
    this.message('error', fields, numbered);
  }
}

/** An ack or a heartbeat: may come at any time. */
export function isQuiet(message: Message): boolean {
  return message['message_type'] === 'heartbeat' || message['event_type'] === 'ack';
}

/** A server that does what a test says. */
export abstract class Peer {
  readonly attempts = new AsyncQueue<Attempt>();
  tried = 0;
  abstract readonly url: string;
  /** What a client of this peer stands on. */
  abstract readonly platform: Platform;

  async attempt(): Promise<Attempt> {
    return await bounded(this.attempts.get(), 'the client connects');
  }

  async accept(): Promise<Connection> {
    return await (await this.attempt()).accept();
  }

  abstract close(): Promise<void>;
}
