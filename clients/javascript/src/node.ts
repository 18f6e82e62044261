/** The client for Node of Patchbay, the MCP server: MCP Integration protocol 2.0 over WebSocket. */

import { platformOf } from './node/platform.ts';
import type { ClientOptions as AnyOptions } from './core/options.ts';
import { BaseClient } from './shell/client.ts';
import type { Platform } from './shell/platform.ts';
import { BasePool, type PoolOptions as AnyPoolOptions } from './shell/pool.ts';

export * from './exports.ts';

/** What a client is made with. Only `url` and one of `apiKey` and `ticket` are required. Times are milliseconds. */
export interface ClientOptions extends AnyOptions {
  /**
   * A PEM file of the certificates to trust, and no others; with `wss://` only. Read once, when the client is made.
   * Default none: Node's authorities, with those of `NODE_EXTRA_CA_CERTS`.
   */
  readonly caFile?: string | undefined;
}

/** Every option of `MCPClient`, and how many of them. */
export interface PoolOptions extends AnyPoolOptions, ClientOptions {}

/**
 * A connection to a Patchbay server that comes back by itself, and loses nothing while it is away.
 * The key travels in a header of the handshake.
 *
 * ```ts
 * const client = new MCPClient({ url: 'ws://127.0.0.1:8000/api/mcp/ws', apiKey: '…' });
 * await client.connect();
 * console.log(await client.callTool('system/diagnostics', { level: 'basic' }));
 * await client.close();
 * ```
 */
export class MCPClient extends BaseClient {
  /** Only `url` and `apiKey` (or `ticket`) are required. Throws a RangeError that names an option that is out of range. */
  constructor(options: ClientOptions);
  /** @internal */
  constructor(options: AnyOptions, platform: Platform);
  constructor({ caFile, ...options }: ClientOptions, platform: Platform = platformOf(caFile, options.url)) {
    super(options, platform);
  }
}

/**
 * Several connections used as one: a call goes to the connected client with the fewest open requests.
 *
 * A client that ended by an error that may pass is replaced; by one that will not (INVALID_API_KEY and the like) it is left
 * out, and when the last one is out, calls fail with that error. All connections of one key share its rate limit on the server.
 */
export class MCPClientPool extends BasePool<MCPClient> {
  /** Takes every option of `MCPClient`, and `size`. */
  constructor(options: PoolOptions) {
    const { caFile, ...others } = options;
    const platform = platformOf(caFile, others.url);
    super(others, platform, (each) => new MCPClient(each, platform));
  }
}
