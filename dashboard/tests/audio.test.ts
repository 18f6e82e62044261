/** Sound from the page: a file whose loudness is known, and the browser's fake microphone. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CAN_BROWSE, goTo, launch, signIn, visit, type Visit } from './support/browser.ts';
import { Server } from './support/server.ts';
import { sineWav } from './support/sine.ts';

const WAIT = { timeout: 20_000 };

describe.skipIf(!CAN_BROWSE)('The audio view', () => {
  let server: Server;
  let browser: Browser;
  let at: Visit;
  let page: Page;

  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
    at = await visit(browser);
    page = at.page;
    await signIn(page, server);
    await goTo(page, 'Audio');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const meter = async (name: string): Promise<number> => Number.parseFloat((await page.getByRole('meter', { name, exact: true }).getAttribute('aria-valuetext')) ?? 'NaN');
  const tile = async (name: string): Promise<number> => Number.parseFloat((await page.locator('.tile', { hasText: name }).locator('.tile-value').innerText()).replace('−', '-'));

  test('meters a file while it plays, as loud as it is', async () => {
    // ITU-R BS.1770: a sine of 997 Hz at 0 dBFS in one front channel is -3.01 LUFS; in two it is 0.0. At -20 dBFS: -20.0.
    await page.getByLabel('Stream a WAV file').setInputFiles({ name: 'sine.wav', mimeType: 'audio/wav', buffer: sineWav(997, -20, 4, 48_000, 2) });
    await page.getByText('Streaming sine.wav').waitFor();
    await expect.poll(() => meter('Momentary'), WAIT).toBeCloseTo(-20, 0);
    await expect.poll(() => meter('Peak 2'), WAIT).toBeCloseTo(-20, 0);
    await expect.poll(() => meter('Integrated'), WAIT).toBeCloseTo(-20, 0);
    await page.getByText('The report of the stream').waitFor();
    expect(await tile('Integrated loudness')).toBeCloseTo(-20, 1);
    expect(await tile('True peak')).toBeCloseTo(-20, 0);
    expect(await tile('Duration')).toBeCloseTo(4, 1);
  });

  test('streams the microphone until it is stopped', async () => {
    await page.getByRole('button', { name: 'Use the microphone' }).click();
    await page.getByText(/^Listening at/).waitFor();
    // The fake microphone beeps.
    await expect.poll(() => meter('True peak'), WAIT).toBeGreaterThan(-40);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('The report of the stream').waitFor();
    expect(await tile('Duration')).toBeGreaterThan(0);
    expect(await page.getByRole('button', { name: 'Use the microphone' }).isEnabled()).toBe(true);
  });

  test('says what is wrong with a file that is no sound', async () => {
    await page.getByLabel('Stream a WAV file').setInputFiles({ name: 'no.wav', mimeType: 'audio/wav', buffer: Buffer.from('RIFF and nothing more') });
    await page.getByRole('alert').filter({ hasText: 'This is not a WAVE file.' }).waitFor();
    expect(await page.getByRole('button', { name: 'Use the microphone' }).isEnabled()).toBe(true);
  });

  test('gave the browser nothing to complain of', () => {
    expect(at.complaints).toEqual([]);
  });
});
