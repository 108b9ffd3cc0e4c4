/** What a file gives away, by rule: in words, and where. */
import type { InspectedFinding } from '$lib/backend/generated/InspectedFinding';
import type { InspectView } from '$lib/backend/generated/InspectView';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';

type Counted = (inputs: { count: number }) => string;
interface RuleWords {
  icon: IconName;
  tone: 'warning' | 'blocking';
  /** In the list. */
  mark: Counted;
  /** The first sentence of the note, what it means, and what to do. */
  says: Counted;
  means: () => string;
  todo: () => string;
}

const rules: Record<string, RuleWords> = {
  'private-key': {
    icon: 'key',
    tone: 'blocking',
    mark: m.inspect_mark_key,
    says: m.inspect_says_key,
    means: m.inspect_means_key,
    todo: m.inspect_todo_key,
  },
  wallet: {
    icon: 'key',
    tone: 'blocking',
    mark: m.inspect_mark_wallet,
    says: m.inspect_says_wallet,
    means: m.inspect_means_wallet,
    todo: m.inspect_todo_wallet,
  },
  password: {
    icon: 'key',
    tone: 'blocking',
    mark: m.inspect_mark_password,
    says: m.inspect_says_password,
    means: m.inspect_means_password,
    todo: m.inspect_todo_password,
  },
  token: {
    icon: 'key',
    tone: 'blocking',
    mark: m.inspect_mark_token,
    says: m.inspect_says_token,
    means: m.inspect_means_token,
    todo: m.inspect_todo_token,
  },
  recording: {
    icon: 's-warning',
    tone: 'warning',
    mark: m.inspect_mark_recording,
    says: m.inspect_says_recording,
    means: m.inspect_means_recording,
    todo: m.inspect_todo_recording,
  },
  'not-scanned': {
    icon: 's-warning',
    tone: 'warning',
    mark: m.inspect_mark_not_scanned,
    says: m.inspect_says_not_scanned,
    means: m.inspect_means_not_scanned,
    todo: m.inspect_todo_not_scanned,
  },
};

/** By weight. */
export const secretRules = [
  'private-key',
  'wallet',
  'password',
  'token',
  'recording',
  'not-scanned',
] as const;

export function ruleWords(rule: (typeof secretRules)[number]): RuleWords {
  return rules[rule] as RuleWords;
}

const environmentRules: Record<string, () => string> = {
  pod: m.inspect_rule_pod,
  host: m.inspect_rule_host,
  'email-address': m.inspect_rule_email,
  path: m.inspect_rule_path,
  zone: m.inspect_rule_zone,
};

export interface Where {
  /** The connection it is a value of. */
  connection?: string;
  /** The property, row or variable; the file where nothing nearer is known. */
  place: string;
  /** The file inside the archive. */
  path?: string;
}

/** The place of a finding, nearest first. */
export function whereOf({ where }: InspectedFinding): Where {
  const split = /^(.*?): (.*)$/su.exec(where);
  if (!split) return { place: where };
  const [, path = '', place = ''] = split;
  const connection = /(?:^|\/)appinstances\/([^/]+)\.xml$/u.exec(path)?.[1];
  return { path, place, ...(connection ? { connection } : {}) };
}

/** How many of the integrations use a connection. */
export function usersOf(view: InspectView, connection: string): number {
  return view.integrations.filter((one) => one.connections.some((use) => use.code === connection))
    .length;
}

export interface SecretGroup {
  rule: (typeof secretRules)[number];
  words: RuleWords;
  findings: readonly InspectedFinding[];
}

export function secretsOf(view: InspectView): SecretGroup[] {
  return secretRules.flatMap((rule) => {
    const findings = view.findings.filter((one) => one.rule === rule);
    return findings.length > 0 ? [{ rule, words: ruleWords(rule), findings }] : [];
  });
}

export interface StringGroup {
  rule: string;
  title: string;
  values: { value: string; where: string[] }[];
}

/** Strings of one environment by rule and value, those that stand in most places first. */
export function stringsOf(view: InspectView): StringGroup[] {
  const groups: Record<string, Record<string, string[]>> = {};
  for (const { severity, rule, shown, where } of view.findings)
    if (severity === 'note') ((groups[rule] ??= {})[shown] ??= []).push(where);
  const order = Object.keys(environmentRules);
  const place = (rule: string) => (order.includes(rule) ? order.indexOf(rule) : order.length);
  return Object.entries(groups)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([rule, values]) => ({
      rule,
      title: environmentRules[rule]?.() ?? rule,
      values: Object.entries(values)
        .map(([value, where]) => ({ value, where }))
        .sort((a, b) => b.where.length - a.where.length),
    }));
}
