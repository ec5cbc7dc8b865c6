// Orders: a customer places an order, and `order.placed` goes out.
import { SpanKind } from '@opentelemetry/api';

export function startOrders(orders) {
  async function place({ id, customer, total }) {
    const attributes = { 'order.id': id, 'order.customer': customer, 'order.total': total };
    await orders.span('place_order', { kind: SpanKind.SERVER, attributes }, async () => {
      await orders.work(40, 160);
      await orders.publish('order.placed', id, { customer, total });
    });
  }

  return { place };
}
