/** The client for browsers of Patchbay, the MCP server: MCP Integration protocol 2.0 over WebSocket. */

import { browserPlatform } from './browser/platform.ts';
import type { ClientOptions } from './core/options.ts';
import { BaseClient } from './shell/client.ts';
import { BasePool, type PoolOptions } from './shell/pool.ts';

export * from './exports.ts';

/** {@inheritDoc BaseClient} */
export class MCPClient extends BaseClient {
  /** Only `url` and `apiKey` (or `ticket`) are required. Throws a RangeError that names an option that is out of range. */
  constructor(options: ClientOptions) {
    super(options, browserPlatform);
  }
}

/** {@inheritDoc BasePool} */
export class MCPClientPool extends BasePool<MCPClient> {
  /** Takes every option of `MCPClient`, and `size`. */
  constructor(options: PoolOptions) {
    super(options, browserPlatform, (each) => new MCPClient(each));
  }
}
