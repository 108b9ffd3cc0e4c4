/** How a connection of a move stands, and where each of its values comes from, in words. */
import type { BoundProperty } from '$lib/backend/generated/BoundProperty';
import type { MoveConnection } from '$lib/backend/generated/MoveConnection';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import type { BindingDraft } from './binding-draft.svelte';
import type { Ends } from './places';
import type { OneTest } from './testing.svelte';

const marks = {
  testing: { icon: 's-running', tone: 'running', label: m.bind_mark_testing },
  waiting: { icon: 's-waiting', tone: 'skipped', label: m.bind_mark_waiting },
  open: { icon: 's-blocking', tone: 'blocking', label: m.bind_mark_open },
  passed: { icon: 's-ok', tone: 'ok', label: m.bind_mark_passed },
  failed: { icon: 's-failed', tone: 'blocking', label: m.bind_mark_failed },
  ready: { icon: 's-ok', tone: 'ok', label: m.bind_mark_ready },
  untested: { icon: 's-waiting', tone: 'skipped', label: m.bind_mark_untested },
} as const satisfies Record<string, Mark>;

export function markOf(connection: MoveConnection, test: OneTest | undefined): Mark {
  if (test?.state === 'running') return marks.testing;
  if (test?.state === 'waiting') return marks.waiting;
  if (!connection.settled) return marks.open;
  if (test) return marks[test.state];
  if (connection.mode !== 'keep') return marks.ready;
  if (connection.tested === undefined) return marks.untested;
  return connection.tested ? marks.passed : marks.failed;
}

/** `Coupa, trigger`. */
export function aboutOf({ adapter, role }: MoveConnection): string {
  return [adapter, role].filter(Boolean).join(', ');
}

export interface How {
  text: string;
  /** It has to have a value and has none. */
  missing?: boolean;
}

/** Where the value of a property comes from. */
export function howOf(draft: BindingDraft, property: BoundProperty, ends: Ends): How {
  const { secret, kind, required, setThere, destination, source, rewritten, held } = property;
  const there = { text: m.bind_how_there({ to: ends.to }) };
  const nothing = required ? { text: m.bind_how_missing(), missing: true } : { text: '' };
  if (draft.mode === 'keep') return setThere ? there : nothing;
  if (kind === 'file')
    return draft.files.has(property.name)
      ? { text: m.bind_how_file() }
      : setThere
        ? there
        : nothing;
  if (secret) {
    if (draft.secrets.get(property.name)) return { text: m.bind_how_entered() };
    if (draft.forgotten.has(property.name)) return setThere ? there : nothing;
    if (held === 'kept') return { text: m.bind_how_kept() };
    if (held === 'session') return { text: m.bind_how_entered() };
    return setThere ? there : nothing;
  }
  if (draft.mode === 'fromSource' && source !== undefined)
    return {
      text:
        rewritten === undefined
          ? m.bind_how_source({ from: ends.from })
          : m.bind_how_rewritten({ from: ends.from }),
    };
  const text = draft.text(property);
  if (text === '') return nothing;
  if (text === destination) return there;
  if (text === rewritten) return { text: m.bind_how_rewritten({ from: ends.from }) };
  if (text === source) return { text: m.bind_how_source({ from: ends.from }) };
  return { text: m.bind_how_entered() };
}

const policies: Partial<Record<string, () => string>> = {
  BASIC_AUTH: m.bind_policy_basic,
  USERNAME_PASSWORD_TOKEN: m.bind_policy_user_token,
  OAUTH_CLIENT_CREDENTIALS: m.bind_policy_client_credentials,
  OAUTH_RESOURCE_OWNER_PASSWORD_CREDENTIALS: m.bind_policy_resource_owner,
  OAUTH_AUTHORIZATION_CODE_CREDENTIALS: m.bind_policy_authorization_code,
  FTP_PUBLIC_KEY_AUTHENTICATION: m.bind_policy_ftp_key,
  FTP_MULTI_LEVEL_AUTHENTICATION: m.bind_policy_ftp_levels,
  ORACLE_WALLET: m.bind_policy_wallet,
  JDBC_BASIC_AUTH: m.bind_policy_jdbc,
  OCI_SIGNATURE_VERSION1: m.bind_policy_oci,
  MUTUAL_TLS: m.bind_policy_mutual_tls,
  NONE: m.bind_policy_none,
};

/** A security policy as people call it; as it is on the wire where it is a rarer one. */
export function policyName(policy: string): string {
  return policies[policy]?.() ?? policy;
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
