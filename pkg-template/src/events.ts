/** How events cross to Rust: six words and their texts each (see `src/wasm/fan_in.rs`). Nothing here runs a user's code. */
import { NO_TEXT, textLength, writeHeader } from './headers.js';
import type { RawHeaders } from './headers.js';
import {
  CHUNK,
  KEPT_INPUT,
  MAX_HEADER_LENGTH,
  isBytes,
  lengthsView,
  reserve,
  reserveUsual,
  sizeOf,
  writeAscii,
  writeBytes,
  writeConcatenated,
  writeJoined,
  writeUtf8,
} from './memory.js';

/** An event, read from what a user gave. */
export interface Event extends RawHeaders {
  /** Whatever was given for a key. */
  key: unknown;
  /** The position of its slot, or {@link NO_SLOT}. */
  slot: number;
  /** The text of its id; empty for what is none, which Rust rejects; `undefined` where none was given. */
  id: string | undefined;
  /** Encoded. */
  attributes: Uint8Array;
}

/**
 * A slot that the definition does not have. As a word it is {@link NONE}; as a property it is a small integer, as all
 * slots are: with one that is not, V8 would keep them all as doubles, and every offer take twice as long.
 */
export const NO_SLOT = -1;
/** The length of an id that was not given. */
const NONE = 0xffff_ffff;
/** The words of an event. All but the first are lengths. */
export const WORDS = 6;
/** Its slot, or what became of it. */
export const SLOT = 0;
/** The length of its key. */
export const KEY = 1;
/** The length of its traceparent, or {@link NO_TEXT} and the code of a reason. */
export const TRACEPARENT = 2;
/** The length of its tracestate. */
export const TRACESTATE = 3;
const ID = 4;
const ATTRIBUTES = 5;
const MOST_EVENTS = Math.floor(CHUNK / WORDS);

/** The text of an event id. */
export function eventIdText(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === 'number') return Number.isFinite(id) ? String(id) : '';
  if (typeof id === 'bigint') id = String(id);
  return typeof id === 'string' && id.length <= MAX_HEADER_LENGTH ? id : '';
}

/** An event whose key and traceparent nobody else can write over. A key that is too long is none, whatever it is. */
export function withOwnBytes(event: Event, maxKeyBytes: number): Event {
  const { key, traceparent } = event;
  return {
    ...event,
    key: isBytes(key) && sizeOf(key) <= maxKeyBytes ? copyOf(key) : key,
    traceparent: isBytes(traceparent) ? copyOf(traceparent) : traceparent,
  };
}

/** A copy; no bytes of a buffer that has been detached. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return sizeOf(bytes) === 0 ? new Uint8Array() : new Uint8Array(bytes);
}

/** Writes one event; its words are the first. */
export function writeEvent(event: Event, maxKeyBytes: number): void {
  reserveUsual();
  const text = plainText(event, maxKeyBytes);
  if (text !== undefined && writeConcatenated(text, 0)) {
    writeLengths(event, lengthsView(), 0);
  } else {
    reserve(roomFor(event, maxKeyBytes));
    writeEach(event, lengthsView(), 0, 0, maxKeyBytes);
  }
}

/** Writes a chunk of events. Gives where the next chunk starts. Texts that follow each other are joined, as in a batch. */
export function writeEvents(events: readonly Event[], start: number, maxKeyBytes: number): number {
  const most = Math.min(events.length, start + MOST_EVENTS);
  let room = 0;
  let end = start;
  while (end < most) {
    const more = roomFor(events[end] as Event, maxKeyBytes);
    if (room + more > KEPT_INPUT && end > start) break;
    room += more;
    end++;
  }
  reserve(room);
  const words = lengthsView();
  const writeAlone = (at: number, offset: number) =>
    writeEach(events[at] as Event, words, (at - start) * WORDS, offset, maxKeyBytes);
  let joined = '';
  let joinedStart = start;
  let offset = 0;
  for (let at = start; at < end; at++) {
    const event = events[at] as Event;
    const text = plainText(event, maxKeyBytes);
    if (text === undefined) {
      offset = writeAlone(at, writeJoined(joined, offset, joinedStart, at, writeAlone));
      joined = '';
      joinedStart = at + 1;
    } else {
      joined += text;
      writeLengths(event, words, (at - start) * WORDS);
    }
  }
  writeJoined(joined, offset, joinedStart, end, writeAlone);
  return end;
}

/** The texts of an event, one after the other; `undefined` where it has bytes, or no key. */
function plainText(event: Event, maxKeyBytes: number): string | undefined {
  const { key, traceparent, tracestate, id, attributes } = event;
  if (typeof key !== 'string' || key.length > maxKeyBytes) return undefined;
  if (typeof traceparent === 'object' || attributes.length > 0) return undefined;
  let text = key;
  if (typeof traceparent === 'string') text += traceparent;
  if (tracestate !== '') text += tracestate;
  if (id !== undefined) text += id;
  return text;
}

/** Writes how long each text of an event is that was written as {@link plainText}. */
function writeLengths(event: Event, words: Uint32Array, word: number): void {
  const { key, slot, traceparent, tracestate, id } = event;
  words[word + SLOT] = slot;
  words[word + KEY] = (key as string).length;
  words[word + TRACEPARENT] =
    typeof traceparent === 'number' ? NO_TEXT + traceparent : (traceparent as string).length;
  words[word + TRACESTATE] = tracestate.length;
  words[word + ID] = id === undefined ? NONE : id.length;
  words[word + ATTRIBUTES] = 0;
}

/** Writes an event text by text: bytes, text that is not ASCII, what is no key. */
function writeEach(
  { key, slot, traceparent, tracestate, id, attributes }: Event,
  words: Uint32Array,
  word: number,
  offset: number,
  maxKeyBytes: number,
): number {
  words[word + SLOT] = slot;
  offset += words[word + KEY] = writeKey(key, offset, maxKeyBytes);
  const length = writeHeader(traceparent, offset);
  words[word + TRACEPARENT] = length;
  if (length < NO_TEXT) offset += length;
  const isList = writeAscii(tracestate, offset);
  offset += words[word + TRACESTATE] = isList ? tracestate.length : 0;
  words[word + ID] = NONE;
  if (id !== undefined) offset += words[word + ID] = writeUtf8(id, offset);
  if (attributes.length > 0) writeBytes(attributes, offset);
  return offset + (words[word + ATTRIBUTES] = attributes.length);
}

/** Writes nothing but a key. Gives its length. */
export function writeOnlyKey(key: unknown, maxKeyBytes: number): number {
  reserve(keySize(key, maxKeyBytes));
  return writeKey(key, 0, maxKeyBytes);
}

/** Writes a key. Gives its length, 0 for what is no key; that an empty key is invalid is Rust's to say. */
function writeKey(key: unknown, offset: number, maxKeyBytes: number): number {
  if (!isKey(key, maxKeyBytes)) return 0;
  if (typeof key === 'string') return writeUtf8(key, offset);
  return writeBytes(key, offset) ? sizeOf(key) : 0;
}

/** Whether it can be a key: of a type that keys have, and not longer than they may be. */
function isKey(key: unknown, maxKeyBytes: number): key is string | Uint8Array {
  if (typeof key === 'string') return key.length <= maxKeyBytes;
  return isBytes(key) && sizeOf(key) <= maxKeyBytes;
}

/** The most bytes that a key takes in the input, up to three for each character; 0 for what is none. */
function keySize(key: unknown, maxKeyBytes: number): number {
  if (!isKey(key, maxKeyBytes)) return 0;
  return typeof key === 'string' ? 3 * key.length : sizeOf(key);
}

/** The most bytes that an event takes in the input: up to three for each character of a key or an id. */
function roomFor(event: Event, maxKeyBytes: number): number {
  const { key, traceparent, tracestate, id, attributes } = event;
  const idSize = id === undefined ? 0 : 3 * id.length;
  const headersSize = textLength(traceparent) + tracestate.length;
  return keySize(key, maxKeyBytes) + headersSize + idSize + attributes.length;
}
