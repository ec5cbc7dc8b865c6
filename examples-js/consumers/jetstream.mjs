// NATS JetStream: a span for each batch that is fetched, acknowledged after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { nats } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(consumer, size, handle) {
  const messages = [];
  for await (const message of await consumer.fetch({ max_messages: size, expires: 5000 }))
    messages.push(message);
  if (messages.length === 0) return;
  const { links, attributes } = linkBatch(messages, { reader: nats });
  await tracer.startActiveSpan(
    'process orders',
    { kind: SpanKind.CONSUMER, links, attributes },
    async (span) => {
      try {
        await handle(messages);
      } finally {
        span.end();
      }
    },
  );
  for (const message of messages) message.ack();
}
