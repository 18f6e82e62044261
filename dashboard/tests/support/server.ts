/** The real server with the built page, started for a test file: the command in PATCHBAY_SERVER, or the built host of this repository. */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { keepEvidence } from '../../../clients/javascript/tests/support/evidence.ts';
import { bounded } from './waiting.ts';

const BUILT = fileURLToPath(new URL('../../../src/Patchbay.Host/bin/Release/net10.0/Patchbay.Host.dll', import.meta.url));
/** The built host of this repository, which has the operator's commands too; null when it is not built. */
export const HOST: string | null = existsSync(BUILT) ? BUILT : null;
export const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** How the server is started, or null when there is none to start. */
export const SERVER_COMMAND: string | null = process.env['PATCHBAY_SERVER'] ?? (HOST === null ? null : `dotnet "${HOST}"`);

/** A running server; `close` ends it and removes its data. */
export class Server {
  /** Set anew, it is the key from the next start on. */
  key = 'test-key-0123456789abcdef';
  /** `http://127.0.0.1:port`. */
  origin = '';
  readonly data = mkdtempSync(join(tmpdir(), 'patchbay-page-'));
  private readonly output: string[] = [];
  private process: ChildProcess | null = null;

  private constructor(
    private readonly settings: Record<string, string>,
    private readonly webRoot: string,
  ) {}

  static async start(settings: Record<string, string> = {}, webRoot = DIST): Promise<Server> {
    const server = new Server(settings, webRoot);
    await server.begin();
    return server;
  }

  get url(): string {
    return `${this.origin.replace('http', 'ws')}/api/mcp/ws`;
  }

  get pid(): number {
    return this.process!.pid!;
  }

  /** Starts it; again on the port it had. */
  async begin(): Promise<void> {
    const env = {
      ...process.env,
      PATCHBAY_API_KEY: this.key,
      Patchbay__DebugTools: 'true',
      Patchbay__DataDirectory: this.data,
      Patchbay__RateLimit__MessagesPerMinute: '100000',
      ...this.settings,
    };
    const address = this.origin === '' ? 'http://127.0.0.1:0' : this.origin;
    // a group of its own, so that what the command starts ends with it
    const child = spawn('/bin/sh', ['-c', `exec ${SERVER_COMMAND} --urls ${address} --webroot "${this.webRoot}"`], { env, cwd: this.data, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    this.process = child;
    const listening = new Promise<string>((resolve, reject) => {
      createInterface(child.stdout!).on('line', (line) => {
        this.output.push(line);
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
        if (found !== null) resolve(found[0]);
      });
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    this.origin = await bounded(listening, 'the server listens');
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.process;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    process.kill(-child.pid!, 'SIGKILL');
    await bounded(ended, 'the server ends');
    this.process = null;
  }

  async close(): Promise<void> {
    await this.kill();
    keepEvidence('dashboard', this.data, this.output);
    rmSync(this.data, { recursive: true, force: true });
  }
}
