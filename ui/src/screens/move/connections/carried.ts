/** The lookups and schedules of a move, by their names at both ends. */
import { backend } from '$lib/backend';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { LookupCellView } from '$lib/backend/generated/LookupCellView';
import type { MovePlan } from '$lib/backend/generated/MovePlan';
import type { MoveView } from '$lib/backend/generated/MoveView';
import { artifactName } from '$lib/format/artifact-id';

export interface Carried {
  /** Its name in the destination. */
  id: ArtifactId;
  /** Its name in the source. */
  from: ArtifactId;
}

/** All that goes along: of the plan, or of what is chosen and needed while there is none. */
export async function carriedBy(move: MoveView, plan: MovePlan | undefined): Promise<Carried[]> {
  if (plan)
    return plan.items
      .filter(({ action }) => action !== 'remove' && action !== 'cannotGo')
      .map(({ id, from }) => ({ id, from: from ?? id }));
  const { rows } = await backend().moveNeeds(move.summary.id);
  const needed = rows.filter((row) => !row.leftOut && !row.missing).map(({ id }) => id);
  return [...new Set([...move.chosen, ...needed])].map((id) => ({ id, from: id }));
}

export function lookupsOf(carried: readonly Carried[]): Carried[] {
  return carried.filter(({ id }) => artifactName(id).kind === 'lookup');
}

/** The schedules, and those of integrations that have values of their own. */
export function schedulesOf(carried: readonly Carried[], move: MoveView): Carried[] {
  const known = carried.filter(({ id }) => artifactName(id).kind === 'schedule');
  const bound = Object.keys(move.schedules).filter((id) => !known.some((one) => one.id === id));
  return [...known, ...bound.map((id) => ({ id, from: id }))];
}

/** The integration that a schedule starts. */
export function integrationOf(schedule: ArtifactId): ArtifactId {
  return schedule.replace(/(^|\/)schedule:/u, '$1integration:');
}

/** The cells with one of them set; the value that the source has needs none. */
export function withCell(
  cells: readonly LookupCellView[],
  cell: LookupCellView,
  source: string,
): LookupCellView[] {
  const others = cells.filter(
    ({ lookup, row, column }) =>
      lookup !== cell.lookup || row !== cell.row || column !== cell.column,
  );
  return cell.value === source ? others : [...others, cell];
}
