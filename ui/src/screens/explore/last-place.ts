/** The place looked into last, so that the rail's entry comes back to it while the window is open. */
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';

let last: PlaceRef | undefined;

export function rememberPlace(place: PlaceRef | undefined): void {
  last = place;
}

export function lastPlace(): PlaceRef | undefined {
  return last;
}
