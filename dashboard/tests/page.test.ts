/** The page in a browser, with the server: who may in, what it shows, what it survives. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CAN_BROWSE, signIn, visit, launch, type Visit } from './support/browser.ts';
import { Server } from './support/server.ts';

describe.skipIf(!CAN_BROWSE)('The page', () => {
  let server: Server;
  let browser: Browser;
  let at: Visit;

  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
    at = await visit(browser);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('says why a wrong key is refused, and stays with the form', async () => {
    const { page, complaints } = at;
    await page.goto(server.origin);
    await page.getByLabel('API key').fill('wrong-key-0123456789');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'This key is not valid' }).waitFor();
    expect(await page.getByLabel('API key').isVisible()).toBe(true);
    // The browser itself notes the 401 of the ticket.
    expect(complaints.splice(0).filter((text) => !text.includes('401'))).toEqual([]);
  });

  test('has charts that move once the key is right', async () => {
    const { page } = at;
    await signIn(page, server);
    const cpu = page.locator('figure', { hasText: 'CPU' }).first();
    await expect.poll(() => cpu.getAttribute('data-newest')).not.toBe('');
    const before = Number(await cpu.getAttribute('data-newest'));
    await expect.poll(async () => Number(await cpu.getAttribute('data-newest')), { timeout: 20_000 }).toBeGreaterThan(before);
    await expect.poll(() => page.locator('.tile', { hasText: 'Connections' }).locator('.tile-value').textContent(), { timeout: 20_000 }).toBe('1');
  });

  test('gave the browser nothing to complain of', () => {
    expect(at.complaints).toEqual([]);
  });
});
