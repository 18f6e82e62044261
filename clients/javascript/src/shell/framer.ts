/** Audio frames: PCM (or packets) in, binary messages of protocol section 10 out. */

/** The codecs of `audio/open`. */
export type AudioCodec = 's16le' | 's24le' | 'f32le' | 'mulaw' | 'alaw' | 'opus';

/** PCM as bytes, or as a typed array in the machine's byte order (little-endian everywhere that matters). */
export type AudioData = ArrayBuffer | ArrayBufferView;

/** What an audio stream carries. */
export interface AudioFormat {
  readonly codec: AudioCodec;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Milliseconds of audio in one message; default 20. */
  readonly frameMs?: number | undefined;
  /** Shown in `audio/list`. */
  readonly label?: string | undefined;
}

/** Bytes of one sample of one channel; opus has packets instead. */
const SAMPLE_BYTES: Readonly<Record<AudioCodec, number>> = { s16le: 2, s24le: 3, f32le: 4, mulaw: 1, alaw: 1, opus: 0 };
/** Opus counts its time at 48 kHz, whatever the rate it is decoded to (RFC 7587 section 4.1). */
const OPUS_CLOCK = 48_000;
const HEADER_BYTES = 16;
const VERSION = 1;
const END = 1;
const MAX_PAYLOAD = 65_536;
/** Milliseconds of audio in one frame. */
export const DEFAULT_FRAME_MS = 20;

/** One binary message: 16 bytes of header, little-endian, and the payload. The sequence wraps at 2^32. */
export function frame(streamNo: number, sequence: number, captureTs: number, payload: Uint8Array, end: boolean): Uint8Array {
  const message = new Uint8Array(HEADER_BYTES + payload.length);
  const header = new DataView(message.buffer);
  header.setUint8(0, VERSION);
  header.setUint8(1, end ? END : 0);
  header.setUint16(2, streamNo, true);
  header.setUint32(4, sequence, true);
  header.setBigUint64(8, BigInt(captureTs), true);
  message.set(payload, HEADER_BYTES);
  return message;
}

/** Cuts PCM of any chunking into frames of `frameMs`; the newest is held back, so that the last can say it is the last. */
export class Framer {
  /** In a frame, by the stream's clock. */
  private readonly samples: number;
  /** Bytes of one sample of all channels; 0: packets. */
  private readonly block: number;
  private readonly rest: Uint8Array;
  private filled = 0;
  private held: Uint8Array | null = null;
  private sequence = 0;
  private timestamp = 0;

  /** Throws a RangeError for frames that are too large. */
  constructor(
    private readonly streamNo: number,
    { codec, sampleRate, channels, frameMs = DEFAULT_FRAME_MS }: AudioFormat,
  ) {
    this.samples = Math.max(1, Math.round(((codec === 'opus' ? OPUS_CLOCK : sampleRate) * frameMs) / 1000));
    this.block = (SAMPLE_BYTES[codec] ?? 0) * channels;
    const bytes = this.samples * this.block;
    if (!(bytes <= MAX_PAYLOAD)) throw new RangeError(`frames of ${frameMs} ms have ${bytes} bytes; at most ${MAX_PAYLOAD} are allowed`);
    this.rest = new Uint8Array(bytes);
  }

  /** The frames that are complete now. Of opus each `data` is one packet. */
  push(data: AudioData): Uint8Array[] {
    const bytes = bytesOf(data);
    if (this.block === 0) return this.hold(bytes.slice());
    const frames: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(bytes.length - at, this.rest.length - this.filled);
      this.rest.set(bytes.subarray(at, at + taken), this.filled);
      this.filled += taken;
      at += taken;
      if (this.filled < this.rest.length) break;
      frames.push(...this.hold(this.rest.slice()));
      this.filled = 0;
    }
    return frames;
  }

  /** The rest, with the end flag on the last. Throws a RangeError when the data end within a sample. */
  finish(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    if (this.filled > 0) {
      const over = this.filled % this.block;
      if (over > 0) throw new RangeError(`the audio ends within a sample: ${over} bytes are left over`);
      frames.push(...this.hold(this.rest.slice(0, this.filled)));
      this.filled = 0;
    }
    frames.push(this.frame(this.held ?? new Uint8Array(), true));
    this.held = null;
    return frames;
  }

  private hold(payload: Uint8Array): Uint8Array[] {
    const before = this.held;
    this.held = payload;
    return before === null ? [] : [this.frame(before, false)];
  }

  private frame(payload: Uint8Array, end: boolean): Uint8Array {
    const made = frame(this.streamNo, this.sequence, this.timestamp, payload, end);
    this.sequence = (this.sequence + 1) % 2 ** 32;
    this.timestamp += this.block === 0 ? this.samples : payload.length / this.block;
    return made;
  }
}

function bytesOf(data: AudioData): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
