// What every example needs: a real OpenTelemetry SDK, a producer, and a way to look at the finished spans.
import { SpanKind, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

const exporter = new InMemorySpanExporter();
const propagator = new W3CTraceContextPropagator();

context.setGlobalContextManager(new AsyncLocalStorageContextManager());
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);

export const tracer = trace.getTracer('spanlink-examples');

const setText = { set: (carrier, key, value) => (carrier[key] = value) };
const setBytes = { set: (carrier, key, value) => (carrier[key] = Buffer.from(value)) };

/** The headers a producer writes: its own span, injected by the real W3C propagator. */
export function publish(name, setter = setText) {
  return tracer.startActiveSpan(name, { kind: SpanKind.PRODUCER, root: true }, (span) => {
    const headers = {};
    propagator.inject(context.active(), headers, setter);
    span.end();
    return headers;
  });
}

/** The same headers as Kafka clients deliver them: a Buffer each. */
export function publishBytes(name) {
  return publish(name, setBytes);
}

/** Finished spans of this name, as an exporter would get them. */
export function finished(name) {
  return exporter.getFinishedSpans().filter((span) => span.name === name);
}

/** Prints a span, its attributes, and one line for each link. */
export function print(span) {
  console.log(`span ${span.name}`);
  for (const [key, value] of Object.entries(span.attributes)) console.log(`  ${key}: ${value}`);
  for (const { context, attributes } of span.links) {
    const producer = exporter
      .getFinishedSpans()
      .find((other) => other.spanContext().spanId === context.spanId);
    console.log(`  link to ${producer?.name ?? context.spanId} ${JSON.stringify(attributes ?? {})}`);
  }
}
