// Notifications (fan-out): one event, several consumers, each with a span of its own linked to the producer.
import { SpanKind } from '@opentelemetry/api';
import { fanOut } from 'spanlink';
import { kafka } from 'spanlink/carriers';

const relationship = (name) => ({ attributes: { 'link.relationship': name } });

const CONSUMERS = {
  'order.fulfilled': {
    send_email: relationship('announces'),
    send_invoice: relationship('bills'),
    add_points: relationship('rewards'),
  },
  'order.cancelled': {
    send_email: relationship('announces'),
  },
};

export function startNotifications(notifications) {
  async function notify(message) {
    const consumers = CONSUMERS[message.topic];
    const links = fanOut(message, consumers, { reader: kafka }); // parsed once for all of them
    notifications.totals.countMessage(notifications.name, message, Object.values(links).flat().length > 0);

    const attributes = { 'order.id': message.key.toString() };
    const run = (name) => {
      const options = { kind: SpanKind.CONSUMER, links: links[name], attributes };
      return notifications.span(name, options, () => notifications.work(80, 400));
    };
    await Promise.all(Object.keys(consumers).map(run));
  }

  for (const topic of Object.keys(CONSUMERS)) notifications.consume(topic, notify);
}
