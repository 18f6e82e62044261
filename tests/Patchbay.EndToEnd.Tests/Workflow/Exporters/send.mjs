// Sends one trace with an exporter of OpenTelemetry: node send.mjs proto|http URL KEY SERVICE; prints the trace's id.
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const [kind, url, key, service] = process.argv.slice(2);
const Exporter = { http: HttpExporter, proto: ProtoExporter }[kind];
const exporter = new Exporter({ url, headers: { 'X-API-Key': key }, compression: 'gzip' });
let failure;
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': service, 'service.version': '4.5.6' }),
  spanProcessors: [
    new BatchSpanProcessor({
      export: (spans, done) => exporter.export(spans, (result) => { failure = result.error ?? failure; done(result); }),
      forceFlush: () => exporter.forceFlush(),
      shutdown: () => exporter.shutdown(),
    }),
  ],
});
const tracer = provider.getTracer('exporter-test', '1.0.0');
// Times are given, so that what the server works out of them is known.
const start = Date.now() - 60_000;
const root = tracer.startSpan('GET /cart', { kind: SpanKind.SERVER, startTime: start });
const context = trace.setSpan(ROOT_CONTEXT, root);
const attributes = { count: 3, ratio: 0.5, fast: true, names: ['a', 'b'], text: 'née 🙂' };
tracer.startSpan('load items', { startTime: start + 100, attributes }, context).end(start + 400);
const failing = tracer.startSpan('price', { startTime: start + 400 }, context);
failing.recordException(new TypeError('no price'), start + 450);
failing.setStatus({ code: SpanStatusCode.ERROR, message: 'no price' });
failing.end(start + 500);
root.end(start + 600);
await provider.shutdown();
if (failure) throw failure;
console.log(root.spanContext().traceId);
