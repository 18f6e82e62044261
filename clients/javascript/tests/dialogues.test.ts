import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { DialogueRunner, type Dialogue } from './support/dialogue_runner.ts';
import { ManualTime } from './support/manual_time.ts';
import { MemoryPeer } from './support/memory_peer.ts';
import type { Message, Peer } from './support/peer.ts';
import { SocketPeer } from './support/socket_peer.ts';

const FOLDER = new URL('../../../conformance/dialogues/', import.meta.url);
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as T;
const OPENINGS = read<Record<string, Message[]>>('openings.json');
const DIALOGUES = readdirSync(FOLDER)
  .filter((name) => /^\d.*\.json$/.test(name))
  .sort()
  .map((name) => [name, read<Dialogue>(name)] as const)
  .filter(([, dialogue]) => dialogue.for.includes('client'));

const PEERS: readonly [string, (time: ManualTime) => Promise<Peer>][] = [
  ['in memory', async (time) => new MemoryPeer(time)],
  ['over a socket', (time) => SocketPeer.listen(time)],
];

test('There are dialogues for clients', () => {
  expect(DIALOGUES.length).toBeGreaterThanOrEqual(40);
});

describe.each(PEERS)('The client plays its part %s', (_, listen) => {
  test.each(DIALOGUES)('%s', async (_name, dialogue) => {
    const time = new ManualTime();
    const peer = await listen(time);
    try {
      await new DialogueRunner(dialogue, OPENINGS, peer, time).play();
      expect(time.pending).toBe(0);
    } finally {
      await peer.close();
    }
  });
});
