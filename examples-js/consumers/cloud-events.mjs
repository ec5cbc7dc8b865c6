// CloudEvents over HTTP: it is the span that made the event that is linked to, not that of the request.
import { SpanKind, trace } from '@opentelemetry/api';
import { HTTP } from 'cloudevents';
import { linkTo } from 'spanlink';
import { cloudEvent } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(message, handle) {
  const event = HTTP.toEvent(message);
  const link = linkTo(event, { reader: cloudEvent });
  const options = { kind: SpanKind.CONSUMER, root: true, links: link ? [link] : [] };
  await tracer.startActiveSpan('process order', options, async (span) => {
    try {
      await handle(event);
    } finally {
      span.end();
    }
  });
}
