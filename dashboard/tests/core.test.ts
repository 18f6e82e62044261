/** What the page reckons with, without a page. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { END, START } from '../src/core/flow/graph.ts';
import { layout } from '../src/core/flow/layout.ts';
import { bytes, level, milliseconds, number, percent, seconds, UNKNOWN } from '../src/core/format.ts';
import { paceMs, Poller } from '../src/core/pace.ts';
import { fieldsOf, looseValue } from '../src/core/schema.ts';
import { History, Trail } from '../src/core/series.ts';
import { readWav } from '../src/core/wav.ts';
import { sineWav } from './support/sine.ts';

describe('Figures', () => {
  test('are told as people read them, and a dash when they cannot be known', () => {
    expect([bytes(0), bytes(1023), bytes(1024), bytes(1536), bytes(3 * 1024 ** 3), bytes(null)]).toEqual(['0 B', '1023 B', '1.00 KiB', '1.50 KiB', '3.00 GiB', UNKNOWN]);
    expect([seconds(0.25), seconds(59), seconds(200), seconds(7500), seconds(273_600), seconds(null)]).toEqual(['250 ms', '59 s', '3 min 20 s', '2 h 5 min', '3 d 4 h', UNKNOWN]);
    expect([percent(0), percent(12.34), percent(100), percent(null)]).toEqual(['0 %', '12.3 %', '100 %', UNKNOWN]);
    expect([milliseconds(1.234), milliseconds(61_000), number(1234.5), number(Number.NaN)]).toEqual(['1.23 ms', '1 min 1 s', '1,235', UNKNOWN]);
    expect([level(-23.04, 'LUFS'), level(null, 'LUFS')]).toEqual(['-23.0 LUFS', '-∞ LUFS']);
  });
});

describe('A history', () => {
  const piece = (t0: number, values: (number | null)[], step_s = 1) => ({ t0, step_s, series: { a: values } });

  test('is continued where a piece lies over its end', () => {
    const history = new History();
    history.add(piece(100, [1, 2, 3]), 60);
    history.add(piece(102, [3, 4, 5]), 60);
    expect(history.times).toEqual([100, 101, 102, 103, 104]);
    expect(history.column('a')).toEqual([1, 2, 3, 4, 5]);
  });

  test('keeps a figure that a later piece does not know', () => {
    const history = new History();
    history.add(piece(100, [1, 2]), 60);
    history.add(piece(101, [null, 3]), 60);
    expect(history.column('a')).toEqual([1, 2, 3]);
  });

  test('forgets what is older than it keeps', () => {
    const history = new History();
    history.add(piece(0, Array.from({ length: 60 }, (_, index) => index)), 10);
    expect(history.times).toEqual(Array.from({ length: 10 }, (_, index) => 50 + index));
    expect(history.column('a')[0]).toBe(50);
  });

  test('begins anew after a hole, a step back or another step', () => {
    for (const [t0, step] of [[200, 1], [50, 1], [101, 10]] as const) {
      const history = new History();
      history.add(piece(100, [1, 2, 3]), 600);
      history.add(piece(t0, [7, 8], step), 600);
      expect(history.column('a')).toEqual([7, 8]);
      expect(history.stepSeconds).toBe(step);
    }
  });

  test('knows times that are texts, and gives nulls for a series that never came', () => {
    const history = new History();
    history.add({ t0: '1970-01-01T00:01:00Z', step_s: 1, series: { a: [1] } }, 60);
    expect([history.times, history.column('b')]).toEqual([[60], [null]]);
  });

  test('a trail loses its oldest row when it is full', () => {
    const trail = new Trail(['a'], 2);
    for (const value of [1, 2, 3]) trail.push(value, { a: value * 10 });
    expect([trail.times, trail.column('a')]).toEqual([[2, 3], [20, 30]]);
  });
});

describe('The pace', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('leaves four tenths of the limit when ten pages share a key', () => {
    for (const limit of [100, 150, 500]) expect(10 * (60_000 / paceMs(limit))).toBeLessThanOrEqual(limit * 0.6 + 1e-9);
    expect(paceMs(100)).toBe(10_000);
    expect([paceMs(1_000_000), paceMs(1)]).toEqual([2_000, 60_000]);
  });

  test('waits for an answer before it asks again, and longer after a failure', async () => {
    const asked: number[] = [];
    const poller = new Poller(
      async () => {
        asked.push(Date.now());
        if (asked.length === 2) throw new Error('refused');
      },
      () => 1000,
      () => true,
    );
    const start = Date.now();
    poller.now();
    await vi.advanceTimersByTimeAsync(4_500);
    expect(asked.map((time) => time - start)).toEqual([0, 1000, 3000, 4000]);
    poller.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.length).toBe(4);
  });

  test('asks nothing while nobody looks', async () => {
    let isOpen = false;
    let asked = 0;
    const poller = new Poller(async () => void asked++, () => 1000, () => isOpen);
    poller.now();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(0);
    isOpen = true;
    poller.now();
    await vi.advanceTimersByTimeAsync(500);
    isOpen = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(1);
  });
});

describe('A schema', () => {
  test('becomes fields of its types', () => {
    const fields = fieldsOf({
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 9, pattern: '^a' },
        age: { type: ['integer', 'null'], minimum: 0, maximum: 150, default: null },
        ratio: { type: ['integer', 'number'], default: 0.5 },
        isOn: { type: 'boolean', default: true },
        level: { enum: ['low', 'high', null] },
        parts: { type: 'array', items: { enum: ['a', 'b'] } },
        lines: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 },
        inner: { type: 'object', properties: { x: { type: 'number' } } },
        when: { type: ['string', 'integer'] },
        any: {},
        either: { anyOf: [{ type: 'string' }] },
        map: { type: 'object' },
      },
    })!;
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ['name', 'text', true],
      ['age', 'number', false],
      ['ratio', 'number', false],
      ['isOn', 'boolean', false],
      ['level', 'choice', false],
      ['parts', 'choices', false],
      ['lines', 'list', false],
      ['inner', 'group', false],
      ['when', 'loose', false],
      ['any', 'json', false],
      ['either', 'json', false],
      ['map', 'json', false],
    ]);
    expect(fields[0]).toMatchObject({ minLength: 1, maxLength: 9, pattern: '^a' });
    expect(fields[1]).toMatchObject({ isInteger: true, min: 0, max: 150, initial: undefined });
    expect(fields[2]).toMatchObject({ isInteger: false, initial: 0.5 });
    expect(fields[4]).toMatchObject({ options: ['low', 'high'] });
    expect(fields[6]).toMatchObject({ minItems: 1, maxItems: 3, item: { kind: 'text' } });
  });

  test('without properties is JSON when it is open, and nothing when it is closed', () => {
    expect(fieldsOf({ type: 'object' })).toBeNull();
    expect(fieldsOf({ type: 'object', additionalProperties: false })).toEqual([]);
  });

  test('a loose field is the text that was typed, unless it reads as another of its types', () => {
    const types = ['string', 'object', 'integer'];
    expect(['1h', '{"from":1}', '12', '1.5', '[1]', '{"a"', 'true', '"x"'].map((typed) => looseValue(typed, types))).toEqual(['1h', { from: 1 }, 12, '1.5', '[1]', '{"a"', 'true', 'x']);
  });
});

describe('A WAVE file', () => {
  const buffer = (bytesOf: Buffer): ArrayBuffer => bytesOf.buffer.slice(bytesOf.byteOffset, bytesOf.byteOffset + bytesOf.length) as ArrayBuffer;

  test('gives its format and its sound', () => {
    const file = sineWav(1000, -6, 0.5, 16_000, 2);
    const wav = readWav(buffer(file));
    expect(wav).toMatchObject({ codec: 's16le', sampleRate: 16_000, channels: 2, block: 4 });
    expect(Buffer.from(wav.data).equals(file.subarray(44))).toBe(true);
  });

  test('is read over other chunks, with the extensible format, and when its size was never written', () => {
    const file = sineWav(1000, -6, 0.1, 8_000, 1);
    const other = Buffer.concat([file.subarray(0, 12), Buffer.from('LIST\x03\0\0\0abc\0', 'latin1'), file.subarray(12)]);
    expect(readWav(buffer(other)).data.length).toBe(1600);
    const extensible = Buffer.concat([file.subarray(0, 36), Buffer.alloc(24), file.subarray(36)]);
    extensible.writeUInt32LE(40, 16);
    extensible.writeUInt16LE(0xfffe, 20);
    extensible.writeUInt16LE(1, 44);
    expect(readWav(buffer(extensible))).toMatchObject({ codec: 's16le' });
    const streamed = Buffer.from(file);
    streamed.writeUInt32LE(0xffffffff, 40);
    expect(readWav(buffer(streamed)).data.length).toBe(1600);
  });

  test('that is none says so', () => {
    const file = sineWav(1000, -6, 0.1, 8_000, 1);
    const eight = Buffer.from(file);
    eight.writeUInt16LE(8, 34);
    expect(() => readWav(buffer(eight))).toThrow('8 bits');
    expect(() => readWav(buffer(file.subarray(0, 36)))).toThrow('no sound');
    expect(() => readWav(buffer(file.subarray(0, 24)))).toThrow('cut off');
    expect(() => readWav(new ArrayBuffer(3))).toThrow('not a WAVE file');
  });
});

describe('A graph', () => {
  const edge = (from: string, to: string, count = 1) => ({ from, to, count, median_s: 1, p95_s: 2 });

  test('goes down from its start to its end, and draws every edge', () => {
    const edges = [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd'), edge('d', 'a'), edge('b', 'b')];
    const { nodes, paths, width, height } = layout(edges, { a: 1 }, { d: 1 });
    const y = (id: string): number => nodes.find((node) => node.id === id)!.y;
    expect([START, 'a', 'b', 'd', END].map(y)).toEqual([START, 'a', 'b', 'd', END].map(y).toSorted((one, other) => one - other));
    expect(y('c')).toBe(y('b'));
    expect(paths.length).toBe(edges.length + 2);
    for (const node of nodes) {
      expect(node.x).toBeGreaterThanOrEqual(0);
      expect(node.x + node.width).toBeLessThanOrEqual(width);
      expect(node.y + node.height).toBeLessThanOrEqual(height);
    }
  });

  test('leads a long edge past the steps between', () => {
    const edges = [edge('a', 'b'), edge('b', 'c'), edge('c', 'd'), edge('a', 'd')];
    const { nodes, paths } = layout(edges, { a: 1 }, { d: 1 });
    const { path } = paths.find((one) => one.edge.from === 'a' && one.edge.to === 'd')!;
    // Where it goes straight down, it is beside what stands in that row.
    const straights = [...path.matchAll(/ (-?[\d.]+) (-?[\d.]+) V(-?[\d.]+)/g)].map(([, x, top, bottom]) => ({ x: Number(x), top: Number(top), bottom: Number(bottom) }));
    expect(straights.length).toBe(2);
    for (const { x, top, bottom } of straights) {
      const beside = nodes.filter((node) => node.y < bottom && node.y + node.height > top);
      expect(beside.length).toBe(1);
      expect(x <= beside[0]!.x || x >= beside[0]!.x + beside[0]!.width).toBe(true);
    }
  });

  test('has no two steps in one place, however the edges go round', () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const edges = names.flatMap((from, index) => [edge(from, names[(index + 1) % 12]!, 5), edge(from, names[(index * 5 + 2) % 12]!, 2)]);
    const { nodes } = layout(edges, { s0: 5 }, { s7: 5 });
    expect(nodes.length).toBe(14);
    for (const one of nodes) {
      for (const other of nodes) {
        if (one === other) continue;
        const isApart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect([one.id, other.id, isApart]).toEqual([one.id, other.id, true]);
      }
    }
  });

  test('without a step is a start and an end', () => {
    expect(layout([], {}, {}).nodes.map(({ id }) => id).toSorted()).toEqual([END, START].toSorted());
  });
});

test('Nothing of the page turns text into markup', () => {
  const root = fileURLToPath(new URL('../src', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((name) => /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/.test(readFileSync(join(root, name), 'utf8')))).toEqual([]);
});
