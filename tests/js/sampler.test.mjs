// linkedSampler, alone and inside the SDK's ParentBased set-up.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { SpanlinkError, linkTo } from 'spanlink';
import { linkedSampler } from 'spanlink/sampler';
import { spanId, traceId } from './support/vectors.mjs';

const link = (n, flags) => linkTo({ traceparent: `00-${traceId(n)}-${spanId(n)}-0${flags}` });
const sampled = link(1, 1);
const unsampled = link(2, 0);

/** The names of the spans that are exported. */
function recorded(sampler, start) {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] });
  start(provider.getTracer('test'));
  return exporter.getFinishedSpans().map(({ name }) => name);
}

function consume(tracer) {
  tracer.startSpan('linked to a sampled one', { links: [sampled, unsampled] }, ROOT_CONTEXT).end();
  tracer.startSpan('linked to others', { links: [unsampled] }, ROOT_CONTEXT).end();
  tracer.startSpan('not linked', {}, ROOT_CONTEXT).end();
}

describe('inside ParentBased', () => {
  const parentBased = (root) => new ParentBasedSampler({ root });
  test('without a root, only what is linked to a sampled span is recorded', () => {
    assert.deepEqual(recorded(parentBased(linkedSampler()), consume), ['linked to a sampled one']);
  });
  test('the others follow the root', () => {
    const off = linkedSampler({ root: new AlwaysOffSampler() });
    assert.deepEqual(recorded(parentBased(off), consume), ['linked to a sampled one']);
    const on = linkedSampler({ root: new AlwaysOnSampler() });
    assert.equal(recorded(parentBased(on), consume).length, 3);
  });
  test('ParentBased alone ignores links: that is what it is for', () => {
    assert.deepEqual(recorded(parentBased(new AlwaysOffSampler()), consume), []);
  });
  test('a parent decides before any link', () => {
    const parent = trace.setSpanContext(ROOT_CONTEXT, unsampled.context);
    const start = (tracer) => tracer.startSpan('child', { links: [sampled] }, parent).end();
    assert.deepEqual(recorded(parentBased(linkedSampler()), start), []);
  });
});

describe('whenLinked', () => {
  const decision = (whenLinked, links) =>
    linkedSampler({ whenLinked }).shouldSample({}, '', '', 0, {}, links).decision;
  test('any, all, or at least so many', () => {
    assert.equal(decision('any', [unsampled, sampled]), 2);
    assert.equal(decision('all', [unsampled, sampled]), 0);
    assert.equal(decision('all', [sampled, sampled]), 2);
    assert.equal(decision('all', []), 0);
    assert.equal(decision(2, [sampled, unsampled]), 0);
    assert.equal(decision(2, [sampled, unsampled, sampled]), 2);
  });
  test('links that are none do not matter', () => {
    assert.equal(decision('any', undefined), 0);
    assert.equal(decision('any', [undefined, null, {}, { context: {} }, sampled]), 2);
  });
});

test('options that make no sense are refused', () => {
  const refused = (error) => error instanceof SpanlinkError && error.code === 'invalid_option';
  for (const whenLinked of [0, -1, 1.5, NaN, 'some', null]) {
    assert.throws(() => linkedSampler({ whenLinked }), refused, String(whenLinked));
  }
  for (const root of [null, {}, 'on']) assert.throws(() => linkedSampler({ root }), refused);
  assert.throws(() => linkedSampler(null), refused);
});

test('its description names its root', () => {
  assert.equal(
    String(linkedSampler({ root: new AlwaysOnSampler(), whenLinked: 'all' })),
    'LinkedSampler{root=AlwaysOnSampler, whenLinked=all}',
  );
});
