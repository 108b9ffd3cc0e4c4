/** Who has an artifact open, as far as the service tells. */
import type { Lock } from '$lib/backend/generated/Lock';
import { when } from './format';
import { m } from '$lib/paraglide/messages';

export function lockWords({ by, since }: Lock, now: Date): string {
  if (!by) return m.explore_locked();
  if (!since) return m.explore_locked_by({ person: by });
  return m.explore_locked_by_since({ person: by, since: when(since, now, 'inSentence') });
}
