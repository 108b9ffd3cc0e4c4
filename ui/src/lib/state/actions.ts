/** Actions that several screens offer; each asks for secrets where it must. */
import { backend } from '$lib/backend';
import type { MoveEdit } from '$lib/backend/generated/MoveEdit';
import type { MoveView } from '$lib/backend/generated/MoveView';
import type { RunSummary } from '$lib/backend/generated/RunSummary';
import type { SelectionView } from '$lib/backend/generated/SelectionView';
import { router } from '$lib/router/router.svelte';
import { withSecrets } from './asks.svelte';
import { outdate } from './reading.svelte';
import { windowState } from './window.svelte';

/** Starts a backup; undefined when a question on the way was closed. */
export async function startBackup(
  instance: string,
  selection: SelectionView = { type: 'everything' },
  note?: string,
): Promise<RunSummary | undefined> {
  const run = await withSecrets(() => backend().backupStart(instance, selection, note));
  if (run) windowState.takeStarted(run);
  return run;
}

/** Takes an interrupted run up again. */
export async function resumeRun(run: string): Promise<RunSummary | undefined> {
  const resumed = await withSecrets(() => backend().runResume(run));
  // Read again: a run that fails at once has ended before the answer to its start arrives.
  if (resumed) windowState.takeRun((await backend().runDetail(run)).summary);
  return resumed;
}

/** Starts the instances inside the application. */
export async function startPractice(): Promise<boolean> {
  const started = await withSecrets(() => backend().practiceStart());
  if (started) outdate('instances', 'home');
  return started !== undefined;
}

/** Tries what failed in a run of a move once more. */
export async function retryRun(run: string): Promise<RunSummary | undefined> {
  const again = await withSecrets(() => backend().runRetry(run));
  if (again) windowState.takeRun((await backend().runDetail(run)).summary);
  return again;
}

/** Begins a move with what is known already, and shows what is to be settled next. */
export function startMove(edit: MoveEdit): Promise<MoveView | undefined> {
  return beginMove(() => backend().moveNew(edit));
}

/** Begins a move in another way, and shows what is to be settled next. */
export async function beginMove(make: () => Promise<MoveView>): Promise<MoveView | undefined> {
  const move = await withSecrets(make);
  if (!move) return undefined;
  outdate('moves');
  router.go({ screen: 'move', id: move.summary.id });
  return move;
}

/** Takes a saved waybill in, and opens it; undefined where no file was chosen. */
export async function openWaybill(): Promise<MoveView | undefined> {
  const move = await withSecrets(() => backend().moveOpen());
  if (!move) return undefined;
  outdate('moves');
  router.go({ screen: 'move', id: move.summary.id });
  return move;
}
