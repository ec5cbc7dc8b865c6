/**
 * The codes of {@link SpanlinkError}. Those of snapshots and of stores are kept for what later versions have: nothing
 * throws them yet.
 */
export type ErrorCode =
  | 'invalid_definition'
  | 'invalid_option'
  | 'invalid_span_context'
  | 'invalid_snapshot'
  | 'snapshot_mismatch'
  | 'freed'
  | 'store_unavailable'
  | 'store_corrupt';

/**
 * Says that spanlink was used wrongly: an option that makes no sense, a span context that is none.
 *
 * What a message contains never causes one. The `code` is stable; the message names the option, says what was
 * expected, and never repeats more than a short piece of what was given.
 *
 * @example
 * try {
 *   linkBatch(messages, { maxLinks: 0 });
 * } catch (error) {
 *   error.code; // 'invalid_option'
 *   error.message; // '`maxLinks` must be a whole number from 1 to 4294967295'
 * }
 */
export class SpanlinkError extends Error {
  /** What kind of misuse it is. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'SpanlinkError';
    this.code = code;
  }
}

/** Throws for an option that is not what it must be. */
export function invalidOption(option: string, expected: string): never {
  throw new SpanlinkError('invalid_option', `\`${option}\` ${expected}`);
}

/** The options of a call as an object: absent ones are empty. `name` is what the call's documentation calls them. */
export function optionsObject<T extends object>(options: T | undefined, name = 'options'): Partial<T> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) invalidOption(name, 'must be an object');
  return options;
}
