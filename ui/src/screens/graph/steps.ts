/** Where the arrows lead on a drawing of dependencies. */
import type { Sheet, SheetBox } from './sheet';
import type { World } from './world';

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

export function isArrow(key: string): key is Arrow {
  return ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key);
}

/** Boxes whose left edges are nearer than this are in one column. */
const near = 12;

/**
 * The next artifact: to the left what needs the current one, to the right what it needs, up and down
 * the column, from its end on the nearest box that way. Only what is in `among`, where that is given.
 */
export function stepFrom(
  world: World,
  sheet: Sheet,
  current: number | undefined,
  key: Arrow,
  among?: ReadonlySet<number>,
): number | undefined {
  const open = sheet.nodes.filter(({ node }) => !among || among.has(node.at));
  const from = current === undefined ? undefined : sheet.boxOf.get(current);
  if (!from || key === 'Home') return open[0]?.node.at;
  if (key === 'End') return open.at(-1)?.node.at;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const at = from.node.at;
    const ends =
      key === 'ArrowLeft'
        ? world.usedBy[at]?.map((link) => link.from)
        : world.uses[at]?.map((link) => link.to);
    const boxes = (ends ?? [])
      .filter((end) => end !== at && (!among || among.has(end)))
      .map((end) => sheet.boxOf.get(end))
      .filter((box) => box !== undefined);
    return nearest(boxes, (box) => Math.abs(box.y - from.y) + Math.abs(box.x - from.x) / 100);
  }
  const way = key === 'ArrowUp' ? -1 : 1;
  const beyond = open.filter((box) => (box.y - from.y) * way > 1);
  const column = beyond.filter((box) => Math.abs(box.x - from.x) < near);
  return (
    nearest(column, (box) => Math.abs(box.y - from.y)) ??
    nearest(beyond, (box) => Math.abs(box.y - from.y) + 3 * Math.abs(box.x - from.x))
  );
}

function nearest(
  boxes: readonly SheetBox[],
  distance: (box: SheetBox) => number,
): number | undefined {
  let best: { box: SheetBox; length: number } | undefined;
  for (const box of boxes) {
    const length = distance(box);
    if (!best || length < best.length) best = { box, length };
  }
  return best?.box.node.at;
}
