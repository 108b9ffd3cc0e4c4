/** How much a move carries, in a few words: `12 replaced, 4 connections set, 20 left as they are`. */
import type { MovePlan } from '$lib/backend/generated/MovePlan';
import type { MoveView } from '$lib/backend/generated/MoveView';
import type { NeedsView } from '$lib/backend/generated/NeedsView';
import { number } from '$lib/format/format';
import { m } from '$lib/paraglide/messages';

export interface Total {
  count: number;
  parts: string;
}

export function totalOf(
  move: MoveView,
  needs: NeedsView | undefined,
  plan: MovePlan | undefined,
): Total {
  if (plan) return { count: plan.items.length, parts: planParts(plan) };
  const added = needs?.rows.filter((one) => !one.leftOut && !one.missing).length ?? 0;
  const count = move.chosen.length + added;
  const parts: [number, (count: string) => string][] = [
    [move.chosen.length, (value) => m.move_part_chosen({ count: value })],
    [added, (value) => m.move_part_added({ count: value })],
    [move.remove.length, (value) => m.move_part_removed({ count: value })],
  ];
  return { count, parts: joined(parts) };
}

function planParts({ counts }: MovePlan): string {
  return joined([
    [counts.create, (count) => m.move_part_created({ count })],
    [counts.replace, (count) => m.move_part_replaced({ count })],
    [counts.newVersion, (count) => m.move_part_versions({ count })],
    [counts.connections, () => m.move_part_set({ count: counts.connections })],
    [counts.remove, (count) => m.move_part_removed({ count })],
    [counts.keep, (count) => m.move_part_kept({ count })],
    [counts.cannotGo, (count) => m.move_part_cannot({ count })],
  ]);
}

function joined(parts: readonly [number, (count: string) => string][]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => word(number(count)))
    .join(', ');
}

/** What the button says that leads to the checks. */
export function checkWords(move: MoveView, count: number): string {
  return count === 0 && move.remove.length > 0
    ? m.move_next_remove({ count: move.remove.length })
    : m.move_next_check({ count });
}
