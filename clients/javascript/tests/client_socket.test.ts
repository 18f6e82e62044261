import { createHash } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ConnectionFailedError, ConnectionLostError, InvalidApiKeyError, MCPClient, RateLimitError } from '../src/node.ts';
import { BaseClient } from '../src/shell/client.ts';
import { clientOf, Served, type Serve } from './support/served.ts';
import { SocketPeer } from './support/socket_peer.ts';
import { bounded, failure, settle } from './support/waiting.ts';

describe('Over a socket', () => {
  let real: SocketPeer;
  beforeEach(async () => {
    real = await SocketPeer.listen();
  });
  afterEach(async () => {
    await real.close();
  });

  test('The key travels in the header, and a ticket as a subprotocol', async () => {
    const served = new Served(real);
    await using keyed = clientOf(real);
    await keyed.connect();
    expect(served.attempts[0]!.credentials).toEqual({ key: 'k'.repeat(16), ticket: null });
    await using ticketed = new BaseClient({ url: real.url, ticket: () => 'abc-123' }, real.platform);
    await ticketed.connect();
    expect(served.attempts[1]!.credentials).toEqual({ key: null, ticket: 'abc-123' });
    expect([keyed.clientId, keyed.sessionId, keyed.server.name, keyed.limits.messagesPerMinute]).toEqual(['client-1', 'ses-1', 'patchbay', 100]);
  });

  test.each([
    [401, InvalidApiKeyError, null],
    [429, RateLimitError, 7000],
    [404, ConnectionFailedError, null],
    [302, ConnectionFailedError, null],
  ])('A handshake refused with %s rejects with the error of its status', async (status, kind, wait) => {
    await using client = clientOf(real);
    const connecting = client.connect();
    const headers: Record<string, string> = status === 429 ? { 'Retry-After': '7' } : status === 302 ? { Location: real.url } : {};
    (await real.attempt()).refuse(status, { error_code: status === 401 ? 'INVALID_API_KEY' : 'X', error_message: 'told' }, headers);
    const error = await failure(connecting);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ message: 'told', retryAfterMs: wait });
    expect([client.state, real.tried]).toEqual(['closed', 1]);
  });

  test('An address where nobody listens is CONNECTION_FAILED', async () => {
    const url = real.url;
    await real.close();
    await using client = new MCPClient({ url, apiKey: 'k' });
    expect(await failure(client.connect())).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true });
    expect(await failure(client.callTool('x'))).toBeInstanceOf(ConnectionFailedError);
    real = await SocketPeer.listen();
  });

  test('A message over the limit ends the connection for good', async () => {
    void new Served(real, (connection, message) => connection.answer(message, { x: 'a'.repeat(5000) }, true));
    await using client = clientOf(real, { maxMessageBytes: 4096 });
    await client.connect();
    expect(await failure(client.callTool('t'))).toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    expect(client.state).toBe('closed');
  });

  test('Close ends even when the peer does not answer it', async () => {
    const deaf = createServer((socket) => {
      socket.once('data', (data) => {
        const key = /sec-websocket-key: (\S+)/i.exec(data.toString())![1]!;
        const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: mcp.v2\r\n\r\n`);
        socket.pause();
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const client = new MCPClient({ url: `ws://127.0.0.1:${(deaf.address() as AddressInfo).port}/`, apiKey: 'k', closeTimeoutMs: 50 });
    const opened = new Promise((resolve) => deaf.once('connection', resolve));
    const connecting = client.connect();
    await bounded(opened, 'the client connects');
    await bounded(client.close(), 'the client closes');
    expect(await failure(connecting)).toBeInstanceOf(ConnectionLostError);
    await bounded(new Promise((resolve) => deaf.close(resolve)), 'its socket is gone');
  });

  test('A slow consumer stops the reading, and memory stays bounded', async () => {
    const total = 3000;
    let sent = 0;
    const serve: Serve = (connection, message) => {
      void (async () => {
        for (; sent < total; sent++) {
          const data = { request_id: message['message_id'], index: sent, chunk: String(sent).padEnd(4096) };
          connection.message('event', { event_type: 'tool.chunk', data }, true);
          const { socket } = connection as unknown as { socket: { bufferedAmount: number } };
          while (socket.bufferedAmount > 65_536) await settle(1);
        }
        connection.answer(message, { chunks: total }, true);
      })();
    };
    void new Served(real, serve);
    await using client = clientOf(real, { streamBuffer: 8, heartbeatIntervalMs: 300_000 });
    await client.connect();
    const stream = client.streamTool<string>('debug/stream');
    const first = await stream.next();
    for (let before = -1; before !== sent; ) {
      before = sent;
      await settle(200);
    }
    expect(sent).toBeLessThan(total); // 12 MiB are to come; what is on the way is what the sockets hold
    const got = [Number(first.value)];
    for await (const chunk of stream) got.push(Number(chunk));
    expect(got).toEqual(Array.from({ length: total }, (_, n) => n));
  });
});
