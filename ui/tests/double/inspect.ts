/** What the double finds in files. */
import type { InspectAnswer } from '../../src/lib/backend/generated/InspectAnswer';

export function inspectionOf(paths: readonly string[]): InspectAnswer[] {
  return paths.map((file) => ({
    outcome: 'failed',
    value: {
      file,
      error: {
        code: 'archiveDamaged',
        message: `\`${file}\` ends too early.`,
        retryable: false,
        context: {},
      },
    },
  }));
}
