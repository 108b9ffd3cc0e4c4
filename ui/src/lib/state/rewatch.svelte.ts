/** A run that was taken up again goes on under the same id: it is watched anew. */
import { isUnderWay, type LiveRun } from './live-run.svelte';
import { windowState } from './window.svelte';

/** For a component while it is being set up. */
export function watchAgain(live: LiveRun): void {
  let rewatching = false;
  $effect(() => {
    const listed = windowState.runs?.find((run) => run.id === live.id);
    const watchedHasEnded = live.summary !== undefined && !isUnderWay(live.summary.status);
    if (!watchedHasEnded || listed?.status !== 'running' || listed.endedAt || rewatching) return;
    rewatching = true;
    void live.watch().finally(() => (rewatching = false));
  });
}
