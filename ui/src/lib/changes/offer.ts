/** What an instance's artifact offers, for the panel, the menu of a row and the palette alike. */
import type { Artifact } from '$lib/backend/generated/Artifact';
import type { ArtifactDetail } from '$lib/backend/generated/ArtifactDetail';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import type { MenuItem } from '$lib/components/menu';
import { artifactName } from '$lib/format/artifact-id';
import { actionsOf, type ArtifactAction } from './actions';
import { changes, type Offer } from './changes.svelte';

export function offerOf(
  instance: InstanceView,
  artifact: Artifact,
  detail: ArtifactDetail | undefined,
  now: number,
): Offer {
  const { code, version } = artifactName(artifact.id);
  return {
    title: artifact.name,
    code: version ? `${code}|${version}` : code,
    instance,
    actions: actionsOf(instance, artifact, detail, now),
    ask: (action) => changes.ask({ action, instance, artifact, ...(detail ? { detail } : {}) }),
  };
}

export function menuItem(offer: Offer, action: ArtifactAction): MenuItem {
  const { id, label, icon, danger, off } = action;
  return {
    label,
    icon,
    ...(danger ? { danger } : {}),
    ...(off ? { off } : {}),
    test: `menu-${id}`,
    onselect: () => offer.ask(id),
  };
}
