import { convert_xray } from '../core/core.js';
import { findAnywhere } from './anywhere.js';
import { convertWith } from './convert.js';
import { objectOf } from './object.js';
import type { CarrierReader, FoundHeaders } from './reader.js';

const NAMES = ['x-amzn-trace-id'];

/**
 * AWS X-Ray: `AWSTraceHeader` of an SQS message or of a Lambda record; else `x-amzn-trace-id`,
 * wherever a message of the other readers has its headers, or in a header container itself.
 *
 * `Root` and `Parent` are required, in any order; `Sampled` may be `0`, `1` or `?`; `Lineage` and unknown fields are
 * ignored. No other reader falls back to X-Ray: `firstOf(kafka, xray)` does.
 *
 * Source: AWS X-Ray Developer Guide, Tracing header.
 */
export const xray: CarrierReader<any> = Object.freeze({
  name: 'xray',
  read(message: unknown, found: FoundHeaders): void {
    const header =
      objectOf(objectOf(message)?.Attributes)?.AWSTraceHeader ??
      objectOf(objectOf(message)?.attributes)?.AWSTraceHeader ??
      findAnywhere(message, NAMES, /x-amzn-trace-id|\\u/i)[0];
    convertWith(convert_xray, [header], found);
  },
});
