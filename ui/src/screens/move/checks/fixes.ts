/** What is done about a finding from here. */
import { backend } from '$lib/backend';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { ChangeVerb } from '$lib/backend/generated/ChangeVerb';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import type { MoveFinding } from '$lib/backend/generated/MoveFinding';
import type { MoveFix } from '$lib/backend/generated/MoveFix';
import type { MovePlan } from '$lib/backend/generated/MovePlan';
import type { MoveView } from '$lib/backend/generated/MoveView';
import { changes } from '$lib/changes/changes.svelte';
import { artifactName } from '$lib/format/artifact-id';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';
import { router, type Route } from '$lib/router/router.svelte';
import { withSecrets } from '$lib/state/asks.svelte';
import { openMove } from '../move.svelte';

export const fixWord: Record<MoveFix['type'], () => string> = {
  enterValues: m.move_fix_enter,
  testConnection: m.move_fix_test,
  stopSchedule: m.move_fix_stop,
  uploadCertificate: m.move_fix_upload,
  add: m.move_fix_add,
  leaveOut: m.move_fix_leave,
  allowChanges: m.move_fix_allow,
};
export const fixIcon: Partial<Record<MoveFix['type'], IconName>> = {
  uploadCertificate: 'import',
  allowChanges: 'edit',
};

/** Makes a fix that needs no form of its own. Rejects with a `CommandError`. */
export async function putRight(
  fix: MoveFix,
  move: MoveView,
  instance: InstanceView | undefined,
): Promise<void> {
  switch (fix.type) {
    case 'enterValues':
      return router.go({
        screen: 'move',
        id: move.summary.id,
        step: 'connections',
        connection: fix.connection,
      });
    case 'testConnection':
      return askChange('testConnection', fix.connection, instance);
    case 'stopSchedule':
      return askChange('stopSchedule', fix.schedule, instance);
    case 'add':
      return openMove.edit({
        chosen: [...move.chosen.filter((id) => id !== fix.artifact), fix.artifact],
        leftOut: move.leftOut.filter((id) => id !== fix.artifact),
      });
    case 'leaveOut':
      return openMove.edit({
        chosen: move.chosen.filter((id) => id !== fix.artifact),
        leftOut: move.chosen.includes(fix.artifact)
          ? move.leftOut
          : [...move.leftOut, fix.artifact],
      });
    case 'allowChanges':
      if (instance) changes.allow(instance);
      return;
    case 'uploadCertificate':
  }
}

async function askChange(
  action: ChangeVerb,
  id: ArtifactId,
  instance: InstanceView | undefined,
): Promise<void> {
  if (!instance) return;
  const place = { type: 'instance', id: instance.id } as const;
  const detail = await withSecrets(() => backend().artifactDetail(place, id));
  if (detail) changes.ask({ action, instance, artifact: detail.artifact, detail });
}

/** Where the subject of a finding can be looked at: in the source as it goes along, else in the destination. */
export function whereShown(
  { subject }: MoveFinding,
  move: MoveView,
  plan: MovePlan,
): Route | undefined {
  if (!subject || !move.from || !move.to) return undefined;
  const item = plan.items.find((one) => one.id === subject);
  if (item && artifactName(subject).kind === 'integration')
    return { screen: 'artifact', place: move.from, id: item.from ?? item.id };
  if (item && !item.before.present)
    return { screen: 'explore', place: move.from, artifact: item.from ?? item.id };
  return { screen: 'explore', place: { type: 'instance', id: move.to }, artifact: subject };
}
