// The five patterns of the design with the real OpenTelemetry SDK: what is exported is what was meant.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { ROOT_CONTEXT, SpanKind, TraceFlags, defaultTextMapSetter, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  FanIn,
  TraceState,
  dehydrateLinks,
  extract,
  fanOut,
  linkBatch,
  linkTo,
  parentOrLink,
  rehydrateLinks,
} from 'spanlink';
import { kafka, metadata } from 'spanlink/carriers';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer('spanlink-test');
const propagator = new W3CTraceContextPropagator();

/** Ends a producer's span and gives the headers it would have sent, with its context. */
function produce(name, tracestate) {
  let parent = ROOT_CONTEXT;
  if (tracestate) {
    const traceState = TraceState.parse(tracestate);
    const remote = {
      traceId: 'c'.repeat(32),
      spanId: 'd'.repeat(16),
      traceFlags: TraceFlags.SAMPLED,
      traceState,
    };
    parent = trace.setSpanContext(ROOT_CONTEXT, remote);
  }
  const span = tracer.startSpan(name, { kind: SpanKind.PRODUCER }, parent);
  const headers = {};
  propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, defaultTextMapSetter);
  span.end();
  return { headers, context: span.spanContext() };
}

/** Starts and ends a consumer's span, and gives it as it was exported. */
function consume(name, options, context = ROOT_CONTEXT) {
  exporter.reset();
  tracer.startSpan(name, { kind: SpanKind.CONSUMER, ...options }, context).end();
  const spans = exporter.getFinishedSpans();
  assert.equal(spans.length, 1);
  return spans[0];
}

const pair = ({ traceId, spanId }) => `${traceId}:${spanId}`;
const linked = (span) => span.links.map(({ context }) => pair(context));

/** The links of a span in OTLP/JSON, after the Protobuf serializer has taken it too. */
function otlpLinks(span) {
  const protobuf = ProtobufTraceSerializer.serializeRequest([span]);
  assert.ok(protobuf.length > 0);
  const json = JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest([span])).toString());
  const [exported] = json.resourceSpans[0].scopeSpans[0].spans;
  const { links } = exported;
  for (const { traceState } of links) {
    if (traceState)
      assert.ok(Buffer.from(protobuf).includes(traceState), 'the trace state is in the Protobuf');
  }
  // 0x100: it is known whether the context is remote; 0x200: it is.
  for (const { flags } of links) assert.equal(flags & 0x300, 0x300);
  return links;
}

const attributesOf = (otlp) =>
  Object.fromEntries(otlp.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

beforeEach(() => exporter.reset());

describe('the five patterns', () => {
  test('a link to what triggered it', () => {
    const { headers, context } = produce('order created', 'rojo=1,congo=2');
    const attributes = { 'link.relationship': 'triggered_by', 'link.event_type': 'order.created' };
    const span = consume('process order', { links: [linkTo({ headers }, { attributes })] });
    assert.deepEqual(linked(span), [pair(context)]);
    assert.notEqual(span.spanContext().traceId, context.traceId);
    const [otlp] = otlpLinks(span);
    assert.equal(otlp.traceId, context.traceId);
    assert.equal(otlp.spanId, context.spanId);
    assert.equal(otlp.traceState, 'rojo=1,congo=2');
    assert.deepEqual(attributesOf(otlp), attributes);
    assert.equal(span.links[0].context.isRemote, true);
    assert.equal(span.links[0].context.traceFlags, TraceFlags.SAMPLED);
  });

  test('fan-in: one span for payment and inventory, in any order', () => {
    const slots = {
      payment: { relationship: 'payment_confirmation' },
      inventory: { relationship: 'inventory_reservation' },
    };
    const definition = { name: 'fulfill_order', slots, timeoutMs: 60_000, attributePrefix: 'fulfillment' };
    for (const order of [
      ['payment', 'inventory'],
      ['inventory', 'payment'],
    ]) {
      const fanIn = new FanIn(definition);
      const sent = { payment: produce('pay', 'p=1'), inventory: produce('reserve') };
      const [first, second] = order.map((slot) => fanIn.offer('order-7', slot, sent[slot]));
      assert.equal(first.status, 'pending');
      assert.equal(second.status, 'complete');
      const span = consume('fulfill_order', { links: second.links, attributes: second.attributes });
      assert.equal(fanIn.settle('order-7', span.spanContext()), true);
      assert.deepEqual(linked(span), [pair(sent.payment.context), pair(sent.inventory.context)]);
      assert.equal(span.attributes['fulfillment.trigger_count'], 2);
      assert.equal(span.attributes['fulfillment.name'], 'fulfill_order');
      assert.deepEqual(
        otlpLinks(span).map((link) => attributesOf(link)['link.relationship']),
        ['payment_confirmation', 'inventory_reservation'],
      );
      assert.equal(fanIn.inspect('order-7'), undefined);
      assert.equal(fanIn.stats().pending, 0);

      const lateOne = produce('pay again');
      const late = fanIn.offer('order-7', 'payment', lateOne);
      assert.equal(late.status, 'late');
      const lateSpan = consume('handle late payment', { links: late.links });
      assert.deepEqual(linked(lateSpan), [pair(lateOne.context), pair(span.spanContext())]);
      otlpLinks(consume('handle it again', { links: late.links.slice(0, 1) }));
      fanIn.free();
    }
  });

  test('fan-out: each consumer its own span, each with a link to the producer', () => {
    const { headers, context } = produce('order created', 'a=1');
    const consumers = { email: { attributes: { 'consumer.name': 'email' } }, billing: {}, audit: {} };
    const spans = Object.entries(fanOut({ headers }, consumers)).map(([name, links]) =>
      consume(name, { links }),
    );
    assert.equal(new Set(spans.map((span) => span.spanContext().traceId)).size, 3);
    for (const span of spans) {
      assert.deepEqual(linked(span), [pair(context)]);
      assert.equal(otlpLinks(span)[0].traceState, 'a=1');
    }
    assert.equal(spans[0].links[0].attributes['consumer.name'], 'email');
  });

  test('extraction from the metadata of an event', () => {
    const { headers, context } = produce('order created', 'a=1');
    const span = consume(
      'child',
      {},
      trace.setSpanContext(ROOT_CONTEXT, extract({ metadata: headers }, metadata)),
    );
    assert.equal(span.spanContext().traceId, context.traceId);
    assert.equal(span.parentSpanContext.spanId, context.spanId);
    assert.equal(span.spanContext().traceState.serialize(), 'a=1');
    assert.equal(extract({ metadata: { traceparent: '', tracestate: '' } }, metadata), undefined);
    assert.equal(extract({ metadata: {} }, metadata), undefined);
    assert.equal(extract({}, metadata), undefined);
  });

  test('a batch: one span, a link for each message', () => {
    const sent = Array.from({ length: 5 }, (_, i) => ({ id: `e${i}`, ...produce(`event ${i}`, 'v=1') }));
    const messages = sent.map(({ id, headers }) => ({
      key: Buffer.from(id),
      headers: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, Buffer.from(v)])),
    }));
    messages.splice(2, 0, { key: Buffer.from('none'), headers: {} });
    const attributes = ({ key }) => ({ 'event.id': key.toString() });
    const batch = linkBatch(messages, { reader: kafka, attributes });
    const span = consume('process batch', { links: batch.links, attributes: batch.attributes });
    assert.deepEqual(
      linked(span),
      sent.map(({ context }) => pair(context)),
    );
    assert.equal(span.attributes['batch.size'], 6);
    assert.equal(span.attributes['batch.link_count'], 5);
    assert.equal(span.attributes['messaging.batch.message_count'], 6);
    const links = otlpLinks(span);
    assert.deepEqual(
      links.map((link) => attributesOf(link)['event.id']),
      sent.map(({ id }) => id),
    );
    assert.ok(links.every(({ traceState }) => traceState === 'v=1'));
  });
});

describe('limits of the SDK', () => {
  const messages = (count) => Array.from({ length: count }, (_, i) => produce(`event ${i}`));

  test('a batch of 128 links loses none', () => {
    const batch = linkBatch(messages(128));
    const span = consume('process batch', { links: batch.links });
    assert.equal(span.links.length, 128);
    assert.equal(span.droppedLinksCount, 0);
    assert.equal(otlpLinks(span).length, 128);
  });

  test('a batch of 300 messages: the report, not the SDK, says what was dropped', () => {
    const batch = linkBatch(messages(300));
    const span = consume('process batch', { links: batch.links });
    assert.equal(span.links.length, 128);
    assert.equal(span.droppedLinksCount, 0);
    assert.equal(batch.report.dropped, 172);
  });

  test('a batch of 300 messages, split: a span for each group, none lost', () => {
    const sent = messages(300);
    const spans = linkBatch(sent, { overflow: 'split' }).groups.map((links) => consume('part', { links }));
    assert.deepEqual(
      spans.map((span) => [span.links.length, span.droppedLinksCount]),
      [
        [128, 0],
        [128, 0],
        [44, 0],
      ],
    );
    assert.deepEqual(
      spans.flatMap(linked),
      sent.map(({ context }) => pair(context)),
    );
  });

  for (const [overflow, survivors] of Object.entries({
    // Of 300, every third is not sampled: 200 are, and the first 128 of them stay.
    sampled: (sent) => sent.filter((_, i) => i % 3 !== 0).slice(0, 128),
    first: (sent) => sent.slice(0, 128),
    last: (sent) => sent.slice(-128),
  })) {
    test(`${overflow}: the links on the span are those that were promised`, () => {
      const sent = messages(300);
      for (let i = 0; i < 300; i += 3) {
        const { headers } = sent[i];
        headers.traceparent = headers.traceparent.replace(/01$/, '00');
      }
      const span = consume('process batch', { links: linkBatch(sent, { overflow }).links });
      assert.equal(span.droppedLinksCount, 0);
      assert.deepEqual(
        linked(span),
        survivors(sent).map(({ context }) => pair(context)),
      );
      assert.equal(otlpLinks(span).length, 128);
    });
  }

  test('a join of more events than links', () => {
    const definition = { name: 'many', slots: { first: {}, rest: { min: 199 } }, timeoutMs: 1000 };
    const fanIn = new FanIn(definition);
    const sent = messages(200);
    let outcome;
    sent.forEach((message, i) => {
      outcome = fanIn.offer('k', i === 199 ? 'first' : 'rest', message, { eventId: i });
    });
    assert.equal(outcome.linksDropped, 72);
    const span = consume('join', { links: outcome.links, attributes: outcome.attributes });
    assert.equal(span.links.length, 128);
    assert.equal(span.droppedLinksCount, 0);
    assert.deepEqual(
      linked(span),
      [sent[199], ...sent.slice(0, 127)].map(({ context }) => pair(context)),
    );
    assert.equal(span.attributes['fan_in.trigger_count'], 200);
    assert.equal(span.attributes['fan_in.link_count'], 128);
    fanIn.free();
  });
});

describe('what else reaches the SDK', () => {
  test('links kept in an outbox', () => {
    const { headers, context } = produce('order created', 'a=1,b=2');
    const row = JSON.stringify(dehydrateLinks([linkTo({ headers }, { attributes: { x: 1 } })]));
    const span = consume('from the outbox', { links: rehydrateLinks(JSON.parse(row)) });
    assert.deepEqual(linked(span), [pair(context)]);
    const [otlp] = otlpLinks(span);
    assert.equal(otlp.traceState, 'a=1,b=2');
    assert.equal(span.links[0].attributes.x, 1);
  });

  test('a parent chosen by parentOrLink', () => {
    const { headers, context } = produce('order created', 'a=1');
    const alone = parentOrLink({ headers });
    const child = consume(
      'process',
      { links: alone.links },
      trace.setSpanContext(ROOT_CONTEXT, alone.parent),
    );
    assert.equal(child.parentSpanContext.spanId, context.spanId);
    assert.deepEqual(child.links, []);

    const outer = tracer.startSpan('poll');
    const ambient = outer.spanContext();
    const inside = parentOrLink({ headers }, { ambient });
    const parent = trace.setSpanContext(ROOT_CONTEXT, inside.parent);
    const span = consume('process', { links: inside.links, root: inside.root }, parent);
    outer.end();
    assert.equal(span.parentSpanContext.spanId, ambient.spanId);
    assert.deepEqual(linked(span), [pair(context)]);
    assert.equal(otlpLinks(span)[0].traceState, 'a=1');
  });

  test('trace state edited by us goes on through the propagator', () => {
    const { headers } = produce('order created', 'a=1,b=2');
    const remote = extract({ headers });
    const traceState = remote.traceState.set('c', '3').unset('a');
    const out = {};
    propagator.inject(
      trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceState }),
      out,
      defaultTextMapSetter,
    );
    assert.equal(out.tracestate, 'c=3,b=2');
    assert.equal(out.traceparent, headers.traceparent);
  });

  test('two hundred bad messages among good ones break no export', () => {
    const good = produce('good', 'a=1');
    const junk = [
      null,
      7,
      'x',
      {},
      { headers: { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00` } },
    ];
    const batch = linkBatch([...Array.from({ length: 200 }, (_, i) => junk[i % junk.length]), good]);
    const span = consume('process batch', { links: batch.links, attributes: batch.attributes });
    assert.deepEqual(linked(span), [pair(good.context)]);
    assert.equal(otlpLinks(span)[0].traceState, 'a=1');
  });
});
