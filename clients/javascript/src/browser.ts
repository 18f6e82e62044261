/** The client for browsers of Patchbay, the MCP server: MCP Integration protocol 2.0 over WebSocket. */

import { browserPlatform } from './browser/platform.ts';
import type { ClientOptions } from './core/options.ts';
import { BaseClient } from './shell/client.ts';
import { BasePool, type PoolOptions } from './shell/pool.ts';

export * from './exports.ts';

/**
 * A connection to a Patchbay server that comes back by itself, and loses nothing while it is away.
 * The key is exchanged for a single-use ticket before each connection.
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
  constructor(options: ClientOptions) {
    super(withoutFile(options), browserPlatform);
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
    super(withoutFile(options), browserPlatform, (each) => new MCPClient(each));
  }
}

/** Says what is different here, to programs whose options no compiler has checked. */
function withoutFile<Options extends ClientOptions>(options: Options & { readonly caFile?: unknown }): Options {
  if (options.caFile !== undefined) throw new RangeError('there is no caFile in a browser: whom to trust is the affair of the browser and its system');
  return options;
}
