/** What a person has typed about an instance, and what follows from it. */
import type { AddressReading } from '$lib/backend/generated/AddressReading';
import type { Environment } from '$lib/backend/generated/Environment';
import type { Generation } from '$lib/backend/generated/Generation';
import type { InstanceForm } from '$lib/backend/generated/InstanceForm';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import type { WritePolicy } from '$lib/backend/generated/WritePolicy';
import { m } from '$lib/paraglide/messages';
import { SignInDraft } from './sign-in-draft.svelte';

/** Fields by the names the application uses when it refuses one. */
export type Wrong = Partial<Record<string, string>>;

function firstPolicy(environment: Environment | undefined): WritePolicy {
  return environment === 'production' ? 'readOnly' : 'ask';
}

/** The form of a saved instance, for a test with its saved values. */
export function formOf(instance: InstanceView): InstanceForm {
  const { id, name, environment, generation, address, signIn, writePolicy } = instance;
  return {
    id,
    name,
    environment,
    generation,
    address,
    signIn,
    writePolicy,
    ...(instance.instanceName ? { instanceName: instance.instanceName } : {}),
    ...(instance.callsPerMinute ? { callsPerMinute: instance.callsPerMinute } : {}),
    ...(instance.caFile ? { caFile: instance.caFile } : {}),
    ...(instance.proxy ? { proxy: instance.proxy } : {}),
  };
}

export class Draft {
  readonly id: string | undefined;
  name = $state('');
  environment = $state<Environment | undefined>(undefined);
  generation = $state<Generation>('oic3');
  address = $state('');
  instanceName = $state('');
  readonly signIn = new SignInDraft(() => this.generation);
  policyChoice = $state<WritePolicy | undefined>(undefined);
  callsPerMinute = $state('');
  caFile = $state('');
  proxy = $state('');
  reading = $state.raw<AddressReading | undefined>(undefined);
  /** What was worked out from the address and may be worked out anew. */
  #worked: { name: string; instanceName: string; generation?: Generation } = {
    name: '',
    instanceName: '',
  };
  #saved = $state('');
  #savedConnection = $state('');

  policy = $derived(this.policyChoice ?? firstPolicy(this.environment));
  calls = $derived(this.callsPerMinute.trim() === '' ? undefined : Number(this.callsPerMinute));
  form = $derived.by((): InstanceForm => ({
    ...(this.id ? { id: this.id } : {}),
    name: this.name.trim(),
    environment: this.environment ?? 'other',
    generation: this.generation,
    address: this.address.trim(),
    ...(this.generation === 'oic3' && this.instanceName.trim()
      ? { instanceName: this.instanceName.trim() }
      : {}),
    signIn: this.signIn.form,
    writePolicy: this.policy,
    ...(this.calls === undefined ? {} : { callsPerMinute: this.calls }),
    ...(this.caFile.trim() ? { caFile: this.caFile.trim() } : {}),
    ...(this.proxy.trim() ? { proxy: this.proxy.trim() } : {}),
  }));
  /** All a test rests on; it counts for these values and no others. */
  connection = $derived(
    JSON.stringify([
      this.form.generation,
      this.form.address,
      this.form.instanceName,
      this.form.signIn,
      this.form.callsPerMinute,
      this.form.caFile,
      this.form.proxy,
      this.signIn.secrets,
    ]),
  );
  #whole = $derived(JSON.stringify([this.form, this.signIn.secrets, this.environment]));
  dirty = $derived.by(() => this.#whole !== this.#saved);
  /** Saved values, unchanged as far as a test rests on them. */
  connectionKept = $derived.by(
    () => this.id !== undefined && this.connection === this.#savedConnection,
  );

  constructor(instance?: InstanceView) {
    this.id = instance?.id;
    if (instance) this.#fill(instance);
    this.keep();
  }

  /** What stands there now counts as saved. */
  keep(): void {
    this.#saved = this.#whole;
    this.#savedConnection = this.connection;
  }

  /** Takes over what an address tells, where the person has not written otherwise. */
  take(reading: AddressReading): void {
    this.reading = reading;
    if (reading.generation && reading.generation !== this.#worked.generation)
      this.generation = reading.generation;
    const named = reading.instanceName ?? '';
    if (named && (this.instanceName === '' || this.instanceName === this.#worked.instanceName))
      this.instanceName = named;
    if (this.name === this.#worked.name && !this.id) this.name = named;
    this.#worked = { name: named, instanceName: named, generation: reading.generation };
  }

  /** What is missing or cannot be right, before the application is asked. */
  check(): Wrong {
    const wrong: Wrong = { ...this.signIn.wrong };
    if (!this.address.trim()) wrong['address'] = m.instances_address_missing();
    if (!this.name.trim()) wrong['name'] = m.instances_name_missing();
    if (!this.environment) wrong['environment'] = m.instances_environment_missing();
    const { calls } = this;
    if (calls !== undefined && !(Number.isInteger(calls) && calls > 0 && calls <= 100_000))
      wrong['callsPerMinute'] = m.instances_calls_wrong();
    return wrong;
  }

  #fill(instance: InstanceView): void {
    this.name = instance.name;
    this.environment = instance.environment;
    this.generation = instance.generation;
    this.address = instance.address;
    this.instanceName = instance.instanceName ?? '';
    this.signIn.fill(instance.signIn);
    this.policyChoice = instance.writePolicy;
    this.callsPerMinute = instance.callsPerMinute ? String(instance.callsPerMinute) : '';
    this.caFile = instance.caFile ?? '';
    this.proxy = instance.proxy ?? '';
  }
}
