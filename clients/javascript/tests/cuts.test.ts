import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ConnectionError, MCPClient } from '../src/node.ts';
import { FaultProxy, type Way } from './support/fault_proxy.ts';
import { ManualTime } from './support/manual_time.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';
import { bounded } from './support/waiting.ts';

const OFFSETS = 200;
const CALLS = 5;
const numbers = Array.from({ length: CALLS }, (_, n) => n);

describe.skipIf(SERVER_COMMAND === null)('With the server, cut off anywhere,', () => {
  let server: Server;
  let runs = 0;

  beforeAll(async () => {
    server = await Server.start({ Patchbay__Limits__HandshakesPerMinutePerAddress: '1000000', Patchbay__Limits__ConnectionsPerKey: '1000' });
  });

  afterAll(async () => {
    await server?.close();
  });

  /** Calls of every kind over one connection that is cut after so many bytes; how it ended, and how much passed. */
  async function run(cut: readonly [number, Way] | null): Promise<readonly ['whole' | 'resumed' | 'not connected', FaultProxy['passed']]> {
    const name = `run${++runs}`;
    const proxy = await FaultProxy.listen(Number(new URL(server.url).port));
    if (cut !== null) proxy.cutAfter(...cut);
    const client = new MCPClient({ url: `ws://127.0.0.1:${proxy.port}/api/mcp/ws`, apiKey: server.key, reconnectInitialDelayMs: 1, reconnectMaxDelayMs: 5 });
    try {
      const refused = await bounded(client.connect().then(() => null, (error: unknown) => error), 'connect ends');
      if (refused !== null) {
        expect(refused).toBeInstanceOf(ConnectionError); // the first connect fails fast, with its error
        return ['not connected', proxy.passed];
      }
      const chunks = async (): Promise<string[]> => {
        const got: string[] = [];
        for await (const chunk of client.streamTool<string>('debug/stream', { chunks: 30, bytes: 40 })) got.push(chunk);
        return got;
      };
      const work = Promise.all([
        Promise.all(numbers.map((n) => client.callTool('debug/echo', { n }))),
        Promise.all(numbers.map((n) => client.callTool('debug/append', { line: `${name} line${n}` }))),
        chunks(),
      ]);
      const [echoes, appended, streamed] = await bounded(work, `every call ends, cut ${String(cut)}`);
      expect(echoes, String(cut)).toEqual(numbers.map((n) => ({ n })));
      expect(appended, String(cut)).toHaveLength(CALLS);
      expect(streamed, String(cut)).toEqual(Array.from({ length: 30 }, () => 'x'.repeat(40)));
      const lines = readFileSync(join(server.data, 'debug.log'), 'utf8').split('\n');
      expect(lines.filter((line) => line.startsWith(`${name} `)).sort(), String(cut)).toEqual(numbers.map((n) => `${name} line${n}`));
      return [client.getDiagnostics().connection.resumed > 0 ? 'resumed' : 'whole', proxy.passed];
    } finally {
      await client.close();
      await proxy.close();
    }
  }

  test(`at ${OFFSETS} offsets: every call has its answer, and ran once`, async ({ skip }) => {
    const probe = new MCPClient({ url: server.url, apiKey: server.key });
    await probe.connect();
    const { capabilities } = probe.server;
    await probe.close();
    skip(!capabilities.includes('resume'), 'the server cannot resume');
    const [end, volume] = await run(null);
    expect(end).toBe('whole');
    const { random } = new ManualTime(7);
    const ends = { whole: 0, resumed: 0, 'not connected': 0 };
    for (let number = 0; number < OFFSETS; number++) {
      const way = number % 2 === 0 ? 'down' : 'up';
      const [how] = await run([1 + Math.floor(random() * (volume[way] - 1)), way]);
      ends[how]++;
    }
    expect(ends.resumed, JSON.stringify(ends)).toBeGreaterThanOrEqual(120);
  }, 180_000);
});
