// Fetch: the handler of an edge function, `export default { fetch }`, for events that come as requests.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { headers } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export const handler = (handle) => (request) => {
  const link = linkTo(request, { reader: headers });
  const options = { kind: SpanKind.CONSUMER, root: true, links: link ? [link] : [] };
  return tracer.startActiveSpan('process order', options, async (span) => {
    try {
      await handle(request);
      return new Response(null, { status: 202 });
    } finally {
      span.end();
    }
  });
};
