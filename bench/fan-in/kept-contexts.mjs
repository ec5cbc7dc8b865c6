// What a Map keeps of a message: its context, parsed when it arrives by the best plain JavaScript.
import { parse } from '../links/best-javascript.mjs';

export function keep({ traceparent, tracestate }) {
  return (typeof traceparent === 'string' && parse(traceparent, tracestate)) || null;
}

export const contextOf = (kept) => kept;

export const isSameSpan = (one, other) => one.spanId === other.spanId && one.traceId === other.traceId;
