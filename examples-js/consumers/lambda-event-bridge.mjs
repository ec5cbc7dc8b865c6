// EventBridge in Lambda: a span for the one event of an invocation.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { eventBridge } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export const handler = (handle) => async (event) => {
  const records = [event];
  const { links, attributes } = linkBatch(records, { reader: eventBridge });
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
