import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { VERSION } from '../src/core/version.ts';
import { MCPClient } from '../src/node.ts';
import { run } from './support/processes.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';
import { Served, type Serve } from './support/served.ts';
import { SocketPeer } from './support/socket_peer.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The program every user starts with, as it is written. */
const PROGRAM = `import { MCPClient } from '@mcp/client';
const client = new MCPClient({ url: 'ws://localhost:8000/api/mcp/ws', apiKey: 'your-api-key', protocolVersion: '2.0', diagnostics: true });
await client.connect();
client.onDiagnostic((message) => { console.log(\`Diagnostic: \${message.level} - \${message.message}\`); });
const response = await client.callTool('system/performance', { metrics: ['cpu', 'memory'], interval: 1 });
const diagnostics = client.getDiagnostics();
console.log(diagnostics);
`;

/** The program with another address and key, and nothing else changed. */
function prepared(url: string, key: string): string {
  const text = PROGRAM.replace('ws://localhost:8000/api/mcp/ws', url).replace('your-api-key', key);
  expect(text.split(url)).toHaveLength(2);
  expect(text.split(key)).toHaveLength(2);
  return text;
}

/** What the program prints last. */
const printed = (output: string): boolean => /rtt_ms: [^\n]*\n? *\}\n\}\n/.test(output);

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-client-'));
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT);
  expect(packed.code, packed.errors).toBe(0);
  const [{ filename }] = JSON.parse(packed.output) as [{ filename: string }];
  const user = join(folder, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
  const installed = await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, filename)], user);
  expect(installed.code, installed.errors).toBe(0);
  folder = user;
});

afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

describe('The packed package, installed into an empty folder without a network,', () => {
  test('runs the first program of the guide as it is written', async () => {
    const serve: Serve = (connection, message) => {
      if (message['method'] === 'tools/call') {
        connection.message('diagnostic', { level: 'warning', component: 'rate_limiter', message: '80 % used' }, true);
        connection.answer(message, { cpu: { percent: 1 } }, true);
      } else {
        connection.answer(message, {}, true);
      }
    };
    const peer = await SocketPeer.listen();
    const served = new Served(peer, serve);
    try {
      writeFileSync(join(folder, 'program.mjs'), prepared(peer.url, 'k'.repeat(20)));
      const { output, errors } = await run(process.execPath, ['program.mjs'], folder, printed);
      expect(errors).toBe('');
      expect(served.methods).toEqual(['session/hello', 'diagnostics/subscribe', 'tools/call']);
      expect(served.requests[2]!['params']).toMatchObject({ name: 'system/performance', arguments: { metrics: ['cpu', 'memory'], interval: 1 } });
      expect(served.attempts[0]!.credentials.key).toBe('k'.repeat(20));
      expect(output).toContain('Diagnostic: warning - 80 % used\n');
      expect(output).toContain('message_counts: { sent: 3, received: 5 }'); // hello, subscribe, call; welcome, 3 answers, 1 diagnostic
      expect(output).toMatch(/status: 'connected'/);
    } finally {
      await peer.close();
    }
  });

  test.skipIf(SERVER_COMMAND === null)('runs that program against the server', async ({ skip }) => {
    const server = await Server.start();
    try {
      const client = new MCPClient({ url: server.url, apiKey: server.key });
      await client.connect();
      const tools = await client.listTools();
      await client.close();
      skip(!tools.some((tool) => tool.name === 'system/performance'), 'the server has no system tools');
      writeFileSync(join(folder, 'program.mjs'), prepared(server.url, server.key));
      const { output, errors } = await run(process.execPath, ['program.mjs'], folder, printed);
      expect(errors).toBe('');
      expect(output).toContain("tools: { 'system/performance': [Object] }");
      expect(output).toMatch(/error_rate: 0,/);
      expect(output).toMatch(/status: 'connected'/);
    } finally {
      await server.close();
    }
  });

  test('brings no other package with it', () => {
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: object };
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/@mcp/client']);
  });

  test('has types that a strict program compiles with, for both of its builds and every resolution', async () => {
    const program = PROGRAM.replace('(message)', '(message: Diagnostic)').replace('{ MCPClient }', '{ MCPClient, type Diagnostic }');
    writeFileSync(join(folder, 'program.ts'), program);
    const resolutions = [{ module: 'ESNext', moduleResolution: 'bundler' }, { module: 'ESNext', moduleResolution: 'bundler', customConditions: ['node'] }, { module: 'NodeNext' }];
    for (const resolution of resolutions) {
      const compilerOptions = { ...resolution, target: 'ES2022', strict: true, noEmit: true, types: [], lib: ['ES2022', 'DOM', 'ESNext.Disposable'] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
      const { code, output } = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder);
      expect(output).toBe('');
      expect(code).toBe(0);
    }
  });

  test('gives browsers a build without any import', () => {
    const text = readFileSync(join(folder, 'node_modules/@mcp/client/dist/browser.js'), 'utf8');
    expect(text).not.toMatch(/^\s*import[\s{"']/m);
    expect(text).not.toContain('node:');
  });
});

test('The version the client tells is the one of the package', () => {
  expect(VERSION).toBe((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version);
});

test('The lock file names no host, and has the digest of every package', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, { resolved?: string; integrity?: string }> };
  const installed = Object.entries(packages).filter(([name]) => name !== '');
  expect(installed.filter(([, { resolved, integrity }]) => resolved !== undefined || integrity === undefined)).toEqual([]);
});
