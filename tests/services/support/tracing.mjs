// The OpenTelemetry SDK as a service sets it up, exporting to a real collector, and what the collector was sent.
import { ROOT_CONTEXT, SpanKind, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator, suppressTracing } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import assert from 'node:assert/strict';
import { inject } from 'spanlink';
import { until } from './process.mjs';
import { collector } from './servers.mjs';

const { url, output } = await collector();
const finished = new InMemorySpanExporter();
const provider = new BasicTracerProvider({
  spanProcessors: [
    new SimpleSpanProcessor(finished),
    new SimpleSpanProcessor(new OTLPTraceExporter({ url })),
  ],
});
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(provider);

/** Makes an instrumentation record with the tests' provider, and its client's module be instrumented. */
export function instrument(...instrumentations) {
  for (const each of instrumentations) {
    each.setTracerProvider(provider);
    each.enable();
  }
}

/** Sends a message within a producer's span: `send` gets what the headers are. Gives the span's context. */
export async function produce(send, name = 'send order') {
  const span = trace.getTracer('producer').startSpan(name, { kind: SpanKind.PRODUCER }, ROOT_CONTEXT);
  try {
    await context.with(trace.setSpan(ROOT_CONTEXT, span), () => send(inject(span.spanContext())));
  } finally {
    span.end();
  }
  return span.spanContext();
}

/** Does something without the instrumentations, which would make spans and headers of their own. */
export const uninstrumented = (work) => context.with(suppressTracing(context.active()), work);

/** Lets an instrumentation make the producers' spans, and gives their contexts: those of this kind that `send` ends. */
export async function instrumented(send, kind = SpanKind.PRODUCER) {
  const before = new Set(finished.getFinishedSpans());
  await send();
  const made = finished.getFinishedSpans().filter((span) => !before.has(span) && span.kind === kind);
  assert.ok(made.length > 0, 'the instrumentation made a span');
  return made.map((span) => span.spanContext());
}

/** The spans that the collector has printed, each with its name and what it links to. */
function collected() {
  return output()
    .split(/^Span #\d+$/m)
    .slice(1)
    .map((text) => ({
      name: text.match(/^ +Name +: (.*)$/m)?.[1],
      links: [...text.matchAll(/-> Trace ID: ([0-9a-f]{32})\s+-> ID: ([0-9a-f]{16})/g)].map(
        ([, traceId, spanId]) => `${traceId}:${spanId}`,
      ),
    }));
}

/** Waits until the collector has spans of this name that together link to all these contexts, and to nothing else. */
export async function assertLinked(contexts, name = 'process orders') {
  await provider.forceFlush();
  const wanted = contexts.map(({ traceId, spanId }) => `${traceId}:${spanId}`);
  assert.ok(wanted.length > 0);
  await until(`${name} with links to ${wanted}`, () => {
    const spans = collected().filter(({ links }) => links.some((link) => wanted.includes(link)));
    const linked = new Set(spans.filter((span) => span.name === name).flatMap(({ links }) => links));
    if (!wanted.every((each) => linked.has(each))) return false;
    assert.deepEqual([...linked].sort(), [...wanted].sort(), 'and to nothing else');
    return true;
  });
}
