// The messages that all subjects get: distinct contexts, flat strings as a client would have read them off the wire.
import { randomBytes } from 'node:crypto';

/** A string that is neither a slice nor a concatenation of others. */
const flat = (text) => Buffer.from(text, 'latin1').toString('latin1');

/** What can be wrong with a header: things that every subject but `tctx` and `traceparent` rejects alike. */
const BROKEN = [
  (header) => header.slice(0, 54),
  (header) => `ff${header.slice(2)}`,
  (header) => `00-${'0'.repeat(32)}${header.slice(35)}`,
  (header) => `${header.slice(0, 36)}${'0'.repeat(16)}${header.slice(52)}`,
  (header) => header.replace('-', '_'),
  (header) => `${header.slice(0, 10)}g${header.slice(11)}`,
];

/** One header in twenty is not valid. */
const EVERY = 20;

function headers(count, { invalid }) {
  return Array.from({ length: count }, (_, index) => {
    const ids = randomBytes(24).toString('hex');
    const header = `00-${ids.slice(0, 32)}-${ids.slice(32)}-0${index % 2}`;
    const isBroken = invalid && index % EVERY === EVERY - 1;
    return flat(isBroken ? BROKEN[Math.floor(index / EVERY) % BROKEN.length](header) : header);
  });
}

/** A list of two members, another one for each message. */
const tracestate = () => flat(`rojo=${randomBytes(8).toString('hex')},congo=t61rcWkgMzE`);

/** Messages with text: what HTTP, NATS or SQS hand over. */
export function textMessages(count, { invalid = false, states = false } = {}) {
  return headers(count, { invalid }).map((traceparent, index) => ({
    id: index,
    headers: states ? { traceparent, tracestate: tracestate() } : { traceparent },
    value: 'order',
  }));
}

/** Messages as kafkajs hands them over: Buffers that are parts of one fetched block. */
export function kafkaMessages(count, { invalid = false, states = false } = {}) {
  return headers(count, { invalid }).map((traceparent, index) => {
    const found = { traceparent: Buffer.from(traceparent) };
    if (states) found.tracestate = Buffer.from(tracestate());
    return {
      magicByte: 2,
      attributes: 0,
      timestamp: '1700000000000',
      offset: String(index),
      key: null,
      value: null,
      headers: found,
    };
  });
}
