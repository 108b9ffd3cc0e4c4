/**
 * What is read from the application, kept while the window is open: a screen shows what was read
 * before at once and reads again behind it. One `Reading` per key; events mark keys as outdated.
 */
import { onDestroy } from 'svelte';
import { SvelteDate } from 'svelte/reactivity';
import { asCommandError } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';

/** Rows of hairlines are drawn only when reading takes longer than this. */
const slowAfterMs = 300;

export class Reading<Data> {
  /** The last answer; stays while it is read again and when that fails. */
  data = $state.raw<Data | undefined>(undefined);
  error = $state.raw<CommandError | undefined>(undefined);
  busy = $state(false);
  /** Nothing to show yet, and it takes long enough to say so. */
  slow = $state(false);
  readAt = $state.raw<Date | undefined>(undefined);
  users = 0;
  outdated = true;
  #turn = 0;

  constructor(private readonly fetch: (refresh: boolean) => Promise<Data>) {}

  /** Reads; `refresh` asks for the truth instead of the application's cache. */
  async again(refresh = false): Promise<void> {
    const turn = ++this.#turn;
    this.outdated = false;
    this.busy = true;
    const timer = setTimeout(() => (this.slow = this.data === undefined), slowAfterMs);
    try {
      const data = await this.fetch(refresh);
      if (turn !== this.#turn) return;
      this.data = data;
      this.error = undefined;
      this.readAt = new SvelteDate();
    } catch (refusal) {
      if (turn === this.#turn) this.error = asCommandError(refusal);
    } finally {
      clearTimeout(timer);
      if (turn === this.#turn) {
        this.busy = false;
        this.slow = false;
      }
    }
  }

  /** Puts a newer answer in place without asking. */
  put(data: Data): void {
    this.#turn++;
    this.data = data;
    this.error = undefined;
    this.busy = false;
    this.slow = false;
  }
}

let kept: Record<string, Reading<unknown>> = {};

/** The reading of a key; made and begun on first use, read again when it was outdated. */
export function read<Data>(key: string, fetch: (refresh: boolean) => Promise<Data>): Reading<Data> {
  let reading = kept[key] as Reading<Data> | undefined;
  if (!reading) {
    reading = new Reading(fetch);
    kept[key] = reading as Reading<unknown>;
  }
  if (reading.outdated) void reading.again();
  return reading;
}

/** As `read`, for a component: while it is shown, an outdated reading is read again at once. */
export function use<Data>(key: string, fetch: (refresh: boolean) => Promise<Data>): Reading<Data> {
  const reading = read(key, fetch);
  reading.users++;
  onDestroy(() => {
    reading.users--;
  });
  return reading;
}

/** Marks all readings whose key begins so as outdated; those in use are read again. */
export function outdate(...beginnings: string[]): void {
  for (const [key, reading] of Object.entries(kept)) {
    if (!beginnings.some((beginning) => key.startsWith(beginning))) continue;
    reading.outdated = true;
    if (reading.users > 0) void reading.again();
  }
}

/** For tests: a fresh window. */
export function forgetReadings(): void {
  kept = {};
}
