// Extraction: `event.metadata.traceparent` and `.tracestate` may be present, empty, or not there at all.
import assert from 'node:assert/strict';
import { explain, extract } from 'spanlink';
import { metadata } from 'spanlink/carriers';
import { finished, publish } from './setup/tracing.mjs';

const events = {
  present: { metadata: { ...publish('publish order.placed'), tracestate: 'shop=a1,vendor=t61' } },
  empty: { metadata: { traceparent: '', tracestate: '' } },
  absent: { metadata: { correlationId: 'A-1001' } },
  'without metadata': { type: 'order.placed' },
  'cut short': { metadata: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067' } },
};

// Nothing a message contains makes `extract` or `explain` throw: the answer is a context, or the reason there is none.
for (const [name, event] of Object.entries(events)) {
  const { context, reason } = explain(event, metadata);
  console.log(`${name}: ${context ? `span ${context.spanId} of trace ${context.traceId}` : reason}`);
}

const [producer] = finished('publish order.placed');
const context = extract(events.present, metadata);
assert.equal(context.traceId, producer.spanContext().traceId);
assert.equal(context.spanId, producer.spanContext().spanId);
assert.equal(context.isRemote, true);
assert.equal(context.traceState.get('vendor'), 't61');
assert.equal(context.traceState.serialize(), 'shop=a1,vendor=t61');

for (const name of ['empty', 'absent', 'without metadata', 'cut short']) {
  assert.equal(extract(events[name], metadata), undefined, name);
}
assert.equal(explain(events.absent, metadata).reason, 'missing');
assert.equal(explain(events['without metadata'], metadata).reason, 'missing');
assert.equal(explain(events['cut short'], metadata).reason, 'bad_length');
