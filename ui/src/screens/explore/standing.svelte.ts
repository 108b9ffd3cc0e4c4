/**
 * The artifact the person is on. The panel follows once the person rests on a row: while an arrow is
 * held down, nothing is asked of the instance. Made while a part is set up.
 */
import { untrack } from 'svelte';
import { narrowWindow } from '$lib/state/narrow';

const restMs = 120;

export class Standing {
  /** Follows the address until the person moves. */
  current: string | undefined;
  /** In a narrow window: the panel was opened as a page. */
  asPage = $state(false);
  #settled = $state<string>();
  /** The artifact the panel shows. */
  readonly panel = $derived.by(() =>
    this.current === undefined ? undefined : (this.#settled ?? this.current),
  );
  readonly paged = $derived.by(
    () => narrowWindow.current && this.asPage && this.panel !== undefined,
  );
  readonly beside = $derived.by(() => !narrowWindow.current && this.panel !== undefined);

  constructor(artifact: () => string | undefined) {
    this.current = $derived(artifact());
    const first = untrack(artifact);
    this.#settled = first;
    this.asPage = first !== undefined;
    $effect(() => {
      const next = this.current;
      const wait = next === undefined || untrack(() => this.#settled) === undefined ? 0 : restMs;
      const timer = setTimeout(() => (this.#settled = next), wait);
      return () => clearTimeout(timer);
    });
  }

  /** Shows it at once: the person walked to it, rather than past it. */
  arrive(id: string): void {
    this.#settled = id;
  }
}
