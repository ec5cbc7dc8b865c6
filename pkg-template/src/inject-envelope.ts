import { inject, isRecord, placeInObject } from './inject.js';
import { formatTraceparent } from './span-context.js';
import type { SpanContext } from './types.js';

/**
 * Writes a context into the `metadata` of a body, for transports without headers, and returns the body: the object
 * itself, or a copy of one that cannot be written. Its readers are `queueBody`, `kinesis`, `eventBridge` and `metadata`.
 *
 * A `traceparent` and a `tracestate` at the top level of the body are removed, whatever their case: readers look there
 * first, and an event that is published again would link to the span it came from.
 *
 * A body that cannot hold a context is returned as it is, without one: text, bytes, a list, and an object whose
 * `metadata` is something else than an object.
 *
 * @throws {SpanlinkError} `invalid_span_context` as {@link formatTraceparent}.
 *
 * @example
 * await env.ORDERS.send(injectEnvelope({ orderId }, span.spanContext()));
 */
export function injectEnvelope<B>(body: B, context: SpanContext): B {
  // What is no context is misuse, whatever the body.
  formatTraceparent(context);
  if (!isEnvelope(body)) return body;
  const given = (body as Envelope).metadata ?? {};
  if (!isEnvelope(given)) return body;
  const metadata = inItOrCopy(given, (target) => inject(context, target));
  return inItOrCopy(body, (target: Envelope) => {
    if (target.metadata !== metadata) target.metadata = metadata;
    placeInObject(target, 'traceparent', '');
    placeInObject(target, 'tracestate', '');
  });
}

interface Envelope {
  metadata?: unknown;
}

/** Writes into an object and gives it; or into a copy, where that fails. */
function inItOrCopy<T extends object>(object: T, write: (target: T) => void): T {
  try {
    write(object);
    return object;
  } catch {
    const copy = { ...object };
    write(copy);
    return copy;
  }
}

function isEnvelope(value: unknown): value is object {
  return isRecord(value) && !(value instanceof Map || value instanceof Set);
}
