/** Where the panel shows which action, and which reasons it says already. */
import type { ArtifactDetail } from '$lib/backend/generated/ArtifactDetail';
import type { ChangeVerb } from '$lib/backend/generated/ChangeVerb';
import { lockedReason } from '$lib/changes/actions';
import type { Offer } from '$lib/changes/changes.svelte';
import { m } from '$lib/paraglide/messages';

/** Under the name of the artifact. */
export const mainActions: readonly ChangeVerb[] = [
  'activate',
  'deactivate',
  'editConnection',
  'testConnection',
];
/** Beside the schedule. */
export const scheduleActions: readonly ChangeVerb[] = [
  'startSchedule',
  'pauseSchedule',
  'resumeSchedule',
  'stopSchedule',
  'runNow',
];

/** Their labels under the heading “Schedule”. */
export const scheduleShort: Partial<Record<ChangeVerb, () => string>> = {
  startSchedule: m.change_short_start,
  pauseSchedule: m.change_short_pause,
  resumeSchedule: m.change_short_resume,
  stopSchedule: m.change_short_stop,
};

/** The band says that the instance is read only; the export says who has it open. */
export function saidElsewhere(offer: Offer, { artifact, canExport }: ArtifactDetail): string[] {
  return [
    m.change_off_read_only({ instance: offer.instance.name }),
    ...(artifact.lock && !canExport ? [lockedReason(artifact)] : []),
  ];
}
