import { copyAttributes } from './attributes.js';
import type { CarrierReader } from './carriers/reader.js';
import { invalidOption, optionsObject } from './errors.js';
import { extract } from './span-context.js';
import type { Attributes, Link, SpanContext } from './types.js';

/** A link; without attributes it has no such property. */
function makeLink(context: SpanContext, attributes: Attributes | undefined): Link {
  return attributes === undefined ? { context } : { context, attributes };
}

/**
 * A link to the span that sent a message; `undefined` where the message has no valid context.
 *
 * The attributes are copied. What no attribute can have for a value is left out, as by the SDK: an object, a `Date`, a
 * bigint, an array of mixed types.
 *
 * @throws {SpanlinkError} `invalid_option` for a `reader` that is none.
 *
 * @example
 * const link = linkTo(event, { attributes: { 'link.relationship': 'triggered_by', 'link.event_type': event.type } });
 * tracer.startActiveSpan('handle', { links: link ? [link] : [] }, …);
 */
export function linkTo<M>(
  message: M,
  options?: { reader?: CarrierReader<M> | undefined; attributes?: Attributes | undefined },
): Link | undefined {
  const { reader, attributes } = optionsObject(options);
  const context = extract(message, reader);
  return context && makeLink(context, copyAttributes(attributes));
}

/**
 * Links for several consumers of one message, each with a span of its own. The message is parsed once; without a
 * valid context, every consumer gets an empty list. Attributes are copied as by {@link linkTo}.
 *
 * @throws {SpanlinkError} `invalid_option` for a `reader` that is none, and `consumers` that are no object.
 *
 * @example
 * const links = fanOut(event, { billing: {}, shipping: { attributes: { 'link.relationship': 'ships' } } });
 * tracer.startActiveSpan('bill', { links: links.billing }, …);
 */
export function fanOut<K extends string, M = unknown>(
  message: M,
  consumers: Record<K, { attributes?: Attributes | undefined }>,
  options?: { reader?: CarrierReader<M> | undefined },
): Record<K, Link[]> {
  if (typeof consumers !== 'object' || consumers === null || Array.isArray(consumers)) {
    invalidOption('consumers', 'must be an object with a property for each consumer');
  }
  const context = extract(message, optionsObject(options).reader);
  const entries = Object.entries<{ attributes?: Attributes | undefined }>(consumers).map(
    ([name, consumer]) => {
      const links = context ? [makeLink(context, copyAttributes(consumer?.attributes))] : [];
      return [name, links] as const;
    },
  );
  return Object.fromEntries(entries) as Record<K, Link[]>;
}
