/** The one place that knows the `ws` library. */

import type { IncomingMessage } from 'node:http';
import type { SecureContext } from 'node:tls';
import { WebSocket } from 'ws';

import type { Settings } from '../core/options.ts';
import type { Refused, Socket, SocketEvents } from '../shell/platform.ts';
import { toRefused } from '../shell/tickets.ts';

/** A body is read this far for its error code. */
const MAX_BODY = 65_536;

/** What this side found wrong with the frames (RFC 6455 section 7.4.1), when the other side's Close does not say it. */
const FAULTS: ReadonlyMap<unknown, number> = new Map([
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
  ['WS_ERR_INVALID_UTF8', 1007],
]);

/**
 * Opens; the key travels in a header, a ticket as a subprotocol. Redirects are not followed: the key must not travel.
 * Without `secureContext` Node decides whom to trust.
 */
export function openSocket(settings: Settings, ticket: string | null, events: SocketEvents, secureContext?: SecureContext): Socket {
  const { url, apiKey, clientName, clientVersion, maxMessageBytes } = settings;
  const agent = `${clientName}/${clientVersion} node/${process.versions.node}`.replace(/[^ -~]/g, '?');
  const protocols = ticket === null ? ['mcp.v2'] : ['mcp.v2', `ticket.${ticket}`];
  const socket = new WebSocket(url, protocols, {
    headers: { 'User-Agent': agent, ...(apiKey === null ? {} : { 'X-API-Key': apiKey }) },
    perMessageDeflate: false, // costs memory on both sides and hides sizes
    maxPayload: maxMessageBytes,
    followRedirects: false,
    ...(secureContext === undefined ? {} : { secureContext }),
  });
  let open = false;
  let fault: number | null = null;
  let refused: Refused | null = null;

  socket.on('open', () => {
    open = true;
    events.opened();
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) events.text(data.toString('utf8'));
  });
  socket.on('unexpected-response', (request, response: IncomingMessage) => {
    void bodyOf(response).then((body) => {
      refused = toRefused(response.statusCode ?? 0, response.headers['retry-after'] ?? null, body);
      request.destroy();
      socket.terminate();
    });
  });
  socket.on('error', (error: Error & { code?: string }) => {
    if (open) fault = FAULTS.get(error.code) ?? (error.code?.startsWith('WS_ERR_') === true ? 1002 : null);
    else refused ??= { status: null, retryAfterMs: null, text: textOf(error), code: null };
  });
  socket.on('close', (code, reason) => {
    if (open) events.closed(code === 1006 && fault !== null ? fault : code, reason.toString('utf8'));
    else events.refused(refused ?? { status: null, retryAfterMs: null, text: 'the connection could not be made', code: null });
  });

  return {
    sendText: (text) => socket.send(text, () => {}), // an error is told by 'close'
    sendBinary: (data) => new Promise((resolve) => socket.send(data, () => resolve())),
    pause: (paused) => (paused ? socket.pause() : socket.resume()),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

/** Why nothing came of it. What OpenSSL and Node say of a certificate does not say whose it is. */
function textOf({ code = '', name, message }: Error & { code?: string }): string {
  if (message === '') return code === '' ? name : code;
  return /certificate/.test(message) && !code.startsWith('ERR_SSL_') ? `the server's certificate is refused: ${message}` : message;
}

/** What can be read of it. */
async function bodyOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size > MAX_BODY) break;
    }
  } catch {
    // cut off: the status alone has to do
  }
  return Buffer.concat(parts).toString('utf8');
}
