// Fan-in: payment and inventory must both arrive, in either order, before one span starts with links to both.
import assert from 'node:assert/strict';
import { FanIn } from 'spanlink';
import { metadata } from 'spanlink/carriers';
import { finished, print, publish, tracer } from './setup/tracing.mjs';

const orders = new FanIn({
  name: 'order-fulfillment',
  slots: {
    payment: { relationship: 'payment_confirmation' },
    inventory: { relationship: 'inventory_reservation' },
  },
  timeoutMs: 30 * 60_000,
  attributePrefix: 'fulfillment',
});

function handle(event) {
  const outcome = orders.offer(event.orderId, event.slot, event, { eventId: event.id, reader: metadata });
  if (outcome.status !== 'complete') {
    console.log(`${event.orderId}: ${event.slot} arrived, ${outcome.status}, missing ${outcome.missing}`);
    return;
  }
  const { links, attributes } = outcome;
  tracer.startActiveSpan('fulfill_order', { links, attributes }, (span) => {
    span.setAttribute('order.id', event.orderId);
    span.end();
    orders.settle(event.orderId, span.spanContext()); // the span is out: nothing will start it again
  });
}

const event = (slot, orderId) => ({
  id: `${slot}-${orderId}`,
  slot,
  orderId,
  metadata: publish(`publish ${slot}`),
});

handle(event('payment', 'A-1'));
handle(event('inventory', 'A-1'));
handle(event('inventory', 'A-2'));
handle(event('payment', 'A-2'));

const spans = finished('fulfill_order');
spans.forEach(print);

assert.equal(spans.length, 2);
for (const span of spans) {
  const relationships = span.links.map((link) => link.attributes['link.relationship']);
  assert.deepEqual(relationships, ['payment_confirmation', 'inventory_reservation']); // whichever came first
  assert.equal(span.attributes['fulfillment.trigger_count'], 2);
  assert.equal(orders.inspect(span.attributes['order.id']), undefined); // the pending entry is gone
}
assert.equal(orders.stats().pending, 0);
