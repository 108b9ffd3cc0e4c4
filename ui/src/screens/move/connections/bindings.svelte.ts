/** The connections of an open move, what is decided about each, and the tests of them. */
import { asCommandError, backend } from '$lib/backend';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { MoveConnection } from '$lib/backend/generated/MoveConnection';
import type { MoveConnections } from '$lib/backend/generated/MoveConnections';
import { openMove } from '../move.svelte';
import { BindingDraft } from './binding-draft.svelte';
import { Tests } from './testing.svelte';

export class MoveBindings {
  data = $state.raw<MoveConnections | undefined>(undefined);
  error = $state.raw<CommandError | undefined>(undefined);
  busy = $state(false);
  all = $derived.by(() => this.data?.connections ?? []);
  /** Those with values of their own, and those with something left. */
  toSet = $derived.by(() => this.all.filter((one) => one.mode !== 'keep' || !one.settled));
  kept = $derived.by(() => this.all.filter((one) => one.mode === 'keep' && one.settled));
  open = $derived.by(() => this.all.filter((one) => !one.settled));
  /** Those whose values can be tested where they are. */
  testable = $derived.by(() => this.all.filter(isTestable).map(({ id }) => id));
  readonly tests: Tests;
  #drafts: Partial<Record<ArtifactId, BindingDraft>> = {};
  #turn = 0;

  constructor(private readonly move: string) {
    this.tests = new Tests(
      () => openMove.view?.to,
      () => this.load(),
    );
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const data = await backend().moveConnections(this.move);
      if (turn !== this.#turn) return;
      for (const one of data.connections) this.#begin(one);
      this.data = data;
      this.error = undefined;
    } catch (refusal) {
      if (turn === this.#turn) this.error = asCommandError(refusal);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** What is decided about a connection; kept while the step is open. */
  draft({ id }: MoveConnection): BindingDraft {
    const draft = this.#drafts[id];
    if (!draft) throw new Error(`${id} is no connection of this move`);
    return draft;
  }

  #begin(connection: MoveConnection): void {
    const known = this.#drafts[connection.id];
    if (known) known.take(connection);
    else
      this.#drafts[connection.id] = new BindingDraft(this.move, connection, (bound) => {
        this.#take(bound);
        void openMove.reload();
      });
  }

  #take(bound: MoveConnection): void {
    if (!this.data) return;
    const connections = this.data.connections.map((one) => (one.id === bound.id ? bound : one));
    this.data = { ...this.data, connections };
  }

  /** The open one after it, round the list. */
  nextOpen(after: ArtifactId | undefined): MoveConnection | undefined {
    const order = [...this.toSet, ...this.kept];
    const at = order.findIndex(({ id }) => id === after);
    return [...order.slice(at + 1), ...order.slice(0, at + 1)].find(
      ({ id, settled }) => !settled && id !== after,
    );
  }

  get unsent(): BindingDraft[] {
    return Object.values(this.#drafts).filter((draft) => draft?.dirty === true) as BindingDraft[];
  }

  /** What was typed and refused is given up. */
  discard(): void {
    this.#drafts = {};
    for (const one of this.all) this.#begin(one);
  }

  /** Sends all that was typed; true when the application has it. */
  async saveAll(): Promise<boolean> {
    for (const draft of this.unsent) if (!(await draft.save())) return false;
    return true;
  }
}

/** It is there with values, and stays as it is: a test of it says something about the move. */
export function isTestable({ present, mode, state }: MoveConnection): boolean {
  return present && mode === 'keep' && state !== 'draft';
}
