/** The words of the table: how an artifact stands in the destination. */
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { Verdict } from '$lib/backend/generated/Verdict';
import type { WhatRow } from '$lib/backend/generated/WhatRow';
import { byText } from '$lib/components/table';
import { kindWords, stateMark, type Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import {
  globalScope,
  kindOf,
  packageMark,
  scopesOf,
  spans,
  standingsOf,
  tally,
  type Row,
  type Span,
} from './rows';

export const verdictMark: Record<Verdict, Mark> = {
  different: { icon: 's-different', tone: 'different', label: m.move_verdict_different },
  environment: { icon: 's-same', tone: 'skipped', label: m.move_verdict_environment },
  same: { icon: 's-same', tone: 'skipped', label: m.move_verdict_same },
  onlyLeft: { icon: 'plus', tone: 'ok', label: m.move_verdict_onlyLeft },
  onlyRight: { icon: 'minus', tone: 'skipped', label: m.move_verdict_onlyRight },
  notCompared: { icon: 's-waiting', tone: 'skipped', label: m.move_verdict_notCompared },
};

/** `Different, 2 maps`; `Same, configured there` where only the state is another. */
export function verdictWords({ verdict, summary, state, stateThere }: WhatRow): string {
  if (!verdict) return '';
  const word =
    summary && verdict === 'different'
      ? m.move_verdict_different_in({ summary })
      : summary && verdict === 'environment'
        ? m.move_verdict_environment_in({ summary })
        : verdictMark[verdict].label();
  if (!stateThere || stateThere === state) return word;
  return m.move_verdict_state({
    verdict: word,
    state: stateMark[stateThere].label().toLocaleLowerCase(),
  });
}

const spanWord: Record<Span, () => string> = {
  day: m.move_what_changed_day,
  week: m.move_what_changed_week,
  month: m.move_what_changed_month,
  quarter: m.move_what_changed_quarter,
};

function scopeWord(scope: string): string {
  if (scope === globalScope) return m.move_what_scope_global();
  return scope.startsWith(packageMark)
    ? m.move_what_scope_package({ name: scope.slice(packageMark.length) })
    : scope;
}

/** The choices of each filter, from what the source holds. */
export function filterOptions(rows: readonly Row[], now: Date) {
  const labelled = (values: { value: string; count: number }[], label: (value: string) => string) =>
    values
      .map((one) => ({ ...one, label: label(one.value) }))
      .sort((a, b) => byText(a.label, b.label));
  return {
    kinds: labelled(
      tally(rows, (row) => [kindOf(row)]),
      (value) => kindWords[value as ArtifactKind](),
    ),
    scopes: labelled(tally(rows, scopesOf), scopeWord),
    there: labelled(tally(rows, standingsOf), (value) =>
      value === 'failed' ? m.move_verdict_failed() : verdictMark[value as Verdict].label(),
    ),
    changed: (Object.keys(spans) as Span[]).map((value) => ({
      value,
      label: spanWord[value](),
      count: rows.filter((row) => row.changedAt >= now.getTime() - spans[value]).length,
    })),
  };
}
