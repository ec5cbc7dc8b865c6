// Inventory (basic link): stock is set aside for each placed order, now and then slower than the payment.
import { SpanKind } from '@opentelemetry/api';

export function startInventory(inventory) {
  async function reserve(orderId, links = []) {
    const attributes = { 'order.id': orderId };
    await inventory.span('reserve_stock', { kind: SpanKind.CONSUMER, links, attributes }, async () => {
      await inventory.work(200, 1_600);
      await inventory.publish('inventory.reserved', orderId);
    });
  }

  inventory.consume('order.placed', (message) =>
    reserve(message.key.toString(), inventory.triggeredBy(message)),
  );

  return { reserve };
}
