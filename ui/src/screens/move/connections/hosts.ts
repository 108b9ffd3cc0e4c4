/** Hosts that have another name in the destination, and what such rules make of values. */
import type { HostRuleView } from '$lib/backend/generated/HostRuleView';
import type { MoveConnection } from '$lib/backend/generated/MoveConnection';

const partOfName = /[a-z0-9._-]/i;

/** The value with each host that a rule names, wherever it stands as a whole name. */
export function rewritten(value: string, rules: readonly HostRuleView[]): string {
  let text = value;
  for (const { from, to } of rules) if (from !== '') text = withHost(text, from, to);
  return text;
}

function withHost(text: string, from: string, to: string): string {
  const searched = text.toLowerCase();
  const wanted = from.toLowerCase();
  let written = '';
  let done = 0;
  for (let at = searched.indexOf(wanted); at !== -1; at = searched.indexOf(wanted, at + 1)) {
    const after = at + wanted.length;
    const alone =
      !partOfName.test(searched[at - 1] ?? ' ') && !partOfName.test(searched[after] ?? ' ');
    if (!alone || at < done) continue;
    written += text.slice(done, at) + to;
    done = after;
  }
  return written + text.slice(done);
}

export interface Rewritten {
  connection: string;
  label: string;
  before: string;
  after: string;
}

/** The values of the source that rules change, in the order of the connections. */
export function changedBy(
  rules: readonly HostRuleView[],
  connections: readonly MoveConnection[],
): Rewritten[] {
  return connections.flatMap(({ id, properties }) =>
    properties.flatMap(({ label, secret, source }) => {
      if (secret || source === undefined) return [];
      const after = rewritten(source, rules);
      return after === source ? [] : [{ connection: id, label, before: source, after }];
    }),
  );
}

/** What cannot be right in a rule. */
export type HostFault = 'empty' | 'notAHost' | 'twice';

export function faultOf(rules: readonly HostRuleView[], at: number): HostFault | undefined {
  const { from = '', to = '' } = rules[at] ?? {};
  if (from.trim() === '' || to.trim() === '') return 'empty';
  if (!isHost(from) || !isHost(to)) return 'notAHost';
  const same = (other: HostRuleView) => other.from.toLowerCase() === from.toLowerCase();
  return rules.findIndex(same) < at ? 'twice' : undefined;
}

function isHost(text: string): boolean {
  return /^[a-z0-9._-]+$/i.test(text);
}

/** What was pasted as a host: of a whole address, its host. */
export function hostIn(text: string): string {
  const [, host] = /^[a-z][a-z0-9+.-]*:\/\/([^/:?#\s]+)/i.exec(text.trim()) ?? [];
  return host ?? text.trim();
}
