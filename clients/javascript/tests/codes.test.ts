import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import * as browser from '../src/browser.ts';
import { CLOSE_CODES, ERROR_CODES } from '../src/core/codes.ts';
import { makeError } from '../src/core/errors.ts';
import { checkOptions } from '../src/core/options.ts';
import * as node from '../src/node.ts';

const ROOT = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const ERRORS = '../../src/Patchbay.Protocol/Errors/';

describe('The tables', () => {
  test("The error codes are the server's", () => {
    const rows = read(`${ERRORS}ErrorCodes.cs`).matchAll(/new\("([A-Z_]+)", "(\w+)", (true|false), /g);
    const told = Array.from(rows, ([, code, group, retryable]) => [code, { group, retryable: retryable === 'true' }]);
    expect(told.length).toBeGreaterThan(0);
    expect(Object.fromEntries(ERROR_CODES)).toEqual(Object.fromEntries(told));
  });

  test("The close codes and their reconnecting are the server's", () => {
    const names: Record<string, string> = { AsYouLike: 'as you like', No: 'no', WithBackoff: 'with backoff', AfterDelay: 'after the named delay' };
    const rows = [...read(`${ERRORS}CloseCodes.cs`).matchAll(/new\((\d{4}), "[^"]*", (?:null|ErrorCodes\.(\w+)), Reconnect\.(\w+)\)/g)];
    expect(Object.fromEntries(Array.from(CLOSE_CODES, ([code, [, rule]]) => [code, rule]))).toEqual(
      Object.fromEntries(rows.map(([, code, , rule]) => [code, names[rule!]])),
    );
    for (const [, code, error] of rows) {
      if (error !== undefined) expect(CLOSE_CODES.get(Number(code))![0].replaceAll('_', '').toLowerCase()).toBe(error.toLowerCase());
    }
  });

  test('Every code has a class of its group, whose name it tells', () => {
    const families = { protocol: node.ProtocolError, request: node.RequestError, execution: node.ExecutionError, security: node.SecurityError, connection: node.ConnectionError };
    for (const [code, row] of ERROR_CODES) {
      const error = makeError(code, 'text');
      expect(error).toBeInstanceOf(families[row.group]);
      expect(error.retryable).toBe(row.retryable);
      expect(error.name).toBe(error.constructor.name);
    }
    expect(makeError('FROM_THE_FUTURE', 'x').constructor).toBe(node.MCPError);
    expect(String(makeError('NOT_FOUND', 'no stream'))).toBe('NotFoundError NOT_FOUND: no stream');
  });

  test('What the server says about retrying goes before the table', () => {
    expect(makeError('CONNECTION_LOST', 'replaced', { retryable: false }).retryable).toBe(false);
    expect(makeError('FROM_THE_FUTURE', 'x', { retryable: true, retry_after_ms: 1500 })).toMatchObject({ retryable: true, retryAfterMs: 1500 });
    expect(makeError('RATE_LIMIT_EXCEEDED', 'x', { retry_after_ms: '7' }).retryAfterMs).toBeNull();
  });
});

describe('The options', () => {
  const LIMITS: Record<string, [number, number]> = {
    connectTimeoutMs: [100, 300_000], closeTimeoutMs: [50, 60_000], requestTimeoutMs: [1, 300_000], heartbeatIntervalMs: [50, 300_000],
    reconnectInitialDelayMs: [1, 30_000], reconnectMaxDelayMs: [500, 3_600_000], reconnectMaxAttempts: [1, 1_000_000], retryMaxAttempts: [0, 100],
    retryInitialDelayMs: [1, 10_000], retryMaxDelayMs: [250, 300_000], retryMaxWaitMs: [0, 3_600_000], retryBudget: [0, 1_000_000],
    maxPending: [1, 1_000_000], maxMessageBytes: [1024, 1_073_741_824], streamBuffer: [1, 1_000_000], slowCallMs: [1, 300_000],
  };
  const made = (option: object): object => checkOptions({ url: 'ws://127.0.0.1/', apiKey: 'key', ...option });

  test.each(Object.entries(LIMITS))('%s is taken at its ends and refused one beyond, by name', (name, [low, high]) => {
    expect(made({ [name]: low })).toMatchObject({ [name]: low });
    expect(made({ [name]: high })).toMatchObject({ [name]: high });
    for (const value of [low - 1, high + 1, Number.NaN, '5']) expect(() => made({ [name]: value })).toThrow(new RegExp(`^${name}|${name}$`));
  });

  test.each([
    ['url', 'http://x/'], ['url', 'ws://user:pw@x/'], ['url', 'ws://x/#y'], ['url', 'x'], ['apiKey', ''], ['apiKey', 'a b'], ['apiKey', 'schlüssel'],
    ['ticket', 'with a key as well'], ['clientName', ''], ['clientVersion', 'x'.repeat(129)], ['diagnosticsLevel', 'loud'], ['retry', 'yes'], ['maxPending', 1.5], ['retries', 3],
  ])('%s cannot be %j', (name, value) => {
    expect(() => made({ [name]: value })).toThrow(RangeError);
    expect(() => new node.MCPClientPool({ url: 'ws://127.0.0.1/', apiKey: 'key', [name]: value })).toThrow(RangeError);
  });

  test('A key or a ticket is required', () => {
    expect(() => new node.MCPClient({ url: 'ws://127.0.0.1/' })).toThrow('apiKey (or ticket) is required');
  });

  test('A pool has 1 to 64 connections', () => {
    for (const size of [0, 65, 1.5]) expect(() => new node.MCPClientPool({ url: 'ws://127.0.0.1/', apiKey: 'key', size })).toThrow('size must be 1 to 64');
  });

  test('The README lists every option with its default', () => {
    const settings = checkOptions({ url: 'ws://127.0.0.1/', apiKey: 'key' });
    const options = /## Options\n([^]*?)\nOf a call/.exec(read('README.md'))![1]!;
    const rows = new Map(Array.from(options.matchAll(/^\| `(\w+)`[^|]*\| ([^|]+?) \|/gm), ([, name, told]) => [name!, told!]));
    for (const [name, value] of Object.entries(settings)) {
      if (['url', 'apiKey', 'ticket', 'clientVersion'].includes(name)) continue;
      const shown = typeof value === 'number' ? value.toLocaleString('en-US') : `\`${JSON.stringify(value)}\``;
      expect(rows.get(name), name).toMatch(new RegExp(`^${shown.replace(/[`"@/]/g, '.')}`));
    }
    expect([...rows.keys()].sort()).toEqual([...Object.keys(settings), 'caFile', 'size'].sort());
  });
});

describe('The package', () => {
  test('Both builds export the same names', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });

  test('Files are short, and what a user meets is documented', () => {
    const files = readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    for (const name of files) {
      const text = read(`src/${name}`);
      expect(text.split('\n').length, name).toBeLessThanOrEqual(400);
      const lines = text.split('\n');
      for (const [index, line] of lines.entries()) {
        if (!/^export (class|interface|type|function|const|async function) \w/.test(line) || name.startsWith('core/') || /^(node|browser)\//.test(name)) continue;
        expect(lines[index - 1], `${name}: ${line}`).toMatch(/\*\/$/);
      }
    }
  });
});
