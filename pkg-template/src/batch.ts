import { copyAttributes } from './attributes.js';
import type { CarrierReader } from './carriers/reader.js';
import { batch_finish, batch_ids, batch_push, batch_start } from './core/core.js';
import { invalidOption, optionsObject } from './errors.js';
import { NO_TEXT, readHeaders, readerOf, textLength, writeHeader } from './headers.js';
import type { RawHeaders } from './headers.js';
import { makeLink } from './links.js';
import * as memory from './memory.js';
import { contextFromIds, reasonOf } from './span-context.js';
import { parseTraceState } from './trace-state.js';
import type { TraceState } from './trace-state.js';
import type { Attributes, Link, RejectReason, SpanContext } from './types.js';

/** How a batch of messages is turned into links. */
export interface LinkBatchOptions<M = unknown> {
  /** Where a message keeps its headers. Default: `auto`. */
  reader?: CarrierReader<M>;
  /** Attributes for the link of a message; called for each message that gets a link, in the order of the links. */
  attributes?: (message: M, index: number) => Attributes | undefined;
  /** Whether messages that name the same span share a link, which then says `link.message_count`. Default: true. */
  dedupe?: boolean;
  /** How many links a span may have. Default: 128, the limit of the OpenTelemetry SDK itself. */
  maxLinks?: number;
  /**
   * What happens to the links beyond that. `'sampled'`, the default: contexts that were sampled are kept first.
   * `'first'`, `'last'`: the earliest or the latest messages are kept. `'split'`: all are kept, in `groups`.
   */
  overflow?: 'sampled' | 'first' | 'last' | 'split';
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
/** How many links get their ids from one decoded text: a kept id keeps that whole text alive. */
const IDS_AT_A_TIME = 8;
/** The characters of a trace id and a span id. */
const IDS_LENGTH = 48;
/** How many memory.numbers an answer begins with: the report's counts. */
const REPORT_NUMBERS = 7;

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
  const kept: M[] = [];
  const headers: RawHeaders[] = [];
  for (const message of messages) {
    kept.push(message);
    headers.push(readHeaders(carrierReader, message));
  }
  memory.seed();
  batch_start(dedupe, maxLinks, OVERFLOW.indexOf(overflow));
  push(headers);
  const { chosen, report } = finish(headers);

  const links = chosen.map(({ context, index, merged }) => {
    const own = attributes && copyAttributes(attributes(kept[index] as M, index));
    return makeLink(context, merged > 1 ? { ...own, 'link.message_count': merged } : own);
  });
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

/** Hands the traceparents over, in chunks. */
function push(headers: RawHeaders[]): void {
  memory.reserve(0);
  let lengths = memory.lengthsView();
  let count = 0;
  let offset = 0;
  for (const { traceparent } of headers) {
    if (count === memory.CHUNK || offset + textLength(traceparent) > memory.MAX_HEADER_LENGTH * 2) {
      batch_push(count);
      lengths = memory.lengthsView();
      count = 0;
      offset = 0;
    }
    const length = writeHeader(traceparent, offset);
    lengths[count++] = length;
    if (length < NO_TEXT) offset += length;
  }
  batch_push(count);
}

/** A message that gets a link. */
interface Chosen {
  index: number;
  context: SpanContext;
  merged: number;
}

/** Ends the batch and reads what came of it. */
function finish(headers: RawHeaders[]): { chosen: Chosen[]; report: LinkReport } {
  const linked = batch_finish();
  // Copied, because what follows makes further calls.
  const head = memory.numbers(REPORT_NUMBERS).slice();
  const named = head[6] as number;
  const answer = memory.numbers(REPORT_NUMBERS + 2 * named + 3 * linked).slice();
  let at = REPORT_NUMBERS;
  const next = () => answer[at++] as number;
  const rejected = Array.from({ length: named }, () => ({ index: next(), reason: reasonOf(next()) }));
  const [messages, , duplicates, missing, malformed, dropped] = head as unknown as number[];
  const ids = idsReader(linked);
  const chosen = Array.from({ length: linked }, (_, link): Chosen => {
    const [index, flags, merged] = [next(), next(), next()];
    const { traceparent } = headers[index] as RawHeaders;
    const context =
      typeof traceparent === 'string' && traceparent.length === 55
        ? contextFromIds(traceparent, 3, 36, flags)
        : ids(link, flags);
    return { index, context, merged };
  });
  addTraceStates(chosen, headers);
  return {
    chosen,
    report: { messages, linked, duplicates, missing, malformed, dropped, rejected } as LinkReport,
  };
}

/** Gives the contexts of links whose message had no text to slice ids from: bytes, or white space around them. */
function idsReader(linked: number): (link: number, flags: number) => SpanContext {
  let text = '';
  let first = -1;
  return (link, flags) => {
    const group = link - (link % IDS_AT_A_TIME);
    if (group !== first) {
      first = group;
      const count = Math.min(IDS_AT_A_TIME, linked - first);
      batch_ids(first, count);
      text = memory.readText(memory.output(), 0, count * IDS_LENGTH);
    }
    const start = (link - first) * IDS_LENGTH;
    return contextFromIds(text, start, start + 32, flags);
  };
}

/** Adds the tracestates. Messages of one origin share a list more often than not: the last one is remembered. */
function addTraceStates(chosen: Chosen[], headers: RawHeaders[]): void {
  let text = '';
  let state: TraceState | undefined;
  for (const { context, index } of chosen) {
    const { tracestate } = headers[index] as RawHeaders;
    if (tracestate === '') continue;
    if (tracestate !== text) {
      text = tracestate;
      state = parseTraceState(text);
    }
    if (state) context.traceState = state;
  }
}

/** Groups of at most `size`; one empty group where there are no links. */
function split(links: Link[], size: number): Link[][] {
  const groups: Link[][] = [links.slice(0, size)];
  for (let start = size; start < links.length; start += size) groups.push(links.slice(start, start + size));
  return groups;
}
