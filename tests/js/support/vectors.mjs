// The tables in tests/vectors, which the Rust tests read too, and the few values that many tests need.
import { readFileSync } from 'node:fs';

/** The rows of one table. */
export function vectors(file) {
  return JSON.parse(readFileSync(new URL(`../../vectors/${file}`, import.meta.url), 'utf8'));
}

/** The title of the test that runs a row. */
export const title = (row) => (row.section ? `${row.name} (${row.section})` : row.name);

/** A field of a row that is text, or `{ bytes }` where it cannot be. */
export const textOrBytes = (field) => (field?.bytes ? Uint8Array.from(field.bytes) : field);

/** A trace id, a span id, a traceparent and a context that are valid and differ for each `n` in 1..65535. */
export const traceId = (n) => (0x10000 + n).toString(16).padStart(32, 'a');
export const spanId = (n) => (0x10000 + n).toString(16).padStart(16, 'b');
export const traceparent = (n, flags = 1) => `00-${traceId(n)}-${spanId(n)}-0${flags}`;
export const context = (n, traceFlags = 1) => ({ traceId: traceId(n), spanId: spanId(n), traceFlags });

/** What of a context can be compared: trace state as text, or undefined. */
export const flat = ({ traceId, spanId, traceFlags, isRemote, traceState }) => ({
  traceId,
  spanId,
  traceFlags,
  isRemote,
  traceState: traceState?.serialize(),
});
