/** The browser's own WebSocket. It tells nothing of a refused handshake, and cannot be paused. */

import { sizeOf } from '../core/json.ts';
import type { Settings } from '../core/options.ts';
import { everywhere, type Socket, type SocketEvents } from '../shell/platform.ts';

/** Binary messages wait while more than this lies in the browser's queue. */
const FULL_BYTES = 262_144;
/** The browser does not tell when its queue has become shorter. */
const LOOK_AGAIN_MS = 10;

/** Opens with a ticket as a subprotocol: headers cannot be set. */
export function openSocket({ url, maxMessageBytes }: Settings, ticket: string | null, events: SocketEvents): Socket {
  const socket = new WebSocket(url, ticket === null ? ['mcp.v2'] : ['mcp.v2', `ticket.${ticket}`]);
  let open = false;
  let ended = false;

  /** Tells the end once, and hears nothing any more. */
  const end = (code: number, reason: string): void => {
    if (ended) return;
    ended = true;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (open) events.closed(code, reason);
    else events.refused({ status: null, retryAfterMs: null, text: 'the WebSocket could not be opened', code: null });
  };
  socket.onopen = () => {
    open = true;
    events.opened();
  };
  socket.onclose = ({ code, reason }) => end(code, reason);
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'string') return;
    if (data.length * 3 > maxMessageBytes && sizeOf(data) > maxMessageBytes) {
      socket.close(4000, 'message too large'); // a page may not send 1009
      end(1009, '');
      return;
    }
    events.text(data);
  };

  return {
    sendText: (text) => socket.send(text),
    async sendBinary(data) {
      socket.send(data as Uint8Array<ArrayBuffer>);
      while (!ended && socket.bufferedAmount > FULL_BYTES) {
        await new Promise<void>((resolve) => void everywhere.setTimer(resolve, LOOK_AGAIN_MS));
      }
    },
    pause() {},
    close: (code, reason) => socket.close(code, reason),
    terminate: () => end(1006, ''),
  };
}
