/** What a person types over the values of a connection. Only what differs is sent. */
import { SvelteMap } from 'svelte/reactivity';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { ChangeRequest } from '$lib/backend/generated/ChangeRequest';
import type { ConnectionView } from '$lib/backend/generated/ConnectionView';
import type { PropertyView } from '$lib/backend/generated/PropertyView';
import { m } from '$lib/paraglide/messages';

export class ConnectionDraft {
  readonly properties: readonly PropertyView[];
  /** New texts by the name of the property; absent where nothing was typed. */
  values = new SvelteMap<string, string>();
  /** Secrets that are being replaced. */
  secrets = new SvelteMap<string, string>();
  agentGroup = $state('');

  changed = $derived.by(() =>
    this.properties.flatMap(({ name, value }) => {
      const typed = this.values.get(name);
      return typed === undefined || typed === (value ?? '') ? [] : [{ name, value: typed }];
    }),
  );
  newSecrets = $derived.by((): [string, string][] =>
    [...this.secrets].filter(([, secret]) => secret !== ''),
  );
  agentGroupChanged = $derived.by(() => this.agentGroup !== (this.connection.agentGroup ?? ''));
  count = $derived.by(
    () => this.changed.length + this.newSecrets.length + (this.agentGroupChanged ? 1 : 0),
  );
  dirty = $derived.by(() => this.count > 0);
  /** What cannot be right, by the name of the property. */
  wrong = $derived.by(() => {
    const found: Partial<Record<string, string>> = {};
    for (const property of this.properties) {
      const { name, required, secret } = property;
      const empty = !secret && this.text(property).trim() === '';
      if (required && empty && this.values.has(name)) found[name] = m.edit_required();
      else if (isAddress(property) && this.values.has(name) && !soundAddress(this.text(property)))
        found[name] = m.edit_not_an_address();
    }
    return found;
  });

  constructor(private readonly connection: ConnectionView) {
    this.properties = connection.properties;
    this.agentGroup = connection.agentGroup ?? '';
  }

  /** What stands in the field of a property. */
  text(property: PropertyView): string {
    return this.values.get(property.name) ?? property.value ?? '';
  }

  isChanged(name: string): boolean {
    return this.changed.some((value) => value.name === name) || Boolean(this.secrets.get(name));
  }

  request(id: ArtifactId): ChangeRequest {
    return {
      type: 'editConnection',
      id,
      values: this.changed,
      secrets: this.newSecrets.map(([name]) => name),
      ...(this.agentGroupChanged ? { agentGroup: this.agentGroup } : {}),
    };
  }
}

/** Its value is an address. */
export function isAddress({ kind, value }: PropertyView): boolean {
  return kind === 'url' || (kind === 'text' && /^https?:\/\//.test(value ?? ''));
}

/** Anything with a scheme and a host, or nothing. */
function soundAddress(text: string): boolean {
  return text.trim() === '' || /^[a-z][a-z0-9+.-]*:\/\/[^\s/]+/i.test(text.trim());
}
