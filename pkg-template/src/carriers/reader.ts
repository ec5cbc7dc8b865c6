import { invalidOption } from '../errors.js';
import type { RejectReason } from '../types.js';

/** The raw values of the headers a message was found to have. A repeated header is an array of its values. */
export interface FoundHeaders {
  /** Text, bytes, or arrays of these; from a reader of other headers, what they mean as a traceparent. */
  traceparent: unknown;
  tracestate: unknown;
  /** Why there is no traceparent, where a reader of other headers knows. */
  rejected?: RejectReason | undefined;
  /** The name of the reader that found them, where one reader asks others. */
  reader?: string | undefined;
}

/**
 * Says where a message keeps its headers.
 *
 * Readers are made by spanlink: take a named one, or make one with {@link custom}.
 */
export interface CarrierReader<M = unknown> {
  /** The name of the reader, such as `kafka`. */
  readonly name: string;
  /**
   * Gives the container of a message's headers; or looks into it itself, puts what is there into `found`, and gives
   * none. Not for calling: nothing has been validated.
   */
  readonly read: (message: M, found: FoundHeaders) => unknown;
}

/** A reader of messages of any type: what a message is not, it does not find anything in. */
export function reader(
  name: string,
  read: (message: unknown, found: FoundHeaders) => unknown,
): CarrierReader<any> {
  return Object.freeze({ name, read });
}

/**
 * Makes a reader of a function that takes a message and returns its header container.
 *
 * A header container is a plain object, Map, Headers, entry list (`[['traceparent', '00-…']]`), list of one-key
 * objects, flat list (`['traceparent', '00-…']`), or an object with `get` and `keys`. Names match in any case and may
 * be bytes; values are strings, bytes, or arrays of these. A function that throws makes the message one without
 * headers.
 *
 * @throws {SpanlinkError} `invalid_option` where `container` is not a function.
 *
 * @example
 * const reader = custom((job) => job.data.tracing);
 * linkBatch(jobs, { reader });
 */
export function custom<M>(container: (message: M) => unknown): CarrierReader<M> {
  if (typeof container !== 'function') {
    invalidOption('container', 'must be a function that takes a message and returns its header container');
  }
  return Object.freeze({ name: 'custom', read: (message: M) => container(message) });
}
