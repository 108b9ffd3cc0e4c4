/** Words for runs and what they hold. */
import type { RunItemState } from '$lib/backend/generated/RunItemState';
import type { RunSummary } from '$lib/backend/generated/RunSummary';
import { number } from '$lib/format/format';
import type { Mark } from '$lib/format/labels';
import { settledOf } from '$lib/format/runs';
import { m } from '$lib/paraglide/messages';

export const itemMark: Record<RunItemState, Mark> = {
  waiting: { icon: 's-waiting', tone: 'skipped', label: m.activity_item_waiting },
  running: { icon: 's-running', tone: 'running', label: m.activity_item_running },
  fetched: { icon: 's-ok', tone: 'ok', label: m.activity_item_fetched },
  carried: { icon: 's-same', tone: 'skipped', label: m.activity_item_carried },
  failed: { icon: 's-failed', tone: 'blocking', label: m.activity_item_failed },
};
/** The order in which states deserve a look. */
export const itemRank: Record<RunItemState, number> = {
  failed: 0,
  running: 1,
  waiting: 2,
  fetched: 2,
  carried: 2,
};

/** What is there of an interrupted run, and what resuming does. */
export function interruptedWords(run: RunSummary): string {
  if (run.kind === 'move') return m.haul_interrupted_text();
  if (run.kind === 'clone') return m.clone_interrupted_text();
  if (run.kind !== 'backup') return m.activity_interrupted_other();
  if (settledOf(run) === 0) return m.activity_interrupted_early();
  return m.activity_interrupted_backup({
    settled: number(settledOf(run)),
    planned: number(run.counts.planned),
    left: number(Math.max(0, run.counts.planned - settledOf(run))),
  });
}

/** It ended before its result: it can go on, or at least be given up. */
export function mayResume(run: RunSummary): boolean {
  return run.resumable || run.status === 'interrupted';
}
