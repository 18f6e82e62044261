/** One connection's life, from the ticket to the last byte; nobody else touches the socket. */

import type { Settings } from '../core/options.ts';
import type { Platform, Refused, Socket, SocketEvents } from './platform.ts';
import { TicketRefused, ticketFor } from './tickets.ts';

/** Starts to open when it is made, after `previous` has gone. The listener is told nothing more after `drop`. */
export class Transport {
  /** Resolves when the socket is gone. */
  readonly ended: Promise<void>;
  private end: () => void = () => {};
  private socket: Socket | null = null;
  private dropped = false;
  private opened = false;
  private paused = false;
  private readonly aborted = new AbortController();
  private cancelPatience: () => void = () => {};

  constructor(
    private readonly settings: Settings,
    private readonly platform: Platform,
    private readonly listener: SocketEvents,
    previous: Promise<void>,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    void this.open(previous);
  }

  /** Text messages go out in the order of the calls. */
  send(text: string): void {
    if (this.opened && !this.dropped) this.socket?.sendText(text);
  }

  /** Resolves when the socket has taken it, or never will. */
  async sendBinary(data: Uint8Array): Promise<void> {
    if (this.opened && !this.dropped) await this.socket?.sendBinary(data);
  }

  /** Holds reading back, or goes on. */
  pause(paused: boolean): void {
    this.paused = paused;
    if (this.opened && !this.dropped) this.socket?.pause(paused);
  }

  /** Sends what is queued, then a Close, and ends; what the other side does not take in time is given up. */
  drop(code: number, reason: string): void {
    if (this.dropped) return;
    this.dropped = true;
    this.aborted.abort();
    const socket = this.socket;
    if (socket === null) return; // `open` sees it
    if (this.opened) socket.pause(false); // the Close of the other side has to be read
    this.cancelPatience = this.platform.setTimer(() => socket.terminate(), this.settings.closeTimeoutMs);
    socket.close(code, reason);
  }

  private async open(previous: Promise<void>): Promise<void> {
    await previous;
    const refused = this.dropped ? null : await this.authenticate();
    if (this.socket !== null) return;
    this.gone();
    if (refused !== null && !this.dropped) this.listener.refused(refused);
  }

  /** Fetches the ticket, if one is needed, and opens the socket. */
  private async authenticate(): Promise<Refused | null> {
    const { signal } = this.aborted;
    try {
      const aborted = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
      const ticket = await Promise.race([ticketFor(this.settings, this.platform.needsTicket, signal), aborted]);
      if (!this.dropped) this.socket = this.platform.openSocket(this.settings, ticket, this.events());
      return null;
    } catch (error) {
      if (error instanceof TicketRefused) return error.refused;
      return { status: null, retryAfterMs: null, text: error instanceof Error ? error.message : String(error), code: null };
    }
  }

  private events(): SocketEvents {
    return {
      opened: () => {
        if (this.dropped) return;
        this.opened = true;
        if (this.paused) this.socket?.pause(true);
        this.listener.opened();
      },
      text: (text) => {
        if (!this.dropped) this.listener.text(text);
      },
      refused: (refused) => {
        this.gone();
        if (!this.dropped) this.listener.refused(refused);
      },
      closed: (code, reason) => {
        this.gone();
        if (!this.dropped) this.listener.closed(code, reason);
      },
    };
  }

  private gone(): void {
    this.cancelPatience();
    this.socket = null;
    this.end();
  }
}
