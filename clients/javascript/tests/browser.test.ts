import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type * as Client from '../src/browser.ts';
import { FaultProxy } from './support/fault_proxy.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const BUILD = readFileSync(new URL('../dist/browser.js', import.meta.url), 'utf8');

/** Loads the build as a module; a text, because the test's own imports are rewritten. */
const LOAD = `(async () => {
  const url = URL.createObjectURL(new Blob([${JSON.stringify(BUILD)}], { type: 'text/javascript' }));
  globalThis.client = await import(url);
})()`;

/** What the page has: the build, and a way to break its connections. */
declare global {
  var client: typeof Client;
  var cut: () => Promise<void>;
}

/** What a page is told: where to connect with which key. */
interface Place {
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
    place = { url: `${origin.replace('http', 'ws')}/api/mcp/ws`, apiKey: server.key };
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
    page = await browser.newPage({ bypassCSP: true });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.exposeFunction('cut', () => proxy.cut());
    // A page of the server's own origin; a browser lets pages that do not come from this machine open no WebSocket to it.
    await page.goto(`${origin}/health/live`);
    await page.evaluate(LOAD);
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.close();
  });

  test('it connects with a ticket, and calls, streams, batches and lists', async () => {
    const seen = await page.evaluate(async ({ url, apiKey }) => {
      const { MCPClient, MCPError } = globalThis.client;
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
    const code = await page.evaluate(async ({ url }) => {
      const { MCPClient, InvalidApiKeyError } = globalThis.client;
      const error = await new MCPClient({ url, apiKey: 'wrong-key-0123456789' }).connect().catch((reason: unknown) => reason);
      return error instanceof InvalidApiKeyError ? error.code : String(error);
    }, place);
    expect(code).toBe('INVALID_API_KEY');
  });

  test('a lost connection comes back with a new ticket, and the call on the wire is answered', async () => {
    const seen = await page.evaluate(async ({ url, apiKey }) => {
      const { MCPClient } = globalThis.client;
      const client = new MCPClient({ url, apiKey, reconnectInitialDelayMs: 1, reconnectMaxDelayMs: 50 });
      const states: string[] = [];
      client.onState((state) => void states.push(state));
      await client.connect();
      const call = client.callTool('debug/sleep', { ms: 300 });
      await client.ping(); // the server has the call by now
      await globalThis.cut();
      const answer = await call;
      await client.close();
      return { states, answer };
    }, place);
    expect(seen.states).toEqual(['connecting', 'connected', 'reconnecting', 'connected', 'closed']);
    expect(seen.answer).toEqual({ slept_ms: 300 });
  });

  test('a slow consumer of a long stream gets every chunk', async () => {
    const count = await page.evaluate(async ({ url, apiKey }) => {
      const { MCPClient } = globalThis.client;
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
