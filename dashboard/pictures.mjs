// Takes the pictures of docs/images from a running server with debug tools:
//   node pictures.mjs http://127.0.0.1:8000 KEY WORKFLOW SPEECH.wav
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [origin, key, workflow, speech] = process.argv.slice(2);
const images = fileURLToPath(new URL('../docs/images/', import.meta.url));
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 360, height: 780 };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
});

/** Signs in, goes to a view, prepares it, and takes its picture. */
async function take(name, view, { colorScheme = 'light', viewport = DESK, deviceScaleFactor = 1, prepare = async () => {} } = {}) {
  const context = await browser.newContext({ colorScheme, viewport, deviceScaleFactor });
  const page = await context.newPage();
  await page.goto(`${origin}/#${view}`);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('banner').getByText('Connected').waitFor();
  await prepare(page);
  await page.screenshot({ path: `${images}dashboard-${name}.png` });
  await context.close();
}

/** Until the tiles that are told every five seconds have lines. */
const twelveSeconds = (page) => page.waitForTimeout(12_000);

const callStream = async (page) => {
  await page.locator('.tool-list').getByRole('button', { name: 'system/performance' }).click();
  await page.getByLabel('cpu', { exact: true }).check();
  await page.getByLabel('history_minutes').fill('0');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByText(/^Done in/).waitFor();
};
const analyze = async (page) => {
  await page.getByLabel('Workflow', { exact: true }).fill(workflow);
  await page.getByRole('button', { name: 'Analyze' }).click();
  const graph = page.locator('.flow-box');
  await graph.waitFor();
  await page.waitForTimeout(500);
  await graph.evaluate((element) => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 110));
};
const listen = async (page) => {
  await page.getByLabel('Stream a WAV file').setInputFiles(speech);
  await page.waitForTimeout(14_000);
};

const breakRules = async (page) => {
  await page.evaluate(async (key) => {
    for (let wrong = 0; wrong < 2; wrong++) await fetch('/api/mcp/status', { headers: { 'X-API-Key': 'no-such-key-0123456' } });
    const { ticket } = await (await fetch('/api/mcp/tickets', { method: 'POST', headers: { 'X-API-Key': key } })).json();
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/api/mcp/ws`, ['mcp.v2', `ticket.${ticket}`]);
    await new Promise((resolve) => (socket.onopen = resolve));
    for (const text of ['{"id":"1","method":', '{"message_type":"request"}', '{"protocol_version":"2.0","message_type":"request","message_id":"x","method":"ping"}']) socket.send(text);
  }, key);
  await page.waitForTimeout(4_000);
};

await take('system', 'system', { prepare: twelveSeconds });
await take('system-dark', 'system', { colorScheme: 'dark', prepare: twelveSeconds });
await take('phone', 'system', { colorScheme: 'dark', viewport: PHONE, deviceScaleFactor: 2, prepare: twelveSeconds });
await take('tools', 'tools', { prepare: callStream });
await take('workflows', 'workflows', { prepare: analyze });
await take('audio', 'audio', { colorScheme: 'dark', prepare: listen });
await take('connections', 'connections', { prepare: twelveSeconds });
await take('limits', 'guard', { prepare: breakRules });
await take('health', 'health', { colorScheme: 'dark', prepare: (page) => page.locator('.check-item').first().waitFor() });
await browser.close();
