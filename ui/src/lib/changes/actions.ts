/** What can be done to an artifact of an instance, and why not where it cannot be done now. */
import type { Artifact } from '$lib/backend/generated/Artifact';
import type { ArtifactDetail } from '$lib/backend/generated/ArtifactDetail';
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { ChangeVerb } from '$lib/backend/generated/ChangeVerb';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import type { State } from '$lib/backend/generated/State';
import { artifactName } from '$lib/format/artifact-id';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';
import { isReadOnly } from './writes';

export interface ArtifactAction {
  id: ChangeVerb;
  label: string;
  icon: IconName;
  /** Why it cannot be done now. */
  off?: string;
  danger?: boolean;
}

const actionWord: Record<ChangeVerb, () => string> = {
  activate: m.change_activate,
  deactivate: m.change_deactivate,
  setTracing: m.change_tracing,
  testConnection: m.change_test,
  editConnection: m.change_edit,
  startSchedule: m.change_schedule_start,
  stopSchedule: m.change_schedule_stop,
  pauseSchedule: m.change_schedule_pause,
  resumeSchedule: m.change_schedule_resume,
  runNow: m.change_run_now,
  createDeployment: m.change_deployment_create,
  updateDeployment: m.change_deployment_update,
  copyInto: m.change_copy_into,
  delete: m.change_delete,
};
const actionIcon: Record<ChangeVerb, IconName> = {
  activate: 'power',
  deactivate: 'power',
  setTracing: 'f-log',
  testConnection: 'check',
  editConnection: 'edit',
  startSchedule: 'play',
  stopSchedule: 'stopsq',
  pauseSchedule: 'pause',
  resumeSchedule: 'play',
  runNow: 'k-schedule',
  createDeployment: 'plus',
  updateDeployment: 'edit',
  copyInto: 'right',
  delete: 'trash',
};

/** Kinds that can be deleted one by one; in a project, only integrations, connections and deployments. */
const deletable: readonly ArtifactKind[] = [
  'integration',
  'connection',
  'lookup',
  'library',
  'package',
  'certificate',
  'deployment',
];

/** The actions of its kind in the order of use; the first ones deserve a button. */
export function actionsOf(
  instance: InstanceView,
  artifact: Artifact,
  detail: ArtifactDetail | undefined,
  now: number,
): ArtifactAction[] {
  return idsFor(artifact, detail).map((id) => {
    const off = whyNot(id, instance, artifact, detail, now);
    return {
      id,
      label: actionWord[id](),
      icon: actionIcon[id],
      ...(off ? { off } : {}),
      ...(id === 'delete' ? { danger: true } : {}),
    };
  });
}

/** A test of a connection writes nothing. */
function writes(id: ChangeVerb): boolean {
  return id !== 'testConnection';
}

function whyNot(
  id: ChangeVerb,
  instance: InstanceView,
  artifact: Artifact,
  detail: ArtifactDetail | undefined,
  now: number,
): string | undefined {
  if (artifact.prebuilt && (id === 'delete' || id === 'editConnection'))
    return m.change_off_prebuilt();
  const fits = detail?.actions.includes(id);
  const state = fits ? undefined : ofState(id, artifact.state ?? undefined);
  if (state) return state;
  if (artifact.lock && touches(id)) return lockedReason(artifact);
  if (writes(id) && isReadOnly(instance, now))
    return m.change_off_read_only({ instance: instance.name });
  return fits === false ? m.change_off_state() : undefined;
}

function idsFor(artifact: Artifact, detail: ArtifactDetail | undefined): ChangeVerb[] {
  const { kind, project } = artifactName(artifact.id);
  const ids: ChangeVerb[] = [];
  if (kind === 'integration') {
    const active = artifact.state === 'active' || artifact.state === 'deactivating';
    ids.push(active ? 'deactivate' : 'activate');
    if (detail?.schedule) ids.push(...scheduleIds(detail.schedule.state ?? undefined), 'runNow');
    ids.push('setTracing');
  }
  if (kind === 'connection') ids.push('editConnection', 'testConnection');
  if (kind === 'schedule' && detail?.schedule)
    ids.push(...scheduleIds(detail.schedule.state ?? undefined), 'runNow');
  const alone = ['integration', 'connection', 'deployment'].includes(kind) || !project;
  if (deletable.includes(kind) && alone) ids.push('delete');
  return ids;
}

function scheduleIds(state: State | undefined): ChangeVerb[] {
  if (state === 'started') return ['pauseSchedule', 'stopSchedule'];
  if (state === 'paused') return ['resumeSchedule', 'stopSchedule'];
  return ['startSchedule'];
}

/** The state it is in stands in the way. */
function ofState(id: ChangeVerb, state: State | undefined): string | undefined {
  if (state === 'activating') return m.change_off_activating();
  if (state === 'deactivating') return m.change_off_deactivating();
  const active = state === 'active';
  switch (id) {
    case 'activate':
      return state === 'draft' ? m.change_off_draft() : undefined;
    case 'testConnection':
      return state === 'draft' ? m.change_off_draft_connection() : undefined;
    case 'setTracing':
    case 'startSchedule':
    case 'stopSchedule':
    case 'pauseSchedule':
    case 'resumeSchedule':
    case 'runNow':
      return active ? undefined : m.change_off_inactive();
    case 'delete':
      return active ? m.change_off_active() : undefined;
    default:
      return undefined;
  }
}

export function lockedReason({ lock }: Artifact): string {
  return m.change_off_locked({ by: lock?.by ?? m.change_somebody() });
}

/** A lock in the console stands in its way; runs and schedules go on beside it. */
function touches(id: ChangeVerb): boolean {
  return ['activate', 'deactivate', 'setTracing', 'editConnection', 'delete'].includes(id);
}

export function actionLabel(id: ChangeVerb): string {
  return actionWord[id]();
}

/** The title of the dialog until the plan brings its own. */
export function actionTitle(id: ChangeVerb, name: string, instance: string): string {
  if (id === 'editConnection') return m.change_title_edit({ name, instance });
  if (id === 'setTracing') return m.change_title_tracing({ name, instance });
  const action = actionWord[id]().replace('…', '');
  return m.change_title({ action, name, instance });
}
