import {
  scan_tracestate,
  scan_tracestates,
  tracestate_get,
  tracestate_set,
  tracestate_unset,
} from './core/core.js';
import { headerValue } from './headers.js';
import {
  CHUNK,
  KEPT_INPUT,
  MAX_HEADER_LENGTH,
  lengthsView,
  readAscii,
  reserveUsual,
  writeAscii,
  writeConcatenated,
} from './memory.js';

/** Makes a list of text that is known to be canonical and not empty. */
let fromCanonical: (header: string) => TraceState;

/**
 * An ordered list of `key=value` members that tracing systems hand on with a context. Immutable.
 *
 * It survives the OTLP exporters (which call `serialize`) and JSON. Order is kept, a repeated key keeps its first
 * value, and a list with one broken member is no list.
 *
 * Source: W3C Trace Context Level 2, section 3.3.
 *
 * @example
 * const state = TraceState.parse('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
 * state.get('congo'); // 't61rcWkgMzE'
 * state.set('congo', 'ucfJifl5GOE').serialize(); // 'congo=ucfJifl5GOE,rojo=00f067aa0ba902b7'
 */
export class TraceState {
  readonly #header: string;

  static {
    fromCanonical = (header) => new this(header);
  }

  private constructor(header: string) {
    this.#header = header;
  }

  /**
   * Parses a header, or several as one list. Gives `undefined` where the list has no members or breaks a rule:
   * a key that is not `[a-z0-9][a-z0-9_*\/@-]{0,255}`, a value that is not 1 to 256 printable ASCII characters
   * without `,` and `=`, more than 32 members, more than 65 536 characters.
   */
  static parse(header: string | string[]): TraceState | undefined {
    try {
      const list = Array.isArray(header) ? header.map(String).join(',') : headerValue(header);
      return typeof list === 'string' ? parseTraceState(list) : undefined;
    } catch {
      return undefined;
    }
  }

  /** The value of a key. */
  get(key: string): string | undefined {
    const length = this.#write(key);
    if (length < 0) return undefined;
    const found = tracestate_get(this.#header.length, length);
    return found === 0 ? undefined : this.#header.substring(found >>> 9, (found >>> 9) + (found & 511));
  }

  /**
   * The list with this member first; another of the same key is removed, and of 33 the last. An invalid key or value
   * gives the list as it is: a tracestate is never the reason for an exception.
   */
  set(key: string, value: string): TraceState {
    if (typeof value !== 'string') return this;
    const keyLength = this.#write(key);
    if (keyLength < 0 || value.length > MAX_HEADER_LENGTH - keyLength) return this;
    if (!writeAscii(value, this.#header.length + keyLength)) return this;
    const length = tracestate_set(this.#header.length, keyLength, value.length);
    return length === 0 ? this : fromCanonical(readAscii(length));
  }

  /** The list without the member of a key. */
  unset(key: string): TraceState {
    const keyLength = this.#write(key);
    if (keyLength < 0) return this;
    const length = tracestate_unset(this.#header.length, keyLength);
    return length === this.#header.length ? this : fromCanonical(readAscii(length));
  }

  /** The list as a header value: the very text it was parsed from, where that was in canonical form. */
  serialize(): string {
    return this.#header;
  }

  /** The same text: `JSON.stringify` of a context keeps it. */
  toJSON(): string {
    return this.#header;
  }

  /** Writes the list and a key to the input. Gives the key's length, or -1 for a key that cannot be one. */
  #write(key: string): number {
    if (typeof key !== 'string' || key.length > MAX_HEADER_LENGTH) return -1;
    reserveUsual();
    if (!writeAscii(this.#header, 0) || !writeAscii(key, this.#header.length)) return -1;
    return key.length;
  }
}

/** The verdict that a list breaks a rule: so much, and which. */
export const FAULT = 0x8000_0000;

/** The list of a header value; `undefined` where it has no members or breaks a rule. */
export function parseTraceState(header: string): TraceState | undefined {
  if (header === '' || header.length > MAX_HEADER_LENGTH) return undefined;
  reserveUsual();
  if (!writeAscii(header, 0)) return undefined;
  const length = scan_tracestate(header.length);
  if (length === 0 || length >= FAULT) return undefined;
  return fromCanonical(length === 1 ? header : readAscii(length));
}

/** The verdict that a list is in canonical form. */
export const CANONICAL = 4;
/** The verdict that a list has no members or breaks a rule. */
export const DROPPED = 8;

/**
 * The lists of several header values, none of them empty.
 *
 * They cross together. One that is not in canonical form crosses once more.
 */
export function parseTraceStates(headers: string[]): (TraceState | undefined)[] {
  const states = new Array<TraceState | undefined>(headers.length);
  reserveUsual();
  for (let start = 0, end = 0; start < headers.length; start = end) {
    const lengths = lengthsView();
    let text = '';
    for (; end < headers.length && end - start < CHUNK; end++) {
      const header = headers[end] as string;
      if (text.length + header.length > KEPT_INPUT) break;
      text += header;
      lengths[end - start] = header.length;
    }
    const isAscii = writeConcatenated(text, 0);
    if (isAscii) scan_tracestates(end - start);
    // Another view, for the memory may have grown; copied, because what follows makes further calls.
    const found = isAscii ? lengthsView().slice(0, end - start) : undefined;
    for (let at = start; at < end; at++) {
      const header = headers[at] as string;
      const verdict = found?.[at - start];
      if (verdict === CANONICAL) states[at] = fromCanonical(header);
      else states[at] = verdict === DROPPED ? undefined : parseTraceState(header);
    }
  }
  return states;
}

export { fromCanonical as canonicalTraceState };
