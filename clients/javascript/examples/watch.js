// What the client tells of itself: states, diagnostics, its report. The callbacks are registered before connecting.
import { MCPClient } from '@mcp/client';

const client = new MCPClient({ url: process.env.PATCHBAY_URL, apiKey: process.env.PATCHBAY_API_KEY, slowCallMs: 50 });
client.onState((state) => console.log('state:', state));
client.onDiagnostic(({ level, component, message }) => console.log(`${level} from ${component}: ${message}`));
await client.connect();

await client.callTool('debug/sleep', { ms: 100 }); // longer than slowCallMs
console.log(`there and back in ${(await client.ping()).toFixed(1)} ms`);

const { message_counts: counts, performance_metrics: metrics, connection } = client.getDiagnostics();
console.log(counts, metrics.tools['debug/sleep'].calls, connection.status);

await client.close();
