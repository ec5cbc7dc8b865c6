// Kafka with kafkajs, or the KafkaJS API of @confluentinc/kafka-javascript: a span for each message, which links to the
// sender's. `consumer` is connected and subscribed.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { kafka as reader } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export const consume = (consumer, handle) =>
  consumer.run({
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
