// A stream, its progress, and a call that is given up.
import { MCPClient } from '@mcp/client';

const client = new MCPClient({ url: process.env.PATCHBAY_URL, apiKey: process.env.PATCHBAY_API_KEY });
await client.connect();

const stream = client.streamTool('debug/stream', { chunks: 100, bytes: 1000 });
let bytes = 0;
for await (const chunk of stream) bytes += chunk.length;
console.log(`${stream.result.chunks} chunks, ${bytes} bytes`);

await client.callTool('debug/progress', { steps: 3, delay_ms: 10 }, { onProgress: ({ progress, total }) => console.log(`${progress} of ${total}`) });

try {
  await client.callTool('debug/sleep', { ms: 60_000 }, { signal: AbortSignal.timeout(200) });
} catch (error) {
  console.log('given up:', error.name);
}

await client.close();
