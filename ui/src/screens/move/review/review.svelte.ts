/** The last look before a run, and the run's start. */
import { asCommandError, backend } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { MoveLook } from '$lib/backend/generated/MoveLook';
import { router } from '$lib/router/router.svelte';
import { withSecrets } from '$lib/state/asks.svelte';
import { windowState } from '$lib/state/window.svelte';
import { openMove } from '../move.svelte';

export class Review {
  look = $state.raw<MoveLook | undefined>(undefined);
  looking = $state(false);
  /** Why the destination could not be looked at. */
  lookError = $state.raw<CommandError | undefined>(undefined);
  /** Why the run could not be started, or the waybill not be saved. */
  error = $state.raw<CommandError | undefined>(undefined);
  starting = $state(false);
  #turn = 0;

  constructor(private readonly id: string) {}

  /** Plans where there is no plan for what is chosen now, then looks at the destination. */
  async enter(): Promise<void> {
    if (!openMove.planned) await openMove.reload();
    if (!openMove.planned && !(await openMove.plan())) return;
    await this.lookAgain();
  }

  async planAgain(): Promise<void> {
    this.look = undefined;
    if (await openMove.plan(true)) await this.lookAgain();
  }

  /** Looks at the destination once more; writes nothing. */
  async lookAgain(): Promise<MoveLook | undefined> {
    const turn = ++this.#turn;
    this.looking = true;
    this.lookError = undefined;
    try {
      const look = await withSecrets(() => backend().moveLook(this.id));
      if (turn === this.#turn) this.look = look;
      return look;
    } catch (refusal) {
      if (turn === this.#turn) {
        this.look = undefined;
        this.lookError = asCommandError(refusal);
      }
      return undefined;
    } finally {
      if (turn === this.#turn) this.looking = false;
    }
  }

  /** Starts the run, once. */
  async start(typed: string | undefined): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    this.error = undefined;
    try {
      const run = await withSecrets(() => backend().moveRun(this.id, typed));
      if (!run) return;
      windowState.takeStarted(run);
      await openMove.reload();
      router.go({ screen: 'move', id: this.id, step: 'run' });
    } catch (refusal) {
      this.error = asCommandError(refusal);
      // What stands against it may be what the look shows.
      if (this.error.code === 'changeBlocked') void this.lookAgain();
    } finally {
      this.starting = false;
    }
  }
}
