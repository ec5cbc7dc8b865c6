// Links and trace states in another line of the OpenTelemetry SDK than that of the other tests, named by `SDK_LINE`:
// what each span is exported as, in JSON and in Protobuf.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { ROOT_CONTEXT, SpanKind, defaultTextMapSetter, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { FanIn, TraceState, dehydrateLinks, extract, linkBatch, linkTo, rehydrateLinks } from 'spanlink';
import { linkedSampler } from 'spanlink/sampler';

const line = process.env.SDK_LINE;
const { dependencies } = JSON.parse(readFileSync(new URL(`${line}/package.json`, import.meta.url), 'utf8'));
const sdkName = Object.keys(dependencies).find((name) => name.includes('sdk-trace'));
const sdk = await import(sdkName);
const Provider = sdk.TracerProvider ?? sdk.BasicTracerProvider;

const exporter = new sdk.InMemorySpanExporter();
// From version 3 on a processor takes options.
const isNewest = sdkName === '@opentelemetry/sdk-trace';
const processor = new sdk.SimpleSpanProcessor(isNewest ? { exporter } : exporter);
const provider = (sampler) => new Provider({ sampler, spanProcessors: [processor] });
const tracer = provider().getTracer('spanlink-test');

/** A span with these links as it is exported; undefined where it is not recorded. */
function exported(links, from = tracer) {
  exporter.reset();
  from.startSpan('process', { kind: SpanKind.CONSUMER, links }, ROOT_CONTEXT).end();
  return exporter.getFinishedSpans()[0];
}

/** The links of a span in OTLP/JSON, after the Protobuf serializer has taken it too. */
function otlpLinks(span) {
  const protobuf = Buffer.from(ProtobufTraceSerializer.serializeRequest([span]));
  const json = JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest([span])).toString());
  const { links } = json.resourceSpans[0].scopeSpans[0].spans[0];
  for (const { traceState } of links) if (traceState) assert.ok(protobuf.includes(traceState));
  return links;
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const message = (tracestate, flags = '01') => ({
  headers: { traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}`, tracestate },
});

describe(`${line}: ${sdkName} ${dependencies[sdkName]}`, () => {
  test('the packages are those of the line', () => {
    const require = createRequire(import.meta.url);
    for (const [name, version] of Object.entries(dependencies)) {
      const { length } = require.resolve(name).split(name)[0];
      const manifest = `${require.resolve(name).slice(0, length)}${name}/package.json`;
      assert.equal(JSON.parse(readFileSync(manifest, 'utf8')).version, version, name);
    }
  });

  test('a link with its trace state', () => {
    const [link] = otlpLinks(exported([linkTo(message('rojo=1,congo=2'), { attributes: { a: 1 } })]));
    assert.equal(link.traceId, TRACE_ID);
    assert.equal(link.spanId, SPAN_ID);
    assert.equal(link.traceState, 'rojo=1,congo=2');
    assert.equal(link.attributes[0].key, 'a');
  });

  test('a link whose tracestate was invalid has none, and takes no other span with it', () => {
    const links = [message('Broken=1'), message('a=1')].map((each) => linkTo(each));
    const [broken, good] = otlpLinks(exported(links));
    assert.equal(broken.traceState || undefined, undefined);
    assert.equal(good.traceState, 'a=1');
  });

  test('a trace state that is text, as others keep it, fails the export', () => {
    const link = linkTo(message('a=1'));
    const text = { context: { ...link.context, traceState: 'a=1' } };
    assert.throws(() => otlpLinks(exported([link, text])), TypeError);
    const cloned = { context: JSON.parse(JSON.stringify(link.context)) };
    assert.throws(() => otlpLinks(exported([cloned])), TypeError);
    const [again] = otlpLinks(exported(rehydrateLinks(structuredClone(dehydrateLinks([link])))));
    assert.equal(again.traceState, 'a=1');
  });

  test('200 messages: the SDK drops none of the 128 links it is handed', () => {
    const messages = Array.from({ length: 200 }, (_, i) => ({
      headers: { traceparent: `00-${TRACE_ID}-${(i + 1).toString(16).padStart(16, '0')}-0${i % 2}` },
    }));
    const batch = linkBatch(messages);
    const span = exported(batch.links);
    assert.equal(span.links.length, 128);
    assert.equal(span.droppedLinksCount, 0);
    assert.equal(batch.report.dropped, 72);
    assert.equal(span.links.filter(({ context }) => context.traceFlags === 1).length, 100);
  });

  test('a join', () => {
    const fanIn = new FanIn({ name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1000 });
    fanIn.offer('k', 'a', message('a=1'));
    const { links, attributes } = fanIn.offer('k', 'b', message('b=1'));
    const span = tracer.startSpan('join', { links, attributes });
    assert.equal(fanIn.settle('k', span.spanContext()), true);
    span.end();
    assert.deepEqual(
      otlpLinks(exported(links)).map(({ traceState }) => traceState),
      ['a=1', 'b=1'],
    );
  });

  test('the propagator hands our trace state on, edited or not', () => {
    const remote = extract(message('a=1,b=2'));
    assert.ok(remote.traceState instanceof TraceState);
    for (const [traceState, expected] of [
      [remote.traceState, 'a=1,b=2'],
      [remote.traceState.set('c', '3').unset('a'), 'c=3,b=2'],
    ]) {
      const carrier = {};
      const context = trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceState });
      new W3CTraceContextPropagator().inject(context, carrier, defaultTextMapSetter);
      assert.equal(carrier.tracestate, expected);
    }
  });

  test('the sampler records what links to sampled spans', () => {
    const root = new sdk.ParentBasedSampler({ root: linkedSampler({ root: new sdk.AlwaysOffSampler() }) });
    const sampling = provider(root).getTracer('sampling');
    assert.ok(exported([linkTo(message(undefined, '01'))], sampling));
    assert.equal(exported([linkTo(message(undefined, '00'))], sampling), undefined);
  });
});
