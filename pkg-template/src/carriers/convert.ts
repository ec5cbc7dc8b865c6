import { NO_TEXT, REASONS, headerValue, textLength, writeHeader } from '../headers.js';
import { readAscii, reserve } from '../memory.js';
import type { FoundHeaders } from './reader.js';

/** Set in an answer whose rest is the code of a reason. */
const REJECTED = 0x100;

/**
 * Has Rust convert the headers of another propagation to a traceparent, and puts it, or the reason why there is none,
 * into `found`.
 */
export function convertWith(
  convert: (...lengths: [number, number, number, number]) => number,
  headers: unknown[],
  found: FoundHeaders,
): void {
  const values = headers.map(headerValue);
  const missing = REASONS.indexOf('missing');
  reserve(values.reduce<number>((sum, value) => sum + textLength(value), 0));
  let offset = 0;
  const lengths = values.map((value) => {
    const length = value === missing ? 0 : writeHeader(value, offset);
    if (length < NO_TEXT) offset += length;
    return length;
  });
  const broken = lengths.find((length) => length >= NO_TEXT);
  if (broken !== undefined) {
    found.rejected = REASONS[broken - NO_TEXT];
    return;
  }
  const answer = convert(...(lengths as [number, number, number, number]));
  if (answer >= REJECTED) found.rejected = REASONS[answer - REJECTED];
  else found.traceparent = readAscii(answer);
}
