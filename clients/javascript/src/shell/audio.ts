/** An open audio stream. */

import { makeError, type MCPError } from '../core/errors.ts';
import { asObject } from '../core/json.ts';
import type { JsonObject } from '../core/types.ts';
import { perform, toolSpec } from './calls.ts';
import type { Driver } from './driver.ts';
import { DEFAULT_FRAME_MS, Framer, type AudioData, type AudioFormat } from './framer.ts';

/** Made by `MCPClient.openAudio`. Use it with `await using`, or close it. */
export class AudioStream {
  private lost: MCPError | null = null;
  private report: { readonly value: unknown } | null = null;

  private constructor(
    private readonly driver: Driver,
    private readonly framer: Framer,
    /** Names it in `audio/analyze` and `audio/close`. */
    readonly streamId: string,
    /** Names it in the frames. */
    readonly streamNo: number,
  ) {
    driver.onSessionLost.add(this.sessionLost);
  }

  /** @internal */
  static async open(driver: Driver, format: AudioFormat): Promise<AudioStream> {
    const { codec, sampleRate, channels, frameMs = DEFAULT_FRAME_MS, label } = format;
    new Framer(0, format); // says what does not fit before anything is opened
    const args = { codec, sample_rate: sampleRate, channels, frame_ms: frameMs, label };
    const opened = asObject(await perform(driver, toolSpec('audio/open', args)));
    const streamNo = Number(opened['stream_no']);
    return new AudioStream(driver, new Framer(streamNo, format), String(opened['stream_id']), streamNo);
  }

  /** Sends PCM of any length (opus: one packet). Waits for the socket, and while the client is reconnecting. */
  async send(data: AudioData): Promise<void> {
    await this.sendFrames(this.framer.push(data));
  }

  /** The report so far (`audio/analyze`); `metrics`: any of `quality`, `latency`, `errors`. */
  async analyze(metrics?: readonly string[]): Promise<unknown> {
    const args: JsonObject = { stream_id: this.streamId, metrics };
    return await perform(this.driver, toolSpec('audio/analyze', args));
  }

  /** Sends what is left with the end flag, closes the stream and returns the final report. A second close returns it again. */
  async close(): Promise<unknown> {
    if (this.report === null) {
      await this.sendFrames(this.framer.finish());
      this.report = { value: await perform(this.driver, toolSpec('audio/close', { stream_id: this.streamId })) };
      this.forget();
    }
    return this.report.value;
  }

  /** Closes it, unless its session is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.lost === null) await this.close();
  }

  private async sendFrames(frames: readonly Uint8Array[]): Promise<void> {
    for (const message of frames) {
      if (this.lost !== null) throw this.lost;
      await this.driver.sendBinary(message);
    }
    if (this.lost !== null) throw this.lost;
  }

  private readonly sessionLost = (reason: string): void => {
    const details = { outcome: 'unknown', reason, stream_id: this.streamId };
    this.lost = makeError('CONNECTION_LOST', 'the session the audio stream belonged to is gone', details);
    this.forget();
  };

  private forget(): void {
    this.driver.onSessionLost.delete(this.sessionLost);
  }
}
