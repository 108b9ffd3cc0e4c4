/** The search under way and the last answer. It outlives the screen, so that Back leads to it. */
import { asCommandError, backend } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import type { SearchRequest } from '$lib/backend/generated/SearchRequest';
import type { SearchView } from '$lib/backend/generated/SearchView';
import type { WorkProgress } from '$lib/backend/generated/WorkProgress';
import { withSecrets } from '$lib/state/asks.svelte';

/** Where is looked: in all snapshots, in one place, or in what was opened from disk. */
type Range = 'all' | 'place' | 'files';

interface Answer {
  request: SearchRequest;
  view: SearchView;
}

const mostRecent = 6;
let last = 0;

class Searching {
  text = $state('');
  matchCase = $state(false);
  range = $state<Range>('all');
  place = $state.raw<PlaceRef>();
  answer = $state.raw<Answer>();
  error = $state.raw<CommandError>();
  progress = $state.raw<WorkProgress>();
  /** In memory only; newest first. */
  recent = $state.raw<readonly string[]>([]);
  /** What is being searched for. */
  sought = $state<string>();
  /** The address that was last searched for. */
  address: string | undefined;
  #ticket: string | undefined;

  get busy(): boolean {
    return this.sought !== undefined;
  }

  async start(places: PlaceRef[]): Promise<void> {
    this.cancel();
    const ticket = `search-${Date.now()}-${++last}`;
    const text = this.text.trim();
    const request: SearchRequest = { text, matchCase: this.matchCase, places };
    this.#ticket = ticket;
    this.sought = text;
    this.error = undefined;
    this.progress = undefined;
    this.recent = [text, ...this.recent.filter((one) => one !== text)].slice(0, mostRecent);
    try {
      const view = await withSecrets(() =>
        backend().search(request, ticket, (progress) => {
          if (this.#ticket === ticket) this.progress = progress;
        }),
      );
      if (this.#ticket === ticket && view) this.answer = { request, view };
    } catch (refusal) {
      if (this.#ticket === ticket) this.error = asCommandError(refusal);
    } finally {
      if (this.#ticket === ticket) this.#end();
    }
  }

  /** Ends the search; the answer before it stays. */
  cancel(): void {
    if (!this.#ticket) return;
    void backend().workCancel(this.#ticket);
    this.#end();
  }

  /** For tests: a fresh window. */
  forget(): void {
    this.cancel();
    this.text = '';
    this.matchCase = false;
    this.range = 'all';
    this.place = undefined;
    this.answer = undefined;
    this.error = undefined;
    this.recent = [];
    this.address = undefined;
  }

  #end(): void {
    this.#ticket = undefined;
    this.sought = undefined;
    this.progress = undefined;
  }
}

export const searching = new Searching();
