// NATS: a span for each message of a subscription.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { nats } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(subscription, handle) {
  for await (const message of subscription) {
    const link = linkTo(message, { reader: nats });
    const options = { kind: SpanKind.CONSUMER, links: link ? [link] : [] };
    await tracer.startActiveSpan('process order', options, async (span) => {
      try {
        await handle(message);
      } finally {
        span.end();
      }
    });
  }
}
