/** Keep rules as they stand in the fields, and back. */
import type { KeepForm } from '$lib/backend/generated/KeepForm';
import type { KeepRulesView } from '$lib/backend/generated/KeepRulesView';
import { m } from '$lib/paraglide/messages';

export const names = ['last', 'daily', 'weekly', 'monthly', 'yearly'] as const;
type Name = (typeof names)[number];
export type Texts = Record<Name, string>;

export const words: Record<Name, () => string> = {
  last: m.keep_last,
  daily: m.keep_daily,
  weekly: m.keep_weekly,
  monthly: m.keep_monthly,
  yearly: m.keep_yearly,
};

export function texts(rules: KeepRulesView): Texts {
  const text = (name: Name) => (rules[name] ? String(rules[name]) : '');
  return {
    last: text('last'),
    daily: text('daily'),
    weekly: text('weekly'),
    monthly: text('monthly'),
    yearly: text('yearly'),
  };
}

/** What the fields say; nothing where one of them is no number. */
export function formOf(saved: KeepForm, fields: Texts): KeepForm | undefined {
  const all: KeepRulesView = saved.all.hourly ? { hourly: saved.all.hourly } : {};
  for (const name of names) {
    const text = fields[name].trim();
    if (text === '') continue;
    if (!/^\d{1,4}$/.test(text)) return undefined;
    if (Number(text) > 0) all[name] = Number(text);
  }
  return { all, own: saved.own };
}
