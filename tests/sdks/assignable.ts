// What spanlink returns is what this line's @opentelemetry/api takes, and a context of its own what spanlink takes.
import * as api from '@opentelemetry/api';
import {
  TraceState,
  formatTraceparent,
  linkBatch,
  linkTo,
  parentOrLink,
  type Attributes,
  type Link,
  type SpanContext,
} from 'spanlink';

declare function sample<T>(): T;

export const context: api.SpanContext = sample<SpanContext>();
export const link: api.Link = sample<Link>();
export const attributes: api.Attributes = sample<Attributes>();
export const state: api.TraceState = sample<TraceState>();

const tracer = api.trace.getTracer('orders');
const { links, attributes: ofBatch } = linkBatch([{ headers: {} }]);
const span = tracer.startSpan('process orders', { links, attributes: ofBatch });
span.addLinks([...links, linkTo({}) ?? sample<Link>()]);
parentOrLink({}, { ambient: span.spanContext() });
formatTraceparent(span.spanContext());
// @ts-expect-error a text is no trace state
export const broken: api.SpanContext = { ...sample<SpanContext>(), traceState: 'a=1' };
