/**
 * A comparison of two places: its answer, how far it is, and how to end it. Kept while the window
 * is open, so that coming back shows what was found before.
 */
import { backend, type Backend } from '$lib/backend';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { CompareView } from '$lib/backend/generated/CompareView';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import type { WorkProgress } from '$lib/backend/generated/WorkProgress';
import { m } from '$lib/paraglide/messages';
import { router } from '$lib/router/router.svelte';
import { withSecrets } from '$lib/state/asks.svelte';
import { outdate, Reading } from '$lib/state/reading.svelte';
import { placeKey } from '$lib/state/reads';
import { isOneInstance, type Sides } from './sides';

let tickets = 0;

export class Comparison {
  progress = $state.raw<WorkProgress>();
  readonly reading: Reading<CompareView>;
  #ticket: string | undefined;

  constructor(
    readonly left: PlaceRef,
    readonly right: PlaceRef,
    /** A project or a deployment of the left place, compared alone. */
    readonly within?: ArtifactId,
  ) {
    this.reading = new Reading((refresh) => this.#fetch(refresh));
  }

  async #fetch(refresh: boolean): Promise<CompareView> {
    const ticket = `compare-${++tickets}`;
    this.#ticket = ticket;
    this.progress = undefined;
    const told = (progress: WorkProgress) => {
      if (this.#ticket === ticket) this.progress = progress;
    };
    try {
      const view = await withSecrets(() =>
        this.within === undefined
          ? backend().compare(this.left, this.right, refresh, ticket, told)
          : backend().projectCompare(this.left, this.right, this.within, ticket, told),
      );
      if (!view) throw closedUnanswered();
      outdate('difference:');
      return view;
    } finally {
      if (this.#ticket === ticket) this.#ticket = undefined;
    }
  }

  /** Compares, unless it is under way. */
  async start(refresh = false): Promise<void> {
    if (!this.reading.busy) await this.reading.again(refresh);
  }

  cancel(): void {
    if (this.#ticket) void backend().workCancel(this.#ticket);
  }
}

/** The comparisons of the application, newest first. */
const kept = new WeakMap<Backend, Comparison[]>();
const most = 4;

/** The comparison of these two, begun if it is new; any other that is under way is cancelled. */
export function comparisonOf(left: PlaceRef, right: PlaceRef, within?: ArtifactId): Comparison {
  const all = kept.get(backend()) ?? [];
  const key = pairKey(left, right);
  const known = all.find((one) => pairKey(one.left, one.right) === key && one.within === within);
  const comparison = known ?? new Comparison(left, right, within);
  for (const other of all) if (other !== comparison) other.cancel();
  kept.set(backend(), [comparison, ...all.filter((other) => other !== comparison)].slice(0, most));
  if (!comparison.reading.data) void comparison.start();
  return comparison;
}

/** The two that were compared last as a whole. */
export function lastCompared(): Comparison | undefined {
  return kept.get(backend())?.find((one) => one.within === undefined);
}

export function pairKey(left: PlaceRef, right: PlaceRef): string {
  return `${placeKey(left)}\n${placeKey(right)}`;
}

export function closedUnanswered(): CommandError {
  return {
    code: 'cancelled',
    message: m.compare_secrets_closed(),
    retryable: true,
    context: {},
  };
}

class View {
  /** Whether what differs only by environment is left out; undefined until the person chose. */
  hideEnvironment = $state<boolean>();
  /** Left and right stand one below the other. */
  stacked = $state(false);
}

/** How comparisons are looked at, while the window is open. */
export const compareView = new View();

/**
 * Whether what differs only by environment is left out of the differences. Between two instances
 * it is expected; in one instance over time it is a change as any other.
 */
export function hidesEnvironment(sides: Sides): boolean {
  return compareView.hideEnvironment ?? !isOneInstance(sides);
}

/** The project or deployment that the address narrows the comparison to. */
export function narrowed(): { within?: string } {
  const { route } = router;
  return route.screen === 'compare' && route.within ? { within: route.within } : {};
}

/** What the list is narrowed to, its tab and its filter, as the address has them: for ways that lead back to it. */
export function listed(): { within?: string; tab?: string; search?: string } {
  if (router.route.screen !== 'compare') return {};
  const { tab, search } = router.route;
  return { ...narrowed(), ...(tab ? { tab } : {}), ...(search ? { search } : {}) };
}
