// Kafka in Lambda: a span for the records of all partitions of an invocation.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { lambdaMsk } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export const handler = (handle) => async (event) => {
  const records = Object.values(event.records).flat();
  const { links, attributes } = linkBatch(records, { reader: lambdaMsk });
  await tracer.startActiveSpan(
    'process orders',
    { kind: SpanKind.CONSUMER, links, attributes },
    async (span) => {
      try {
        await handle(records);
      } finally {
        span.end();
      }
    },
  );
};
