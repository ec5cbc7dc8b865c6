/** Looking into a message that may be anything. */

/**
 * Something as an object with properties; `undefined` where it is none.
 *
 * A property is to be asked for by its name, as in `objectOf(message)?.headers`: a look-up by a name that varies takes
 * 20 ns, one by name 1.
 */
export function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** Whether a header was found, broken or not. */
export function isFound(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The `headers` of a message, or of the `message` in it; else what may be headers itself. */
export function headersIn(message: unknown): unknown {
  return objectOf(message)?.headers ?? objectOf(objectOf(message)?.message)?.headers ?? message;
}

/** Whether it is a list of an id and the fields behind it, as ioredis has it, and no list of headers. */
export function isStreamEntry(value: unknown): value is [unknown, unknown[]] {
  return Array.isArray(value) && value.length === 2 && Array.isArray(value[1]) && !Array.isArray(value[0]);
}
