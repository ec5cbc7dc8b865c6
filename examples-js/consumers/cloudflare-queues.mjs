// Cloudflare Queues: the `queue` handler of a Worker, whose messages carry an envelope in their body.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { queueBody } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export const queue = (handle) => async (batch) => {
  const { messages } = batch;
  const { links, attributes } = linkBatch(messages, { reader: queueBody });
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
  batch.ackAll();
};
