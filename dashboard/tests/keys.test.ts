/** What the page makes of keys that may not do everything, or not much at a time. */

import { execFileSync } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CAN_BROWSE, goTo, launch, signIn, visit } from './support/browser.ts';
import { HOST, Server } from './support/server.ts';

const VIEWS = ['System', 'Connections', 'Limits', 'Tools', 'Audio', 'Workflows', 'Feed', 'Health'];
const WAIT = { timeout: 20_000 };

describe.skipIf(!CAN_BROWSE)('The page', () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await Server.start({ Patchbay__RateLimit__MessagesPerMinute: '100' });
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('stays within the default limit while someone looks around', async () => {
    const { page, complaints } = await visit(browser);
    await signIn(page, server);
    for (let round = 0; round < 2; round++) {
      for (const view of VIEWS) {
        await goTo(page, view);
        await page.waitForFunction(() => document.querySelector('main')!.textContent.length > 60);
      }
    }
    const report = (await (await fetch(`${server.origin}/api/mcp/diagnostics`, { headers: { 'X-API-Key': server.key } })).json()) as { message_counts: { received: number }; error_summary: { total_violations: number } };
    expect(report.error_summary.total_violations).toBe(0);
    expect(report.message_counts.received).toBeLessThan(60);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.skipIf(HOST === null)('shows what a key with few scopes may see, and says what it may not', async () => {
    const made = execFileSync('dotnet', [HOST!, 'keys', 'create', '--name', 'few', '--scopes', 'tools:call:system/*', '--json'], { encoding: 'utf8', env: { ...process.env, Patchbay__DataDirectory: server.data } });
    const { key } = JSON.parse(made) as { key: string };
    // The running server reads new keys within five seconds.
    await expect.poll(async () => (await fetch(`${server.origin}/api/mcp/tools`, { headers: { 'X-API-Key': key } })).status, { ...WAIT, interval: 500 }).toBe(200);
    const { page, complaints } = await visit(browser);
    await signIn(page, { origin: server.origin, key });
    await expect.poll(() => page.locator('.tile', { hasText: 'Memory' }).locator('.tile-value').textContent(), WAIT).toContain('%');
    await goTo(page, 'Limits');
    await page.getByRole('alert').filter({ hasText: 'UNAUTHORIZED_ACCESS' }).waitFor();
    await goTo(page, 'Connections');
    // It sees its own connection, and no report.
    await page.getByRole('region', { name: 'Connections' }).getByText('this page').waitFor();
    expect(await page.getByRole('region', { name: 'Connections' }).locator('tbody tr').count()).toBe(1);
    await goTo(page, 'Tools');
    await expect.poll(() => page.locator('.tool-list code').allInnerTexts(), WAIT).toEqual(['system/diagnostics', 'system/performance']);
    await goTo(page, 'Workflows');
    await page.getByRole('alert').filter({ hasText: /TOOL_NOT_FOUND|UNAUTHORIZED_ACCESS/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});
