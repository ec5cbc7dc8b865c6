// Kafka with kafkajs, or the KafkaJS API of @confluentinc/kafka-javascript: a span for each batch, whose offsets are
// committed after it. `consumer` is connected and subscribed.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { kafka as reader } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export const consume = (consumer, handle) =>
  consumer.run({
    eachBatch: async ({ batch: { messages } }) => {
      const { links, attributes } = linkBatch(messages, { reader });
      const options = { kind: SpanKind.CONSUMER, links, attributes };
      await tracer.startActiveSpan('process orders', options, async (span) => {
        try {
          await handle(messages);
        } finally {
          span.end();
        }
      });
    },
  });
