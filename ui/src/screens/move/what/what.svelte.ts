/**
 * What can be chosen in a move: every artifact of its source, laid beside the destination. Kept
 * while the window is open, so that coming back to the step shows the table at once.
 */
import { backend, type Backend } from '$lib/backend';
import type { MoveView } from '$lib/backend/generated/MoveView';
import type { WhatView } from '$lib/backend/generated/WhatView';
import type { WorkProgress } from '$lib/backend/generated/WorkProgress';
import { withSecrets } from '$lib/state/asks.svelte';
import { Reading } from '$lib/state/reading.svelte';
import { placeKey } from '$lib/state/reads';
import { closedUnanswered, newTicket } from '../move.svelte';
import { noFilters, type Filters } from './rows';

class What {
  progress = $state.raw<WorkProgress>();
  readonly reading: Reading<WhatView>;
  /** How the table is looked at. */
  query = $state('');
  filters = $state.raw<Filters>(noFilters());
  #ticket: string | undefined;

  constructor(
    readonly key: string,
    private readonly id: string,
  ) {
    this.reading = new Reading((refresh) => this.#fetch(refresh));
  }

  async #fetch(refresh: boolean): Promise<WhatView> {
    const ticket = newTicket();
    this.#ticket = ticket;
    this.progress = undefined;
    try {
      const view = await withSecrets(() =>
        backend().moveWhat(this.id, refresh, ticket, (progress) => {
          if (this.#ticket === ticket) this.progress = progress;
        }),
      );
      if (!view) throw closedUnanswered();
      return view;
    } finally {
      if (this.#ticket === ticket) this.#ticket = undefined;
    }
  }

  /** Reads, unless that is under way. */
  async start(refresh = false): Promise<void> {
    if (!this.reading.busy) await this.reading.again(refresh);
  }

  cancel(): void {
    if (this.#ticket) void backend().workCancel(this.#ticket);
  }
}

export type { What };

const kept = new WeakMap<Backend, What[]>();
const most = 3;

/** What changes it: the two places, and a run that has ended since. */
export function whatKey({ summary, from, to, runs }: MoveView): string {
  const last = runs[0];
  return [summary.id, from && placeKey(from), to, last?.id, last?.endedAt].join('\n');
}

/** The table of this move as its places are now, begun if it is new. */
export function whatOf(move: MoveView): What {
  const key = whatKey(move);
  const all = kept.get(backend()) ?? [];
  const what = all.find((one) => one.key === key) ?? fresh(key, move, all);
  for (const other of all) if (other !== what) other.cancel();
  kept.set(backend(), [what, ...all.filter((other) => other !== what)].slice(0, most));
  if (!what.reading.data) void what.start();
  return what;
}

/** The search and the filters stay when another destination is chosen. */
function fresh(key: string, move: MoveView, all: readonly What[]): What {
  const what = new What(key, move.summary.id);
  const before = all.find((one) => one.key.startsWith(`${move.summary.id}\n`));
  if (before) {
    what.query = before.query;
    what.filters = { ...before.filters, there: move.to ? before.filters.there : [] };
  }
  return what;
}
