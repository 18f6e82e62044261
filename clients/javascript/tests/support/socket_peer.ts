/** A peer behind a real socket, on a port of the system's choice. */

import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

import { nodePlatform } from '../../src/node/platform.ts';
import type { Platform } from '../../src/shell/platform.ts';
import { Attempt, Connection, Peer, type Credentials } from './peer.ts';

class SocketConnection extends Connection {
  constructor(
    readonly socket: WebSocket,
    private readonly stream: TcpSocket,
  ) {
    super();
    socket.on('message', (data: Buffer, isBinary) => (isBinary ? this.binary.put(data) : this.received(data.toString('utf8'))));
    socket.on('close', (code, reason) => this.ended(code, reason.toString('utf8')));
    socket.on('error', () => {}); // 'close' follows
  }

  protected sendText(text: string): void {
    this.socket.send(text, () => {});
  }

  close(code: number, reason = ''): void {
    this.socket.close(code, reason);
  }

  cut(): void {
    this.stream.resetAndDestroy();
  }
}

class SocketAttempt extends Attempt {
  constructor(
    credentials: Credentials,
    readonly request: IncomingMessage,
    private readonly stream: TcpSocket,
    private readonly upgrade: () => Promise<WebSocket>,
  ) {
    super(credentials);
  }

  refuse(status: number, body: unknown = {}, headers: Record<string, string> = {}): void {
    const text = JSON.stringify(body);
    const lines = Object.entries({ 'Content-Type': 'application/json', 'Content-Length': `${Buffer.byteLength(text)}`, Connection: 'close', ...headers });
    this.stream.end(`HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`);
  }

  async accept(): Promise<Connection> {
    return new SocketConnection(await this.upgrade(), this.stream);
  }
}

/** Use `SocketPeer.listen`, and close it. */
export class SocketPeer extends Peer {
  readonly platform: Platform;
  readonly url: string;
  private readonly streams = new Set<TcpSocket>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    time: Partial<Platform>,
    scheme: 'ws' | 'wss',
  ) {
    super();
    this.platform = { ...nodePlatform, ...time };
    this.url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/api/mcp/ws`;
  }

  /** `time`: what is put in the place of the platform's own clock. `tls`: with which certificate, as PEM, it speaks TLS. */
  static async listen(time: Partial<Platform> = {}, tls?: { readonly cert: string; readonly key: string }): Promise<SocketPeer> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const peer = new SocketPeer(server, time, tls === undefined ? 'ws' : 'wss');
    const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
      const stream = duplex as TcpSocket;
      peer.streams.add(stream);
      stream.on('close', () => peer.streams.delete(stream));
      stream.on('error', () => {}); // 'close' follows
      peer.tried++;
      const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/, */);
      const ticket = offered.find((name) => name.startsWith('ticket.'))?.slice('ticket.'.length) ?? null;
      const key = request.headers['x-api-key'];
      const upgrade = (): Promise<WebSocket> => new Promise((resolve) => upgrader.handleUpgrade(request, stream, head, resolve));
      peer.attempts.put(new SocketAttempt({ key: typeof key === 'string' ? key : null, ticket }, request, stream, upgrade));
    });
    return peer;
  }

  async close(): Promise<void> {
    for (const stream of this.streams) stream.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
