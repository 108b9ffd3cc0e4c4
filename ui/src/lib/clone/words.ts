/** Words for instances as a whole. */
import type { CloneMode } from '$lib/backend/generated/CloneMode';
import type { ClonePart } from '$lib/backend/generated/ClonePart';
import type { RunStepState } from '$lib/backend/generated/RunStepState';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import type { Doing } from './draft.svelte';

export const doingWord: Record<Doing, () => string> = {
  into: m.clone_doing_into,
  export: m.clone_doing_export,
  import: m.clone_doing_import,
};

export const modeWord: Record<CloneMode, () => string> = {
  importOnly: m.clone_mode_import_only,
  importActivate: m.clone_mode_import_activate,
  activateOnly: m.clone_mode_activate_only,
};

export const partWord: Record<ClonePart, () => string> = {
  container: m.clone_part_container,
  export: m.clone_part_export,
  archive: m.clone_part_archive,
  keep: m.clone_part_keep,
  import: m.clone_part_import,
  compare: m.clone_part_compare,
  remove: m.clone_part_remove,
};

export const partMark: Record<RunStepState, Mark> = {
  waiting: { icon: 's-waiting', tone: 'skipped', label: m.clone_state_waiting },
  running: { icon: 's-running', tone: 'running', label: m.clone_state_running },
  done: { icon: 's-ok', tone: 'ok', label: m.clone_state_done },
  failed: { icon: 's-failed', tone: 'blocking', label: m.clone_state_failed },
  skipped: { icon: 's-waiting', tone: 'skipped', label: m.clone_state_waiting },
  unknown: { icon: 's-warning', tone: 'warning', label: m.clone_state_unknown },
};

/** The service's word in plain letters. */
export function serviceWord(status: string): string {
  return status.replaceAll('_', ' ').toLowerCase();
}
