// Analytics (batch): one span for everything that came in, linked to each message that carries a valid context.
import { SpanKind } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { kafka } from 'spanlink/carriers';

const TOPICS = [
  'order.placed',
  'payment.confirmed',
  'inventory.reserved',
  'order.fulfilled',
  'order.cancelled',
];

export function startAnalytics(analytics) {
  async function measure(messages) {
    const batch = linkBatch(messages, {
      reader: kafka,
      attributes: ({ topic, value }) => ({ 'event.id': JSON.parse(value).eventId, 'link.event_type': topic }),
    });
    analytics.totals.countBatch(analytics.name, batch.report);

    const options = { kind: SpanKind.CONSUMER, links: batch.links, attributes: batch.attributes };
    await analytics.span('process_batch', options, () => analytics.work(300, 900));
  }

  analytics.consumeBatches(TOPICS, { everyMs: 15_000, maxMessages: 200 }, measure);
}
