interface NodeBuffer {
  from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer>;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The bytes of base64 text that is known to be so.
 *
 * Decoding it character by character alone would cost more than all the rest of a cold start.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const { Buffer } = globalThis as { Buffer?: NodeBuffer };
  if (Buffer) return Buffer.from(text, 'base64');
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (fromBase64) return fromBase64(text);
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/**
 * The bytes of what should be base64 text. What is no such text stays as it is, and what is longer than `longest`
 * characters too: the value it would be is refused for what it is.
 */
export function fromBase64(value: unknown, longest: number): unknown {
  if (typeof value !== 'string' || value.length > longest) return value;
  return value.length % 4 === 0 && BASE64.test(value) ? decodeBase64(value) : value;
}
