/** Finding the two headers in a header container, whatever kind it is. */
import { isBytes } from '../memory.js';
import type { FoundHeaders } from './reader.js';

type HeaderName = keyof FoundHeaders;

/** Puts the values of both headers, as they are, into `found`. */
export function findHeaders(container: unknown, found: FoundHeaders): void {
  if (typeof container !== 'object' || container === null) return;
  if (Array.isArray(container)) {
    findInList(container, found);
  } else if (container instanceof Map) {
    for (const [key, value] of container) add(found, key, value);
  } else if (isHeaderClass(container)) {
    for (const key of container.keys()) {
      // An exact name is asked for: some of these classes are case-sensitive.
      if (headerName(key)) add(found, key, container.get(key as string));
    }
  } else if (!isBytes(container)) {
    findInObject(container as Record<string, unknown>, found);
  }
}

function findInObject(object: Record<string, unknown>, found: FoundHeaders): void {
  found.traceparent = object.traceparent;
  found.tracestate = tracestateOf(object);
  // Names in another case are rare, but two of them are no context, and lists in several headers have an order: only
  // a look at the names can tell.
  for (const key in object) {
    if ((key.length === 11 || key.length === 10) && key !== 'traceparent' && key !== 'tracestate') {
      if (headerName(key)) return findInAnyCase(object, found);
    }
  }
}

/** A tracestate that throws when it is read costs nothing but itself. */
function tracestateOf(object: Record<string, unknown>): unknown {
  try {
    return object.tracestate;
  } catch {
    return undefined;
  }
}

function findInAnyCase(object: Record<string, unknown>, found: FoundHeaders): void {
  found.traceparent = undefined;
  found.tracestate = undefined;
  addAll(object, found);
}

function addAll(object: Record<string, unknown>, found: FoundHeaders): void {
  for (const key in object) add(found, key, object[key]);
}

/** An entry list, a list of one-key objects, or a flat list of names and values. */
function findInList(list: unknown[], found: FoundHeaders): void {
  const first = list[0];
  if (typeof first === 'string' || isBytes(first)) {
    for (let index = 0; index + 1 < list.length; index += 2) add(found, list[index], list[index + 1]);
    return;
  }
  for (const entry of list) {
    if (Array.isArray(entry)) add(found, entry[0], entry[1]);
    else if (typeof entry === 'object' && entry !== null) {
      addAll(entry as Record<string, unknown>, found);
    }
  }
}

interface HeaderClass {
  keys(): Iterable<unknown>;
  get(key: string): unknown;
}

function isHeaderClass(container: object): container is HeaderClass {
  const { get, keys } = container as Partial<HeaderClass>;
  return typeof get === 'function' && typeof keys === 'function';
}

function add(found: FoundHeaders, key: unknown, value: unknown): void {
  const name = headerName(key);
  if (name) append(found, name, value);
}

/** Adds a value to those found before. */
function append(found: FoundHeaders, name: HeaderName, value: unknown): void {
  const before = found[name];
  if (before === undefined || before === null) found[name] = value;
  else if (value !== undefined && value !== null) found[name] = [...values(before), ...values(value)];
}

/** A list of values stays one; bytes that are written as numbers are a single value. */
function values(value: unknown): unknown[] {
  return Array.isArray(value) && typeof value[0] !== 'number' ? value : [value];
}

/** Which of the two headers a name means, in any case, as text or bytes. */
function headerName(key: unknown): HeaderName | undefined {
  const text = isBytes(key) ? (key.length > 11 ? '' : String.fromCharCode(...key)) : key;
  if (typeof text !== 'string' || text.length < 10 || text.length > 11) return undefined;
  const name = text.toLowerCase();
  return name === 'traceparent' || name === 'tracestate' ? name : undefined;
}
