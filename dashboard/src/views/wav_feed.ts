/** Sends a file as it would be played: a tenth of a second every tenth of a second. */

import type { AudioStream } from '@mcp/client';

import type { Scope } from '../core/scope.ts';
import type { Wav } from '../core/wav.ts';

const PIECE_S = 0.1;

/** Ends with the file or the scope. Waits by the clock, so that slow pieces do not add up. */
export async function feedFile(wav: Wav, stream: AudioStream, scope: Scope): Promise<void> {
  const piece = Math.max(1, Math.round(wav.sampleRate * PIECE_S)) * wav.block;
  const started = performance.now();
  for (let at = 0; at < wav.data.length && !scope.isOver; at += piece) {
    await stream.send(wav.data.subarray(at, at + piece));
    const due = started + ((at + piece) / wav.block / wav.sampleRate) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
}
