import { copyAttributes } from './attributes.js';
import { invalidOption } from './errors.js';
import { contextOf, traceparentOf, tracestateOf } from './span-context.js';
import type { Attributes, Link, SpanContext } from './types.js';

/** A link as plain JSON: for an outbox, a database, a worker. */
export interface SerializedLink {
  /** The span linked to. */
  context: {
    /** 32 lower-case hexadecimal characters. */
    traceId: string;
    /** 16 lower-case hexadecimal characters. */
    spanId: string;
    /** Bit 0: sampled. Bit 1: the trace id is random. */
    traceFlags: number;
    /** Whether the context was received from elsewhere. */
    isRemote: boolean;
    /** The vendors' list as text; absent where there is none. */
    traceState?: string;
  };
  /** What that span is to the one linked from; absent where there is nothing to say. */
  attributes?: Attributes;
}

/**
 * Turns links into plain JSON, tracestate included, which `JSON.stringify` and `structuredClone` would lose or break.
 * A link whose context is not valid is left out.
 *
 * @throws {SpanlinkError} `invalid_option` where `links` is not an array.
 */
export function dehydrateLinks(links: Link[]): SerializedLink[] {
  if (!Array.isArray(links)) invalidOption('links', 'must be an array of links');
  return links.flatMap((link) => serialize(link) ?? []);
}

/**
 * Turns plain JSON back into links. Everything is validated again; what is not a link is left out.
 *
 * @example
 * const links = rehydrateLinks(JSON.parse(row.links));
 */
export function rehydrateLinks(value: unknown): Link[] {
  const count = safely(() => (Array.isArray(value) ? value.length : 0)) ?? 0;
  const links: Link[] = [];
  for (let index = 0; index < count; index++) {
    const link = safely(() => parse((value as unknown[])[index]));
    if (link) links.push(link);
  }
  return links;
}

/** What a reading gives; `undefined` where it throws. */
function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function serialize(link: Link): SerializedLink | undefined {
  const context = link?.context;
  const traceparent = context && traceparentOf(context);
  if (!traceparent) return undefined;
  const traceState = tracestateOf(context);
  const attributes = copyAttributes(link.attributes);
  return {
    context: {
      traceId: context.traceId,
      spanId: context.spanId,
      traceFlags: Number.parseInt(traceparent.slice(-2), 16),
      isRemote: context.isRemote === true,
      ...(traceState && { traceState }),
    },
    ...(attributes && { attributes }),
  };
}

function parse(value: unknown): Link | undefined {
  const link = value as Partial<SerializedLink> | null;
  const traceparent = link?.context && traceparentOf(link.context as unknown as SpanContext);
  if (!link?.context || !traceparent) return undefined;
  const { isRemote, traceState } = link.context;
  const context = contextOf(traceparent, typeof traceState === 'string' ? traceState : '');
  if (typeof context === 'number') return undefined;
  context.isRemote = isRemote !== false;
  const attributes = copyAttributes(link.attributes);
  return attributes ? { context, attributes } : { context };
}
