/** A TCP proxy that breaks connections: at once, or when so many bytes have passed. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** To the client, or to the server. */
export type Way = 'down' | 'up';

export class FaultProxy {
  /** Bytes that passed, to the client and to the server, of all connections. */
  readonly passed = { down: 0, up: 0 };
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly cutAt = { down: Infinity, up: Infinity };

  private constructor(private readonly server: Server) {}

  /** Forwards to that port of this machine. */
  static async listen(port: number): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server);
    server.on('connection', (client) => proxy.forward(client, port));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Breaks every connection when `bytes` more have gone that way; what comes with them beyond that is lost. */
  cutAfter(bytes: number, way: Way): void {
    this.cutAt[way] = this.passed[way] + bytes;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(client: Socket, port: number): void {
    const server = connect(port, '127.0.0.1');
    const pair = [client, server] as const;
    this.pairs.add(pair);
    client.on('data', (data: Buffer) => this.pass(server, data, 'up'));
    server.on('data', (data: Buffer) => this.pass(client, data, 'down'));
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    for (const socket of pair) {
      socket.on('error', () => {}); // 'close' follows
      socket.on('close', () => {
        this.pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  }

  private pass(to: Socket, data: Buffer, way: Way): void {
    const left = this.cutAt[way] - this.passed[way];
    this.passed[way] += Math.min(left, data.length);
    if (left >= data.length) {
      to.write(data);
      return;
    }
    this.cutAt[way] = Infinity;
    to.write(data.subarray(0, left), () => this.cut());
  }
}
