/** Finding headers in a header container, whatever kind it is. */
import { MAX_HEADER_LENGTH, isBytes, sizeOf } from '../memory.js';
import { isFound, objectOf } from './object.js';
import type { FoundHeaders } from './reader.js';

/** The headers of W3C Trace Context, in lower case. */
export const W3C = ['traceparent', 'tracestate'] as const;
const LETTER_T = 0x74;
/**
 * How many headers a list, a Map or a class may have: an iterator that a message brings need not end. Of one that has
 * more nothing is believed, for nobody knows whether its traceparent is the only one. An object's names do end.
 */
const MOST_HEADERS = 65_536;

/** Puts the values of the W3C headers into `found`. */
export function findHeaders(container: unknown, found: FoundHeaders): void {
  if (typeof container !== 'object' || container === null) return;
  if (isPlain(container) && !hasOtherCase(container)) {
    findPlain(container as Record<string, unknown>, found);
  } else {
    collectHeaders(container, found);
  }
}

/** As {@link findHeaders}, of an object that has them in lower case. */
export function findPlain(object: Record<string, unknown>, found: FoundHeaders): void {
  found.traceparent = object.traceparent;
  found.tracestate = tracestateOf(object);
}

/** What is rare stands by itself (see `reserve` in memory.ts). */
function collectHeaders(container: object, found: FoundHeaders): void {
  const values = collect(container, W3C);
  found.traceparent = values[0];
  found.tracestate = values[1];
}

/**
 * Whether an object has one of the names in another case. That is rare, but two of them are no context, and lists in
 * several headers have an order: only a look at the names can tell.
 */
function hasOtherCase(object: object): boolean {
  for (const key in object) {
    if (key !== 'traceparent' && key !== 'tracestate' && isOtherCase(key)) return true;
  }
  return false;
}

/** Whether a name is one of the headers', not in lower case as a rule. */
export function isOtherCase(key: string): boolean {
  // Length and first letter before all else: hardly any other header has those.
  const isAlike = (key.length === 11 || key.length === 10) && (key.charCodeAt(0) | 0x20) === LETTER_T;
  return isAlike && placeOf(key, W3C) >= 0;
}

/** A tracestate that throws when it is read costs nothing but itself. */
function tracestateOf(object: Record<string, unknown>): unknown {
  try {
    return object.tracestate;
  } catch {
    return undefined;
  }
}

/** The values of headers of other names, given in lower case, in the places of their names. */
export function findNamed(container: unknown, names: readonly string[]): unknown[] {
  return collect(objectOf(container) ?? {}, names);
}

/** The place of a name, in any case, as text or bytes, among names in lower case; -1 for none of them. */
function placeOf(key: unknown, names: readonly string[]): number {
  const length = lengthOf(key);
  for (let place = 0; place < names.length; place++) {
    const name = names[place] as string;
    // In lower case, no text of another length has the characters of a name.
    if (name.length === length && (name === key || name === lowerCase(key, length))) return place;
  }
  return -1;
}

/** The length of what is text or bytes; -1 for anything else. */
export function lengthOf(key: unknown): number {
  return typeof key === 'string' ? key.length : isBytes(key) ? sizeOf(key) : -1;
}

/** Text, or the first bytes of it, in lower case. */
export function lowerCase(key: unknown, length: number): string {
  if (typeof key === 'string') return key.toLowerCase();
  let text = '';
  for (let at = 0; at < length; at++) text += String.fromCharCode((key as Uint8Array)[at] as number);
  return text.toLowerCase();
}

/** The values of all headers that have one of the names, as they are; a repeated header is an array of its values. */
function collect(container: object, names: readonly string[]): unknown[] {
  const values = names.map((): unknown => undefined);
  const lists: unknown[][] = [];
  let left = MOST_HEADERS;
  const add = (key: unknown, value: () => unknown) => {
    if (--left < 0) tooMany();
    const place = placeOf(key, names);
    if (place < 0) return;
    try {
      const found = value();
      if (!isFound(found)) return;
      const before = values[place];
      values[place] =
        before === undefined ? found : (lists[place] = append(lists[place] ?? append([], before), found));
    } catch (error) {
      // A tracestate that throws when it is read costs nothing but itself, whatever comes before its name.
      if (!(names[place] as string).endsWith('tracestate')) throw error;
    }
  };
  if (Array.isArray(container)) {
    collectList(container, add);
  } else if (container instanceof Map) {
    for (const [key, value] of container) add(key, () => value);
  } else if (isHeaderClass(container)) {
    collectClass(container, add);
  } else if (!isBytes(container)) {
    left = Infinity;
    collectObject(container, add);
  }
  return values;
}

/** Makes the message one without headers, as all that throws while it is read. */
function tooMany(): never {
  throw new RangeError('more headers than are looked at');
}

type Add = (key: unknown, value: () => unknown) => void;

/** An entry list, a list of one-key objects, or a flat list of names and values. */
function collectList(list: unknown[], add: Add): void {
  const { length } = list;
  if (length > 2 * MOST_HEADERS) tooMany();
  if (typeof list[0] === 'string' || isBytes(list[0])) {
    for (let index = 0; index + 1 < length; index += 2) add(list[index], () => list[index + 1]);
    return;
  }
  for (let index = 0; index < length; index++) {
    const entry = list[index];
    if (Array.isArray(entry)) add(entry[0], () => entry[1]);
    else if (typeof entry === 'object' && entry !== null) collectObject(entry, add);
  }
}

function collectObject(object: object, add: Add): void {
  for (const key in object) add(key, () => (object as Record<string, unknown>)[key]);
}

interface HeaderClass {
  keys(): Iterable<unknown>;
  get(key: string): unknown;
  /** Where a class has one of these, every value of a name. */
  values?: (key: string) => unknown;
  getAll?: (key: string) => unknown;
}

/** An exact name is asked for: some of these classes are case-sensitive, and answer an absent one with empty text. */
function collectClass(headers: HeaderClass, add: Add): void {
  let whole: Set<unknown> | undefined;
  for (const key of headers.keys()) {
    add(key, () => {
      // URLSearchParams has a key for each value.
      if (whole?.has(key)) return undefined;
      const all = allOf(headers, key as string);
      if (!Array.isArray(all)) return headers.get(key as string);
      (whole ??= new Set()).add(key);
      return all;
    });
  }
}

/** Every value of a name, where `get` answers with the first alone: NATS has them behind `values(name)`. */
function allOf(headers: HeaderClass, key: string): unknown {
  const { values, getAll } = headers;
  if (typeof values === 'function' && values.length > 0) return values.call(headers, key);
  // That of Workers' Headers is for cookies, and throws for any other name.
  const isWorkers = typeof Headers === 'function' && headers instanceof Headers;
  return typeof getAll === 'function' && !isWorkers ? getAll.call(headers, key) : undefined;
}

function isHeaderClass(container: object): container is HeaderClass {
  const { get, keys } = container as Partial<HeaderClass>;
  return typeof get === 'function' && typeof keys === 'function';
}

/** Whether headers are the properties of an object. */
export function isPlain(container: object): boolean {
  // Almost all are literals: the checks below would cost as much time as all the rest of the look-up.
  const isLiteral = (container as Partial<HeaderClass>).get === undefined;
  return (isLiteral && Object.getPrototypeOf(container) === Object.prototype) || isPlainOther(container);
}

function isPlainOther(container: object): boolean {
  const isOther = Array.isArray(container) || container instanceof Map || isBytes(container);
  return !isOther && !isHeaderClass(container);
}

/** Adds a value, or each of a list, to those of its name, as long as that is no longer than is read. */
function append(list: unknown[], value: unknown): unknown[] {
  for (const each of asList(value)) if (list.push(each) > MAX_HEADER_LENGTH) break;
  return list;
}

/** A list of values stays one; bytes that are written as numbers, or are none, are a single value. */
function asList(value: unknown): unknown[] {
  return Array.isArray(value) && value.length > 0 && typeof value[0] !== 'number' ? value : [value];
}
