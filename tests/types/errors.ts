// Errors: one class, a stable code.
import { SpanlinkError, type ErrorCode } from 'spanlink';

export function code(error: unknown): ErrorCode | undefined {
  if (!(error instanceof SpanlinkError)) return undefined;
  const asError: Error = error;
  const message: string = asError.message;
  if (message === '') throw asError;
  // @ts-expect-error the code is read, not written
  error.code = 'freed';
  // @ts-expect-error not one of the codes
  if (error.code === 'out_of_luck') throw error;
  return error.code;
}

export const all: Record<ErrorCode, true> = {
  invalid_definition: true,
  invalid_option: true,
  invalid_span_context: true,
  invalid_snapshot: true,
  snapshot_mismatch: true,
  freed: true,
  store_unavailable: true,
  store_corrupt: true,
};
