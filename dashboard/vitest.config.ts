import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@mcp/client': fileURLToPath(new URL('../clients/javascript/src/browser.ts', import.meta.url)) } },
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/support/global_setup.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A browser and a server each: one file after the other.
    fileParallelism: false,
  },
});
