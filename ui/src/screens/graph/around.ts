/**
 * The surroundings of one artifact, in columns: what needs it to its left, what it needs to its
 * right, each as many columns away as dependencies lie between.
 */
import type { Box } from '$lib/canvas/view.svelte';
import { byText } from '$lib/components/table';
import {
  frameOf,
  lineBetween,
  sheetOf,
  type Sheet,
  type SheetBox,
  type SheetCaption,
  type SheetFrame,
} from './sheet';
import type { Link, World } from './world';

const box = { width: 180, height: 44 };
const row = box.height + 12;
/** Between the columns, and between the parts of a folded one. */
const gap = { column: 56, fold: 16 };
/** Above each column: what it is. */
const head = 32;
/** A column of more is folded. */
const most = 14;

/** As far as it goes. */
export const everywhere = Infinity;

/**
 * How far each artifact is from the focus: negative for what needs it, positive for what it needs.
 * What is found on both sides stands on the nearer one.
 */
export function reach(world: World, focus: number, hops: number): Map<number, number> {
  const found = new Map([[focus, 0]]);
  let sides = [
    { sign: -1, edge: [focus] },
    { sign: 1, edge: [focus] },
  ];
  for (let hop = 1; hop <= hops && sides.some(({ edge }) => edge.length > 0); hop++) {
    sides = sides.map(({ sign, edge }) => {
      const next: number[] = [];
      for (const at of edge) {
        for (const link of (sign < 0 ? world.usedBy[at] : world.uses[at]) ?? []) {
          const other = sign < 0 ? link.from : link.to;
          if (found.has(other)) continue;
          found.set(other, sign * hop);
          next.push(other);
        }
      }
      return { sign, edge: next };
    });
  }
  return found;
}

/** As far as stays easy to take in. */
export function easyHops(world: World, focus: number): number {
  return reach(world, focus, 2).size <= 40 ? 2 : 1;
}

export function aroundSheet(world: World, focus: number, hops: number): Sheet {
  const distances = reach(world, focus, hops);
  const columns = new Map<number, number[]>();
  for (const [at, distance] of distances)
    columns.set(distance, [...(columns.get(distance) ?? []), at]);
  const order = [...columns.keys()].sort((a, b) => a - b);

  const rows = Math.max(
    most,
    ...[...columns.values()].map((column) => Math.ceil(Math.sqrt(column.length) * 1.6)),
  );
  const high = Math.max(...[...columns.values()].map((column) => Math.min(column.length, rows)));
  const height = head + high * row;
  const boxes = new Map<number, SheetBox>();
  const lefts = new Map<number, number>();
  const captions: SheetCaption[] = [];
  let left = 0;
  for (const column of order) {
    const folds = Math.ceil((columns.get(column)?.length ?? 0) / rows);
    const width = folds * (box.width + gap.fold) - gap.fold;
    lefts.set(column, left);
    captions.push({ column, x: left, y: 0, width, count: columns.get(column)?.length ?? 0 });
    left += width + gap.column;
  }
  // From the focus outwards, so that each stands at the height of what it hangs on.
  for (const column of [...order].sort((a, b) => Math.abs(a) - Math.abs(b))) {
    const members = sorted(world, columns.get(column) ?? [], boxes);
    const folds = Math.ceil(members.length / rows);
    const used = Math.ceil(members.length / folds) * row;
    members.forEach((at, place) => {
      const node = world.nodes[at];
      if (!node) return;
      boxes.set(at, {
        node,
        ...box,
        x: (lefts.get(column) ?? 0) + (place % folds) * (box.width + gap.fold),
        y: head + (height - head - used) / 2 + Math.floor(place / folds) * row,
        roles: Math.abs(column) === 1 ? rolesBetween(world, focus, at) : [],
        column,
      });
    });
  }
  const folded = new Set(order.filter((column) => (columns.get(column)?.length ?? 0) > rows));
  const frames = [...folded].flatMap((column): SheetFrame[] => {
    const frame = padded(frameOf([...boxes.values()].filter((one) => one.column === column)));
    const self = boxes.get(focus);
    if (!self) return [];
    const next = Math.abs(column) === 1;
    const path = column < 0 ? lineBetween(frame, self).path : lineBetween(self, frame).path;
    return [{ ...frame, path: next ? path : '' }];
  });
  const size = { width: left - gap.column, height };
  const links = world.links.filter(besides(distances));
  return sheetOf([...boxes.values()], links, size, { captions, frames, folded });
}

function padded({ x, y, width, height }: Box): Box {
  const pad = 8;
  return { x: x - pad, y: y - pad, width: width + 2 * pad, height: height + 2 * pad };
}

/** Both ends are there. */
function besides(shown: ReadonlyMap<number, number>) {
  return ({ from, to }: Link) => shown.has(from) && shown.has(to);
}

function rolesBetween(world: World, focus: number, at: number): string[] {
  const found = (list: readonly Link[] | undefined, end: 'from' | 'to') =>
    list?.find((link) => link[end] === focus)?.roles ?? [];
  return [...found(world.uses[at], 'to'), ...found(world.usedBy[at], 'from')];
}

/** By the mean height of the neighbours that have their place; next to the focus by kind and name. */
function sorted(
  world: World,
  members: readonly number[],
  placed: ReadonlyMap<number, SheetBox>,
): number[] {
  const heights = new Map(
    members.map((at) => {
      const beside = [
        ...(world.uses[at] ?? []).map(({ to }) => placed.get(to)),
        ...(world.usedBy[at] ?? []).map(({ from }) => placed.get(from)),
      ].filter((found) => found !== undefined);
      const sum = beside.reduce((total, { y }) => total + y, 0);
      return [at, beside.length > 0 ? Math.round(sum / beside.length) : 0] as const;
    }),
  );
  return [...members].sort((a, b) => {
    const [one, two] = [world.nodes[a], world.nodes[b]];
    return (
      (heights.get(a) ?? 0) - (heights.get(b) ?? 0) ||
      byText(one?.parts.kind, two?.parts.kind) ||
      byText(one?.name, two?.name)
    );
  });
}
