// The other ways to a context: each takes a message with `headers`, and gives what it makes of it.
import { createRequire } from 'node:module';
import { parse as tctxParse } from 'tctx/traceparent';

export * from './otel.mjs';

const require = createRequire(import.meta.url);
const TraceParent = require('traceparent');
const DatadogPropagator = require('dd-trace/packages/dd-trace/src/opentracing/propagation/text_map.js');

export const tctx = ({ headers }) => tctxParse(headers.traceparent);

/** Its ids are made when they are asked for, so they are. */
export function elastic({ headers }) {
  const parent = TraceParent.fromString(headers.traceparent);
  return { traceId: parent.traceId, spanId: parent.id };
}

const datadogPropagator = new DatadogPropagator({
  tracePropagationStyle: { extract: ['tracecontext'], inject: ['tracecontext'] },
  tracePropagationExtractFirst: true,
});
export const datadog = ({ headers }) => datadogPropagator.extract(headers);

/** The ids of what a peer gave, as text, to compare. */
export const idsOf = {
  otherwise: (context) => `${context.traceId}-${context.spanId}`,
  tctx: (parent) => `${parent.trace_id}-${parent.parent_id}`,
  datadog: (context) => `${context.toTraceId(true)}-${context.toSpanId(true)}`,
};
