// HTTP: a webhook that takes an event and handles it in a trace of its own, linked to the sender's.
import http from 'node:http';
import { SpanKind, trace } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { headers } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export const serve = (handle) =>
  http.createServer((request, response) => {
    const link = linkTo(request, { reader: headers });
    const options = { kind: SpanKind.CONSUMER, root: true, links: link ? [link] : [] };
    tracer.startActiveSpan('process order', options, async (span) => {
      try {
        await handle(request);
        response.writeHead(202).end();
      } catch (error) {
        span.recordException(error);
        response.writeHead(500).end();
      } finally {
        span.end();
      }
    });
  });
