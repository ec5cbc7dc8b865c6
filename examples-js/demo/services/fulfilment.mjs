// Fulfilment (fan-in): payment and inventory must both be there before one `fulfill_order` span starts.
import { SpanKind } from '@opentelemetry/api';
import { FanIn, linkTo } from 'spanlink';
import { kafka } from 'spanlink/carriers';

const ORDER_FULFILMENT = {
  name: 'order-fulfilment',
  slots: {
    payment: { relationship: 'payment_confirmation' },
    inventory: { relationship: 'inventory_reservation' },
  },
  timeoutMs: 12_000,
  retainMs: 60_000, // longer than the bus redelivers
  attributePrefix: 'fulfillment',
};

/** @param failpoint called between the completing offer and its span; throws where the process dies there */
export function startFulfilment(fulfilment, { failpoint }) {
  const { clock, totals } = fulfilment;
  const join = new FanIn(ORDER_FULFILMENT, { now: clock.now });
  let armedFor;

  async function receive(slot, message) {
    const orderId = message.key.toString();
    const { eventId } = JSON.parse(message.value);
    const outcome = join.offer(orderId, slot, message, { eventId, reader: kafka });
    totals.countOffer(orderId, slot, outcome, clock.now());

    switch (outcome.status) {
      case 'pending':
        return armTimer();
      case 'complete':
        failpoint(orderId); // crash here, and the same event answers `complete` again
        return fulfil(orderId, outcome);
      case 'late':
        return undo(slot, orderId, { links: outcome.links, attributes: { 'late.after': outcome.after } });
      case 'conflict':
        return undo(slot, orderId, { links: conflicting(message), attributes: { 'conflict.slot': slot } });
      default: // `duplicate`: the work is done or under way; `rejected`: it belongs to no order
    }
  }

  async function fulfil(orderId, { links, attributes, redelivered, completionId }) {
    const facts = { 'order.id': orderId, ...attributes, redelivered, 'completion.id': completionId };
    const context = await fulfilment.span('fulfill_order', { links, attributes: facts }, async (span) => {
      await fulfilment.work(150, 500);
      await fulfilment.publish('order.fulfilled', orderId);
      return span.spanContext();
    });
    join.settle(orderId, context); // the span is out: from now on the same event is a duplicate
  }

  async function cancel({ key, links, attributes, missing }) {
    const orderId = String(key);
    const facts = { 'order.id': orderId, ...attributes, 'fulfillment.missing': missing };
    const context = await fulfilment.span('cancel_order', { links, attributes: facts }, async (span) => {
      await fulfilment.work(100, 300);
      await fulfilment.publish('order.cancelled', orderId);
      return span.spanContext();
    });
    join.settle(orderId, context); // an event that comes too late can link to the span
  }

  async function undo(slot, orderId, { links, attributes }) {
    const name = slot === 'payment' ? 'refund_payment' : 'release_stock';
    const options = { kind: SpanKind.CONSUMER, links, attributes: { 'order.id': orderId, ...attributes } };
    await fulfilment.span(name, options, () => fulfilment.work(100, 300));
  }

  function armTimer() {
    const deadline = join.nextDeadline();
    if (deadline === undefined || deadline === armedFor) return;
    armedFor = deadline;
    clock.at(deadline, expire);
  }

  async function expire() {
    armedFor = undefined;
    const expired = join.expire();
    totals.countExpired(expired, clock.now());
    await Promise.all(expired.map(cancel));
    armTimer();
  }

  fulfilment.consume('payment.confirmed', (message) => receive('payment', message));
  fulfilment.consume('inventory.reserved', (message) => receive('inventory', message));

  return { stats: () => join.stats() };
}

function conflicting(message) {
  const link = linkTo(message, { reader: kafka, attributes: { 'link.relationship': 'conflicting_event' } });
  return link ? [link] : [];
}
