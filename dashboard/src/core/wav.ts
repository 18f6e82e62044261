/** WAVE files, as far as the server takes their sound: PCM of 16 and 24 bits, 32-bit floats, µ-law and A-law. */

import type { AudioCodec } from '@mcp/client';

export interface Wav {
  readonly codec: AudioCodec;
  readonly sampleRate: number;
  readonly channels: number;
  /** Bytes of one sample of all channels. */
  readonly block: number;
  readonly data: Uint8Array;
}

/** Format tag and bits of a sample, to the codec's name. */
const CODECS: Readonly<Record<string, AudioCodec>> = { '1/16': 's16le', '1/24': 's24le', '3/32': 'f32le', '6/8': 'alaw', '7/8': 'mulaw' };
/** WAVE_FORMAT_EXTENSIBLE: the tag stands in the first two bytes of the sub-format, 24 bytes into the chunk. */
const EXTENSIBLE = 0xfffe;

/** Reads a file. Throws an Error that says what is wrong with it. */
export function readWav(file: ArrayBuffer): Wav {
  const view = new DataView(file);
  if (file.byteLength < 12 || name(view, 0) !== 'RIFF' || name(view, 8) !== 'WAVE') throw new Error('This is not a WAVE file.');
  let format: Omit<Wav, 'data'> | null = null;
  for (let at = 12; at + 8 <= file.byteLength; ) {
    const id = name(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === 'fmt ') format = readFormat(view, body, size);
    if (id === 'data') {
      if (format === null) throw new Error('The file has no format before its sound.');
      // A recorder that was cut off leaves a size of 0 or of all ones: the sound goes to the end of the file.
      const end = size === 0 || body + size > file.byteLength ? file.byteLength : body + size;
      return { ...format, data: new Uint8Array(file, body, Math.floor((end - body) / format.block) * format.block) };
    }
    at = body + size + (size % 2);
  }
  throw new Error('The file has no sound in it.');
}

function readFormat(view: DataView, at: number, size: number): Omit<Wav, 'data'> {
  if (size < 16 || at + size > view.byteLength) throw new Error('The format of the file is cut off.');
  const tag = view.getUint16(at, true);
  const bits = view.getUint16(at + 14, true);
  const actual = tag === EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : tag;
  const codec = CODECS[`${actual}/${bits}`];
  if (codec === undefined) throw new Error(`Sound of ${bits} bits with format ${actual} is not taken here; 16 or 24 bits, 32-bit floats, µ-law and A-law are.`);
  const channels = view.getUint16(at + 2, true);
  return { codec, channels, sampleRate: view.getUint32(at + 4, true), block: (channels * bits) / 8 };
}

function name(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
