import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type * as Client from '../src/browser.ts';
import { FaultProxy } from './support/fault_proxy.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const BUILD = readFileSync(new URL('../dist/browser.js', import.meta.url), 'utf8');

/** What a page is told: the build to import, and where to connect with which key. */
interface Place {
  readonly build: string;
  readonly url: string;
  readonly apiKey: string;
}

describe.skipIf(SERVER_COMMAND === null || !existsSync(CHROMIUM))('In a browser, with the server,', () => {
  let server: Server;
  let proxy: FaultProxy;
  let browser: Browser;
  let page: Page;
  let place: Place;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await Server.start();
    proxy = await FaultProxy.listen(Number(new URL(server.origin).port));
    const origin = `http://127.0.0.1:${proxy.port}`;
    place = { build: `${origin}/smoke/client.js`, url: `${origin.replace('http', 'ws')}/api/mcp/ws`, apiKey: server.key };
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    // The page and the build come from here; tickets and the WebSocket go to the server, whose own origin this is.
    await page.route(`${origin}/smoke/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>smoke</title>' }));
    await page.route(place.build, (route) => route.fulfill({ contentType: 'text/javascript', body: BUILD }));
    await page.goto(`${origin}/smoke/`);
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.close();
  });

  test('it connects with a ticket, and calls, streams, batches and lists', async () => {
    const seen = await page.evaluate(async ({ build, url, apiKey }) => {
      const { MCPClient, MCPError } = (await import(build)) as typeof Client;
      const client = new MCPClient({ url, apiKey });
      const states: string[] = [];
      client.onState((state) => void states.push(state));
      await client.connect();
      const answer = await client.callTool('debug/echo', { text: 'ä€😀' });
      const chunks: number[] = [];
      const stream = client.streamTool<string>('debug/stream', { chunks: 300, bytes: 100 });
      for await (const chunk of stream) chunks.push(chunk.length);
      const batch = await client.callTools([{ name: 'debug/echo', arguments: { n: 1 } }, { name: 'debug/none' }]);
      const codes = batch.map((one) => (one instanceof MCPError ? one.code : 'ok'));
      const tools = (await client.listTools()).map((tool) => tool.name);
      const rtt = await client.ping();
      const report = client.getDiagnostics();
      await client.close();
      return { states, answer, chunks, result: stream.result, codes, tools, rtt, report };
    }, place);
    expect(seen.states).toEqual(['connecting', 'connected', 'closed']);
    expect(seen.answer).toEqual({ text: 'ä€😀' });
    expect(seen.chunks).toEqual(Array.from({ length: 300 }, () => 100));
    expect(seen.result).toMatchObject({ chunks: 300 });
    expect(seen.codes).toEqual(['ok', 'TOOL_NOT_FOUND']);
    expect(seen.tools).toContain('debug/echo');
    expect(seen.rtt).toBeGreaterThan(0);
    expect(seen.report.connection).toMatchObject({ status: 'connected', reconnect_attempts: 0 });
  });

  test('a wrong key is told as such, which the WebSocket alone could not', async () => {
    const code = await page.evaluate(async ({ build, url }) => {
      const { MCPClient, InvalidApiKeyError } = (await import(build)) as typeof Client;
      const error = await new MCPClient({ url, apiKey: 'wrong-key-0123456789' }).connect().catch((reason: unknown) => reason);
      return error instanceof InvalidApiKeyError ? error.code : String(error);
    }, place);
    expect(code).toBe('INVALID_API_KEY');
  });

  test('a lost connection comes back with a new ticket, and the call on the wire is answered', async () => {
    await page.exposeFunction('cut', () => proxy.cut());
    const seen = await page.evaluate(async ({ build, url, apiKey }) => {
      const { MCPClient } = (await import(build)) as typeof Client;
      const client = new MCPClient({ url, apiKey, reconnectInitialDelayMs: 1, reconnectMaxDelayMs: 50 });
      const states: string[] = [];
      client.onState((state) => void states.push(state));
      await client.connect();
      const call = client.callTool('debug/sleep', { ms: 300 });
      await client.ping(); // the server has the call by now
      await (globalThis as unknown as { cut: () => Promise<void> }).cut();
      const answer = await call;
      await client.close();
      return { states, answer };
    }, place);
    expect(seen.states).toEqual(['connecting', 'connected', 'reconnecting', 'connected', 'closed']);
    expect(seen.answer).toEqual({ slept_ms: 300 });
  });

  test('a slow consumer of a long stream gets every chunk', async () => {
    const count = await page.evaluate(async ({ build, url, apiKey }) => {
      const { MCPClient } = (await import(build)) as typeof Client;
      const client = new MCPClient({ url, apiKey, streamBuffer: 8 });
      await client.connect();
      let count = 0;
      for await (const _ of client.streamTool('debug/stream', { chunks: 3000, bytes: 1000 })) {
        if (++count % 100 === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      await client.close();
      return count;
    }, place);
    expect(count).toBe(3000);
  });

  test('nothing was left to the page as an error', () => {
    expect(complaints).toEqual([]);
  });
});
