/** What the service asked of a run's speed, in words. */
import { m } from '$lib/paraglide/messages';
import type { Pace } from '$lib/state/live-run.svelte';
import { time } from './format';

export function paceWords({ text, recovered }: Pace): string {
  return recovered ? m.activity_recovered({ at: time(recovered) }) : text;
}
