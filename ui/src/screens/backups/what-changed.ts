/** A snapshot against the one before, in a few words. */
import type { ItemChange } from '$lib/backend/generated/ItemChange';
import type { SnapshotSummary } from '$lib/backend/generated/SnapshotSummary';
import { number } from '$lib/format/format';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';

export function changeCount({ added, changed, removed }: SnapshotSummary): number {
  return added + changed + removed;
}

/** Nothing was before it: all of it is new. */
function isFirst(snapshot: SnapshotSummary): boolean {
  return snapshot.carried === 0 && snapshot.changed === 0 && snapshot.added === snapshot.artifacts;
}

/** `6 changed, 1 added`; empty when nothing changed. */
export function countsOfChange({ added, changed, removed }: SnapshotSummary): string {
  return [
    changed > 0 && m.backups_changed({ count: changed }),
    added > 0 && m.backups_added({ count: added }),
    removed > 0 && m.backups_removed({ count: removed }),
  ]
    .filter(Boolean)
    .join(', ');
}

/** The headline of a snapshot in the list. */
export function headline(snapshot: SnapshotSummary): string {
  if (snapshot.note) return snapshot.note;
  if (snapshot.status === 'partial') return m.backups_partial({ count: snapshot.unread });
  if (snapshot.artifacts > 0 && isFirst(snapshot)) return m.backups_first();
  return countsOfChange(snapshot) || m.backups_no_change();
}

/** The line under it. */
export function subline(snapshot: SnapshotSummary): string {
  const { artifacts, unread, askedBy } = snapshot;
  const what =
    unread > 0
      ? m.backups_artifacts_of({ read: number(artifacts), all: number(artifacts + unread) })
      : m.backups_artifacts({ count: artifacts });
  return askedBy ? m.backups_by({ what, person: askedBy }) : what;
}

export const changeMark: Record<ItemChange, Mark> = {
  added: { icon: 'plus', tone: 'ok', label: m.backups_change_added },
  changed: { icon: 's-different', tone: 'different', label: m.backups_change_changed },
  removed: { icon: 's-skipped', tone: 'skipped', label: m.backups_change_removed },
  same: { icon: 's-same', tone: 'skipped', label: m.backups_change_same },
};
