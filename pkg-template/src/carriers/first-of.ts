import { invalidOption } from '../errors.js';
import { REASONS, nothingFound, readHeaders } from '../headers.js';
import { contextOf } from '../span-context.js';
import type { CarrierReader, FoundHeaders } from './reader.js';

/**
 * A reader that tries others in order and takes the first that finds a valid context.
 *
 * Where none does, the reason is that of the first that found anything, else `missing`.
 *
 * @throws {SpanlinkError} `invalid_option` for no readers, or anything that is none.
 *
 * @example
 * linkBatch(messages, { reader: firstOf(kafka, b3) });
 */
export function firstOf<M>(...readers: CarrierReader<M>[]): CarrierReader<M> {
  if (readers.length === 0 || !readers.every((reader) => typeof reader?.read === 'function')) {
    invalidOption('readers', 'must be one or more readers of spanlink/carriers');
  }
  return Object.freeze({
    name: `firstOf(${readers.map((reader) => reader.name).join(', ')})`,
    read(message: M, found: FoundHeaders): void {
      for (const reader of readers) {
        const own = nothingFound();
        const headers = readHeaders(reader, message, own);
        const context = contextOf(headers.traceparent, headers.tracestate);
        if (typeof context !== 'number') {
          found.traceparent = headers.traceparent;
          found.tracestate = own.tracestate;
          found.rejected = undefined;
          found.reader = own.reader ?? reader.name;
          return;
        }
        if (found.rejected === undefined && REASONS[context] !== 'missing') found.rejected = REASONS[context];
      }
    },
  });
}
