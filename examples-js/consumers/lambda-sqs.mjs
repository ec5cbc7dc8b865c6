// SQS in Lambda: a span for the records of an invocation; X-Ray where the sender wrote no context of its own.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { firstOf, lambdaSqs, snsEnvelope, xray } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

const reader = firstOf(lambdaSqs, snsEnvelope, xray);

export const handler = (handle) => async (event) => {
  const records = event.Records;
  const { links, attributes } = linkBatch(records, { reader });
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
