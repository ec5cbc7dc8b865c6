import { SpanlinkError, invalidOption } from './errors.js';
import { isBytes } from './memory.js';
import { formatTraceparent, tracestateOf } from './span-context.js';
import type { SpanContext } from './types.js';

/** Sets a header of a carrier. */
export type CarrierSetter<C> = (carrier: C, key: string, value: string) => void;

/**
 * Writes a context into a carrier, `traceparent` and, where there is one, `tracestate`, and returns the carrier.
 *
 * Without a setter, the carrier may be a plain object, a class with `set` such as `Headers`, `Map` or gRPC's
 * `Metadata`, an entry list, a list of one-key objects, or a flat list of names and values; an empty list gets entries;
 * without a carrier, a new object is made. Headers of these names that are there already are replaced, whatever their
 * case: two of them would be no context to the receiver, and an old `tracestate` would be another span's. What an
 * object inherits is hidden. A class is asked to `delete` or `remove` them, whatever their case where it has `keys`; one
 * that can do neither keeps an old `tracestate`. A setter of your own has to see to all that itself.
 *
 * @throws {SpanlinkError} `invalid_span_context` as {@link formatTraceparent}; `invalid_option` for a carrier that
 * cannot hold headers or cannot be written, with what it threw itself as the `cause`. What a setter throws is passed on.
 *
 * @example
 * await producer.send({ topic, messages: [{ value, headers: inject(span.spanContext()) }] });
 */
export function inject<C = Record<string, string>>(
  context: SpanContext,
  carrier?: C,
  setter?: CarrierSetter<C>,
): C {
  const traceparent = formatTraceparent(context);
  const tracestate = tracestateOf(context);
  const target = (carrier === undefined ? {} : carrier) as C;
  if (setter === undefined) {
    write(target, traceparent, tracestate);
    return target;
  }
  if (typeof setter !== 'function') invalidOption('setter', 'must be a function (carrier, key, value)');
  setter(target, 'traceparent', traceparent);
  if (tracestate !== '') setter(target, 'tracestate', tracestate);
  return target;
}

function write(carrier: unknown, traceparent: string, tracestate: string): void {
  try {
    place(carrier, 'traceparent', traceparent);
    place(carrier, 'tracestate', tracestate);
  } catch (cause) {
    if (cause instanceof SpanlinkError) throw cause;
    throw new SpanlinkError('invalid_option', '`carrier` must be one that can be written', { cause });
  }
}

/** Makes `value` the only header of a name; an empty one removes it. */
function place(carrier: unknown, name: string, value: string): void {
  if (typeof carrier !== 'object' || carrier === null || isMemory(carrier)) {
    invalidOption('carrier', 'must be an object that can hold headers');
  }
  if (Array.isArray(carrier)) placeInList(carrier, name, value);
  else if (isHeaderClass(carrier)) placeInClass(carrier, name, value);
  else placeInObject(carrier, name, value);
}

/** Into entries, one-key objects, or names and values in turn, as the list has them. */
function placeInList(list: unknown[], name: string, value: string): void {
  const isFlat = isName(list[0]);
  const isEntries = list.every(Array.isArray);
  const isKnown = isFlat
    ? list.length % 2 === 0 && list.every((key, at) => at % 2 === 1 || isName(key))
    : isEntries || list.every(isRecord);
  if (!isKnown)
    invalidOption('carrier', 'must be a list of entries, of one-key objects, or of names and values');
  const step = isFlat ? 2 : 1;
  for (let at = list.length - step; at >= 0; at -= step) {
    const entry = list[at];
    const keys = isFlat ? [entry] : isEntries ? [(entry as unknown[])[0]] : Object.keys(entry as object);
    if (!keys.some((key) => headerName(key) === name)) continue;
    if (keys.length > 1) placeInObject(entry as object, name, '');
    else list.splice(at, step);
  }
  if (value === '') return;
  if (isFlat) list.push(name, value);
  else list.push(isEntries ? [name, value] : { [name]: value });
}

interface HeaderClass {
  set(key: string, value: string): unknown;
  keys?(): Iterable<unknown>;
  delete?(key: unknown): unknown;
  remove?(key: unknown): unknown;
}

function isHeaderClass(carrier: object): carrier is HeaderClass {
  return typeof (carrier as Partial<HeaderClass>).set === 'function';
}

function placeInClass(carrier: HeaderClass, name: string, value: string): void {
  const remove = carrier.delete ?? carrier.remove;
  if (typeof remove === 'function') {
    const keys = typeof carrier.keys === 'function' ? [...carrier.keys()] : [name];
    for (const key of keys) if (headerName(key) === name) remove.call(carrier, key);
  }
  if (value !== '') carrier.set(name, value);
}

/** As {@link place}, among the properties of an object. */
export function placeInObject(object: object, name: string, value: string): void {
  const record = object as Record<string, unknown>;
  for (const key in record) {
    if (key !== name && headerName(key) === name) hide(record, key);
  }
  if (value === '') {
    if (name in record) hide(record, name);
    return;
  }
  // One that was hidden before is nobody's to see.
  if (Object.getOwnPropertyDescriptor(record, name)?.enumerable === false) delete record[name];
  // One that is inherited and read-only refuses to be set.
  if (!Reflect.set(record, name, value)) define(record, name, value, true);
}

/** Removes a property; one that is inherited gets another before it, which neither readers nor `for … in` see. */
function hide(record: Record<string, unknown>, key: string): void {
  delete record[key];
  if (key in record) define(record, key, undefined, false);
}

function define(record: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(record, key, { value, enumerable, writable: true, configurable: true });
}

const isName = (key: unknown) => typeof key === 'string' || isBytes(key);

function headerName(key: unknown): string {
  if (isBytes(key)) return String.fromCharCode(...key.subarray(0, 16)).toLowerCase();
  return typeof key === 'string' ? key.toLowerCase() : '';
}

/** Whether properties can be headers: those of a list, or beside bytes, would be lost. */
export function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMemory(value);
}

function isMemory(value: object): boolean {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value).endsWith('ArrayBuffer]');
}
