/** From a message to the raw values of its two headers. Nothing is judged here but what kind of thing a value is. */
import { auto } from './carriers/auto.js';
import { findHeaders } from './carriers/container.js';
import type { CarrierReader, FoundHeaders } from './carriers/reader.js';
import { invalidOption } from './errors.js';
import { MAX_HEADER_LENGTH, isBytes, sizeOf, writeAscii, writeBytes } from './memory.js';
import type { RejectReason } from './types.js';

/** The reasons by their codes at the boundary. */
export const REASONS: readonly RejectReason[] = [
  'missing',
  'multiple',
  'not_text',
  'bad_length',
  'bad_version',
  'bad_trace_id',
  'bad_span_id',
  'bad_flags',
  'bad_delimiter',
];
/** Set in a length that stands for the code of a reason. */
export const NO_TEXT = 0x8000_0000;
const MISSING = 0;
const MULTIPLE = 1;
/** The code of the reason `not_text`. */
export const NOT_TEXT = 2;
const BAD_LENGTH = 3;

/** Text, ASCII bytes, or the code of the reason why there is neither. */
export type HeaderValue = string | Uint8Array | number;

/** The raw values of a message. */
export interface RawHeaders {
  traceparent: HeaderValue;
  /** All tracestate headers as one list; empty where there is none or one that is not text. */
  tracestate: string;
}

/** The reader that was asked for. */
export function readerOf<M>(reader: CarrierReader<M> | undefined): CarrierReader<M> {
  if (reader === undefined) return auto;
  if (typeof reader?.read !== 'function') invalidReader();
  return reader;
}

function invalidReader(): never {
  invalidOption('reader', 'must be a reader of spanlink/carriers, such as `kafka` or `custom(…)`');
}

/** What was found before anything is looked at. */
export function nothingFound(): FoundHeaders {
  return { traceparent: undefined, tracestate: undefined, rejected: undefined, reader: undefined };
}

/**
 * Reads the headers of a message. What throws while it is read is missing. `found` is for who asks how they were found.
 */
export function readHeaders<M>(
  reader: CarrierReader<M>,
  message: M,
  found: FoundHeaders = nothingFound(),
): RawHeaders {
  try {
    findHeaders(reader.read(message, found), found);
    const traceparent = found.rejected ? codeOf(found.rejected) : headerValue(found.traceparent);
    const hasList = typeof traceparent !== 'number' && found.tracestate !== undefined;
    return { traceparent, tracestate: hasList ? safeListText(found.tracestate) : '' };
  } catch {
    return { traceparent: MISSING, tracestate: '' };
  }
}

function codeOf(reason: RejectReason): number {
  return REASONS.indexOf(reason);
}

/** A single header value, from whatever stood in its place. */
export function headerValue(value: unknown): HeaderValue {
  return typeof value === 'string' && value.length <= MAX_HEADER_LENGTH ? value : otherValue(value);
}

function otherValue(value: unknown): HeaderValue {
  if (isBytes(value)) return sizeOf(value) > MAX_HEADER_LENGTH ? BAD_LENGTH : value;
  if (value === undefined || value === null) return MISSING;
  if (typeof value === 'string') return BAD_LENGTH;
  if (!Array.isArray(value)) return NOT_TEXT;
  if (typeof value[0] === 'number') return numbersToBytes(value);
  if (value.length > 1) return MULTIPLE;
  return Array.isArray(value[0]) && typeof value[0][0] !== 'number' ? NOT_TEXT : headerValue(value[0]);
}

/** How much room a value takes in the input. */
export function textLength(value: HeaderValue): number {
  if (typeof value === 'number') return 0;
  return typeof value === 'string' ? value.length : sizeOf(value);
}

/**
 * Writes a value to the input at `offset`. Gives its length, or {@link NO_TEXT} and the code of the reason why there
 * is nothing to write: what Rust takes for the length of a traceparent. `length` is for who has asked for it already.
 */
export function writeHeader(value: HeaderValue, offset: number, length = textLength(value)): number {
  if (typeof value === 'number') return NO_TEXT + value;
  const isWritten = typeof value === 'string' ? writeAscii(value, offset) : writeBytes(value, offset);
  return isWritten ? length : NO_TEXT + NOT_TEXT;
}

/** All values of a header as one list; a list that throws when it is read costs nothing but itself. */
function safeListText(value: unknown): string {
  try {
    return listText(value);
  } catch {
    return '';
  }
}

/** All values of a header as one list. */
function listText(value: unknown): string {
  if (typeof value === 'string') return value.length > MAX_HEADER_LENGTH ? '' : value;
  if (!Array.isArray(value) || typeof value[0] === 'number') return valueText(headerValue(value));
  const { length } = value;
  if (length > MAX_HEADER_LENGTH) return '';
  // Not by its own `map`, if it has one: what that gives need not be text.
  const list = Array.from({ length }, (_, at) => valueText(headerValue(value[at]), '=')).join(',');
  return list.length > MAX_HEADER_LENGTH ? '' : list;
}

/** The text of a value; `broken` for one that has none. */
function valueText(value: HeaderValue, broken = ''): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return value === MISSING ? '' : broken;
  // Bytes that are not ASCII become characters that are not.
  return String.fromCharCode.apply(null, value as unknown as number[]);
}

/** Bytes that were given as numbers; Java has negative ones. */
function numbersToBytes(list: unknown[]): HeaderValue {
  const { length } = list;
  if (length > MAX_HEADER_LENGTH) return BAD_LENGTH;
  const bytes = new Uint8Array(length);
  // A loop, for `every` and `Uint8Array.from` take ten times as long.
  for (let at = 0; at < length; at++) {
    const byte = list[at] as number;
    if (!Number.isInteger(byte) || byte < -128 || byte > 255) return NOT_TEXT;
    bytes[at] = byte;
  }
  return bytes;
}
