/**
 * The WebAssembly instance, and the regions of its memory through which texts and numbers cross (see `src/wasm`).
 *
 * Invariant: nothing between writing to the input and reading the answer may run code of a user. A getter or a Proxy
 * that calls back into spanlink would write over it. So callers read everything they need of a message first.
 */
import { core } from '#instance';
import { input_address, lengths_address, numbers_address, output_address, set_seed } from './core/core.js';

const { memory } = core;

/** The longest header value that is copied, in characters; a longer one is `bad_length`, a longer list is dropped. */
export const MAX_HEADER_LENGTH = 65_536;
/** How many messages of a batch cross at a time. */
export const CHUNK = 1024;
/** Room for text that is always there. */
const KEPT_INPUT = MAX_HEADER_LENGTH * 2;
/** Up to this length, writing character by character is faster than a call of TextEncoder. */
const SHORT = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

let capacity = KEPT_INPUT;
let input = input_address(0);
const lengths = lengths_address();
let bytes = new Uint8Array(memory.buffer);

/** The bytes of the memory. Growth detaches a view: its length is 0 then. */
function view(): Uint8Array {
  if (bytes.length === 0) bytes = new Uint8Array(memory.buffer);
  return bytes;
}

/** Makes room for so many bytes in the input. What was written there is lost. */
export function reserve(size: number): void {
  const wanted = Math.max(size, KEPT_INPUT);
  if (wanted <= capacity && capacity === KEPT_INPUT) return;
  input = input_address(wanted);
  capacity = wanted;
}

/**
 * Writes ASCII text to the input at `offset`. Gives false for text that has other characters.
 *
 * A narrower way of writing would let U+0130 through as `0`.
 */
export function writeAscii(text: string, offset: number): boolean {
  const target = view();
  const start = input + offset;
  const length = text.length;
  if (length > SHORT) {
    // Other characters take more bytes than there are, so some of the text is not read.
    const { read, written } = encoder.encodeInto(text, target.subarray(start, start + length));
    return read === length && written === length;
  }
  let all = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    all |= code;
    target[start + index] = code;
  }
  return all < 0x80;
}

/**
 * Writes text to the input at `offset` as UTF-8: up to three bytes a character. Gives its length in bytes, 0 for text
 * that is not well-formed: an encoder maps different lone surrogates to the same bytes.
 */
export function writeUtf8(text: string, offset: number): number {
  if (text.length <= SHORT && writeAscii(text, offset)) return text.length;
  if (/\p{Surrogate}/u.test(text)) return 0;
  const start = input + offset;
  return encoder.encodeInto(text, view().subarray(start, start + text.length * 3)).written;
}

/**
 * Writes bytes to the input at `offset`. Gives false for those of a buffer that has been detached.
 *
 * Their number is {@link sizeOf}, not `length`: bytes that claimed to be few would run over the rest of the memory.
 */
export function writeBytes(source: Uint8Array, offset: number): boolean {
  try {
    view().set(source, input + offset);
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

/** Where the length of a chunk's first text goes. */
export function lengthsView(): Uint32Array {
  return new Uint32Array(memory.buffer, lengths, CHUNK);
}

/** So many numbers of the last answer, to be read before the next call. */
export function numbers(count: number): Float64Array {
  return new Float64Array(memory.buffer, numbers_address(), count);
}

/** So many numbers of the last answer and all after them, as far as the memory goes. */
export function allNumbers(): Float64Array {
  const address = numbers_address();
  return new Float64Array(memory.buffer, address, (memory.buffer.byteLength - address) >> 3);
}

/** The bytes of the last answer's text, to be read before the next call. */
export function output(): Uint8Array {
  return view().subarray(output_address());
}

/** Decodes a part of the last answer's text. */
export function readText(text: Uint8Array, start: number, length: number): string {
  return decoder.decode(text.subarray(start, start + length));
}

let seeded = false;

/**
 * Seeds the hash tables, once, before the first of them is made. Not at import: Workers have no randomness then.
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
