import type { CarrierReader } from './carriers/reader.js';
import { invalidOption, optionsObject } from './errors.js';
import { extract, traceparentOf } from './span-context.js';
import type { Link, SpanContext } from './types.js';

/** How a consumer's span relates to its message; see {@link parentOrLink}. */
export interface ParentOrLinkOptions<M = unknown> {
  /** Where the message keeps its headers. Default: `auto`. */
  reader?: CarrierReader<M> | undefined;
  /** The span that the work is done in already, where there is one. An invalid context counts as none. */
  ambient?: SpanContext | undefined;
  /** Whether the message is one of several that the span is about. Default: false. */
  batch?: boolean | undefined;
  /** When the message was put into the queue, in milliseconds since the epoch. */
  enqueuedAt?: number | undefined;
  /** The time now, in milliseconds since the epoch. Default: `Date.now()`. */
  now?: number | undefined;
  /** For how long the sender's trace may be continued, in milliseconds. Default: for ever. */
  maxDelayMs?: number | undefined;
}

/** What to start a consumer's span with. */
export interface ParentOrLink {
  /** The parent; absent for the root of a new trace. */
  parent?: SpanContext;
  /** The links. */
  links: Link[];
  /** Whether the span is the root of a new trace, whatever context is active: `SpanOptions.root`. */
  root: boolean;
}

/**
 * Decides whether the sender of a message becomes the parent of the consumer's span or a link of it.
 *
 * The sender becomes the parent only for a single message, outside of any other span, and only as long as the message
 * is not older than `maxDelayMs`. In every other case it becomes a link: of a span inside the ambient one, where there
 * is one, else of the root of a new trace.
 *
 * Source: OpenTelemetry semantic conventions for messaging spans, Trace structure.
 *
 * @throws {SpanlinkError} `invalid_option` for a `reader` that is none, a `batch` that is neither true nor false, and a
 * `now` or `maxDelayMs` that is not a number that makes sense.
 */
export function parentOrLink<M>(message: M, options?: ParentOrLinkOptions<M>): ParentOrLink {
  const { reader, ambient, batch = false, enqueuedAt, now, maxDelayMs } = optionsObject(options);
  if (typeof batch !== 'boolean') invalidOption('batch', 'must be true or false');
  const isLate = isDelayed(enqueuedAt, now, maxDelayMs);
  const sender = extract(message, reader);
  const parent = ambient !== undefined && traceparentOf(ambient) !== undefined ? ambient : undefined;
  if (sender && !parent && !batch && !isLate) return { parent: sender, links: [], root: false };
  const links: Link[] = sender ? [{ context: sender }] : [];
  return parent ? { parent, links, root: false } : { links, root: true };
}

function isDelayed(enqueuedAt: unknown, now: unknown, maxDelayMs: unknown): boolean {
  if (now !== undefined && !Number.isFinite(now)) {
    invalidOption('now', 'must be a number of milliseconds since the epoch');
  }
  if (maxDelayMs === undefined) return false;
  if (typeof maxDelayMs !== 'number' || !(maxDelayMs >= 0)) {
    invalidOption('maxDelayMs', 'must be a number of milliseconds from 0');
  }
  // The time comes with the message: one that makes no sense says nothing.
  if (typeof enqueuedAt !== 'number' || !Number.isFinite(enqueuedAt)) return false;
  return ((now as number | undefined) ?? Date.now()) - enqueuedAt > maxDelayMs;
}
