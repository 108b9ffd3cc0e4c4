/** One change on its way: what is asked for, the plan of it, and its run. */
import { asCommandError, backend } from '$lib/backend';
import type { ChangePlan } from '$lib/backend/generated/ChangePlan';
import type { ChangeRequest } from '$lib/backend/generated/ChangeRequest';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { Tracing } from '$lib/backend/generated/Tracing';
import { withSecrets } from '$lib/state/asks.svelte';
import { outdate } from '$lib/state/reading.svelte';
import { windowState } from '$lib/state/window.svelte';
import type { Wish } from './changes.svelte';
import { ConnectionDraft } from './connection-draft.svelte';

export class Change {
  /** The level chosen; for an activation it stays as it is until one is chosen. */
  tracing = $state<Tracing | undefined>(undefined);
  stopSchedule = $state(true);
  /** The values of a connection were looked through, and the plan of them is asked for. */
  reviewing = $state(false);
  typed = $state('');
  plan = $state.raw<ChangePlan | undefined>(undefined);
  error = $state.raw<CommandError | undefined>(undefined);
  planning = $state(false);
  run = $state<string | undefined>(undefined);
  readonly draft: ConnectionDraft | undefined;
  #turn = 0;

  /** What is asked for; undefined while something is still to be chosen. */
  request = $derived.by((): ChangeRequest | undefined => {
    const { id } = this.wish.artifact;
    switch (this.wish.action) {
      case 'activate':
        return { type: 'activate', id, ...(this.tracing ? { tracing: this.tracing } : {}) };
      case 'deactivate':
        return { type: 'deactivate', id, stopSchedule: this.scheduled && this.stopSchedule };
      case 'setTracing':
        return this.tracing ? { type: 'setTracing', id, tracing: this.tracing } : undefined;
      case 'editConnection':
        return this.reviewing && this.draft ? this.draft.request(id) : undefined;
      // Asked for with what they hold, which is chosen elsewhere.
      case 'createDeployment':
      case 'updateDeployment':
      case 'copyInto':
        return this.wish.request;
      default:
        return { type: this.wish.action, id };
    }
  });
  /** Its schedule has to be stopped with it. */
  scheduled = $derived.by(() =>
    ['started', 'paused'].includes(this.wish.detail?.schedule?.state ?? ''),
  );
  ready = $derived.by(
    () =>
      this.plan?.runPossible === true &&
      !this.planning &&
      (!this.plan.typeName || this.typed.trim() === this.plan.typeName),
  );
  /** Something was typed that closing would lose. */
  dirty = $derived.by(() => this.run === undefined && this.draft?.dirty === true);

  constructor(readonly wish: Wish) {
    const connection = wish.detail?.connection;
    if (wish.action === 'editConnection' && connection)
      this.draft = new ConnectionDraft(connection);
  }

  /** Looks at the instance afresh and says what would happen. */
  async look(): Promise<void> {
    const { request } = this;
    const turn = ++this.#turn;
    this.error = undefined;
    if (!request) {
      this.plan = undefined;
      return;
    }
    this.planning = true;
    try {
      const plan = await withSecrets(() => backend().changePlan(this.wish.instance.id, request));
      if (turn === this.#turn) this.plan = plan;
    } catch (refusal) {
      if (turn !== this.#turn) return;
      this.plan = undefined;
      this.error = asCommandError(refusal);
    } finally {
      if (turn === this.#turn) this.planning = false;
    }
  }

  async start(): Promise<void> {
    const { request, plan } = this;
    if (!request || !plan || !this.ready) return;
    this.error = undefined;
    const secrets = this.draft?.newSecrets ?? [];
    const typed = plan.typeName ? this.typed.trim() : undefined;
    const run = await withSecrets(() =>
      backend().changeStart(this.wish.instance.id, request, secrets, typed),
    );
    if (!run) return;
    windowState.takeStarted(run);
    this.run = run.id;
  }

  /** The run has come to its end: what is shown of the artifact is read again. */
  ended(): void {
    outdate('artifact:', 'catalogue:', 'instances');
  }
}
