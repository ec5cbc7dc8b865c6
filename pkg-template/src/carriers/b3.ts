import { convert_b3_multi, convert_b3_single } from '../core/core.js';
import { findAnywhere } from './anywhere.js';
import { convertWith } from './convert.js';
import { isFound } from './object.js';
import type { CarrierReader, FoundHeaders } from './reader.js';

const NAMES = ['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'x-b3-flags'];

/**
 * B3: the header `b3`, else the headers `X-B3-TraceId`, `X-B3-SpanId`, `X-B3-Sampled` and `X-B3-Flags`,
 * wherever a message of the other readers has its headers, or in a header container itself.
 *
 * Trace ids of 64 bits are padded with zeros; debug means sampled; a decision without ids, such as `b3: 0`, is
 * `missing`. No other reader falls back to B3: `firstOf(kafka, b3)` does.
 *
 * Source: openzipkin/b3-propagation.
 */
export const b3: CarrierReader<any> = Object.freeze({
  name: 'b3',
  read(message: unknown, found: FoundHeaders): void {
    const [single, ...multi] = findAnywhere(message, NAMES, /b3|\\u/i);
    if (isFound(single)) convertWith(convert_b3_single, [single], found);
    else convertWith(convert_b3_multi, multi, found);
  },
});
