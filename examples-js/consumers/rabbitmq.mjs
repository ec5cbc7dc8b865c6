// RabbitMQ with amqplib: messages are gathered, up to the prefetch, and acknowledged after their span.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { rabbitmq } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(channel, queue, size, handle) {
  await channel.prefetch(size);
  let messages = [];
  await channel.consume(queue, async (message) => {
    messages.push(message);
    if (messages.length < size) return;
    const batch = messages;
    messages = [];
    const { links, attributes } = linkBatch(batch, { reader: rabbitmq });
    await tracer.startActiveSpan(
      'process orders',
      { kind: SpanKind.CONSUMER, links, attributes },
      async (span) => {
        try {
          await handle(batch);
        } finally {
          span.end();
        }
      },
    );
    channel.ack(batch.at(-1), true);
  });
}
