/** Messages without headers: an envelope in the body keeps what headers would. */
import { isBytes, sizeOf } from '../memory.js';
import { decodeUtf8 } from '../text.js';
import { findHeaders } from './container.js';
import { isFound, objectOf } from './object.js';
import type { FoundHeaders } from './reader.js';

/** The longest text that is parsed as JSON: 256 KiB, in bytes or characters. */
export const MAX_JSON = 262_144;
/** Text that cannot have the header's name in it, written plainly or with escapes, is not worth parsing. */
const WORTH_PARSING = /traceparent|\\u/i;
const BRACE = 0x7b;

/** The text of a body that is text, or bytes of it, and may be a JSON object; else `undefined`. */
function jsonText(body: unknown): string | undefined {
  if (typeof body === 'string') return body.length <= MAX_JSON && body[0] === '{' ? body : undefined;
  if (!isBytes(body) || sizeOf(body) > MAX_JSON || body[0] !== BRACE) return undefined;
  return decodeUtf8(body);
}

/** A body as an object: parsed, where it is JSON text or bytes of it. What is neither gives `undefined`. */
export function parsedBody(body: unknown, worth = WORTH_PARSING): unknown {
  try {
    // Cloudflare Queues gives what was sent as `bytes` as a buffer.
    const inside: unknown = body instanceof ArrayBuffer ? new Uint8Array(body) : body;
    if (typeof inside === 'object' && inside !== null && !isBytes(inside)) return inside;
    const text = jsonText(inside);
    return text !== undefined && worth.test(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Finds headers in an envelope: at its top level, then in its `metadata`, then in its `headers`. */
function findInEnvelope(body: unknown, found: FoundHeaders): void {
  const envelope = parsedBody(body);
  if (envelope === undefined) return;
  findHeaders(envelope, found);
  if (isFound(found.traceparent)) return;
  findHeaders(objectOf(envelope)?.metadata, found);
  if (isFound(found.traceparent)) return;
  findHeaders(objectOf(envelope)?.headers, found);
}

/** The same for what is inside a message, else for the message: it may be the envelope, with a field of that name. */
export function findInEither(inside: unknown, message: unknown, found: FoundHeaders): void {
  findInEnvelope(inside, found);
  if (!isFound(found.traceparent)) findInEnvelope(message, found);
}
