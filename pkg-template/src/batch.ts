import { arrayFor } from './array-for.js';
import { copyAttributes } from './attributes.js';
import type { CarrierReader } from './carriers/reader.js';
import { choose, makeLinks } from './chosen.js';
import type { Chosen } from './chosen.js';
import { invalidOption, optionsObject } from './errors.js';
import { readHeaders, readerOf } from './headers.js';
import type { HeaderValue } from './headers.js';
import type { Attributes, Link, RejectReason } from './types.js';

/** How a batch of messages is turned into links. */
export interface LinkBatchOptions<M = unknown> {
  /** Where a message keeps its headers. Default: `auto`. */
  reader?: CarrierReader<M> | undefined;
  /**
   * Attributes for the link of a message; called for each message that gets a link, in the order of the links. What no
   * attribute can have for a value is left out, as by the SDK: an object, a `Date`, a bigint, an array of mixed types.
   */
  attributes?: ((message: M, index: number) => Attributes | undefined) | undefined;
  /** Whether messages that name the same span share a link, which then says `link.message_count`. Default: true. */
  dedupe?: boolean | undefined;
  /** How many links a span may have; at least 1. Default: 128, the limit of the OpenTelemetry SDK itself. */
  maxLinks?: number | undefined;
  /**
   * What happens to the links beyond that. `'sampled'`, the default: contexts that were sampled are kept first.
   * `'first'`, `'last'`: the earliest or the latest messages are kept. `'split'`: all are kept, in `groups`.
   */
  overflow?: 'sampled' | 'first' | 'last' | 'split' | undefined;
}

/** The links of a batch and what became of every message in it. */
export interface LinkBatch {
  /** The links for one span: never more than `maxLinks`. */
  links: Link[];
  /** With `overflow: 'split'` every link, in groups of at most `maxLinks`; else `[links]`. */
  groups: Link[][];
  /** For the span: `messaging.batch.message_count`, `batch.size`, `batch.link_count`. */
  attributes: Attributes;
  /** What became of every message. */
  report: LinkReport;
}

/** What became of every message: `messages === linked + duplicates + missing + malformed + dropped`, always. */
export interface LinkReport {
  /** How many messages there were. */
  messages: number;
  /** How many have a link of their own, in all groups. */
  linked: number;
  /** How many name a span that an earlier message named. */
  duplicates: number;
  /** How many have no traceparent. */
  missing: number;
  /** How many have a traceparent that is not valid. */
  malformed: number;
  /** How many links the limit left out. */
  dropped: number;
  /** The first 16 malformed messages. */
  rejected: { index: number; reason: RejectReason }[];
}

const OVERFLOW = ['sampled', 'first', 'last', 'split'];
const DEFAULT_MAX_LINKS = 128;
const MOST = 2 ** 32 - 1;
/**
 * Turns a batch of messages into links: validated, one for each span, within the limit, every message accounted for.
 *
 * Nothing that a message contains makes it throw.
 *
 * @throws {SpanlinkError} `invalid_option` where `messages` cannot be iterated or an option makes no sense. What
 * `messages` or `attributes` throw themselves is passed on.
 *
 * @example
 * const batch = linkBatch(messages, { reader: kafka });
 * tracer.startActiveSpan('process orders', { links: batch.links, attributes: batch.attributes }, …);
 */
export function linkBatch<M>(messages: Iterable<M>, options?: LinkBatchOptions<M>): LinkBatch {
  const {
    attributes,
    dedupe = true,
    maxLinks = DEFAULT_MAX_LINKS,
    overflow = 'sampled',
    reader,
  } = optionsObject(options);
  if (typeof (messages as Iterable<M> | undefined)?.[Symbol.iterator] !== 'function') {
    invalidOption('messages', 'must be an array or another iterable of messages');
  }
  if (typeof dedupe !== 'boolean') invalidOption('dedupe', 'must be true or false');
  if (!Number.isInteger(maxLinks) || maxLinks < 1 || maxLinks > MOST) {
    invalidOption('maxLinks', `must be a whole number from 1 to ${MOST}`);
  }
  if (!OVERFLOW.includes(overflow)) {
    invalidOption('overflow', 'must be `sampled`, `first`, `last` or `split`');
  }
  if (attributes !== undefined && typeof attributes !== 'function') {
    invalidOption('attributes', 'must be a function (message, index)');
  }

  // All that may run a user's code comes before the batch and after it, never between.
  const carrierReader = readerOf(reader);
  const { headers, lists, kept } = read(messages, carrierReader, attributes !== undefined);
  const chosen = choose(headers, dedupe, maxLinks, OVERFLOW.indexOf(overflow));
  const links = makeLinks(chosen, headers, lists);
  addAttributes(links, chosen, kept, attributes);
  const { report } = chosen;
  const groups = overflow === 'split' ? split(links, maxLinks) : [links];
  return {
    links: groups[0] as Link[],
    groups,
    attributes: {
      'messaging.batch.message_count': report.messages,
      'batch.size': report.messages,
      'batch.link_count': report.linked,
    },
    report,
  };
}

/** What was found in the messages of a batch, as arrays with a place for each message. */
interface Batch<M> {
  headers: HeaderValue[];
  /** The tracestates, where there are any; without one, no array either. */
  lists: string[] | undefined;
  /** The messages, where attributes will be asked for. */
  kept: M[];
}

function read<M>(messages: Iterable<M>, reader: CarrierReader<M>, keep: boolean): Batch<M> {
  const headers = arrayFor<HeaderValue>(messages);
  const kept: M[] = [];
  let lists: string[] | undefined;
  let count = 0;
  for (const message of messages) {
    const { traceparent, tracestate } = readHeaders(reader, message);
    if (keep) kept.push(message);
    if (tracestate !== '') {
      lists ??= new Array<string>(headers.length);
      lists[count] = tracestate;
    }
    headers[count++] = traceparent;
  }
  headers.length = count;
  return { headers, lists, kept };
}

/** Adds what the user says of each link, and how many messages it stands for where that is more than one. */
function addAttributes<M>(
  links: Link[],
  { places, merged }: Chosen,
  kept: M[],
  attributes: ((message: M, index: number) => Attributes | undefined) | undefined,
): void {
  if (attributes) {
    for (let link = 0; link < links.length; link++) {
      const index = (places[link] as number) >>> 2;
      const own = copyAttributes(attributes(kept[index] as M, index));
      if (own) links[link] = { context: (links[link] as Link).context, attributes: own };
    }
  }
  for (const [link, count] of merged) {
    const { context, attributes: own } = links[link] as Link;
    links[link] = { context, attributes: { ...own, 'link.message_count': count } };
  }
}

/** Groups of at most `size`; one empty group where there are no links. */
function split(links: Link[], size: number): Link[][] {
  const groups: Link[][] = [links.slice(0, size)];
  for (let start = size; start < links.length; start += size) groups.push(links.slice(start, start + size));
  return groups;
}
