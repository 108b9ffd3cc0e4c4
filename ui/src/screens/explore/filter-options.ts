/** The choices of each filter, from what the catalogue holds. */
import { byText } from '$lib/components/table';
import { kindWords, stateMark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import { globalScope, kindOf, scopeOf, spans, stateOf, tally, type Row, type Span } from './rows';

export interface Option {
  value: string;
  label: string;
  count?: number;
}

const spanWord: Record<Span, () => string> = {
  day: m.explore_changed_day,
  week: m.explore_changed_week,
  month: m.explore_changed_month,
  year: m.explore_changed_year,
};

function byLabel(options: Option[]): Option[] {
  return options.sort((a, b) => byText(a.label, b.label));
}

export function filterOptions(rows: readonly Row[], now: Date) {
  return {
    kinds: byLabel(
      tally(rows, kindOf).map(({ value, count }) => ({ value, count, label: kindWords[value]() })),
    ),
    states: byLabel(
      tally(rows, stateOf).map(({ value, count }) => ({
        value,
        count,
        label: stateMark[value].label(),
      })),
    ),
    scopes: byLabel(
      tally(rows, scopeOf).map(({ value, count }) => ({
        value,
        count,
        label:
          value === globalScope
            ? m.explore_scope_global()
            : m.explore_scope_project({ project: value }),
      })),
    ),
    origins: byLabel(
      tally(rows, (row) => row.origin).map(({ value, count }) => ({
        value,
        count,
        label: originLabel(value),
      })),
    ),
    changed: (Object.keys(spans) as Span[]).map((value) => ({
      value,
      label: spanWord[value](),
      count: rows.filter((row) => row.changedAt >= now.getTime() - spans[value]).length,
    })),
  };
}

function originLabel(value: string): string {
  const [kind, name = ''] = splitOnce(value);
  return kind === 'package' ? m.explore_origin_package({ name }) : name;
}

function splitOnce(value: string): [string, string] {
  const at = value.indexOf(':');
  return [value.slice(0, at), value.slice(at + 1)];
}
