import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// In Node the page's core runs on the client for Node: a key in a header, not a ticket.
export default defineConfig({
  resolve: { alias: { '@mcp/client': fileURLToPath(new URL('../../clients/javascript/src/node.ts', import.meta.url)) } },
  test: { root: fileURLToPath(new URL('.', import.meta.url)), include: ['*.bench.ts'], testTimeout: 300_000, hookTimeout: 60_000, reporters: ['default'] },
});
