/** Debian's Chromium, and pages of it that notice every complaint. */

import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';

import { SERVER_COMMAND } from './server.ts';
import { BOUND_MS } from './waiting.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether the page can be opened here. */
export const CAN_BROWSE = SERVER_COMMAND !== null && existsSync(CHROMIUM);

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A microphone that beeps, and nobody who has to be asked.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

export async function launch(): Promise<Browser> {
  return await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** A page, and what it complained of: broken policies, failed loads, uncaught errors. */
export interface Visit {
  readonly page: Page;
  readonly complaints: string[];
}

export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ colorScheme: 'light', viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(BOUND_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return { page, complaints };
}

/** Opens the page and signs in by the form. */
export async function signIn(page: Page, server: { readonly origin: string; readonly key: string }, view = ''): Promise<void> {
  await page.goto(`${server.origin}/${view === '' ? '' : `#${view}`}`);
  await page.getByLabel('API key').fill(server.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('banner').getByText('Connected', { exact: true }).waitFor();
}

export async function goTo(page: Page, view: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
  await page.getByRole('heading', { level: 2, name: view }).waitFor();
}

/** The page is no wider than its window. */
export async function expectNoSideways(page: Page): Promise<void> {
  const { inner, whole } = await page.evaluate(() => ({ inner: document.documentElement.clientWidth, whole: document.documentElement.scrollWidth }));
  expect(whole).toBeLessThanOrEqual(inner);
}
