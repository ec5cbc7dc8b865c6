import { isBytes } from './memory.js';
import { inject } from './inject.js';
import { formatTraceparent } from './span-context.js';
import type { SpanContext } from './types.js';

/**
 * Writes a context into the `metadata` of a body, for transports without headers, and returns the body: the object
 * itself, or a copy of one that is frozen. Its readers are `queueBody`, `kinesis`, `eventBridge` and `metadata`.
 *
 * A body that cannot hold it is returned as it is, without a context: text, bytes, a list, and an object whose
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
  if (!isRecord(body)) return body;
  const { metadata } = body as { metadata?: unknown };
  if (metadata !== undefined && metadata !== null && !isRecord(metadata)) return body;
  const given = (metadata ?? {}) as Record<string, string>;
  const target = Object.isFrozen(given) ? { ...given } : given;
  inject(context, target);
  if (target === metadata) return body;
  if (!Object.isExtensible(body)) return { ...body, metadata: target };
  (body as { metadata?: unknown }).metadata = target;
  return body;
}

function isRecord(value: unknown): value is object {
  const isList = Array.isArray(value) || value instanceof Map || value instanceof Set || isBytes(value);
  return typeof value === 'object' && value !== null && !isList;
}
