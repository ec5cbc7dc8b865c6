// What a Map keeps of a message: the text of its headers, validated when it arrives and taken apart when it is needed.
// There is no leaner way in plain JavaScript: one string for each event.
import { parse, valid } from '../links/best-javascript.mjs';

const TRACEPARENT = 55;

/** The traceparent, with the tracestate behind it where there is one; `null` where there is no valid context. */
export function keep({ traceparent, tracestate }) {
  const header = typeof traceparent === 'string' ? valid(traceparent) : undefined;
  if (header === undefined) return null;
  return tracestate === undefined ? header : header + tracestate;
}

export function contextOf(kept) {
  if (kept.length === TRACEPARENT) return parse(kept);
  return parse(kept.slice(0, TRACEPARENT), kept.slice(TRACEPARENT));
}

/** Both ids and the dash between them. */
const ids = (kept) => kept.substring(3, 52);

export const isSameSpan = (one, other) => one === other || ids(one) === ids(other);
