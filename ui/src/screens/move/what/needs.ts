/** What goes along because it is needed, in groups by kind, and what happens to it. */
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { MovePlan } from '$lib/backend/generated/MovePlan';
import type { MovePolicies } from '$lib/backend/generated/MovePolicies';
import type { NeedRow } from '$lib/backend/generated/NeedRow';
import { artifactName } from '$lib/format/artifact-id';
import { kindWord, kindWords } from '$lib/format/labels';
import { number } from '$lib/format/format';
import { m } from '$lib/paraglide/messages';

/** What happens to something that is needed, as far as that is known. */
export type Fate = 'same' | 'replaced' | 'new' | 'set' | 'keeps' | 'left' | 'missing' | 'unknown';

export interface Need {
  row: NeedRow;
  fate: Fate;
}
export interface NeedGroup {
  kind: ArtifactKind;
  title: string;
  needs: Need[];
}

/** The order of the groups; all others after them. */
const order: readonly ArtifactKind[] = [
  'connection',
  'lookup',
  'library',
  'integration',
  'certificate',
];

function fateOf(row: NeedRow, plan: MovePlan | undefined, policies: MovePolicies): Fate {
  if (row.leftOut) return 'left';
  if (row.missing) return 'missing';
  const connection = artifactName(row.id).kind === 'connection';
  const item = plan?.items.find((one) => (one.from ?? one.id) === row.id);
  if (item) {
    if (item.action === 'create' || item.action === 'newVersion') return 'new';
    if (item.action === 'replace') return connection ? 'set' : 'replaced';
    return connection ? 'keeps' : 'same';
  }
  if (row.verdict === 'onlyLeft') return connection ? 'set' : 'new';
  if (row.verdict === undefined || row.verdict === 'notCompared') return 'unknown';
  if (connection && policies.connections === 'fromSource')
    return row.verdict === 'same' ? 'keeps' : 'set';
  if (connection) return 'keeps';
  return row.verdict === 'different' ? 'replaced' : 'same';
}

export function needGroups(
  rows: readonly NeedRow[],
  plan: MovePlan | undefined,
  policies: MovePolicies,
): NeedGroup[] {
  const groups = new Map<ArtifactKind, Need[]>();
  for (const row of rows) {
    const { kind } = artifactName(row.id);
    groups.set(kind, [...(groups.get(kind) ?? []), { row, fate: fateOf(row, plan, policies) }]);
  }
  const rank = (kind: ArtifactKind) => {
    const at = order.indexOf(kind);
    return at === -1 ? order.length : at;
  };
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([kind, needs]) => ({
      kind,
      title: titleOf(kind, needs.length),
      needs: sortedNeeds(needs),
    }));
}

/** What has to be looked at stands first. */
function sortedNeeds(needs: readonly Need[]): Need[] {
  const weight: Record<Fate, number> = {
    missing: 0,
    left: 1,
    set: 2,
    replaced: 2,
    new: 2,
    unknown: 3,
    keeps: 4,
    same: 4,
  };
  return [...needs].sort((a, b) => weight[a.fate] - weight[b.fate]);
}

function titleOf(kind: ArtifactKind, count: number): string {
  if (kind === 'integration') return m.move_called_integrations();
  return count === 1 ? kindWord[kind]() : kindWords[kind]();
}

export function countOf(needs: readonly Need[], fate: Fate): number {
  return needs.filter((one) => one.fate === fate).length;
}

/** `4 to set, 14 keep PROD’s values`. */
export function groupWords({ kind, needs }: NeedGroup, to: string | undefined): string {
  if (kind === 'certificate') return m.move_needs_certificate();
  const words: [Fate, (count: string) => string][] = [
    ['missing', (count) => m.move_needs_some_missing({ count })],
    ['left', (count) => m.move_needs_some_left({ count })],
    ['set', (count) => m.move_needs_some_set({ count })],
    ['replaced', (count) => m.move_needs_some_replaced({ count })],
    ['new', (count) => m.move_needs_some_new({ count })],
    ['keeps', (count) => (to ? m.move_needs_some_keep({ count, place: to }) : '')],
    ['same', (count) => m.move_needs_some_same({ count })],
  ];
  return words
    .map(([fate, word]) => [countOf(needs, fate), word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => word(number(count)))
    .filter(Boolean)
    .join(', ');
}
