/** A check of a target as it goes on, stage by stage. */
import { asCommandError, backend } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { TargetForm } from '$lib/backend/generated/TargetForm';
import type { TargetReport } from '$lib/backend/generated/TargetReport';
import type { TargetSecrets } from '$lib/backend/generated/TargetSecrets';
import type { TargetStage } from '$lib/backend/generated/TargetStage';
import { withSecrets } from '$lib/state/asks.svelte';

export class TargetCheck {
  stages = $state.raw<TargetStage[]>([]);
  report = $state.raw<TargetReport>();
  error = $state.raw<CommandError>();
  busy = $state(false);
  #turn = 0;

  async run(form: TargetForm, secrets: TargetSecrets): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    this.stages = [];
    this.report = undefined;
    this.error = undefined;
    const take = (stage: TargetStage) => {
      if (turn === this.#turn) this.stages = [...this.stages, stage];
    };
    try {
      const report = await withSecrets(() => {
        if (turn === this.#turn) this.stages = [];
        return backend().targetCheck(form, secrets, take);
      });
      if (turn === this.#turn) this.report = report;
    } catch (refusal) {
      if (turn === this.#turn) this.error = asCommandError(refusal);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }
}
