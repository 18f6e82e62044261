/** The real server, started for a test file: the command in PATCHBAY_SERVER, or the built host of this repository. */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { keepEvidence } from './evidence.ts';
import { bounded } from './waiting.ts';

const HOST = fileURLToPath(new URL('../../../../src/Patchbay.Host/bin/Release/net10.0/Patchbay.Host.dll', import.meta.url));

/** How the server is started, or null when there is none to start. */
export const SERVER_COMMAND: string | null = process.env['PATCHBAY_SERVER'] ?? (existsSync(HOST) ? `dotnet "${HOST}"` : null);

/** A running server; `close` ends it and removes its data. */
export class Server {
  readonly key = 'test-key-0123456789abcdef';

  private constructor(
    private readonly process: ChildProcess,
    /** The data directory. */
    readonly data: string,
    private readonly output: readonly string[],
    /** `http://127.0.0.1:port`, or https. */
    readonly origin: string,
  ) {}

  get url(): string {
    return `${this.origin.replace('http', 'ws')}/api/mcp/ws`;
  }

  /** `settings` are variables of its environment. */
  static async start(settings: Record<string, string> = {}, scheme: 'http' | 'https' = 'http'): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), 'patchbay-'));
    const env = {
      ...process.env,
      PATCHBAY_API_KEY: 'test-key-0123456789abcdef',
      Patchbay__DebugTools: 'true',
      Patchbay__DataDirectory: data,
      Patchbay__RateLimit__MessagesPerMinute: '100000',
      ...settings,
    };
    // a group of its own, so that what the command starts ends with it
    const child = spawn('/bin/sh', ['-c', `exec ${SERVER_COMMAND} --urls ${scheme}://127.0.0.1:0`], { env, cwd: data, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout!);
    const output: string[] = [];
    lines.on('line', (line) => output.push(line));
    const listening = new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => {
        const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(line);
        if (found !== null) resolve(found[0]);
      });
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    return new Server(child, data, output, await bounded(listening, 'the server listens'));
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.on('exit', resolve));
    if (this.process.exitCode === null) {
      process.kill(-this.process.pid!, 'SIGKILL');
      await bounded(ended, 'the server ends');
    }
    keepEvidence('javascript', this.data, this.output);
    rmSync(this.data, { recursive: true, force: true });
  }
}
