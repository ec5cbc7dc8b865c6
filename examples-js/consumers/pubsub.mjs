// Google Cloud Pub/Sub: a span for each message of a subscription, acknowledged after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { pubsub } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

/** For `subscription.on('message', listener(handle))`. */
export const listener = (handle) => (message) => {
  const link = linkTo(message, { reader: pubsub });
  const options = { kind: SpanKind.CONSUMER, links: link ? [link] : [] };
  return tracer.startActiveSpan('process order', options, async (span) => {
    try {
      await handle(message);
      message.ack();
    } catch (error) {
      span.recordException(error);
      message.nack();
    } finally {
      span.end();
    }
  });
};
