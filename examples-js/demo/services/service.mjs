// What the services share: spans, a traced producer, and a consumer that links instead of inventing a parent.
import { SpanKind, context } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { linkTo } from 'spanlink';
import { kafka } from 'spanlink/carriers';

const propagator = new W3CTraceContextPropagator();
const asBytes = { set: (headers, key, value) => (headers[key] = Buffer.from(value)) };

export class Service {
  #bus;
  #published = 0;

  /** @param system the parts a service lives on: `{ bus, clock, random, tracing, totals }` */
  constructor(name, { bus, clock, random, tracing, totals }) {
    this.name = name;
    this.clock = clock;
    this.random = random;
    this.totals = totals;
    this.span = tracing.spansOf(name);
    this.#bus = bus;
  }

  /** Publishes inside a producer span, whose context the W3C propagator writes into the message. */
  publish(topic, orderId, fields = {}) {
    const eventId = `${this.name}-${(this.#published += 1)}`;
    const attributes = {
      'order.id': orderId,
      'event.id': eventId,
      'messaging.destination.name': topic,
      'messaging.operation.type': 'send',
    };
    return this.span(`publish ${topic}`, { kind: SpanKind.PRODUCER, attributes }, async () => {
      await this.work(10, 60);
      const headers = {};
      propagator.inject(context.active(), headers, asBytes);
      const value = Buffer.from(JSON.stringify({ eventId, orderId, ...fields }));
      this.#bus.send({ topic, key: Buffer.from(orderId), value, headers });
    });
  }

  consume(topic, handler) {
    this.#bus.subscribe(topic, this.name, handler);
  }

  consumeBatches(topics, options, handler) {
    this.#bus.subscribeBatch(topics, this.name, options, handler);
  }

  /** The basic pattern: a link to whoever published the message, or none where it carries no context. */
  triggeredBy(message) {
    const attributes = { 'link.relationship': 'triggered_by', 'link.event_type': message.topic };
    const link = linkTo(message, { reader: kafka, attributes });
    this.totals.countMessage(this.name, message, link !== undefined);
    return link ? [link] : [];
  }

  /** Virtual time passes, as it would while a real service works. */
  work(leastMs, mostMs) {
    return this.clock.sleep(this.random.between(leastMs, mostMs));
  }
}
