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

/** The rules of an instance; of all, where it has none of its own or none is named. */
export function rulesOf(form: KeepForm, instance: string): KeepRulesView {
  return form.own.find((own) => own.instance === instance)?.rules ?? form.all;
}

/** What the fields say of an instance, or of all; nothing where one of them is no number. */
export function formOf(saved: KeepForm, fields: Texts, instance: string): KeepForm | undefined {
  const before = rulesOf(saved, instance);
  const rules: KeepRulesView = before.hourly ? { hourly: before.hourly } : {};
  for (const name of names) {
    const text = fields[name].trim();
    if (text === '') continue;
    if (!/^\d{1,4}$/.test(text)) return undefined;
    if (Number(text) > 0) rules[name] = Number(text);
  }
  if (instance === '') return { ...saved, all: rules };
  if (JSON.stringify(texts(rules)) === JSON.stringify(texts(before))) return saved;
  return { ...saved, own: [...withoutOwn(saved, instance).own, { instance, rules }] };
}

export function withoutOwn(form: KeepForm, instance: string): KeepForm {
  return { ...form, own: form.own.filter((own) => own.instance !== instance) };
}
