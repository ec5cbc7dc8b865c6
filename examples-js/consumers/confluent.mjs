// Kafka with @confluentinc/kafka-javascript, its KafkaJS API: a span for each batch, whose offsets are committed after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { kafka as reader } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(kafka, topic, handle) {
  const consumer = kafka.consumer({ kafkaJS: { groupId: 'orders', fromBeginning: true } });
  await consumer.connect();
  await consumer.subscribe({ topic });
  await consumer.run({
    eachBatch: async ({ batch: { messages } }) => {
      const { links, attributes } = linkBatch(messages, { reader: reader });
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
    },
  });
  return consumer;
}
