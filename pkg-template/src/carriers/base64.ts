import { decodeBase64 } from '../memory.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The bytes of base64 text. What is no such text stays as it is, and what is longer than `longest` characters too: the
 * value it would be is refused for what it is.
 */
export function fromBase64(value: unknown, longest: number): unknown {
  if (typeof value !== 'string' || value.length > longest) return value;
  return value.length % 4 === 0 && BASE64.test(value) ? decodeBase64(value) : value;
}
