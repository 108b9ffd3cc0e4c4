/** Pairs of places that are worth comparing, from what there is. */
import type { Environment } from '$lib/backend/generated/Environment';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import type { SnapshotSummary } from '$lib/backend/generated/SnapshotSummary';

export interface Offer {
  left: PlaceRef;
  right: PlaceRef;
  /** A project or a deployment of the left place, compared alone. */
  within?: string;
}

const most = 4;
const order: readonly Environment[] = ['development', 'test', 'production'];

const live = ({ id }: InstanceView): PlaceRef => ({ type: 'instance', id });
const taken = ({ id }: SnapshotSummary): PlaceRef => ({ type: 'snapshot', id });
const whole = ({ status, selection }: SnapshotSummary) => status !== 'partial' && !selection;

/** The last complete snapshot of everything, and the instance as it is. */
export function driftOffers(
  instances: readonly InstanceView[],
  snapshots: readonly SnapshotSummary[],
): Offer[] {
  return instances
    .flatMap((instance) => {
      const last = snapshots.find((one) => one.instanceId === instance.id && whole(one));
      return last ? [{ left: taken(last), right: live(instance) }] : [];
    })
    .slice(0, most);
}

/** From each environment to the next one that has an instance. */
export function stepOffers(instances: readonly InstanceView[]): Offer[] {
  return [false, true]
    .flatMap((practice) => {
      const own = instances.filter((one) => one.practice === practice);
      const there = order
        .map((environment) => own.filter((one) => one.environment === environment))
        .filter((group) => group.length > 0);
      return there.flatMap((group, at) =>
        group.flatMap((from) =>
          (there[at + 1] ?? []).map((to) => ({ left: live(from), right: live(to) })),
        ),
      );
    })
    .slice(0, most);
}

/** The last two complete snapshots of everything of an instance. */
export function snapshotOffers(snapshots: readonly SnapshotSummary[]): Offer[] {
  const ids = [...new Set(snapshots.map((one) => one.instanceId))];
  return ids
    .flatMap((id) => {
      const [last, before] = snapshots.filter((one) => one.instanceId === id && whole(one));
      return last && before ? [{ left: taken(before), right: taken(last) }] : [];
    })
    .slice(0, most);
}

/** What one place is worth comparing with: what it was or is, then every other instance. */
export function besideOffers(
  one: PlaceRef,
  instances: readonly InstanceView[],
  snapshots: readonly SnapshotSummary[],
): PlaceRef[] {
  const snapshot = snapshots.find((other) => one.type === 'snapshot' && other.id === one.id);
  const own = one.type === 'instance' ? one.id : snapshot?.instanceId;
  const last = snapshots.find((other) => other.instanceId === own && whole(other));
  const others = instances
    .filter((other) => one.type !== 'instance' || other.id !== one.id)
    .toSorted((a, b) => Number(b.id === own) - Number(a.id === own));
  return [...(last && last !== snapshot ? [taken(last)] : []), ...others.map(live)];
}
