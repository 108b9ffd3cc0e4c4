/** What changed from one backup to the next, as glyph and word. */
import type { DriftChange } from '$lib/backend/generated/DriftChange';
import type { DriftKind } from '$lib/backend/generated/DriftKind';
import type { DriftStep } from '$lib/backend/generated/DriftStep';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import { href } from '$lib/router/router.svelte';

export const driftWord: Record<DriftKind, () => string> = {
  added: m.drift_added,
  removed: m.drift_removed,
  version: m.drift_version,
  state: m.drift_state,
  definition: m.drift_definition,
  connectionValues: m.drift_connection_values,
  lookupCells: m.drift_lookup_cells,
  schedule: m.drift_schedule,
  access: m.drift_access,
  certificate: m.drift_certificate,
  saved: m.drift_saved,
};

export function driftMark(change: DriftChange): Mark {
  if (change.kinds.includes('added'))
    return { icon: 'plus', tone: 'ok', label: m.backups_change_added };
  if (change.kinds.includes('removed'))
    return { icon: 's-skipped', tone: 'skipped', label: m.backups_change_removed };
  return { icon: 's-different', tone: 'different', label: m.backups_change_changed };
}

/** Where it came from: a run of Waybill, from outside, or both. */
export function originWord(change: DriftChange): string {
  if (change.run === undefined) return m.drift_outside();
  return change.outside ? m.drift_both() : m.drift_inside();
}

/** The difference of one artifact in the two snapshots, while both are there and hold it. */
export function differenceHref(step: DriftStep, change?: DriftChange): string | undefined {
  if (step.before === undefined || step.snapshot === undefined) return undefined;
  return href({
    screen: 'compare',
    left: { type: 'snapshot', id: step.before },
    right: { type: 'snapshot', id: step.snapshot },
    ...(change ? { id: change.id } : {}),
  });
}
