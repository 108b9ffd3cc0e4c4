/** What of a catalogue the table shows: search, filters and choice. Made while a part is set up. */
import type { CatalogueView } from '$lib/backend/generated/CatalogueView';
import type { Reading } from '$lib/state/reading.svelte';
import { windowState } from '$lib/state/window.svelte';
import { among, fitting, noFilters, rowsOf } from './rows';

export class TableView {
  filters = $state(noFilters());
  /** The ids the person chose, among them such as are gone from the catalogue. */
  picked = $state.raw<readonly string[]>([]);
  /** Follows the address until the person types. */
  query: string;
  readonly rows = $derived.by(() => rowsOf(this.catalogue.data?.artifacts ?? []));
  readonly shown = $derived.by(() => fitting(this.rows, this.query, this.filters, windowState.now));
  readonly narrowed = $derived.by(() => this.shown !== this.rows);
  readonly chosen = $derived.by(() => among(this.picked, this.rows));
  /** So many chosen rows do not fit the filter. */
  readonly hidden = $derived.by(() =>
    this.narrowed ? this.chosen.length - among(this.chosen, this.shown).length : 0,
  );

  constructor(
    private readonly catalogue: Reading<CatalogueView>,
    search: () => string | undefined,
  ) {
    this.query = $derived(search() ?? '');
  }

  /** What goes along with a row: all that is chosen, where it is among them. */
  together(id: string): string[] {
    return this.chosen.includes(id) ? [...this.chosen] : [id];
  }
}
