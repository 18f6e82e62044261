/** The client for Node of Patchbay, the MCP server: MCP Integration protocol 2.0 over WebSocket. */

import { nodePlatform } from './node/platform.ts';
import type { ClientOptions } from './core/options.ts';
import { BaseClient } from './shell/client.ts';
import { BasePool, type PoolOptions } from './shell/pool.ts';

export * from './exports.ts';

/** {@inheritDoc BaseClient} */
export class MCPClient extends BaseClient {
  /** Only `url` and `apiKey` (or `ticket`) are required. Throws a RangeError that names an option that is out of range. */
  constructor(options: ClientOptions) {
    super(options, nodePlatform);
  }
}

/** {@inheritDoc BasePool} */
export class MCPClientPool extends BasePool<MCPClient> {
  /** Takes every option of `MCPClient`, and `size`. */
  constructor(options: PoolOptions) {
    super(options, nodePlatform, (each) => new MCPClient(each));
  }
}
