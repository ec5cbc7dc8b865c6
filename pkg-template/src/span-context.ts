import type { CarrierReader } from './carriers/reader.js';
import { format_traceparent, parsed_ids } from './core/core.js';
import { SpanlinkError } from './errors.js';
import { NOT_TEXT, REASONS, headerValue, readHeaders, readerOf, writeHeader } from './headers.js';
import type { HeaderValue } from './headers.js';
import {
  parse_headers,
  readAscii,
  readInput,
  reserveUsual,
  writeAscii,
  writeBoth,
  writeConcatenated,
} from './memory.js';
import { CANONICAL, DROPPED, canonicalTraceState, parseTraceState } from './trace-state.js';
import type { TraceState } from './trace-state.js';
import type { RejectReason, SpanContext } from './types.js';

/** Set in a verdict whose rest is the code of a reason. */
const REJECTED = 0x100;
/** The flags in a verdict. */
const FLAGS = 3;
/** Longer lists cross by themselves. */
const SHORT_LIST = 512;
/** The length of a version 00 header, whose ids are at known places. */
export const HEADER_LENGTH = 55;
/** The characters of a trace id and a span id. */
export const IDS_LENGTH = 48;
/**
 * How many links get their ids from one decoded text: a kept id keeps that whole text alive, 48 bytes a link:
 * 95 bytes a kept id at 16, 12 KiB at 256.
 */
export const IDS_AT_A_TIME = 16;

/** What a message says about the span that sent it, or why it says nothing. */
export type Explanation = { context: SpanContext } | { context: undefined; reason: RejectReason };

/**
 * Parses the value of a `traceparent` header. Gives `undefined` for anything that is not valid.
 *
 * Source: W3C Trace Context Level 2, section 3.2.
 *
 * @example
 * parseTraceparent('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01').traceFlags; // 1
 */
export function parseTraceparent(value: string | Uint8Array): SpanContext | undefined {
  const context = contextOf(safeHeaderValue(value), '');
  return typeof context === 'number' ? undefined : context;
}

/**
 * Writes a context as the value of a `traceparent` header: 55 characters, always version 00, with the flags of
 * Level 2 and no others.
 *
 * @throws {SpanlinkError} `invalid_span_context` where an id is not lower-case hexadecimal, of the right length and
 * not all zero, or the flags are not a whole number from 0 to 255.
 */
export function formatTraceparent(context: SpanContext): string {
  return traceparentOf(context) ?? invalidContext('context');
}

/**
 * Reads the context of the span that sent a message. Gives `undefined` where there is none; {@link explain} says why.
 *
 * A broken `tracestate` never costs a good `traceparent`.
 *
 * @param carrier a message as its client hands it over, or a header container
 * @param reader where the message keeps its headers; default: `auto`
 *
 * @throws {SpanlinkError} `invalid_option` for a `reader` that is none.
 */
export function extract<M>(carrier: M, reader?: CarrierReader<M>): SpanContext | undefined {
  const { traceparent, tracestate } = readHeaders(readerOf(reader), carrier);
  const context = contextOf(traceparent, tracestate);
  return typeof context === 'number' ? undefined : context;
}

/**
 * Reads the context of a message, or says why there is none. It always agrees with {@link extract}.
 *
 * @throws {SpanlinkError} `invalid_option` for a `reader` that is none.
 *
 * @example
 * explain({ metadata: { traceparent: '00-xyz' } }); // { context: undefined, reason: 'bad_length' }
 */
export function explain<M>(carrier: M, reader?: CarrierReader<M>): Explanation {
  const { traceparent, tracestate } = readHeaders(readerOf(reader), carrier);
  const context = contextOf(traceparent, tracestate);
  return typeof context === 'number' ? { context: undefined, reason: reasonOf(context) } : { context };
}

/** The reason of a code. */
export function reasonOf(code: number): RejectReason {
  return REASONS[code] ?? 'not_text';
}

/** The context that raw headers give, or the code of the reason why there is none. */
export function contextOf(traceparent: HeaderValue, tracestate: string): SpanContext | number {
  return typeof traceparent === 'string' && traceparent.length === HEADER_LENGTH && tracestate === ''
    ? contextOfText(traceparent)
    : contextOfAny(traceparent, tracestate);
}

/**
 * The context of text of the usual length. By itself, for so an engine makes one piece of it and of the reading of a
 * message: 100 ns a message, against 115 for all in one function.
 *
 * The ids are cut before it is known whether they are any. An encoder stores a few bytes at a time, Rust loads sixteen,
 * and would have to wait for them.
 */
function contextOfText(text: string): SpanContext | number {
  reserveUsual();
  if (!writeAscii(text, 0)) return NOT_TEXT;
  const traceId = text.substring(3, 35);
  const spanId = text.substring(36, 52);
  const verdict = parse_headers(text.length, 0);
  if (verdict >= REJECTED) return verdict - REJECTED;
  return { traceId, spanId, traceFlags: verdict & FLAGS, isRemote: true };
}

/** The context of bytes, of text with white space or of a later version, and of headers with a list. */
function contextOfAny(traceparent: HeaderValue, tracestate: string): SpanContext | number {
  reserveUsual();
  // Both texts cross at once where they can: a second crossing costs as much as all of the parsing.
  let listLength = 0;
  let length: number | undefined;
  const isShort = tracestate !== '' && tracestate.length <= SHORT_LIST;
  if (isShort && typeof traceparent === 'string' && writeBoth(traceparent, tracestate)) {
    length = traceparent.length;
    listLength = tracestate.length;
  }
  length ??= writeHeader(traceparent, 0);
  const verdict = parse_headers(length, listLength);
  if (verdict >= REJECTED) return verdict - REJECTED;
  const flags = verdict & FLAGS;
  let state: TraceState | undefined;
  if (verdict & CANONICAL) state = canonicalTraceState(tracestate);
  const isUsual = length === HEADER_LENGTH;
  let text = traceparent;
  if (!isUsual) {
    parsed_ids(length);
    text = readAscii(IDS_LENGTH);
  } else if (typeof text !== 'string') {
    text = readInput(HEADER_LENGTH);
  }
  if (tracestate !== '' && !(verdict & (CANONICAL | DROPPED))) state = parseTraceState(tracestate);
  return isUsual
    ? contextFromIds(text as string, 3, 36, flags, state)
    : contextFromIds(text as string, 0, 32, flags, state);
}

/**
 * A remote context whose ids are slices of a text: 32 characters and 16.
 *
 * Literals with the same properties in the same order: contexts have one hidden class, those with a tracestate another.
 * A property that is added later would cost an allocation of its own.
 */
export function contextFromIds(
  text: string,
  traceIdAt: number,
  spanIdAt: number,
  traceFlags: number,
  traceState?: TraceState | undefined,
): SpanContext {
  const traceId = text.substring(traceIdAt, traceIdAt + 32);
  const spanId = text.substring(spanIdAt, spanIdAt + 16);
  return traceState === undefined
    ? { traceId, spanId, traceFlags, isRemote: true }
    : { traceId, spanId, traceFlags, isRemote: true, traceState };
}

function safeHeaderValue(value: unknown): HeaderValue {
  try {
    return headerValue(value);
  } catch {
    return NOT_TEXT;
  }
}

/** The header of a context; `undefined` where it is not valid. */
export function traceparentOf(context: SpanContext): string | undefined {
  const { ids, flags } = fieldsOf(context) ?? {};
  if (ids === undefined) return undefined;
  reserveUsual();
  if (!writeConcatenated(ids, 0)) return undefined;
  const length = format_traceparent(ids.length, flags as number);
  return length === 0 ? undefined : readAscii(length);
}

/** Trace id and span id of a context, as one text, and its flags; `undefined` where they cannot be any. */
export function fieldsOf(context: SpanContext): { ids: string; flags: number } | undefined {
  const { traceId, spanId, traceFlags } = context ?? {};
  if (!isId(traceId, 32) || !isId(spanId, 16) || typeof traceFlags !== 'number') return undefined;
  return { ids: traceId + spanId, flags: traceFlags };
}

function isId(id: unknown, length: number): id is string {
  return typeof id === 'string' && id.length === length;
}

/** The tracestate of a context as text; empty where it has none, or one that cannot say what it is. */
export function tracestateOf(context: SpanContext): string {
  try {
    const { traceState } = context;
    const text = typeof traceState === 'string' ? traceState : traceState?.serialize();
    return typeof text === 'string' ? (parseTraceState(text)?.serialize() ?? '') : '';
  } catch {
    return '';
  }
}

/** Throws for a context that is not valid. */
export function invalidContext(option: string): never {
  throw new SpanlinkError(
    'invalid_span_context',
    `\`${option}\` must be a span context: \`traceId\` of 32 and \`spanId\` of 16 lower-case hexadecimal characters, ` +
      'neither all zero, and `traceFlags` from 0 to 255',
  );
}
