/** What is in the files beside what is in a place the person chose. It outlives the screen. */
import { asCommandError, backend } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { ComparedRow } from '$lib/backend/generated/ComparedRow';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import type { WorkProgress } from '$lib/backend/generated/WorkProgress';
import { placeKey } from '$lib/state/reads';
import { withSecrets } from '$lib/state/asks.svelte';

interface Outcome {
  /** By the artifact's id. */
  rows?: Readonly<Record<string, ComparedRow>>;
  error?: CommandError;
}

/** So many files are compared without being asked for one by one. */
export const comparedAtOnce = 12;
let last = 0;

class Compared {
  place = $state.raw<PlaceRef>();
  /** The file being compared. */
  file = $state<string>();
  progress = $state.raw<WorkProgress>();
  #outcomes = $state.raw<Readonly<Record<string, Outcome>>>({});
  #queue: string[] = [];
  #ticket: string | undefined;

  of(file: string): Outcome | undefined {
    return this.#outcomes[file];
  }

  choose(place: PlaceRef | undefined): void {
    if (place && this.place && placeKey(place) === placeKey(this.place)) return;
    this.stop();
    this.#outcomes = {};
    this.place = place;
  }

  /** Compares these after what is under way, unless they were. */
  want(files: readonly string[]): void {
    const fresh = files.filter(
      (file) => !this.#outcomes[file] && file !== this.file && !this.#queue.includes(file),
    );
    this.#queue.push(...fresh);
    if (!this.file) void this.#next();
  }

  again(file: string): void {
    this.#outcomes = Object.fromEntries(
      Object.entries(this.#outcomes).filter(([other]) => other !== file),
    );
    this.want([file]);
  }

  /** Ends what is under way; what was compared stays. */
  stop(): void {
    this.#queue = [];
    if (this.#ticket) void backend().workCancel(this.#ticket);
    this.#ticket = undefined;
    this.file = undefined;
    this.progress = undefined;
  }

  async #next(): Promise<void> {
    const file = this.#queue.shift();
    const { place } = this;
    this.file = place && file;
    if (!place || file === undefined) return;
    const ticket = `compare-${Date.now()}-${++last}`;
    this.#ticket = ticket;
    this.progress = undefined;
    const outcome = await this.#ask(file, place, ticket);
    if (this.#ticket !== ticket) return;
    this.#ticket = undefined;
    this.progress = undefined;
    this.#outcomes = { ...this.#outcomes, [file]: outcome };
    await this.#next();
  }

  async #ask(file: string, place: PlaceRef, ticket: string): Promise<Outcome> {
    try {
      const view = await withSecrets(() =>
        backend().compare({ type: 'file', path: file }, place, false, ticket, (progress) => {
          if (this.#ticket === ticket) this.progress = progress;
        }),
      );
      return { rows: Object.fromEntries((view?.rows ?? []).map((row) => [row.id, row])) };
    } catch (refusal) {
      return { error: asCommandError(refusal) };
    }
  }
}

export const compared = new Compared();
