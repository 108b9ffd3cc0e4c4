/** Files that this screen writes through the system's save dialog. */
import { backend } from '$lib/backend';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import type { SavedFile } from '$lib/backend/generated/SavedFile';
import { bytes } from '$lib/format/format';
import { m } from '$lib/paraglide/messages';
import { withSecrets } from '$lib/state/asks.svelte';
import { notices } from '$lib/state/notices.svelte';
import { fileName } from '$lib/places/opened-files.svelte';

function tell(saved: SavedFile | null | undefined): void {
  if (!saved) return;
  notices.say(m.explore_saved({ file: fileName(saved.path), size: bytes(saved.bytes) }), {
    label: m.show_in_folder(),
    run: () => void backend().reveal(saved.path),
  });
}

/** Saves the archive of one artifact; refuses with the reason where it has none. */
export async function exportArchive(place: PlaceRef, id: ArtifactId): Promise<void> {
  const detail = await withSecrets(() => backend().artifactDetail(place, id));
  if (!detail) return;
  if (!detail.canExport) throw cannotExport(detail.cannotExportBecause);
  tell(await withSecrets(() => backend().artifactExport(place, id)));
}

function cannotExport(reason: string | undefined | null): CommandError {
  return {
    code: 'notOffered',
    message: reason ?? m.explore_no_archive(),
    retryable: false,
    context: {},
  };
}

/** Saves the table as CSV: these rows, or all of the place. */
export async function saveInventory(place: PlaceRef, ids?: ArtifactId[]): Promise<void> {
  tell(await withSecrets(() => backend().inventoryExport(place, ids)));
}
