/** What differs between Node and browsers, and between the world and a test: the socket, the clock, chance. */

import type { Settings } from '../core/options.ts';

/** Why no WebSocket came of it. */
export interface Refused {
  /** Of the HTTP answer; null when there was none, or the browser does not tell. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly text: string;
  /** The error code the body named. */
  readonly code: string | null;
}

/** What a socket tells; `refused` or `closed` is the last, and comes exactly once. */
export interface SocketEvents {
  opened(): void;
  text(text: string): void;
  refused(refused: Refused): void;
  /** 1006 when there was no Close. */
  closed(code: number, reason: string): void;
}

/** One WebSocket. */
export interface Socket {
  sendText(text: string): void;
  /** Resolves when the socket has taken it, or never will. */
  sendBinary(data: Uint8Array): Promise<void>;
  /** Holds reading back, or goes on; does nothing where that cannot be done. */
  pause(paused: boolean): void;
  /** Sends what is queued, then a Close; ends an opening that still runs. */
  close(code: number, reason: string): void;
  /** Ends it now. */
  terminate(): void;
}

/** What the shell stands on. */
export interface Platform {
  /** What the hello says, for example `node 20.20.2`. */
  readonly name: string;
  /** Whether a key is exchanged for a ticket first, because headers cannot be set. */
  readonly needsTicket: boolean;
  /** Whether reading can be held back. */
  readonly canPause: boolean;
  openSocket(settings: Settings, ticket: string | null, events: SocketEvents): Socket;
  /** Runs it when this turn of the event loop is over. */
  endOfTurn(run: () => void): void;
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
  /** 0 inclusive to 1 exclusive. */
  random(): number;
  /** Runs it once, not before so many milliseconds have passed; returns what takes that back. */
  setTimer(run: () => void, ms: number): () => void;
}

/** setTimeout takes no more; a longer wait is taken up again when it ends. */
const LONGEST_MS = 2 ** 31 - 1;

/** The parts that are the same everywhere. */
export const everywhere = {
  now: (): number => performance.now(),
  wall: (): number => Date.now(),
  random: (): number => Math.random(),
  setTimer(run: () => void, ms: number): () => void {
    const timer = setTimeout(run, Math.min(LONGEST_MS, Math.max(0, Math.ceil(ms))));
    return () => clearTimeout(timer);
  },
};
