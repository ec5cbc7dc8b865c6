// Inputs for property tests: contexts, and values that are one character away from a good one.
import fc from 'fast-check';

const HEX = '0123456789abcdef';

/** So many hexadecimal characters, not all zero. */
export const hex = (length) =>
  fc
    .array(fc.constantFrom(...HEX), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((text) => /[^0]/.test(text));

export const context = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  traceFlags: fc.integer({ min: 0, max: 255 }),
});

/** A traceparent of version 00. */
export const valid = context.map(({ traceId, spanId, traceFlags }) => {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
});

const SINGLE = ['', '-', '0', 'f', 'g', 'A', ' ', '\t', '\u00a0', '\u00e9', '\ud800', ',', '+'];

// A good value with one character changed, removed or added is the input that finds most mistakes.
export const nearlyValid = fc
  .tuple(valid, fc.nat(55), fc.constantFrom(...SINGLE), fc.nat(1))
  .map(([text, at, put, cut]) => text.slice(0, at) + put + text.slice(at + cut));
