/** Attributes: copies of them, and the bytes they are kept as in a join's log (see `Attributes::encode` in Rust). */
import { decodeUtf8, encoder } from './text.js';
import type { AttributeValue, Attributes } from './types.js';

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const I64 = 3;
const F64 = 4;
const STRING = 5;
const ARRAY = 6;

/** No attributes, encoded. */
export const NO_ATTRIBUTES = new Uint8Array();

/** The names and values of attributes, lists as copies; what no attribute can have for a value is left out. */
function attributeEntries(attributes: Attributes | undefined): [string, AttributeValue][] {
  if (typeof attributes !== 'object' || attributes === null) return [];
  const entries = Object.entries(attributes);
  for (const entry of entries) {
    // Read once: what is checked is what is kept.
    if (Array.isArray(entry[1])) entry[1] = Array.from<any>(entry[1]);
  }
  return entries.filter((entry): entry is [string, AttributeValue] => isValue(entry[1]));
}

/** A copy of attributes; `undefined` where there are none. */
export function copyAttributes(attributes: Attributes | undefined): Attributes | undefined {
  const entries = attributeEntries(attributes);
  // Not by assignment: that would take the name `__proto__` for something else.
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isValue(value: unknown): value is AttributeValue {
  if (isScalar(value)) return true;
  if (!Array.isArray(value)) return false;
  const items = value.filter((item) => item !== null && item !== undefined);
  return items.every((item) => isScalar(item) && typeof item === typeof items[0]);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The bytes of attributes; no bytes for none. */
export function encodeAttributes(attributes: Attributes | undefined): Uint8Array {
  if (attributes === undefined) return NO_ATTRIBUTES;
  const bytes: number[] = [];
  for (const [name, value] of attributeEntries(attributes)) {
    pushText(bytes, name);
    if (Array.isArray(value)) {
      bytes.push(ARRAY);
      pushNumber(bytes, value.length);
      for (const item of value) pushScalar(bytes, item);
    } else {
      pushScalar(bytes, value);
    }
  }
  return Uint8Array.from(bytes);
}

function pushScalar(bytes: number[], value: string | number | boolean | null | undefined): void {
  if (typeof value === 'string') {
    bytes.push(STRING);
    pushText(bytes, value);
  } else if (typeof value === 'number') {
    const number = new DataView(new ArrayBuffer(8));
    const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
    if (whole) number.setBigInt64(0, BigInt(value), true);
    else number.setFloat64(0, value, true);
    bytes.push(whole ? I64 : F64, ...new Uint8Array(number.buffer));
  } else {
    bytes.push(typeof value === 'boolean' ? (value ? TRUE : FALSE) : NULL);
  }
}

/** Text as UTF-8, preceded by its length. */
export function pushText(bytes: number[], text: string): void {
  const encoded = encoder.encode(text);
  pushNumber(bytes, encoded.length);
  for (const byte of encoded) bytes.push(byte);
}

/** A whole number as LEB128. */
export function pushNumber(bytes: number[], number: number): void {
  for (; number > 0x7f; number = Math.floor(number / 0x80)) bytes.push((number % 0x80) | 0x80);
  bytes.push(number);
}

/** Reads what {@link encodeAttributes} wrote. */
export function decodeAttributes(bytes: Uint8Array): Attributes {
  const reader = new Reader(bytes);
  const entries: [string, AttributeValue][] = [];
  while (!reader.isAtEnd()) entries.push([reader.text(), reader.value() as AttributeValue]);
  return Object.fromEntries(entries);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  text(): string {
    return decodeUtf8(this.#take(this.#number()));
  }

  value(): unknown {
    const kind = this.#byte();
    if (kind === STRING) return this.text();
    if (kind === ARRAY) return Array.from({ length: this.#number() }, () => this.value());
    if (kind !== I64 && kind !== F64) return kind === NULL ? null : kind === TRUE;
    const { buffer, byteOffset } = this.#take(8);
    const number = new DataView(buffer, byteOffset, 8);
    return kind === I64 ? Number(number.getBigInt64(0, true)) : number.getFloat64(0, true);
  }

  #number(): number {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte();
      number |= (byte & 0x7f) << shift;
      if (byte < 0x80) return number >>> 0;
    }
  }

  #byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  #take(length: number): Uint8Array {
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }
}
