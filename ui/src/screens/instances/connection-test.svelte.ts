/** A connection test as it goes on, stage by stage. */
import { asCommandError, backend } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { InstanceForm } from '$lib/backend/generated/InstanceForm';
import type { SecretInputs } from '$lib/backend/generated/SecretInputs';
import type { StageName } from '$lib/backend/generated/StageName';
import type { TestReport } from '$lib/backend/generated/TestReport';
import type { TestStage } from '$lib/backend/generated/TestStage';
import { withSecrets } from '$lib/state/asks.svelte';

const order: readonly StageName[] = [
  'address',
  'tls',
  'signIn',
  'instanceName',
  'rights',
  'oneRead',
];
const untried = (): TestStage[] =>
  order.map((stage) => ({ stage, state: 'waiting' as const, detail: '', needsBrowser: false }));

export class ConnectionTest {
  stages = $state.raw<TestStage[]>(untried());
  report = $state.raw<TestReport | undefined>(undefined);
  error = $state.raw<CommandError | undefined>(undefined);
  busy = $state(false);
  /** The values it ran with; a pass counts for these alone. */
  values = $state('');
  failed = $derived(this.stages.find((stage) => stage.state === 'failed'));
  passedCount = $derived(this.stages.filter((stage) => stage.state === 'passed').length);
  #turn = 0;

  /** Runs it; `values` names what the result will count for. */
  async run(form: InstanceForm, secrets: SecretInputs, values = ''): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    this.error = undefined;
    this.report = undefined;
    this.values = values;
    this.stages = untried();
    const take = (told: TestStage) => {
      if (turn !== this.#turn) return;
      this.stages = this.stages.map((stage) => (stage.stage === told.stage ? told : stage));
    };
    try {
      const report = await withSecrets(() => {
        this.stages = untried();
        return backend().instanceTest(form, secrets, take);
      });
      if (turn !== this.#turn) return;
      this.report = report;
      report?.stages.forEach(take);
    } catch (refusal) {
      if (turn === this.#turn) this.error = asCommandError(refusal);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** Stops it and forgets what it found so far. */
  async cancel(): Promise<void> {
    if (!this.busy) return;
    this.#turn++;
    this.busy = false;
    this.stages = untried();
    await backend()
      .instanceTestCancel()
      .catch(() => undefined);
  }
}
