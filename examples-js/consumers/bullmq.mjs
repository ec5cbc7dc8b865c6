// BullMQ: a span for each job, which links to the span that added it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { bullmq } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

/** A processor for `new Worker(queue, processor(handle), …)`. */
export const processor = (handle) => (job) => {
  const link = linkTo(job, { reader: bullmq });
  const options = { kind: SpanKind.CONSUMER, links: link ? [link] : [] };
  return tracer.startActiveSpan('process order', options, async (span) => {
    try {
      return await handle(job);
    } finally {
      span.end();
    }
  });
};
