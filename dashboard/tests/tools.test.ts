/** Tools in the page: forms, streams, results that must stay text; by mouse and by keyboard alone. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CAN_BROWSE, goTo, launch, signIn, visit, type Visit } from './support/browser.ts';
import { Server } from './support/server.ts';

const WAIT = { timeout: 20_000 };

describe.skipIf(!CAN_BROWSE)('The tools view', () => {
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
    await goTo(page, 'Tools');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const choose = async (name: string): Promise<void> => {
    await page.locator('.tool-list').getByRole('button', { name }).click();
    await page.getByRole('form', { name: `Call ${name}` }).waitFor();
  };
  const call = (): Promise<void> => page.getByRole('button', { name: 'Call', exact: true }).click();
  const done = (): Promise<void> => page.getByText(/^Done in/).waitFor();
  const result = (): Promise<string> => page.getByLabel('Result', { exact: true }).innerText();
  const callJson = async (name: string, args: unknown): Promise<void> => {
    await choose(name);
    const toForm = page.getByRole('button', { name: 'Write it as JSON' });
    if (await toForm.isVisible()) await toForm.click();
    await page.getByLabel('Arguments as JSON').fill(JSON.stringify(args));
    await call();
    await done();
  };

  test('lists every tool with a form', async () => {
    const listed = page.locator('.tool-list code');
    await listed.first().waitFor();
    const answer = await fetch(`${server.origin}/api/mcp/tools`, { headers: { 'X-API-Key': server.key } });
    const { tools } = (await answer.json()) as { tools: { name: string }[] };
    expect(await listed.allInnerTexts()).toEqual(tools.map(({ name }) => name));
    for (const { name } of tools) {
      await choose(name);
      expect(await page.getByRole('button', { name: 'Call', exact: true }).isEnabled()).toBe(true);
    }
  });

  test('calls a tool with what its form holds, and shows what it answered', async () => {
    await choose('system/performance');
    await page.getByLabel('memory').check();
    await page.getByLabel('history_minutes').fill('0');
    await call();
    await done();
    const answer = JSON.parse(await result()) as Record<string, unknown>;
    expect(answer).toHaveProperty('memory.total_bytes');
    expect(answer['cpu']).toBeUndefined();
  });

  test('says beside the field what is wrong, and sends nothing', async () => {
    await choose('audio/open');
    await page.getByLabel('sample_rate').fill('7999');
    await call();
    await page.getByText('At least 8000.').waitFor();
    expect(await page.getByLabel('sample_rate').evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByText('This is needed.').waitFor();
    await page.getByRole('button', { name: 'Write it as JSON' }).waitFor();
    await choose('debug/echo');
    await page.getByLabel('Arguments as JSON').fill('{"a":');
    await call();
    await page.getByText(/This is not JSON/).waitFor();
  });

  test('makes nested lists and groups of what the schema nests', async () => {
    await choose('workflow/record');
    const first = page.getByRole('group', { name: 'executions 1' });
    await first.getByLabel('workflow_id').fill('form');
    await first.getByRole('textbox', { name: /^execution_id/ }).fill('e1');
    await first.getByLabel('status').first().selectOption('succeeded');
    await first.getByLabel('started_at').fill('2026-01-01T00:00:00Z');
    await first.getByRole('group', { name: 'steps', exact: true }).getByRole('button', { name: 'Add one' }).first().click();
    const step = first.getByRole('group', { name: 'steps 1' });
    await step.getByRole('textbox', { name: /^step_id/ }).fill('s1');
    await step.getByRole('textbox', { name: /^name/ }).fill('only');
    await step.getByLabel('status').selectOption('succeeded');
    await page.getByRole('button', { name: 'Write it as JSON' }).click();
    expect(JSON.parse(await page.getByLabel('Arguments as JSON').inputValue())).toMatchObject({
      executions: [{ workflow_id: 'form', execution_id: 'e1', status: 'succeeded', started_at: '2026-01-01T00:00:00Z', steps: [{ step_id: 's1', name: 'only', status: 'succeeded' }] }],
    });
  });

  test('shows a stream while it runs, and stops it when told to', async () => {
    await choose('debug/stream');
    await page.getByLabel('chunks').fill('1000');
    await page.getByLabel('bytes').fill('5');
    await page.getByLabel('delay_ms').fill('50');
    await call();
    await expect.poll(async () => (await result()).length, WAIT).toBeGreaterThanOrEqual(10);
    expect(await page.getByText(/^Done in/).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').filter({ hasText: 'Cancelled.' }).waitFor();
    const shown = (await result()).length;
    expect(shown).toBeLessThan(5000);
    expect(shown % 5).toBe(0);
  });

  test('shows progress', async () => {
    await choose('debug/progress');
    await page.getByLabel('steps').fill('100');
    await page.getByLabel('delay_ms').fill('30');
    await call();
    await page.getByRole('progressbar', { name: 'Progress' }).waitFor();
    await done();
  });

  test('tells an error of a tool with its code', async () => {
    await choose('debug/fail');
    await page.getByLabel('message').fill('<b>broken</b>');
    await call();
    await page.getByRole('alert').filter({ hasText: 'TOOL_EXECUTION_FAILED' }).filter({ hasText: '<b>broken</b>' }).waitFor();
    await page.getByRole('region', { name: 'Tool metrics' }).getByText('TOOL_EXECUTION_FAILED 1').waitFor();
  });

  test('shows markup as text', async () => {
    const text = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
    await callJson('debug/echo', { text });
    expect(JSON.parse(await result())).toEqual({ text });
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Tools · Patchbay');
  });

  test('cuts a result of a megabyte, and shows all of it when asked', async () => {
    await choose('debug/stream');
    await page.getByLabel('chunks').fill('16');
    await page.getByLabel('bytes').fill('65400');
    await page.getByLabel('Stream the result').uncheck();
    await call();
    await done();
    const shown = page.getByLabel('Result', { exact: true });
    expect((await shown.textContent())!.length).toBeLessThan(25_000);
    await page.getByRole('button', { name: /^Show all 1[.,]?0/ }).click();
    const { data } = JSON.parse((await shown.textContent())!) as { data: string[] };
    expect(data.map((chunk) => chunk.length)).toEqual(Array.from({ length: 16 }, () => 65_400));
    expect(await page.getByRole('button', { name: /Show all/ }).isVisible()).toBe(false);
    // It still answers at once.
    await choose('debug/echo');
  });

  test('draws a workflow as its steps followed each other', async () => {
    const at = (second: number): string => new Date(Date.now() - 60_000 + second * 1000).toISOString();
    const step = (id: string, name: string, start: number) => ({ step_id: id, name, status: 'succeeded', started_at: at(start), ended_at: at(start + 1) });
    const executions = [1, 2, 3].map((number) => ({
      workflow_id: '<order>',
      execution_id: `e${number}`,
      status: 'succeeded',
      started_at: at(0),
      ended_at: at(10),
      steps: [step('a', 'receive', 0), step('b', number === 3 ? 'reject' : 'pack', 2), ...(number === 3 ? [] : [step('c', 'ship', 4)])],
    }));
    await callJson('workflow/record', { executions });
    await goTo(page, 'Workflows');
    await page.getByLabel('Workflow', { exact: true }).fill('<order>');
    await page.getByRole('button', { name: 'Analyze' }).click();
    const graph = page.getByRole('img', { name: /What follows what/ });
    await graph.getByText('receive', { exact: true }).first().waitFor();
    const spoken = await graph.getAttribute('aria-label');
    for (const edge of ['start to receive: 3', 'receive to pack: 2', 'receive to reject: 1', 'pack to ship: 2', 'ship to end: 2', 'reject to end: 1']) expect(spoken).toContain(edge);
    expect(await graph.locator('.flow-node').count()).toBe(4);
    await page.getByLabel('Workflow', { exact: true }).fill('nothing-of-the-kind');
    await page.getByRole('button', { name: 'Analyze' }).click();
    await page.getByText('Nothing is known of this workflow').waitFor();
  });

  test('is reached, filled in and called by the keyboard alone', async () => {
    const { page, complaints } = await visit(browser);
    const press = async (key: string, times = 1): Promise<void> => {
      for (let time = 0; time < times; time++) await page.keyboard.press(key);
    };
    const tabTo = async (name: string): Promise<void> => {
      const seen: string[] = [];
      for (let step = 0; step < 80; step++) {
        const focused = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          const ring = getComputedStyle(element);
          return { text: element.getAttribute('aria-label') ?? element.textContent, isRinged: ring.outlineStyle !== 'none' && Number.parseFloat(ring.outlineWidth) > 0 };
        });
        seen.push(focused.text);
        if (focused.text.startsWith(name)) {
          expect(focused.isRinged).toBe(true);
          return;
        }
        await press('Tab');
      }
      throw new Error(`${name} is not reached by Tab: ${seen.join(' | ')}`);
    };
    await page.goto(server.origin);
    await page.getByLabel('API key').waitFor();
    await page.keyboard.type(server.key);
    await press('Enter');
    await page.getByRole('heading', { level: 2, name: 'System' }).waitFor();
    await tabTo('Skip to the view');
    await tabTo('Tools');
    await press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Tools' }).waitFor();
    await page.locator('.tool-list code').first().waitFor();
    await tabTo('debug/sleep');
    await press('Enter');
    // The first field of the form has the focus.
    await page.keyboard.type('5');
    await press('Enter');
    await page.getByText(/^Done in/).waitFor();
    expect(JSON.parse(await page.getByLabel('Result', { exact: true }).innerText())).toEqual({ slept_ms: 5 });
    expect(complaints).toEqual([]);
  });

  test('gave the browser nothing to complain of', () => {
    expect(at.complaints).toEqual([]);
  });
});
