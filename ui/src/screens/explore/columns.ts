/** The columns of the table of artifacts. */
import { byText, type Column } from '$lib/components/table';
import { kindWord, stateMark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import type { Row } from './rows';

/** Wide enough for the longest code, so that none is cut, within reason. */
function codeWidth(rows: readonly Row[], most: number): string {
  const longest = rows.reduce((most, { name }) => {
    return Math.max(most, name.code.length + (name.version ? name.version.length + 1 : 0));
  }, 0);
  return `${Math.max(12, Math.min(longest * 0.46 + 1.05, most)).toFixed(2)}rem`;
}

export function columnsFor(
  rows: readonly Row[],
  { scope, beside, narrow }: { scope: boolean; beside: boolean; narrow: boolean },
): Column<Row>[] {
  const state = (row: Row) => (row.artifact.state ? stateMark[row.artifact.state].label() : '');
  const columns: Column<Row>[] = [
    {
      id: 'kind',
      title: m.explore_column_kind(),
      hiddenTitle: true,
      width: '1.875rem',
      class: 'kind c',
    },
    {
      id: 'name',
      title: m.explore_column_name(),
      compare: (a, b) =>
        byText(a.artifact.name, b.artifact.name) || byText(a.name.version, b.name.version),
    },
    {
      id: 'code',
      title: m.explore_column_code(),
      width: codeWidth(rows, narrow ? 15.5 : beside ? 17 : 22),
      compare: (a, b) => byText(a.name.code, b.name.code) || byText(a.name.version, b.name.version),
    },
    {
      id: 'state',
      title: m.explore_column_state(),
      width: '6.75rem',
      compare: (a, b) => byText(state(a), state(b)),
    },
  ];
  if (scope)
    columns.push({
      id: 'scope',
      title: m.explore_column_scope(),
      width: '10rem',
      lesser: true,
      class: 'mute',
      compare: (a, b) => byText(a.name.project, b.name.project),
    });
  columns.push({
    id: 'changed',
    title: m.explore_column_changed(),
    width: beside ? '8rem' : '9.75rem',
    lesser: true,
    class: 'num mute',
    compare: (a, b) => a.changedAt - b.changedAt,
  });
  return columns;
}

/** What readers hear for the tick of a row. */
export function rowName(row: Row): string {
  const { code, version } = row.name;
  return `${kindWord[row.name.kind]()} ${row.artifact.name}, ${code}${version ? `|${version}` : ''}`;
}
