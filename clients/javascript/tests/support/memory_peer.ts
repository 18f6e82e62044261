/** A peer without sockets: the platform's sockets end in the test. */

import type { Platform, Socket, SocketEvents } from '../../src/shell/platform.ts';
import { toRefused } from '../../src/shell/tickets.ts';
import type { ManualTime } from './manual_time.ts';
import { Attempt, Connection, Peer, type Credentials } from './peer.ts';

class MemoryConnection extends Connection {
  paused = false;
  private over = false;
  private readonly held: (() => void)[] = [];

  constructor(private readonly events: SocketEvents) {
    super();
  }

  protected sendText(text: string): void {
    this.later(() => this.events.text(text));
  }

  close(code: number, reason = ''): void {
    this.later(() => this.finish(code, reason));
  }

  cut(): void {
    this.held.length = 0;
    queueMicrotask(() => this.finish(1006, ''));
  }

  pause(paused: boolean): void {
    this.paused = paused;
    while (!this.paused && this.held.length > 0) this.held.shift()!();
  }

  finish(code: number, reason: string): void {
    if (this.over) return;
    this.over = true;
    this.ended(code, reason);
    this.events.closed(code, reason);
  }

  /** What the peer does reaches the client later, and in order; a client that does not read leaves it lying. */
  private later(what: () => void): void {
    queueMicrotask(() => {
      if (this.over) return;
      if (this.paused) this.held.push(what);
      else what();
    });
  }
}

class MemoryAttempt extends Attempt {
  connection: MemoryConnection | null = null;
  private decided = false;

  constructor(
    credentials: Credentials,
    readonly events: SocketEvents,
  ) {
    super(credentials);
  }

  refuse(status: number, body: unknown = {}, headers: Record<string, string> = {}): void {
    this.decide(() => this.events.refused(toRefused(status, headers['Retry-After'] ?? null, JSON.stringify(body))));
  }

  async accept(): Promise<Connection> {
    const connection = new MemoryConnection(this.events);
    this.connection = connection;
    this.decide(() => this.events.opened());
    await Promise.resolve();
    return connection;
  }

  /** The client gives up an opening. */
  giveUp(): void {
    this.decide(() => this.events.refused({ status: null, retryAfterMs: null, text: 'given up', code: null }));
  }

  private decide(what: () => void): void {
    if (this.decided) return;
    this.decided = true;
    queueMicrotask(what);
  }
}

/** `canPause` false is a browser's socket. */
export class MemoryPeer extends Peer {
  readonly url = 'ws://memory.invalid/api/mcp/ws';
  readonly platform: Platform;
  /** Sockets that have not ended. */
  open = 0;

  constructor(
    readonly time: ManualTime,
    { canPause = true }: { canPause?: boolean } = {},
  ) {
    super();
    const { now, wall, random, setTimer } = time;
    const openSocket: Platform['openSocket'] = (settings, ticket, events) => this.socket({ key: settings.apiKey, ticket }, events, canPause);
    this.platform = { name: 'test', needsTicket: false, canPause, openSocket, now, wall, random, setTimer, endOfTurn: (run) => void setImmediate(run) };
  }

  private socket(credentials: Credentials, events: SocketEvents, canPause: boolean): Socket {
    this.tried++;
    this.open++;
    const counted: SocketEvents = {
      ...events,
      refused: (refused) => {
        this.open--;
        events.refused(refused);
      },
      closed: (code, reason) => {
        this.open--;
        events.closed(code, reason);
      },
    };
    const attempt = new MemoryAttempt(credentials, counted);
    this.attempts.put(attempt);
    return {
      sendText: (text) => attempt.connection?.received(text),
      async sendBinary(data) {
        attempt.connection?.binary.put(data);
      },
      pause: (paused) => attempt.connection?.pause(paused && canPause),
      close: (code, reason) => (attempt.connection === null ? attempt.giveUp() : queueMicrotask(() => attempt.connection?.finish(code, reason))),
      terminate: () => (attempt.connection === null ? attempt.giveUp() : attempt.connection.finish(1006, '')),
    };
  }

  async close(): Promise<void> {}
}
