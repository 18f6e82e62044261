/** wss: whom a client trusts. Node's authorities, here by NODE_EXTRA_CA_CERTS, or those of `caFile` and nobody else. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import * as browser from '../src/browser.ts';
import { ConnectionFailedError, MCPClient, MCPClientPool } from '../src/node.ts';
import { Authority, type Identity } from './support/certificates.ts';
import { run } from './support/processes.ts';
import { Served } from './support/served.ts';
import { Server, SERVER_COMMAND } from './support/server.ts';
import { SocketPeer } from './support/socket_peer.ts';

const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));
const LOOPBACK = 'IP:127.0.0.1';
const apiKey = 'k'.repeat(20);

let folder: string;
let authority: Authority;
let other: Authority;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-tls-'));
  authority = new Authority(folder, 'authority');
  other = new Authority(folder, 'other');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A new file in the folder; returns its path. */
function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('With caFile', () => {
  /** What a call over TLS answers. */
  async function use(identity: Identity, caFile: string): Promise<unknown> {
    const peer = await SocketPeer.listen({}, identity);
    new Served(peer);
    const client = new MCPClient({ url: peer.url, apiKey, caFile });
    try {
      await client.connect();
      return await client.callTool('debug/echo', { a: 'ä' });
    } finally {
      await client.close();
      await peer.close();
    }
  }

  /** What is said of a server that is not trusted; the client tries once, and sends nothing. */
  async function refusal(identity: Identity, caFile: string | undefined): Promise<string> {
    const peer = await SocketPeer.listen({}, identity);
    const client = new MCPClient({ url: peer.url, apiKey, caFile });
    const error = await client.connect().catch((reason: unknown) => reason);
    const { state } = client;
    await client.close();
    await peer.close();
    expect(error).toBeInstanceOf(ConnectionFailedError);
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect({ state, tried: peer.tried }).toEqual({ state: 'closed', tried: 0 });
    return (error as ConnectionFailedError).message;
  }

  test('a server is used when its authority is in the file', async () => {
    expect(await use(authority.sign(LOOPBACK), authority.certificate)).toEqual({ a: 'ä' });
  });

  test('a server is used when its own self-signed certificate is the file', async () => {
    const itself = new Authority(folder, 'itself', LOOPBACK);
    expect(await use(itself.itself, itself.certificate)).toEqual({ a: 'ä' });
  });

  test('text and other certificates in the file do no harm', async () => {
    const bundle = written('bundle.pem', `\ufeffFőtanúsítvány\n${other.itself.cert}\nours:\n${authority.itself.cert}`);
    expect(await use(authority.sign(LOOPBACK), bundle)).toEqual({ a: 'ä' });
  });

  test('or without it, a server of another authority is refused', async () => {
    const told = "the server's certificate is refused: unable to verify the first certificate";
    expect(await refusal(authority.sign(LOOPBACK), other.certificate)).toBe(told);
    expect(await refusal(authority.sign(LOOPBACK), undefined)).toBe(told);
  });

  test('a certificate that another has signed is no authority', async () => {
    const identity = authority.sign(LOOPBACK);
    expect(await refusal(identity, written('signed.pem', identity.cert))).toMatch(/^the server's certificate is refused: unable to (get|verify)/);
  });

  test('a certificate for another host is refused', async () => {
    const told = await refusal(authority.sign('IP:127.0.0.2,DNS:localhost'), authority.certificate);
    expect(told).toMatch(/^the server's certificate is refused: .*127\.0\.0\.1 is not in the cert's list: 127\.0\.0\.2/);
  });

  test('a certificate that has expired is refused', async () => {
    expect(await refusal(authority.sign(LOOPBACK, -1), authority.certificate)).toBe("the server's certificate is refused: certificate has expired");
  });

  test('the file is read once, also for what a pool replaces', async () => {
    const peer = await SocketPeer.listen({}, authority.sign(LOOPBACK));
    const served = new Served(peer);
    const caFile = written('gone.pem', authority.itself.cert);
    const pool = new MCPClientPool({ url: peer.url, apiKey, caFile, size: 1, reconnectInitialDelayMs: 1, reconnectMaxDelayMs: 2 });
    rmSync(caFile);
    await pool.connect();
    const [old] = pool.clients;
    served.last.close(4409); // CONNECTION_LOST: the client ends, the pool makes a new one
    await expect.poll(() => pool.clients.length === 1 && pool.clients[0] !== old).toBe(true);
    expect(await pool.callTool('debug/echo', { n: 2 })).toEqual({ n: 2 });
    await pool.close();
    await peer.close();
  });

  const cut = (): string => authority.itself.cert + authority.itself.cert.slice(0, 200);
  test.each([
    ['that is not there', null, /cannot be read: ENOENT/],
    ['without a word', () => '', /has no certificate/],
    ['with a key only', () => authority.itself.key, /has no certificate/],
    ['with something else in the place of a certificate', () => '-----BEGIN CERTIFICATE-----\nMC4=\n-----END CERTIFICATE-----\n', /has a certificate that cannot be read/],
    ['with a second certificate that is cut off', cut, /has a certificate that cannot be read/],
  ])('a file %s is told when the client is made', (name, text, told) => {
    const caFile = text === null ? join(folder, 'none.pem') : written(`${name}.pem`, text());
    for (const Made of [MCPClient, MCPClientPool]) {
      const make = (): unknown => new Made({ url: 'wss://127.0.0.1/', apiKey, caFile });
      expect(make).toThrow(RangeError);
      expect(make).toThrow(told);
      expect(make).toThrow(`caFile '${caFile}' `);
      expect(make).toThrow('must name a PEM file of the certificates to trust');
    }
  });

  test('an address without TLS is told', () => {
    expect(() => new MCPClient({ url: 'ws://127.0.0.1/', apiKey, caFile: authority.certificate })).toThrow('caFile needs a url of wss://');
  });

  test('browsers have none, in their types and in their words', () => {
    // @ts-expect-error: no such option
    expect(() => new browser.MCPClient({ url: 'wss://127.0.0.1/', apiKey, caFile: 'x' })).toThrow('there is no caFile in a browser');
    // @ts-expect-error: no such option
    expect(() => new browser.MCPClientPool({ url: 'wss://127.0.0.1/', apiKey, caFile: 'x' })).toThrow('there is no caFile in a browser');
  });
});

describe.skipIf(SERVER_COMMAND === null)('A server that speaks TLS', () => {
  let server: Server;
  let itself: Authority;

  beforeAll(async () => {
    itself = new Authority(folder, 'server', LOOPBACK);
    server = await Server.start({ Kestrel__Certificates__Default__Path: itself.certificate, Kestrel__Certificates__Default__KeyPath: itself.key }, 'https');
  });

  afterAll(async () => await server?.close());

  test('is used when Node trusts its certificate', async () => {
    const settings = [`PATCHBAY_URL=${server.url}`, `PATCHBAY_API_KEY=${server.key}`, `NODE_EXTRA_CA_CERTS=${itself.certificate}`];
    const { code, output } = await run('env', [...settings, process.execPath, 'call.js'], EXAMPLES);
    expect(server.url).toMatch(/^wss:/);
    expect(output).toContain('echo: hello');
    expect(code).toBe(0);
  });

  test('is refused when Node trusts it but the caFile does not', async () => {
    const options = JSON.stringify({ url: server.url, apiKey: server.key, caFile: other.certificate });
    const program = `import { MCPClient } from '@mcp/client'; await new MCPClient(${options}).connect().catch((error) => console.log(error.message));`;
    const { output } = await run('env', [`NODE_EXTRA_CA_CERTS=${itself.certificate}`, process.execPath, '--input-type=module', '-e', program], EXAMPLES);
    expect(output).toBe("the server's certificate is refused: self-signed certificate\n");
  });

  test('is used when its certificate is the caFile', async () => {
    const client = new MCPClient({ url: server.url, apiKey: server.key, caFile: itself.certificate });
    await client.connect();
    expect(await client.callTool('debug/echo', { a: 'ä' })).toEqual({ a: 'ä' });
    await client.close();
  });
});
