/** Past runs: which are shown, and by which day. */
import type { RunKind } from '$lib/backend/generated/RunKind';
import type { RunStatus } from '$lib/backend/generated/RunStatus';
import type { RunSummary } from '$lib/backend/generated/RunSummary';
import { date, daysAgo, duration } from '$lib/format/format';
import { runKindWord, runMark } from '$lib/format/labels';
import { runStanding, runWhat } from '$lib/format/runs';
import type { IconName } from '$lib/icons/names';
import { isUnderWay } from '$lib/state/live-run.svelte';

export const runIcon: Record<RunKind, IconName> = {
  backup: 'backups',
  extract: 'export',
  verify: 'check',
  vaultCheck: 'lock',
  change: 'edit',
  move: 'move',
  clone: 'move',
  copy: 'export',
  prune: 'trash',
  proof: 'check',
};

export interface RunFilter {
  text: string;
  kinds: readonly string[];
  instances: readonly string[];
  results: readonly string[];
}

export interface Day {
  title: string;
  runs: RunSummary[];
}

/** Ended for good: neither under way nor waiting to be taken up again. */
export function isPast(run: RunSummary): boolean {
  return !isUnderWay(run.status) && run.status !== 'interrupted';
}

export function shownRuns(runs: readonly RunSummary[], filter: RunFilter): RunSummary[] {
  const sought = filter.text.trim().toLowerCase();
  return runs.filter(
    (run) =>
      (filter.kinds.length === 0 || filter.kinds.includes(run.kind)) &&
      (filter.instances.length === 0 || filter.instances.includes(run.instanceName ?? '')) &&
      (filter.results.length === 0 || filter.results.includes(run.status)) &&
      (sought === '' || wordsOf(run).includes(sought)),
  );
}

export function byDay(runs: readonly RunSummary[], now: Date): Day[] {
  const days: Day[] = [];
  let last: number | undefined;
  for (const run of runs) {
    const at = daysAgo(run.startedAt, now);
    if (at !== last) days.push({ title: date(run.startedAt, now), runs: [] });
    days.at(-1)?.runs.push(run);
    last = at;
  }
  return days;
}

export function took(run: RunSummary, now: Date): string {
  const end = run.endedAt ? new Date(run.endedAt) : now;
  return duration(Math.max(0, end.getTime() - new Date(run.startedAt).getTime()));
}

interface Choice {
  value: string;
  label: string;
  count: number;
}
/** What the runs can be filtered by, with counts. */
export function choices(runs: readonly RunSummary[]) {
  return {
    kinds: counted(
      runs.map((run) => run.kind),
      (kind) => runKindWord[kind as RunKind](),
    ),
    instances: counted(
      runs.flatMap((run) => (run.instanceName ? [run.instanceName] : [])),
      (name) => name,
    ),
    results: counted(
      runs.map((run) => run.status),
      (status) => runMark[status as RunStatus].label(),
    ),
  };
}

function counted(values: readonly string[], label: (value: string) => string): Choice[] {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return Object.entries(counts).map(([value, count]) => ({ value, label: label(value), count }));
}

function wordsOf(run: RunSummary): string {
  return [runWhat(run), run.instanceName, run.askedBy, runStanding(run), run.snapshot]
    .filter(Boolean)
    .join(' ')
    .toLowerCase();
}
