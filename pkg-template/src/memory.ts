/**
 * The WebAssembly instance, and the regions of its memory through which texts and numbers cross (see `src/wasm`).
 *
 * Invariant: nothing between writing to the input and reading the answer may run code of a user. A getter or a Proxy
 * that calls back into spanlink would write over it. So callers read everything they need of a message first.
 */
import { core } from '#instance';
import {
  input_address,
  lengths_address,
  links_address,
  numbers_address,
  output_address,
  set_seed,
} from './core/core.js';
import { decodeUtf8, encoder, isWellFormed } from './text.js';

const { memory } = core;

/** The functions of the hottest calls, as the instance has them: one call less than through the binding's wrappers. */
export const { batch_push, parse_headers } = core;

/** The longest header value that is copied, in characters; a longer one is `bad_length`, a longer list is dropped. */
export const MAX_HEADER_LENGTH = 65_536;
/** How many messages of a batch cross at a time. */
export const CHUNK = 1024;
/** Room for text that is always there. */
export const KEPT_INPUT = MAX_HEADER_LENGTH * 2;

// Where the regions are is asked for when they are used: functions of the module are compiled when they are called, and
// those that make room take 0.4 ms of a cold start.
let capacity = 0;
let input = 0;
let bytes = new Uint8Array(memory.buffer);
let inputBytes = new Uint8Array();
let lengthWords = new Uint32Array();

/** The bytes of the memory. Growth detaches a view: its length is 0 then. */
function view(): Uint8Array {
  return bytes.length > 0 ? bytes : (bytes = new Uint8Array(memory.buffer));
}

/** The bytes of the input. */
function inputView(): Uint8Array {
  return inputBytes.length > 0 ? inputBytes : renewInputView();
}

function renewInputView(): Uint8Array {
  return (inputBytes = new Uint8Array(memory.buffer, input, capacity));
}

/**
 * Makes room for so many bytes in the input. What was written there is lost.
 *
 * What is rare stands by itself, here and in all that is done for each message: V8 puts what a hot function calls into
 * it, but no more than a kilobyte of bytecode, and with less in it than the encoder's a message takes 25 ns longer.
 */
export function reserve(size: number): void {
  if (size > KEPT_INPUT) resize(size);
  else reserveUsual();
}

/** The room that is always there. */
export function reserveUsual(): void {
  if (capacity !== KEPT_INPUT) resize(KEPT_INPUT);
}

function resize(wanted: number): void {
  capacity = 0;
  input = input_address(wanted);
  if (input === 0) noMemory(`${wanted} bytes of text`);
  capacity = wanted;
  renewInputView();
}

/** Throws as the engine does where there is no memory for an array buffer. */
export function noMemory(what: string): never {
  throw new RangeError(`spanlink has no memory for ${what}`);
}

interface NodeBuffer {
  utf8Write?: (this: Uint8Array, text: string, offset: number, length: number) => number;
  latin1Slice?: (this: Uint8Array, start: number, end: number) => string;
}
interface NodeGlobals {
  Buffer?: { prototype: NodeBuffer };
  process?: { versions?: { node?: string; bun?: string; deno?: string } };
}

const { utf8Write, latin1Slice } = (globalThis as NodeGlobals).Buffer?.prototype ?? {};

/** Up to this length, a loop is faster than a call of TextEncoder where that call is not a fast one. */
const SHORT = 64;

const { node = '0', bun, deno } = (globalThis as NodeGlobals).process?.versions ?? {};
/** Which Node this is, or Bun says that it is; 0 for others. Deno says so too. */
const nodeMajor = deno === undefined ? Number.parseInt(node) : 0;

/** Whether a Buffer writes flat text by a fast call: in Node 22 55 characters take 18 ns, in Node 20 60. */
const buffersFast = nodeMajor >= 22 && bun === undefined && utf8Write !== undefined;
/** Whether a call of `encodeInto` is cheap. In Node 20 it writes 55 characters in 44 ns, a loop in 98. */
const encodesFast = nodeMajor > 0;

/**
 * Writes ASCII text to the input at `offset`. Gives false for text that has other characters, or that does not fit.
 *
 * Narrower ways of writing, such as `latin1Write`, would let U+0130 through as `0`.
 */
export function writeAscii(text: string, offset: number): boolean {
  // With room for three bytes a character, for a Buffer does not say how many characters it wrote.
  return buffersFast && offset + text.length * 3 <= KEPT_INPUT
    ? utf8Write.call(inputView(), text, offset, text.length * 3) === text.length
    : writeConcatenated(text, offset);
}

/** As {@link writeAscii}, for text that is a concatenation: to make one flat, a Buffer takes 40 ns more than an encoder. */
export function writeConcatenated(text: string, offset: number): boolean {
  return encodesFast || text.length > SHORT ? writeByEncoder(text, offset) : writeByLoop(text, offset);
}

/** Writes two ASCII texts to the input, one after the other, as {@link writeAscii}. */
export function writeBoth(first: string, second: string): boolean {
  return buffersFast
    ? writeAscii(first, 0) && writeAscii(second, first.length)
    : writeConcatenated(first + second, 0);
}

function writeByEncoder(text: string, offset: number): boolean {
  const target = offset === 0 ? inputView() : inputView().subarray(offset);
  const { read, written } = encoder.encodeInto(text, target);
  // Other characters take more bytes than there are characters.
  return read === text.length && written === text.length;
}

function writeByLoop(text: string, offset: number): boolean {
  const target = view();
  const start = input + offset;
  let all = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    all |= code;
    target[start + index] = code;
  }
  return all < 0x80;
}

/**
 * Writes texts that follow each other, joined, by one call of an encoder: 30 ns a header, against 100 ns for a call
 * each. Where one of them is not ASCII, `writeAlone` writes those from `start` to `end`, and gives the offset after
 * each. Gives the offset after all.
 *
 * To be joined with `+=`, for `join` takes twice as long; the engine flattens the text once, when it is written. Ids are
 * never cut from it: each would keep it alive.
 */
export function writeJoined(
  text: string,
  offset: number,
  start: number,
  end: number,
  writeAlone: (at: number, offset: number) => number,
): number {
  if (text === '') return offset;
  if (writeConcatenated(text, offset)) return offset + text.length;
  for (let at = start; at < end; at++) offset = writeAlone(at, offset);
  return offset;
}

/**
 * Writes text to the input at `offset` as UTF-8: up to three bytes a character. Gives its length in bytes, 0 for text
 * that is not well-formed.
 */
export function writeUtf8(text: string, offset: number): number {
  if (text.length <= SHORT && writeAscii(text, offset)) return text.length;
  if (!isWellFormed(text)) return 0;
  const start = input + offset;
  return encoder.encodeInto(text, view().subarray(start, start + text.length * 3)).written;
}

/**
 * Writes bytes to the input at `offset`. Gives false for those of a buffer that has been detached, and for more than
 * there is room for: those of a resizable buffer may have become more since they were counted.
 *
 * Their number is {@link sizeOf}, not `length`: bytes may claim to be few.
 */
export function writeBytes(source: Uint8Array, offset: number): boolean {
  try {
    // Not to the whole memory: they would run over the rest of it.
    inputView().set(source, offset);
    return true;
  } catch {
    return false;
  }
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const intrinsic = (name: PropertyKey) =>
  Object.getOwnPropertyDescriptor(typedArray, name)?.get as () => unknown;
const tagOf = intrinsic(Symbol.toStringTag);
const lengthOf = intrinsic('length') as () => number;

/** Whether it is a Uint8Array, a Node Buffer included, of this realm or another; a Proxy of one is not. */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf.call(value) === 'Uint8Array';
}

/** How many bytes there really are; their own `length` may be anything, and may run a user's code. */
export function sizeOf(bytes: Uint8Array): number {
  return lengthOf.call(bytes);
}

/** Where the lengths of a chunk's texts go. */
export function lengthsView(): Uint32Array {
  return lengthWords.length > 0 ? lengthWords : renewLengthsView();
}

function renewLengthsView(): Uint32Array {
  // Asked for first: to make room for them, the memory may grow, and then has another buffer.
  const start = lengths_address();
  return (lengthWords = new Uint32Array(memory.buffer, start, CHUNK));
}

let words = new Uint32Array(memory.buffer);

/** So many links of the last batch: the index of the message times four, plus the flags. A copy. */
export function links(count: number): Uint32Array {
  const start = links_address() >>> 2;
  if (words.length === 0) words = new Uint32Array(memory.buffer);
  return words.slice(start, start + count);
}

let doubles = new Float64Array(memory.buffer);

/** The memory as numbers: those of the last answer begin at {@link numbersStart}. Read them before the next call. */
export function allNumbers(): Float64Array {
  if (doubles.length === 0) doubles = new Float64Array(memory.buffer);
  return doubles;
}

/** Where in {@link allNumbers} the last answer's begin. */
export function numbersStart(): number {
  return numbers_address() >>> 3;
}

/** The bytes of the memory: the last answer's text begins at {@link outputStart}. Read it before the next call. */
export { view as allBytes };

/** Where in {@link allBytes} the last answer's text begins. */
export function outputStart(): number {
  return output_address();
}

/** The first characters of the last answer's text, which is ASCII. */
export function readAscii(length: number): string {
  return readAsciiAt(output_address(), length);
}

/**
 * So many characters of ASCII text, from an address. For 16 pairs of ids at a time, a Buffer's own way takes 8 ns a
 * pair, TextDecoder 22.
 */
export function readAsciiAt(start: number, length: number): string {
  const end = start + length;
  return latin1Slice ? latin1Slice.call(view(), start, end) : decodeUtf8(view().subarray(start, end));
}

/** The first characters of the input, which are ASCII. */
export function readInput(length: number): string {
  return readAsciiAt(input, length);
}

/** The first bytes of the last answer's text. */
export function readUtf8(length: number): string {
  const start = output_address();
  return decodeUtf8(view().subarray(start, start + length));
}

let seeded = false;

/**
 * Seeds the hash tables, once, before one is made that may grow. Not at import: Workers have no randomness then, and in
 * Node the first use of `crypto` takes 5 ms.
 *
 * Node 18 has no global `crypto`. There Math.random does, itself seeded from the system: a sender of messages would
 * have to see its numbers to aim at a bucket.
 */
export function seed(): void {
  if (seeded) return;
  seeded = true;
  const random = new Uint32Array(2);
  if (globalThis.crypto) globalThis.crypto.getRandomValues(random);
  else random.forEach((_, index) => (random[index] = Math.random() * 2 ** 32));
  set_seed(random[0] as number, random[1] as number);
}
