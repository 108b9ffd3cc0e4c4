/** The one thing to do next with an instance, told from how it stands. */
import type { InstanceCard } from '$lib/backend/generated/InstanceCard';

export type Next =
  | { do: 'readFirst'; problem: string }
  | { do: 'backUpFirst' }
  | { do: 'makeUp'; how: 'missed' | 'postponed' | 'failed'; dueAt: string; why: string }
  | { do: 'repeatPartial'; unread: number }
  | { do: 'backUpChanges'; count: number }
  | { do: 'verify' }
  | { do: 'nothing' };

export function nextOf(card: InstanceCard): Next {
  const last = card.lastBackup;
  if (card.problem) return { do: 'readFirst', problem: card.problem };
  if (!last) return { do: 'backUpFirst' };
  const due = card.nextBackup;
  if (due?.dueAt && (due.state === 'missed' || due.state === 'postponed' || due.state === 'failed'))
    return { do: 'makeUp', how: due.state, dueAt: due.dueAt, why: due.why ?? '' };
  if (last.status === 'partial') return { do: 'repeatPartial', unread: last.unread };
  if (card.changed && card.changed.count > 0)
    return { do: 'backUpChanges', count: card.changed.count };
  if (last.status === 'unverified') return { do: 'verify' };
  return { do: 'nothing' };
}

/**
 * The instance whose button is the primary one: the first that was never backed up, else the first
 * whose last backup was missed or misses something. None when nothing presses, or when its run is under way.
 */
export function firstInNeed(cards: readonly InstanceCard[]): string | undefined {
  const needs = (wanted: Next['do']) => cards.find((card) => nextOf(card).do === wanted);
  const first = needs('backUpFirst') ?? needs('makeUp') ?? needs('repeatPartial');
  return cards.some((card) => card.running) ? undefined : first?.instance.id;
}
