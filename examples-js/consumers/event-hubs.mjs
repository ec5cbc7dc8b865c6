// Azure Event Hubs: a span for each batch of a subscription; the checkpoint comes after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { eventHubs } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

/** For `consumerClient.subscribe({ processEvents: processor(handle), … })`. */
export const processor = (handle) => async (events, context) => {
  if (events.length === 0) return;
  const { links, attributes } = linkBatch(events, { reader: eventHubs });
  await tracer.startActiveSpan(
    'process orders',
    { kind: SpanKind.CONSUMER, links, attributes },
    async (span) => {
      try {
        await handle(events);
      } finally {
        span.end();
      }
    },
  );
  await context.updateCheckpoint(events.at(-1));
};
