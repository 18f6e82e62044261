// Catches what @opentelemetry/exporter-trace-otlp-http 0.223.1 sends, into javascript-exporter.json (where the stack trace was shortened by hand):
// npm install @opentelemetry/api @opentelemetry/sdk-trace-base @opentelemetry/resources @opentelemetry/exporter-trace-otlp-http@0.223.1 && node javascript-exporter.mjs
import fs from 'node:fs';
import http from 'node:http';
import * as api from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  fs.writeFileSync('javascript-exporter.json', Buffer.concat(chunks));
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${server.address().port}/v1/traces` });
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'storefront' }),
  spanProcessors: [new BatchSpanProcessor(exporter)],
});
const tracer = provider.getTracer('fixture', '1.0.0');
const start = 1700000000000;
const root = tracer.startSpan('GET /cart', { kind: api.SpanKind.SERVER, startTime: start });
const context = api.trace.setSpan(api.ROOT_CONTEXT, root);
const attributes = { count: 3, ratio: 0.5, fast: true, names: ['a', 'b'] };
tracer.startSpan('load items', { startTime: start + 100, attributes }, context).end(start + 400);
const failing = tracer.startSpan('price', { startTime: start + 400 }, context);
failing.recordException(new TypeError('no price'), start + 450);
failing.setStatus({ code: api.SpanStatusCode.ERROR, message: 'no price' });
failing.end(start + 500);
root.end(start + 600);
await provider.shutdown();
server.close();
