import { isBytes } from './memory.js';
import { formatTraceparent, tracestateOf } from './span-context.js';
import { invalidOption } from './errors.js';
import type { SpanContext } from './types.js';

/** Sets a header of a carrier. */
export type CarrierSetter<C> = (carrier: C, key: string, value: string) => void;

/**
 * Writes a context into a carrier, `traceparent` and, where there is one, `tracestate`, and returns the carrier.
 *
 * Without a setter, the carrier may be a plain object, `Headers` or another class with `set`, a `Map`, or an entry
 * list; without a carrier, a new object is made. Headers of these names that are there already are replaced,
 * whatever their case: two of them would be no context to the receiver, and an old `tracestate` would be another
 * span's. A setter of your own has to see to that itself.
 *
 * @throws {SpanlinkError} `invalid_span_context` as {@link formatTraceparent}; `invalid_option` for a carrier that
 * cannot hold headers.
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
    place(target, 'traceparent', traceparent);
    place(target, 'tracestate', tracestate);
    return target;
  }
  if (typeof setter !== 'function') invalidOption('setter', 'must be a function (carrier, key, value)');
  setter(target, 'traceparent', traceparent);
  if (tracestate !== '') setter(target, 'tracestate', tracestate);
  return target;
}

/** Makes `value` the only header of a name; an empty one removes it. */
function place(carrier: unknown, name: string, value: string): void {
  const isName = (key: unknown) => headerName(key) === name;
  if (typeof carrier !== 'object' || carrier === null) {
    invalidOption('carrier', 'must be an object that can hold headers');
  }
  if (Array.isArray(carrier)) {
    for (let index = carrier.length - 1; index >= 0; index--) {
      if (isName(carrier[index]?.[0])) carrier.splice(index, 1);
    }
    if (value !== '') carrier.push([name, value]);
  } else if (isHeaderMap(carrier)) {
    for (const key of [...carrier.keys()].filter(isName)) carrier.delete(key);
    if (value !== '') carrier.set(name, value);
  } else {
    const record = carrier as Record<string, unknown>;
    for (const key of Object.keys(record)) {
      if (key !== name && isName(key)) delete record[key];
    }
    if (value !== '') record[name] = value;
    else delete record[name];
  }
}

interface HeaderMap {
  keys(): Iterable<unknown>;
  delete(key: unknown): unknown;
  set(key: string, value: string): unknown;
}

function isHeaderMap(carrier: object): carrier is HeaderMap {
  const { keys, set, delete: remove } = carrier as Partial<HeaderMap>;
  return typeof keys === 'function' && typeof set === 'function' && typeof remove === 'function';
}

function headerName(key: unknown): string {
  if (isBytes(key)) return String.fromCharCode(...key.subarray(0, 16)).toLowerCase();
  return typeof key === 'string' ? key.toLowerCase() : '';
}
