/** wss: a server is used when Node trusts its certificate, here by NODE_EXTRA_CA_CERTS, and not otherwise. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ConnectionFailedError, MCPClient } from '../src/node.ts';
import { run } from './support/processes.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';

const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));

describe.skipIf(SERVER_COMMAND === null)('With a server that speaks TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-tls-'));
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  let server: Server;

  beforeAll(async () => {
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const named = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    expect((await run('openssl', [...made, ...named, '-keyout', key, '-out', certificate], folder)).code).toBe(0);
    server = await Server.start({ Kestrel__Certificates__Default__Path: certificate, Kestrel__Certificates__Default__KeyPath: key }, 'https');
  });

  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('it is used over wss when its certificate is trusted', async () => {
    const settings = [`PATCHBAY_URL=${server.url}`, `PATCHBAY_API_KEY=${server.key}`, `NODE_EXTRA_CA_CERTS=${certificate}`];
    const { code, output } = await run('env', [...settings, process.execPath, 'call.js'], EXAMPLES);
    expect(server.url).toMatch(/^wss:/);
    expect(output).toContain('echo: hello');
    expect(code).toBe(0);
  });

  test('a certificate that nobody trusts is a connection that failed', async () => {
    const client = new MCPClient({ url: server.url, apiKey: server.key, reconnect: false });
    const error = await client.connect().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectionFailedError);
    expect((error as ConnectionFailedError).code).toBe('CONNECTION_FAILED');
    expect((error as ConnectionFailedError).message).toMatch(/certificate/);
    await client.close();
  });
});
