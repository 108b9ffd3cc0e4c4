/** The rows of a comparison: by tab, by filter, in groups by kind, and the words under each. */
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { ComparedRow } from '$lib/backend/generated/ComparedRow';
import type { CompareCounts } from '$lib/backend/generated/CompareCounts';
import type { SideFacts } from '$lib/backend/generated/SideFacts';
import type { Verdict } from '$lib/backend/generated/Verdict';
import { artifactName, type ArtifactName } from '$lib/format/artifact-id';
import { date } from '$lib/format/format';
import { kindIcon, stateMark, type Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import { windowState } from '$lib/state/window.svelte';
import type { Sides } from './sides';

export type Tab = 'all' | 'state' | Verdict;

/** A row with what is worked out once. */
export interface Row {
  id: string;
  row: ComparedRow;
  name: ArtifactName;
  /** The second line. */
  words: string;
  /** For the filter, in lower case. */
  text: string;
}

export interface TabInfo {
  tab: Tab;
  label: string;
  count: number;
}

const kinds = Object.keys(kindIcon) as ArtifactKind[];

export function rowsOf(rows: readonly ComparedRow[], sides: Sides): Row[] {
  return rows.map((row) => {
    const name = artifactName(row.id);
    const words = wordsOf(row, sides);
    const text = [row.name, row.id, name.project, words].join('\n').toLocaleLowerCase();
    return { id: row.id, row, name, words, text };
  });
}

function wordsOf(row: ComparedRow, sides: Sides): string {
  const parts = [onlyWords(row, sides) || row.summary, stateWords(row, sides)];
  return parts.filter(Boolean).join(', ') || row.name;
}

function onlyWords(row: ComparedRow, sides: Sides): string {
  const { verdict, otherVersions, summary } = row;
  if (verdict !== 'onlyLeft' && verdict !== 'onlyRight') return '';
  const [here, there] =
    verdict === 'onlyLeft' ? [sides.left, sides.right] : [sides.right, sides.left];
  const told =
    otherVersions.length > 0
      ? m.compare_only_versions({
          place: here.word,
          other: there.word,
          versions: otherVersions.join(', '),
        })
      : m.compare_only({ place: here.word });
  const changed = changedWords(verdict === 'onlyLeft' ? row.left : row.right);
  return [told, changed, summary].filter(Boolean).join(', ');
}

/** `changed 9 Nov by P. Raman`, as far as the place tells it. */
function changedWords(facts: SideFacts | undefined): string {
  const day = facts?.updated && date(facts.updated, windowState.now, 'inSentence');
  const person = facts?.updatedBy;
  if (day)
    return person
      ? m.compare_only_changed_by({ when: day, person })
      : m.compare_only_changed({ when: day });
  return person ? m.compare_only_by({ person }) : '';
}

/** `active in DEV, configured in TEST`; empty where the states are the same. */
export function stateWords(
  { stateDiffers, left, right }: Pick<ComparedRow, 'stateDiffers' | 'left' | 'right'>,
  sides: Sides,
): string {
  if (!stateDiffers || !left?.state || !right?.state) return '';
  return m.compare_states({
    left: stateMark[left.state].label().toLocaleLowerCase(),
    leftPlace: sides.left.word,
    right: stateMark[right.state].label().toLocaleLowerCase(),
    rightPlace: sides.right.word,
  });
}

/** The design is the same, but not whether it runs. */
const inState = ({ row }: Row) =>
  row.stateDiffers && (row.verdict === 'same' || row.verdict === 'environment');

export function tabsOf(
  counts: CompareCounts,
  rows: readonly Row[],
  sides: Sides,
  hideEnvironment: boolean,
): TabInfo[] {
  const all =
    counts.different +
    counts.onlyLeft +
    counts.onlyRight +
    (hideEnvironment ? 0 : counts.environment);
  const labels: Record<Tab, string> = {
    all: m.compare_tab_all(),
    different: m.compare_tab_different(),
    onlyLeft: m.compare_tab_only({ place: sides.left.word }),
    onlyRight: m.compare_tab_only({ place: sides.right.word }),
    environment: m.compare_tab_environment(),
    state: m.compare_tab_state(),
    same: m.compare_tab_same(),
    notCompared: m.compare_tab_notCompared(),
  };
  const states = rows.filter(inState).length;
  const shown: readonly Tab[] = [
    'all',
    'different',
    'onlyLeft',
    'onlyRight',
    'environment',
    ...(states > 0 ? (['state'] as const) : []),
    'same',
    ...(counts.notCompared > 0 ? (['notCompared'] as const) : []),
  ];
  return shown.map((tab) => ({
    tab,
    label: labels[tab],
    count: tab === 'all' ? all : tab === 'state' ? states : counts[tab],
  }));
}

export function inTab(rows: readonly Row[], tab: Tab, hideEnvironment: boolean): readonly Row[] {
  if (tab === 'state') return rows.filter(inState);
  if (tab !== 'all') return rows.filter(({ row }) => row.verdict === tab);
  return rows.filter(
    ({ row: { verdict } }) =>
      verdict !== 'same' &&
      verdict !== 'notCompared' &&
      !(hideEnvironment && verdict === 'environment'),
  );
}

/** Every word has to be in the row, in any order. */
export function matching(rows: readonly Row[], query: string): readonly Row[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ text }) => words.every((word) => text.includes(word)));
}

/** A line of the list: the head of a group, or an artifact in it. */
export type Line =
  | { is: 'group'; key: string; kind: ArtifactKind; count: number; open: boolean; at: number }
  | { is: 'row'; key: string; row: Row; at: number; of: number };

/** In groups by kind; those of closed groups are left out. */
export function linesOf(rows: readonly Row[], closed: readonly ArtifactKind[]): Line[] {
  const groups = kinds
    .map((kind) => ({ kind, rows: rows.filter(({ name }) => name.kind === kind) }))
    .filter((group) => group.rows.length > 0);
  return groups.flatMap(({ kind, rows: held }, at): Line[] => {
    const open = !closed.includes(kind);
    const head: Line = { is: 'group', key: kind, kind, count: held.length, open, at: at + 1 };
    if (!open) return [head];
    return [
      head,
      ...held.map((row, place): Line => ({
        is: 'row',
        key: row.id,
        row,
        at: place + 1,
        of: held.length,
      })),
    ];
  });
}

/** The next or the previous artifact of the list, in its order; undefined at its end. */
export function neighbour(
  rows: readonly Row[],
  id: string | undefined,
  step: 1 | -1,
): Row | undefined {
  const ordered = kinds.flatMap((kind) => rows.filter(({ name }) => name.kind === kind));
  const at = ordered.findIndex((row) => row.id === id);
  return at === -1 ? ordered[step === 1 ? 0 : ordered.length - 1] : ordered[at + step];
}

export function verdictMark(verdict: Verdict, sides: Sides): Mark {
  switch (verdict) {
    case 'onlyLeft':
      return {
        icon: 's-left',
        tone: 'skipped',
        label: () => m.compare_verdict_only({ place: sides.left.word }),
      };
    case 'onlyRight':
      return {
        icon: 's-right',
        tone: 'skipped',
        label: () => m.compare_verdict_only({ place: sides.right.word }),
      };
    case 'different':
      return { icon: 's-different', tone: 'different', label: m.compare_verdict_different };
    case 'environment':
      return { icon: 'globe', tone: 'skipped', label: m.compare_verdict_environment };
    case 'same':
      return { icon: 's-same', tone: 'skipped', label: m.compare_verdict_same };
    case 'notCompared':
      return { icon: 's-waiting', tone: 'warning', label: m.compare_verdict_notCompared };
  }
}

/** The chosen rows as lines of text. */
export function listText(rows: readonly Row[], sides: Sides): string {
  return rows
    .map(({ id, row, words }) => `${id}\t${verdictMark(row.verdict, sides).label()}\t${words}`)
    .join('\n');
}
