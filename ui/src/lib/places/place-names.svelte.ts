/** What a place is called, and its environment, from the saved instances and the snapshots. */
import type { Environment } from '$lib/backend/generated/Environment';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import type { SnapshotSummary } from '$lib/backend/generated/SnapshotSummary';
import { when } from '$lib/format/format';
import { m } from '$lib/paraglide/messages';
import { reads } from '$lib/state/reads';
import { windowState } from '$lib/state/window.svelte';
import { fileName } from './opened-files.svelte';

interface PlaceName {
  /** `Acme DEV`, `orders.iar`. */
  name: string;
  /** The name with what tells it from others of that name: `Acme DEV, live`, `Acme DEV, 18 Nov, 06:00`. */
  title: string;
  /** That alone: `live`, `18 Nov, 06:00`; nothing for files. */
  detail?: string;
  environment?: Environment;
}

export class PlaceNames {
  readonly #instances;
  readonly #snapshots;
  readonly #targets;

  /** For a component while it is being set up. */
  constructor() {
    this.#instances = reads.instances();
    this.#snapshots = reads.snapshots();
    this.#targets = reads.targets();
  }

  get instances(): readonly InstanceView[] {
    return this.#instances.data ?? [];
  }

  /** Newest first. */
  get snapshots(): readonly SnapshotSummary[] {
    return this.#snapshots.data ?? [];
  }

  /** Instances and snapshots were read, or will not be. */
  get known(): boolean {
    return [this.#instances, this.#snapshots].every((one) => one.data ?? one.error);
  }

  of(place: PlaceRef): PlaceName {
    if (place.type === 'file') return named(fileName(place.path));
    if (place.type === 'files') {
      const [first = '', ...rest] = place.paths.map(fileName);
      return named(rest.length > 0 ? m.places_several_files({ first, count: rest.length }) : first);
    }
    if (place.type === 'copy') {
      const known = this.#targets.data?.find((one) => one.id === place.target);
      return named(m.target_copy_place({ target: known?.form.name ?? place.target }));
    }
    if (place.type === 'instance') {
      const instance = this.instances.find((one) => one.id === place.id);
      const name = instance?.name ?? place.id;
      const title = m.places_live({ instance: name });
      const detail = m.places_live_word();
      return { name, title, detail, ...(instance ? { environment: instance.environment } : {}) };
    }
    const snapshot = this.snapshots.find((one) => one.id === place.id);
    if (!snapshot) return named(place.id.slice(0, 8));
    const taken = when(snapshot.takenAt, windowState.now, 'inSentence');
    return {
      name: snapshot.instanceName,
      title: m.places_snapshot_title({ instance: snapshot.instanceName, when: taken }),
      detail: taken,
      environment: snapshot.environment,
    };
  }
}

function named(name: string): PlaceName {
  return { name, title: name };
}
