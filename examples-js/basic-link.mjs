// Basic link: one event starts one span, and the span links to whoever published the event.
import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { metadata } from 'spanlink/carriers';
import { finished, print, publish, tracer } from './setup/tracing.mjs';

const event = { type: 'order.placed', orderId: 'A-1001', metadata: publish('publish order.placed') };

const link = linkTo(event, {
  reader: metadata,
  attributes: { 'link.relationship': 'triggered_by', 'link.event_type': event.type },
});

// `linkTo` answers undefined where the event carries no context: the work is done all the same, without a link.
tracer.startActiveSpan('process_order', { kind: SpanKind.CONSUMER, links: link ? [link] : [] }, (span) => {
  span.setAttribute('order.id', event.orderId);
  span.end();
});

const [producer] = finished('publish order.placed');
const [consumer] = finished('process_order');
print(consumer);

assert.equal(consumer.links.length, 1);
assert.equal(consumer.links[0].context.spanId, producer.spanContext().spanId);
assert.equal(consumer.links[0].context.isRemote, true);
assert.deepEqual(consumer.links[0].attributes, {
  'link.relationship': 'triggered_by',
  'link.event_type': 'order.placed',
});
assert.notEqual(consumer.spanContext().traceId, producer.spanContext().traceId);
