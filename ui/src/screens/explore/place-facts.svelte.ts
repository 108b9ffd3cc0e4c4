/** What is known of the place beside its catalogue: name, instance, snapshot, whether it is stale. */
import type { CatalogueView } from '$lib/backend/generated/CatalogueView';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import type { SnapshotSummary } from '$lib/backend/generated/SnapshotSummary';
import type { Reading } from '$lib/state/reading.svelte';
import { reads } from '$lib/state/reads';
import { windowState } from '$lib/state/window.svelte';
import { fileName } from '$lib/places/opened-files.svelte';

export class PlaceFacts {
  readonly title: string;
  readonly instance: InstanceView | undefined;
  readonly snapshot: SnapshotSummary | undefined;
  readonly stale: boolean;

  /** For a component while it is being set up. */
  constructor(place: PlaceRef, catalogue: Reading<CatalogueView>) {
    const instances = reads.instances();
    const snapshots = reads.snapshots();
    this.snapshot = $derived(
      place.type === 'snapshot' ? snapshots.data?.find((one) => one.id === place.id) : undefined,
    );
    this.instance = $derived.by(() => {
      const id = place.type === 'instance' ? place.id : catalogue.data?.instanceId;
      return instances.data?.find((one) => one.id === id || one.name === id);
    });
    this.title = $derived(
      place.type === 'file'
        ? fileName(place.path)
        : (catalogue.data?.title ?? this.snapshot?.instanceName ?? this.instance?.name ?? ''),
    );
    this.stale = $derived.by(() => {
      const data = catalogue.data;
      if (place.type !== 'instance' || !data) return false;
      const age = windowState.now.getTime() - Date.parse(data.readAt);
      return data.stale || age > windowState.settings.staleAfterMinutes * 60_000;
    });
  }
}
