/**
 * Tests of connections of the destination, one after the other: an instance takes one change at a
 * time. They can be cancelled, and what was begun ends.
 */
import { SvelteMap } from 'svelte/reactivity';
import { asCommandError, backend } from '$lib/backend';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { RunSummary } from '$lib/backend/generated/RunSummary';
import { withSecrets } from '$lib/state/asks.svelte';
import { isUnderWay } from '$lib/state/live-run.svelte';
import { windowState } from '$lib/state/window.svelte';

export interface OneTest {
  state: 'waiting' | 'running' | 'passed' | 'failed';
  run?: string;
  since?: number;
  /** Why it could not be started. */
  error?: CommandError;
}

export class Tests {
  byConnection = new SvelteMap<ArtifactId, OneTest>();
  /** How many were asked for at once; 0 while nothing goes on. */
  asked = $state(0);
  done = $state(0);
  cancelling = $state(false);
  going = $derived.by(() => this.asked > 0);

  constructor(
    private readonly instance: () => string | undefined,
    private readonly onended: () => unknown,
  ) {}

  /** Tests them; nothing happens while others are tested. */
  async all(ids: readonly ArtifactId[]): Promise<void> {
    if (this.going || ids.length === 0) return;
    this.asked = ids.length;
    this.done = 0;
    this.cancelling = false;
    for (const id of ids) this.byConnection.set(id, { state: 'waiting' });
    try {
      for (const id of ids) {
        if (this.cancelling) this.byConnection.delete(id);
        else await this.#one(id);
        this.done++;
      }
    } finally {
      this.asked = 0;
      await this.onended();
    }
  }

  /** Begins no further test. */
  stop(): void {
    this.cancelling = true;
  }

  cancel(): void {
    this.stop();
    const going = [...this.byConnection.values()].find(({ state }) => state === 'running');
    if (going?.run)
      void backend()
        .runCancel(going.run)
        .catch(() => undefined);
  }

  async #one(id: ArtifactId): Promise<void> {
    const instance = this.instance();
    if (!instance) return;
    const since = Date.now();
    this.byConnection.set(id, { state: 'running', since });
    const ends = runEnds();
    try {
      const run = await withSecrets(() =>
        backend().changeStart(instance, { type: 'testConnection', id }, [], undefined),
      );
      if (!run) {
        this.byConnection.delete(id);
        return;
      }
      windowState.takeStarted(run);
      this.byConnection.set(id, { state: 'running', run: run.id, since });
      const { status } = await ends.of(run);
      const state = status === 'done' ? 'passed' : 'failed';
      if (status === 'cancelled') this.byConnection.delete(id);
      else this.byConnection.set(id, { state, run: run.id, since });
    } catch (refusal) {
      this.byConnection.set(id, { state: 'failed', error: asCommandError(refusal) });
    } finally {
      ends.stop();
    }
  }
}

/** Listens from now on, so that a run that ends at once is not missed. */
function runEnds(): { of: (run: RunSummary) => Promise<RunSummary>; stop: () => void } {
  const ended: RunSummary[] = [];
  let take: (run: RunSummary) => void = (run) => void ended.push(run);
  const stop = backend().on('runs-changed', ({ run }) => {
    if (!isUnderWay(run.status)) take(run);
  });
  return {
    stop,
    of: (run) =>
      new Promise((done) => {
        const known = isUnderWay(run.status) ? ended.find(({ id }) => id === run.id) : run;
        if (known) return done(known);
        take = (other) => other.id === run.id && done(other);
      }),
  };
}
