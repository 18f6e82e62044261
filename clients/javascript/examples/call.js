// One call, a batch, and what went wrong with one of them.
//   PATCHBAY_URL=ws://127.0.0.1:8000/api/mcp/ws PATCHBAY_API_KEY=… node examples/call.js
import { MCPClient, MCPError } from '@mcp/client';

const client = new MCPClient({ url: process.env.PATCHBAY_URL, apiKey: process.env.PATCHBAY_API_KEY });
await client.connect();

for (const { name, title, annotations } of await client.listTools()) console.log(name, title, annotations.readOnly ? '(read only)' : '');

const echoed = await client.callTool('debug/echo', { text: 'hello' }, { timeoutMs: 5000 });
console.log('echo:', echoed.text);

const results = await client.callTools([
  { name: 'debug/echo', arguments: { n: 1 } },
  { name: 'debug/fail', arguments: { message: 'as asked' } },
]);
for (const result of results) console.log(result instanceof MCPError ? `${result.code}: ${result.message}` : result);

await client.close();
