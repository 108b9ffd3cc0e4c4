/** Refusals in one shape. The shell answers plain text for a refused or malformed call. */
import type { CommandError } from './generated/CommandError';

export function isCommandError(value: unknown): value is CommandError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

export function asCommandError(refusal: unknown): CommandError {
  if (isCommandError(refusal)) {
    // Absent optionals may arrive as null.
    return { ...refusal, context: refusal.context ?? {} };
  }
  const message =
    refusal instanceof Error ? refusal.message : typeof refusal === 'string' ? refusal : '';
  return { code: 'internal', message, retryable: false, context: {} };
}
