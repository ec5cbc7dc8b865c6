// RabbitMQ with amqplib: what comes within a moment is one batch, up to the prefetch, acknowledged with its span.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { rabbitmq } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(channel, queue, prefetch, handle) {
  let messages = [];
  async function process() {
    const batch = messages;
    messages = [];
    const { links, attributes } = linkBatch(batch, { reader: rabbitmq });
    const options = { kind: SpanKind.CONSUMER, links, attributes };
    const isDone = await tracer.startActiveSpan('process orders', options, async (span) => {
      try {
        await handle(batch);
        return true;
      } catch (error) {
        span.recordException(error);
        return false;
      } finally {
        span.end();
      }
    });
    for (const message of batch) isDone ? channel.ack(message) : channel.nack(message);
  }
  await channel.prefetch(prefetch);
  await channel.consume(queue, (message) => {
    // No message: the broker has ended the subscription.
    if (message && messages.push(message) === 1) setTimeout(process, 50);
  });
}
