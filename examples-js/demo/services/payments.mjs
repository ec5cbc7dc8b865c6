// Payments (basic link): each placed order is charged once, in a span linked to the order's event.
import { SpanKind } from '@opentelemetry/api';

export function startPayments(payments) {
  async function charge(orderId, links = []) {
    const attributes = { 'order.id': orderId };
    await payments.span('process_payment', { kind: SpanKind.CONSUMER, links, attributes }, async () => {
      await payments.work(300, 900);
      await payments.publish('payment.confirmed', orderId);
    });
  }

  payments.consume('order.placed', (message) =>
    charge(message.key.toString(), payments.triggeredBy(message)),
  );

  return { charge };
}
