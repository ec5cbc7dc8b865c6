// The way to a context that OpenTelemetry has: what most programs do.
import { ROOT_CONTEXT, defaultTextMapGetter, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

const otel = new W3CTraceContextPropagator();
/** What a consumer of Buffers writes today. */
const bufferGetter = {
  get: (carrier, key) => carrier[key]?.toString(),
  keys: (carrier) => Object.keys(carrier),
};

export const otelText = ({ headers }) =>
  trace.getSpanContext(otel.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
export const otelBuffers = ({ headers }) =>
  trace.getSpanContext(otel.extract(ROOT_CONTEXT, headers, bufferGetter));

/** A link for each message, as the documentation of OpenTelemetry has it. */
export function otelLinks(messages, extract) {
  const links = [];
  for (const message of messages) {
    const context = extract(message);
    if (context) links.push({ context });
  }
  return links;
}
