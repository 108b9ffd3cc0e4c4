/**
 * What a person decides about one connection of a move. It lives longer than what shows it, so that
 * nothing in it is derived. It is kept here until it is sent, and sent
 * when the focus leaves the values; what the application refused stays to be put right.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { asCommandError, backend } from '$lib/backend';
import type { BindingInput } from '$lib/backend/generated/BindingInput';
import type { BindingMode } from '$lib/backend/generated/BindingMode';
import type { BoundProperty } from '$lib/backend/generated/BoundProperty';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { MoveConnection } from '$lib/backend/generated/MoveConnection';
import { withSecrets } from '$lib/state/asks.svelte';

export class BindingDraft {
  mode = $state<BindingMode>('keep');
  /** Texts that are to be set, by the name of the property. */
  values = new SvelteMap<string, string>();
  /** Secrets typed in this window. */
  secrets = new SvelteMap<string, string>();
  /** Paths of files, by the property that takes them. */
  files = new SvelteMap<string, string>();
  /** Secrets that are not to be set any more. */
  forgotten = new SvelteSet<string>();
  policy = $state<string | undefined>(undefined);
  agents = $state<string | undefined>(undefined);
  /** Secrets go into the place for secrets, for the next move too. */
  keep = $state(false);
  saving = $state(false);
  error = $state.raw<CommandError | undefined>(undefined);
  connection = $state.raw<MoveConnection>() as MoveConnection;
  /** What the application knows of it. */
  #sent = $state.raw('');
  #sentKeep = $state.raw(false);
  #sentSecrets = new SvelteMap<string, string>();
  #refused: string | undefined;
  #sending: Promise<boolean> | undefined;

  constructor(
    private readonly move: string,
    connection: MoveConnection,
    private readonly onbound: (connection: MoveConnection) => void,
  ) {
    this.connection = connection;
    this.#begin(connection);
  }

  /** It has nothing of its own in the destination yet: the values of the source are proposed. */
  get isNew(): boolean {
    return !this.connection.present || this.connection.state === 'draft';
  }

  get #unsent(): [string, string][] {
    if (this.mode === 'keep') return [];
    const again = this.keep !== this.#sentKeep;
    return [...this.secrets].filter(
      ([name, secret]) => secret !== '' && (again || this.#sentSecrets.get(name) !== secret),
    );
  }

  get input(): BindingInput {
    const values: Record<string, string> = {};
    for (const property of this.connection.properties) {
      const value = this.#entered(property);
      if (value !== undefined) values[property.name] = value;
    }
    const set = this.mode !== 'keep';
    return {
      mode: this.mode,
      values,
      ...(set && this.policy !== undefined ? { securityPolicy: this.policy } : {}),
      ...(set && this.agents !== undefined ? { agentGroup: this.agents } : {}),
      files: set ? [...this.files] : [],
      forget: [...this.forgotten],
    };
  }

  #entered(property: BoundProperty): string | undefined {
    if (property.secret || property.kind === 'file' || !this.editable(property)) return undefined;
    const typed = this.values.get(property.name);
    const without = this.mode === 'enter' ? (property.destination ?? '') : '';
    return typed === without ? undefined : typed;
  }

  /** Something was decided that the application does not know yet. */
  get dirty(): boolean {
    return JSON.stringify(this.input) !== this.#sent || this.#unsent.length > 0;
  }

  /** A newer state of it; what was typed and not sent stays. */
  take(connection: MoveConnection): void {
    const clean = !this.dirty && !this.saving;
    this.connection = connection;
    if (clean) this.#begin(connection);
  }

  #begin(connection: MoveConnection): void {
    this.mode = connection.mode;
    this.values.clear();
    for (const { name, entered } of connection.properties)
      if (entered !== undefined) this.values.set(name, entered);
    this.files.clear();
    for (const { property, path } of connection.files) this.files.set(property, path);
    this.policy = connection.policyEntered;
    this.agents = connection.agentsEntered;
    this.forgotten.clear();
    this.keep = this.secrets.size > 0 ? this.keep : heldBy(connection) === 'kept';
    this.#sentKeep = this.keep;
    this.#sent = JSON.stringify(this.input);
    if (this.mode === 'enter' && this.values.size === 0) this.#propose();
  }

  /** Whether its value is decided here. */
  editable({ secret, source, kind }: BoundProperty): boolean {
    if (this.mode === 'keep') return false;
    return this.mode === 'enter' || secret || kind === 'file' || source === undefined;
  }

  /** What stands in the field of a property. */
  text(property: BoundProperty): string {
    return this.values.get(property.name) ?? property.destination ?? '';
  }

  /** Where the values come from. What is new takes the source's as a proposal. */
  choose(mode: BindingMode): void {
    this.mode = mode;
    if (mode === 'enter') this.#propose();
    void this.save();
  }

  #propose(): void {
    if (!this.isNew) return;
    const { properties, policySource, policyDestination } = this.connection;
    for (const { name, secret, kind, source, rewritten, destination } of properties) {
      if (secret || kind === 'file' || source === undefined || destination) continue;
      if (!this.values.has(name)) this.values.set(name, rewritten ?? source);
    }
    if (policySource && policySource !== policyDestination) this.policy ??= policySource;
  }

  /** The value that the run would set, if it sets one. */
  willBe(property: BoundProperty): string | undefined {
    if (this.mode === 'keep' || property.secret || property.kind === 'file') return undefined;
    const { source, rewritten, destination, name } = property;
    const value =
      this.mode === 'fromSource' && source !== undefined
        ? (rewritten ?? source)
        : this.values.get(name);
    return value === (destination ?? '') ? undefined : value;
  }

  forget(name: string): void {
    this.secrets.delete(name);
    this.#sentSecrets.delete(name);
    this.forgotten.add(name);
    void this.save();
  }

  get #wanted(): string {
    return JSON.stringify([this.input, this.#unsent, this.keep]);
  }

  /**
   * Sends what is not sent yet; true when the application has all of it. What was refused is sent
   * `again` only when a person asks for that.
   */
  save(again = false): Promise<boolean> {
    if (!again && this.#refused === this.#wanted) return Promise.resolve(false);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #send(): Promise<boolean> {
    this.saving = true;
    let wanted = this.#wanted;
    try {
      while (this.dirty) {
        const { input, keep } = this;
        wanted = this.#wanted;
        const secrets = this.#unsent;
        this.error = undefined;
        this.#refused = undefined;
        const answer = await withSecrets(() =>
          backend().moveBind(this.move, this.connection.id, input, secrets, keep),
        );
        if (!answer) return false;
        this.#sent = JSON.stringify({ ...input, forget: [] });
        this.#sentKeep = keep;
        for (const [name, secret] of secrets) this.#sentSecrets.set(name, secret);
        for (const name of input.forget) this.forgotten.delete(name);
        this.connection = answer;
        this.onbound(answer);
      }
      return true;
    } catch (refusal) {
      this.error = asCommandError(refusal);
      this.#refused = wanted;
      return false;
    } finally {
      this.saving = false;
    }
  }
}

/** Where its secrets are kept, as far as all of them are kept in one place. */
function heldBy({ properties }: MoveConnection) {
  return properties.find(({ held }) => held !== 'no')?.held;
}
