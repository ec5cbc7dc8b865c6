// Kafka with kafkajs: a span for each message, which links to the sender's.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { kafka as reader } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(kafka, topic, handle) {
  const consumer = kafka.consumer({ groupId: 'orders, one by one' });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async (payload) => {
      const link = linkTo(payload, { reader });
      const options = { kind: SpanKind.CONSUMER, links: link ? [link] : [] };
      await tracer.startActiveSpan('process order', options, async (span) => {
        try {
          await handle(payload);
        } finally {
          span.end();
        }
      });
    },
  });
  return consumer;
}
