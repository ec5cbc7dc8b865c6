// Azure Service Bus: a span for each batch that is received, completed after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { serviceBus } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(receiver, handle) {
  const messages = await receiver.receiveMessages(100);
  if (messages.length === 0) return;
  const { links, attributes } = linkBatch(messages, { reader: serviceBus });
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
  await Promise.all(messages.map((message) => receiver.completeMessage(message)));
}
