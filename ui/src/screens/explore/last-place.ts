/** The place looked into last, so that the rail's entry comes back to it while the window is open. */
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import { openedFiles } from '$lib/places/opened-files.svelte';

let last: PlaceRef | undefined;

export function rememberPlace(place: PlaceRef | undefined): void {
  last = place;
  if (place?.type === 'file') openedFiles.keep(place.path);
}

export function lastPlace(): PlaceRef | undefined {
  return last;
}
