/** Files as the cargo of a move: which artifacts of them go along. */
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { InspectView } from '$lib/backend/generated/InspectView';
import type { MoveEdit } from '$lib/backend/generated/MoveEdit';
import { artifactName } from '$lib/format/artifact-id';
import { m } from '$lib/paraglide/messages';
import { fileName } from '$lib/places/opened-files.svelte';

/** What a file is exported for; connections and all else come along because these need them. */
const whole: readonly (readonly ArtifactKind[])[] = [
  ['project', 'deployment'],
  ['package'],
  ['integration'],
  ['lookup', 'library', 'certificate'],
];

function cargoOf({ artifacts }: InspectView): ArtifactId[] {
  const ids = artifacts.map((artifact) => artifact.id);
  for (const kinds of whole) {
    const own = ids.filter((id) => kinds.includes(artifactName(id).kind));
    if (own.length > 0) return own;
  }
  return ids;
}

/** A move of all that files hold. */
export function importOf(views: readonly InspectView[]): MoveEdit {
  const paths = views.map((view) => view.file);
  const [only] = paths;
  return {
    name:
      paths.length === 1 && only !== undefined
        ? m.import_name_one({ file: fileName(only) })
        : m.import_name({ count: paths.length }),
    from:
      paths.length === 1 && only !== undefined
        ? { type: 'file', path: only }
        : { type: 'files', paths },
    chosen: [...new Set(views.flatMap(cargoOf))],
  };
}
