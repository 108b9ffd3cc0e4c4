/** Snapshots grouped for the list: the last days one by one, older ones by month. */
import type { SnapshotSummary } from '$lib/backend/generated/SnapshotSummary';
import { daysAgo } from '$lib/format/format';
import { m } from '$lib/paraglide/messages';

export interface SnapshotGroup {
  key: string;
  heading: string;
  /** Each row shows the date, since the heading tells the month alone. */
  dated: boolean;
  snapshots: SnapshotSummary[];
}

const dayByDay = 14;
const weekday = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
const month = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' });

export function groupsOf(snapshots: readonly SnapshotSummary[], now: Date): SnapshotGroup[] {
  const groups: SnapshotGroup[] = [];
  for (const snapshot of snapshots) {
    const at = new Date(snapshot.takenAt);
    const ago = daysAgo(at, now);
    const dated = ago >= dayByDay;
    const heading = dated ? month.format(at) : ago === 0 ? m.today() : weekday.format(at);
    const key = `${dated ? 'month' : 'day'} ${heading}`;
    const last = groups.at(-1);
    if (last?.key === key) last.snapshots.push(snapshot);
    else groups.push({ key, heading, dated, snapshots: [snapshot] });
  }
  return groups;
}
