// Several connections, used as one; every line is appended once, whatever happens to them.
import { MCPClientPool } from '@mcp/client';

const pool = new MCPClientPool({ url: process.env.PATCHBAY_URL, apiKey: process.env.PATCHBAY_API_KEY, size: 3 });
await pool.connect();

const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`);
const run = crypto.randomUUID();
await Promise.all(lines.map((line, n) => pool.callTool('debug/append', { line }, { idempotencyKey: `${run}-${n}` })));
console.log(`${lines.length} lines over ${pool.getDiagnostics().active_connections} connections`);

await pool.close();
