// SNS in Lambda: a span for the records of an invocation.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { lambdaSns } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export const handler = (handle) => async (event) => {
  const records = event.Records;
  const { links, attributes } = linkBatch(records, { reader: lambdaSns });
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
