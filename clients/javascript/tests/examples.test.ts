import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from './support/processes.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';

const FOLDER = fileURLToPath(new URL('../examples/', import.meta.url));

/** What each example prints, among other things. */
const PRINTS: Record<string, readonly string[]> = {
  'call.js': ['debug/echo ', 'echo: hello', '{ n: 1 }', 'TOOL_EXECUTION_FAILED: as asked'],
  'pool.js': ['30 lines over 3 connections'],
  'stream.js': ['100 chunks, 100000 bytes', '3 of 3', 'given up: TimeoutError'],
  'watch.js': ['state: connecting\nstate: connected\n', 'warning from client: debug/sleep took 0.1 s', 'there and back in ', ' 1 connected', 'state: closed'],
};

describe.skipIf(SERVER_COMMAND === null)('With the server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(async () => {
    await server?.close();
  });

  test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.js')))('the example %s runs to its end', async (name) => {
    const settings = [`PATCHBAY_URL=${server.url}`, `PATCHBAY_API_KEY=${server.key}`];
    const { code, output, errors } = await run('env', [...settings, process.execPath, name], FOLDER);
    expect(errors).toBe('');
    expect(code).toBe(0);
    for (const line of PRINTS[name]!) expect(output).toContain(line);
  });
});
