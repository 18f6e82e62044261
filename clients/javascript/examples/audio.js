// Two seconds of a tone of 1 kHz, streamed at its own pace, and what the server heard.
import { MCPClient } from '@mcp/client';

const RATE = 48_000;

/** Pieces of 100 ms, as a microphone would give them. */
async function* tone() {
  for (let piece = 0; piece < 20; piece++) {
    yield Int16Array.from({ length: RATE / 10 }, (_, n) => 8000 * Math.sin((2 * Math.PI * 1000 * (piece * (RATE / 10) + n)) / RATE));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const client = new MCPClient({ url: process.env.PATCHBAY_URL, apiKey: process.env.PATCHBAY_API_KEY });
await client.connect();

const report = await client.streamAudio(tone(), { codec: 's16le', sampleRate: RATE, channels: 1, label: 'tone' });
console.log(`${report.duration_s} s in ${report.frames} frames, ${report.quality.level.rms_dbfs.toFixed(1)} dBFS, ${report.errors.lost} lost`);

await client.close();
