// Our types are those of @opentelemetry/api: assignable both ways, though neither package imports the other.
import * as api from '@opentelemetry/api';
import {
  FanIn,
  fanOut,
  formatTraceparent,
  linkBatch,
  parentOrLink,
  TraceState,
  type Attributes,
  type Link,
  type SpanContext,
} from 'spanlink';

declare function sample<T>(): T;

export const contexts: [api.SpanContext, SpanContext] = [sample<SpanContext>(), sample<api.SpanContext>()];
export const links: [api.Link, Link] = [sample<Link>(), sample<api.Link>()];
export const attributes: [api.Attributes, Attributes] = [sample<Attributes>(), sample<api.Attributes>()];
export const state: api.TraceState = sample<TraceState>();

const tracer = api.trace.getTracer('orders');
const batch = linkBatch([{ headers: {} }]);
const span = tracer.startSpan('process orders', { links: batch.links, attributes: batch.attributes });
tracer.startActiveSpan('process orders', { links: batch.links, attributes: batch.attributes }, (active) =>
  active.end(),
);
span.addLinks(batch.links);
span.setAttributes(batch.attributes);

const { billing } = fanOut({}, { billing: { attributes: { a: 1 } satisfies api.Attributes } });
tracer.startSpan('bill', { links: billing });

const { parent, links: others, root } = parentOrLink({}, { ambient: span.spanContext() });
const within = parent ? api.trace.setSpanContext(api.context.active(), parent) : api.context.active();
tracer.startSpan('consume', { links: others, root }, within);

formatTraceparent(span.spanContext());
const fanIn = new FanIn({ name: 'fulfillment', slots: { a: {}, b: {} }, timeoutMs: 1 });
const outcome = fanIn.offer('key', 'a', {});
if (outcome.status === 'complete') {
  const { links, attributes } = outcome;
  fanIn.settle('key', tracer.startSpan('fulfill', { links, attributes }).spanContext());
}
for (const { links, attributes } of fanIn.expire()) tracer.startSpan('expired', { links, attributes });
