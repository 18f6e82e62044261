import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from './support/processes.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';

const FOLDER = fileURLToPath(new URL('../examples/', import.meta.url));

/** What each example prints, among other things. */
const PRINTS: Record<string, readonly string[]> = {
  // two seconds in frames of 20 ms; a sine with a peak of 8,000 of 32,768 has 20·log10(8000 / 32768) - 3.01 dBFS
  'audio.js': ['2 s in 100 frames, -15.3 dBFS, 0 lost'],
  'call.js': ['debug/echo ', 'echo: hello', '{ n: 1 }', 'TOOL_EXECUTION_FAILED: as asked'],
  'pool.js': ['30 lines over 3 connections'],
  'stream.js': ['100 chunks, 100000 bytes', '3 of 3', 'given up: TimeoutError'],
  'watch.js': ['state: connecting\nstate: connected\n', 'warning from client: debug/sleep took ', 'there and back in ', ' 1 connected', 'state: closed'],
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
