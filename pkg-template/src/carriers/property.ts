/** Looking into a message that may be anything. */

/** A property of something that may not be an object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * The property `headers`, which most messages have. It stands here by its name: a look-up by a name that varies takes
 * 20 ns, this one 1.
 */
export function headersOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as { headers?: unknown }).headers : undefined;
}

/** Whether a header was found, broken or not. */
export function isFound(value: unknown): boolean {
  return value !== undefined && value !== null;
}
