// Fan-out: one event, several consumers, each with a span of its own and a link to the producer.
import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { fanOut } from 'spanlink';
import { metadata } from 'spanlink/carriers';
import { finished, print, publish, tracer } from './setup/tracing.mjs';

const event = { type: 'order.fulfilled', orderId: 'A-1001', metadata: publish('publish order.fulfilled') };

const consumers = {
  email: () => 'confirmation sent',
  loyalty: () => '120 points added',
  analytics: () => 'sale recorded',
};

// The event is parsed once, however many consumers there are.
const links = fanOut(
  event,
  {
    email: { attributes: { 'link.relationship': 'notifies' } },
    loyalty: { attributes: { 'link.relationship': 'rewards' } },
    analytics: { attributes: { 'link.relationship': 'measures' } },
  },
  { reader: metadata },
);

for (const [name, work] of Object.entries(consumers)) {
  tracer.startActiveSpan(`${name} consumer`, { kind: SpanKind.CONSUMER, links: links[name] }, (span) => {
    span.setAttribute('result', work());
    span.end();
  });
}

const [producer] = finished('publish order.fulfilled');
const spans = Object.keys(consumers).flatMap((name) => finished(`${name} consumer`));
spans.forEach(print);

assert.equal(spans.length, 3);
for (const span of spans) {
  assert.deepEqual(
    span.links.map((link) => link.context.spanId),
    [producer.spanContext().spanId],
  );
}
assert.equal(new Set(spans.map((span) => span.spanContext().traceId)).size, 3); // three traces, one cause
