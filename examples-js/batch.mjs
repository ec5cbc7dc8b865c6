// Batch: one span for many messages, with a link for each that carries a valid context.
import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { kafka } from 'spanlink/carriers';
import { finished, print, publishBytes, tracer } from './setup/tracing.mjs';

const message = (id, headers) => ({
  key: Buffer.from('A-1001'),
  value: Buffer.from(JSON.stringify({ id })),
  headers,
});

const messages = [
  message('evt-1', publishBytes('publish order.placed')),
  message('evt-2', publishBytes('publish order.paid')),
  message('evt-3', {}), // its producer is not traced
  message('evt-4', { traceparent: Buffer.from('00-broken-header-01') }),
  message('evt-5', publishBytes('publish order.shipped')),
];

const batch = linkBatch(messages, {
  reader: kafka,
  attributes: ({ value }) => ({ 'event.id': JSON.parse(value).id }),
});

const options = { kind: SpanKind.CONSUMER, links: batch.links, attributes: batch.attributes };
tracer.startActiveSpan('process orders', options, (span) => {
  span.end(); // handle the messages, then
});

const [span] = finished('process orders');
print(span);
console.log('report', batch.report);

assert.equal(span.attributes['batch.size'], 5);
assert.equal(span.attributes['batch.link_count'], 3);
assert.deepEqual(
  span.links.map((link) => link.attributes['event.id']),
  ['evt-1', 'evt-2', 'evt-5'],
);
assert.equal(batch.report.missing, 1);
assert.equal(batch.report.malformed, 1);
assert.equal(batch.report.rejected[0].index, 3);
