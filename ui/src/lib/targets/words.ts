/** Kinds of targets and how they stand, as words and glyphs. */
import type { StageState } from '$lib/backend/generated/StageState';
import type { TargetForm } from '$lib/backend/generated/TargetForm';
import type { TargetPlace } from '$lib/backend/generated/TargetPlace';
import type { TargetView } from '$lib/backend/generated/TargetView';
import { when } from '$lib/format/format';
import type { Mark } from '$lib/format/labels';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';

export type Kind = TargetPlace['type'];
export const kinds: readonly Kind[] = ['folder', 'sftp', 'git', 's3', 'swift', 'upload'];

export const kindWord: Record<Kind, () => string> = {
  folder: m.target_kind_folder,
  sftp: m.target_kind_sftp,
  git: m.target_kind_git,
  s3: m.target_kind_s3,
  swift: m.target_kind_swift,
  upload: m.target_kind_upload,
};
const kindIcons: Record<Kind, IconName> = {
  folder: 'folder',
  sftp: 'export',
  git: 'k-integration',
  s3: 'backups',
  swift: 'backups',
  upload: 'up',
};

export function kindIcon(form: TargetForm): IconName {
  return form.vault ? 'lock' : kindIcons[form.place.type];
}

export function kindName(form: TargetForm): string {
  return form.vault ? m.target_kind_vault() : kindWord[form.place.type]();
}

export function targetMark(target: TargetView, now: Date): Mark {
  const at = () => (target.last ? when(target.last.at, now, 'inSentence') : '');
  switch (target.state) {
    case 'equal':
      return { icon: 's-ok', tone: 'ok', label: () => m.target_state_equal({ when: at() }) };
    case 'behind':
      return {
        icon: 's-warning',
        tone: 'warning',
        label: () => m.target_state_behind({ count: target.behind }),
      };
    case 'copying':
      return { icon: 's-running', tone: 'running', label: m.target_state_copying };
    case 'failed':
      return { icon: 's-failed', tone: 'blocking', label: m.target_state_failed };
    case 'empty':
      return {
        icon: 's-skipped',
        tone: 'skipped',
        label: target.form.on ? m.target_state_empty : m.target_state_off,
      };
  }
}

export const stageMark: Record<StageState, Mark> = {
  waiting: { icon: 's-waiting', tone: 'skipped', label: m.instances_stage_waiting },
  running: { icon: 's-running', tone: 'running', label: m.target_checking },
  passed: { icon: 's-ok', tone: 'ok', label: m.instances_stage_passed },
  failed: { icon: 's-failed', tone: 'blocking', label: m.instances_stage_failed },
  skipped: { icon: 's-skipped', tone: 'skipped', label: m.instances_stage_skipped },
};
