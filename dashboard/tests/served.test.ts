/** The page's files as the server sends them. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ask } from './support/answers.ts';
import { DIST, Server, SERVER_COMMAND } from './support/server.ts';

const MOST_SCRIPT_BYTES = 150_000;

describe.skipIf(SERVER_COMMAND === null)('The server', () => {
  let server: Server;
  const scripts = (): string[] => readdirSync(join(DIST, 'assets')).filter((name) => name.endsWith('.js'));

  beforeAll(async () => void (server = await Server.start()));
  afterAll(async () => void (await server?.close()));

  // requirement: PROTO-1-10
  test('lets the page load only from the server itself, with nothing inline and nothing evaluated', async () => {
    const { status, headers, body } = await ask(`${server.origin}/`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = new Map(String(headers['content-security-policy']).split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]));
    expect(policy.get('default-src')).toBe("'none'");
    for (const rule of ['script-src', 'style-src', 'img-src', 'connect-src']) expect(policy.get(rule)).toBe("'self'");
    for (const rule of ['base-uri', 'form-action', 'frame-ancestors']) expect(policy.get(rule)).toBe("'none'");
    expect(policy.get('require-trusted-types-for')).toBe("'script'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(body.toString()).not.toMatch(/<style|style=|<script(?![^>]* src="\/)|https?:/);
  });

  test('keeps what has a digest in its name for good, and asks anew for the rest', async () => {
    const index = await ask(`${server.origin}/`);
    expect(index.headers['cache-control']).toBe('no-cache');
    expect((await ask(`${server.origin}/`, { 'If-None-Match': String(index.headers.etag) })).status).toBe(304);
    expect((await ask(`${server.origin}/`, { 'If-None-Match': '"another"' })).status).toBe(200);
    for (const name of scripts()) {
      expect((await ask(`${server.origin}/assets/${name}`)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  test('sends each file in the coding that is asked for, and the same content in all', async () => {
    const name = scripts()[0]!;
    const url = `${server.origin}/assets/${name}`;
    const content = readFileSync(join(DIST, 'assets', name));
    const plain = await ask(url);
    const gzip = await ask(url, { 'Accept-Encoding': 'gzip' });
    const brotli = await ask(url, { 'Accept-Encoding': 'gzip, br' });
    expect([plain, gzip, brotli].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'gzip', 'br']);
    expect(plain.body.equals(content)).toBe(true);
    expect(gunzipSync(gzip.body).equals(content)).toBe(true);
    expect(brotliDecompressSync(brotli.body).equals(content)).toBe(true);
    expect(new Set([plain, gzip, brotli].map(({ headers }) => headers.etag)).size).toBe(3);
    expect((await ask(url, { 'Accept-Encoding': 'br;q=0, gzip;q=0' })).headers['content-encoding']).toBeUndefined();
    expect((await ask(url, { 'Accept-Encoding': ';;=,' })).body.equals(content)).toBe(true);
    const head = await ask(url, {}, 'HEAD');
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(content.length)]);
  });

  test('gives no file but those of the build', async () => {
    for (const path of ['/assets/', '/assets/none.js', '/index.html.gz', '/..%2f..%2fpackage.json', '/assets/..%2f..%2fpackage.json', '/src/main.ts']) {
      expect([path, (await ask(`${server.origin}${path}`)).status]).toEqual([path, 404]);
    }
  });

  test('sends scripts of less than 150 kB in all', async () => {
    const sizes = await Promise.all([...scripts().map((name) => `assets/${name}`), 'microphone.js'].map(async (name) => (await ask(`${server.origin}/${name}`, { 'Accept-Encoding': 'gzip' })).body.length));
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_SCRIPT_BYTES);
  });

  test('without a build says how to make one, and runs all the same', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'patchbay-none-'));
    const bare = await Server.start({}, empty);
    try {
      const { status, headers, body } = await ask(`${bare.origin}/`);
      expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
      expect(body.toString()).toContain('npm --prefix dashboard run build');
      expect((await ask(`${bare.origin}/health/ready`)).status).toBe(200);
    } finally {
      await bare.close();
      rmSync(empty, { recursive: true });
    }
  });
});
