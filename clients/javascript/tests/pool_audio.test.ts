import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { AudioData, AudioFormat } from '../src/node.ts';
import { ConnectionLostError, InvalidApiKeyError } from '../src/node.ts';
import { BaseClient } from '../src/shell/client.ts';
import { BasePool, type PoolOptions } from '../src/shell/pool.ts';
import { ManualTime } from './support/manual_time.ts';
import { MemoryPeer } from './support/memory_peer.ts';
import type { Attempt, Connection, Message } from './support/peer.ts';
import { clientOf, echo, Served, type Serve } from './support/served.ts';
import { bounded, settle } from './support/waiting.ts';

let time: ManualTime;
let peer: MemoryPeer;
beforeEach(() => {
  time = new ManualTime();
  peer = new MemoryPeer(time);
});
afterEach(() => {
  expect({ timers: time.pending, sockets: peer.open }).toEqual({ timers: 0, sockets: 0 });
});

const poolOf = (options: Partial<PoolOptions> = {}): BasePool<BaseClient> =>
  new BasePool({ url: peer.url, apiKey: 'k', reconnectInitialDelayMs: 1, reconnectMaxDelayMs: 2, ...options }, peer.platform, (each) => new BaseClient(each, peer.platform));

/** Lets it in, without a session to resume. */
async function admit(attempt: Attempt): Promise<Connection> {
  const connection = await attempt.accept();
  connection.message('event', { event_type: 'welcome', data: { protocol_versions: ['2.0'] } });
  connection.answer((await connection.next())!, { session_id: 's' });
  return connection;
}

describe('A pool', () => {
  test('gives a call to the connection with the fewest open requests', async () => {
    const held: [Connection, Message][] = [];
    const served = new Served(peer, (connection, message) => void held.push([connection, message]));
    await using pool = poolOf({ size: 3 });
    await pool.connect();
    const calls = Array.from({ length: 6 }, (_, n) => pool.callTool('t', { n }));
    await settle();
    expect(served.connections.map((connection) => held.filter(([one]) => one === connection).length)).toEqual([2, 2, 2]);
    expect(pool.getDiagnostics()).toMatchObject({ active_connections: 3, clients: [{}, {}, {}] });
    for (const [connection, message] of held) echo(connection, message);
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 6 }, (_, n) => ({ n })));
  });

  test('replaces a client that ended by what may pass, and leaves out one that ended by what will not', async () => {
    const served = new Served(peer);
    await using pool = poolOf({ size: 2 });
    await pool.connect();
    const old = pool.clients;
    served.connections[0]!.close(1009); // MESSAGE_TOO_LARGE: repeated neither by the client nor by the pool
    await settle();
    time.advance(1000);
    await settle();
    expect(pool.clients).toEqual([old[1]]);
    served.connections[1]!.close(4409); // CONNECTION_LOST: the client ends, the pool makes a new one
    await settle();
    expect(pool.clients).toEqual([]);
    time.advance(10);
    await settle();
    expect(pool.clients).toHaveLength(1);
    expect(old).not.toContain(pool.clients[0]);
    expect(await pool.callTool('debug/echo', { x: 1 })).toEqual({ x: 1 });
    expect((await pool.callTools([{ name: 'debug/echo', arguments: { x: 2 } }]))[0]).toEqual({ x: 2 });
  });

  test('fails calls with the reason when the last client is out', async () => {
    const served = new Served(peer);
    await using pool = poolOf({ size: 2 });
    await pool.connect();
    for (const connection of served.connections) connection.close(4401);
    await settle();
    await expect(pool.callTool('t')).rejects.toBeInstanceOf(InvalidApiKeyError);
  });

  test('goes on trying to replace a client, until it is closed', async () => {
    const pool = poolOf({ size: 1 });
    const connecting = pool.connect();
    const connection = await admit(await peer.attempt());
    await connecting;
    connection.close(4409); // and nobody is let in any more
    await settle();
    time.advance(10);
    await settle();
    expect(peer.tried).toBe(2);
    time.advance(10_000); // the connect timeout
    await settle();
    time.advance(10);
    await settle();
    expect(peer.tried).toBe(3);
    await bounded(pool.close(), 'it closes while it tries');
    await expect(pool.callTool('t')).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  test('that cannot connect all closes those that did', async () => {
    const pool = poolOf({ size: 2 });
    const connecting = pool.connect();
    const [first, second] = [await peer.attempt(), await peer.attempt()];
    second.refuse(401);
    await admit(first);
    await expect(connecting).rejects.toBeInstanceOf(InvalidApiKeyError);
    expect(pool.clients).toEqual([]);
    await expect(pool.callTool('t')).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });
});

const opened: Serve = (connection, message) => {
  const isOpen = message['params']['name'] === 'audio/open';
  connection.answer(message, isOpen ? { stream_id: 'au-1', stream_no: 7 } : { frames: 'all' }, true);
};

describe('Audio', () => {
  const pcm = Int16Array.from({ length: 640 }, (_, n) => n * 50); // two frames of 20 ms at 16 kHz
  const bytes = new Uint8Array(pcm.buffer);
  const format: AudioFormat = { codec: 's16le', sampleRate: 16_000, channels: 1, label: 'mic' };

  async function* pieces(): AsyncGenerator<AudioData> {
    for (let at = 0; at < bytes.length; at += 300) yield bytes.slice(at, at + 300);
  }

  test.each<[string, () => Iterable<AudioData> | AsyncIterable<AudioData>]>([
    ['an iterable', () => [pcm.subarray(0, 333), pcm.subarray(333)]],
    ['an async iterable', pieces],
    ['a buffer', () => [bytes.buffer]],
  ])('from %s becomes frames and a report', async (_, source) => {
    const served = new Served(peer, opened);
    await using client = clientOf(peer);
    await client.connect();
    expect(await client.streamAudio(source(), format)).toEqual({ frames: 'all' });
    expect(served.requests.slice(1).map((message): unknown => message['params']['arguments'])).toEqual([
      { codec: 's16le', sample_rate: 16_000, channels: 1, frame_ms: 20, label: 'mic' },
      { stream_id: 'au-1' },
    ]);
    const frames = [await served.last.binary.get(), await served.last.binary.get()];
    expect(served.last.binary.length).toBe(0);
    const heads = frames.map((frame) => Buffer.from(frame).subarray(0, 16).toString('hex'));
    // version 1, flags, stream 7, sequence, and 320 samples in the first frame: 0x140, little-endian
    expect(heads).toEqual(['01000700000000000000000000000000', '01010700010000004001000000000000']);
    expect(Buffer.concat(frames.map((frame) => frame.subarray(16)))).toEqual(Buffer.from(bytes));
  });

  test('is told when its session is lost', async () => {
    const served = new Served(peer, opened);
    await using client = clientOf(peer);
    await client.connect();
    const stream = await client.openAudio({ codec: 'mulaw', sampleRate: 8000, channels: 1 });
    await stream.send(new Uint8Array(320));
    served.last.cut();
    await settle();
    const failed = stream.send(new Uint8Array(160)).catch((reason: unknown) => reason); // waits for the session, which is not resumed
    await settle();
    time.advance(10);
    await settle();
    const error = await bounded(failed, 'it fails');
    expect(error).toBeInstanceOf(ConnectionLostError);
    expect(error).toMatchObject({ details: { stream_id: 'au-1', reason: 'expired' } });
    await expect(stream.close()).rejects.toBe(error);
    expect(client.driver.onSessionLost.size).toBe(0);
  });

  test('that ends within a sample, or has frames too large, is refused by name', async () => {
    void new Served(peer, opened);
    await using client = clientOf(peer);
    await client.connect();
    await expect(client.streamAudio([new Uint8Array(641)], format)).rejects.toThrow('1 bytes are left over');
    await expect(client.openAudio({ codec: 'f32le', sampleRate: 192_000, channels: 8, frameMs: 200 })).rejects.toThrow('at most 65536');
  });

  test('closes once, and tells its report again', async () => {
    const served = new Served(peer, opened);
    await using client = clientOf(peer);
    await client.connect();
    const stream = await client.openAudio({ codec: 'opus', sampleRate: 16_000, channels: 2 });
    await stream.send(new Uint8Array([1, 2, 3]));
    await stream.send(new Uint8Array([4]));
    expect(await stream.analyze(['quality'])).toEqual({ frames: 'all' });
    expect(await stream.close()).toEqual({ frames: 'all' });
    expect(await stream.close()).toEqual({ frames: 'all' });
    expect(served.methods).toHaveLength(4);
    const frames = [await served.last.binary.get(), await served.last.binary.get()];
    expect(frames.map((frame) => [...frame.subarray(16)])).toEqual([[1, 2, 3], [4]]);
    expect(Number(new DataView(frames[1]!.buffer).getBigUint64(8, true))).toBe(960); // 20 ms at 48 kHz, opus' own clock
  });
});
