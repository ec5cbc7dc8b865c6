/** Looking into a message that may be anything. */

/** A property of something that may not be an object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Whether a header was found, broken or not. */
export function isFound(value: unknown): boolean {
  return value !== undefined && value !== null;
}
