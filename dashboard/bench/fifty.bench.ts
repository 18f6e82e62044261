/**
 * What open dashboards cost the server: fifty of the page's own connections (five keys, ten each, as many as the limits
 * allow by default), each doing what the system view does. CPU time of the server process from /proc, with and without them.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { MCPClient } from '@mcp/client';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Hub } from '../src/core/hub.ts';
import { Scope } from '../src/core/scope.ts';
import { History } from '../src/core/series.ts';
import { HOST, Server } from '../tests/support/server.ts';

const KEYS = 5;
const PAGES_OF_A_KEY = 10;
const SETTLE_MS = 15_000;
const WINDOW_MS = 50_000;
const POINTS = 300;
/** Of one core. */
const MOST_PERCENT = 5;
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

let server: Server;

beforeAll(async () => void (server = await Server.start({ Patchbay__RateLimit__MessagesPerMinute: '100' })));
afterAll(async () => void (await server?.close()));

/** Seconds of CPU the server has used: user and system, fields 14 and 15 of proc_pid_stat(5). */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Percent of a core over the window. */
async function measure(): Promise<number> {
  const before = cpuSeconds();
  const started = performance.now();
  await wait(WINDOW_MS);
  return ((cpuSeconds() - before) / ((performance.now() - started) / 1000)) * 100;
}

function makeKey(number: number): string {
  const made = execFileSync('dotnet', [HOST!, 'keys', 'create', '--name', `page ${number}`, '--scopes', 'admin', '--json'], {
    encoding: 'utf8',
    env: { ...process.env, Patchbay__DataDirectory: server.data },
  });
  return (JSON.parse(made) as { key: string }).key;
}

test('fifty open dashboards cost less than a twentieth of a core', async () => {
  const keys = Array.from({ length: KEYS }, (_, number) => makeKey(number));
  await wait(SETTLE_MS);
  const idle = await measure();
  const scope = new Scope();
  const hubs: Hub[] = [];
  let answers = 0;
  let failures = 0;
  let updates = 0;
  for (const key of keys) {
    for (let page = 0; page < PAGES_OF_A_KEY; page++) {
      const hub = new Hub(new MCPClient({ url: server.url, apiKey: key, resumable: false, clientName: 'patchbay-dashboard' }), key, server.origin);
      await hub.open();
      const history = new History();
      hub.status.watch((status) => status !== null && updates++);
      hub.poll(scope, async () => {
        try {
          const performance = await hub.performance(history.stepSeconds === 1 ? 1 : 5, POINTS);
          history.add(performance.history!, 300);
          answers++;
        } catch (error) {
          failures++;
          throw error;
        }
      });
      hubs.push(hub);
    }
  }
  await wait(SETTLE_MS);
  const [answered, updated] = [answers, updates];
  const busy = await measure();
  const seconds = WINDOW_MS / 1000;
  console.log(JSON.stringify({ pages: hubs.length, idle_percent: idle, busy_percent: busy, cost_percent: busy - idle, answers_per_s: (answers - answered) / seconds, updates_per_s: (updates - updated) / seconds, failures }, null, 2));
  scope.dispose();
  await Promise.all(hubs.map((hub) => hub.close()));
  expect(failures).toBe(0);
  expect((answers - answered) / seconds).toBeGreaterThan(KEYS * PAGES_OF_A_KEY * 0.08);
  expect(busy - idle).toBeLessThan(MOST_PERCENT);
});
