/** The rows of a report: their groups, their glyphs, and what of them can be taken back. */
import type { ReportResult } from '$lib/backend/generated/ReportResult';
import type { ReportRow } from '$lib/backend/generated/ReportRow';
import { number } from '$lib/format/format';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';

/** What deserves a look first. */
const order: readonly ReportResult[] = ['failed', 'unknown', 'notDone', 'done', 'kept'];

export const resultMark: Record<ReportResult, Mark> = {
  failed: { icon: 's-failed', tone: 'blocking', label: m.report_group_failed },
  unknown: { icon: 's-warning', tone: 'warning', label: m.report_group_unknown },
  notDone: { icon: 's-skipped', tone: 'skipped', label: m.report_group_not_done },
  done: { icon: 's-ok', tone: 'ok', label: m.report_group_done },
  kept: { icon: 's-same', tone: 'skipped', label: m.report_group_kept },
};

/** In the order of their groups; within a group as they came. */
export function inGroups(rows: readonly ReportRow[]): ReportRow[] {
  return order.flatMap((result) => rows.filter((row) => row.result === result));
}

export function groupTitle(rows: readonly ReportRow[], result: ReportResult): string {
  const count = rows.filter((row) => row.result === result).length;
  return m.report_group({ group: resultMark[result].label(), count: number(count) });
}

/** Those that failed, or of which nobody can tell. */
export function failedOf(rows: readonly ReportRow[]): ReportRow[] {
  return rows.filter(({ result }) => result === 'failed' || result === 'unknown');
}

/** `a81d 60f2 …` */
export function shortHash(hash: string): string {
  return `${hash.slice(0, 4)} ${hash.slice(4, 8)} …`;
}
