// Kafka with node-rdkafka, or the same class of @confluentinc/kafka-javascript: a span for each batch.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { rdkafka } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

/** Takes what is there, up to a hundred messages; `consumer` is connected and subscribed. */
export async function consume(consumer, handle) {
  const messages = await new Promise((resolve, reject) =>
    consumer.consume(100, (error, batch) => (error ? reject(error) : resolve(batch))),
  );
  if (messages.length === 0) return;
  const { links, attributes } = linkBatch(messages, { reader: rdkafka });
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
  // A batch has messages of several partitions: of each, the last one.
  const last = new Map(messages.map((message) => [`${message.partition} ${message.topic}`, message]));
  for (const message of last.values()) consumer.commitMessageSync(message);
}
