/** A TCP proxy that breaks connections: at once, or when so many bytes have come from the server. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class FaultProxy {
  /** Connections accepted. */
  accepted = 0;
  /** Bytes from the server, of all connections. */
  passed = 0;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private cutAt = Infinity;

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

  /** Breaks every connection when `bytes` more have come from the server; what comes with them beyond that is lost. */
  cutAfter(bytes: number): void {
    this.cutAt = this.passed + bytes;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(client: Socket, port: number): void {
    this.accepted++;
    const upstream = connect(port, '127.0.0.1');
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    client.pipe(upstream);
    upstream.on('data', (data: Buffer) => this.pass(client, data));
    upstream.on('end', () => client.end());
    for (const socket of pair) {
      socket.on('error', () => {}); // 'close' follows
      socket.on('close', () => {
        this.pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  }

  private pass(client: Socket, data: Buffer): void {
    if (this.passed + data.length < this.cutAt) {
      this.passed += data.length;
      client.write(data);
      return;
    }
    const left = this.cutAt - this.passed;
    this.passed = this.cutAt;
    this.cutAt = Infinity;
    client.write(data.subarray(0, left), () => this.cut());
  }
}
