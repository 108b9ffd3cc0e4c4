/** What is drawn: boxes, and the lines between them. All lengths in CSS pixels. */
import type { Area, Box } from '$lib/canvas/view.svelte';
import type { Link, Node, World } from './world';

export interface SheetBox extends Box {
  node: Node;
  /** What it is needed for, or needs, from where one looks. */
  roles: readonly string[];
  /** The side of the focus on which it stands; 0 in the whole place and for the focus itself. */
  column: number;
}

export interface SheetLine extends Area {
  link: Link;
  path: string;
  /** A frame stands for it until the person is on its other end. */
  framed: boolean;
}

/** Around a folded column; one line stands for those between its boxes and the middle. */
export interface SheetFrame extends Box {
  path: string;
}

export interface SheetCaption {
  column: number;
  x: number;
  y: number;
  width: number;
  count: number;
}

export interface Sheet {
  width: number;
  height: number;
  nodes: readonly SheetBox[];
  lines: readonly SheetLine[];
  captions: readonly SheetCaption[];
  frames: readonly SheetFrame[];
  /** By position of the node. */
  boxOf: ReadonlyMap<number, SheetBox>;
}

/** As the application places them: the left edge and the middle of a box of this size. */
const placed = { width: 176, height: 32 };

/** The whole place, as the application has laid it out. */
export function wholeSheet(world: World): Sheet {
  const nodes = world.nodes.map((node): SheetBox => ({
    node,
    x: node.x,
    y: node.y - placed.height / 2,
    ...placed,
    roles: [],
    column: 0,
  }));
  return sheetOf(nodes, world.links, { width: world.width, height: world.height });
}

export function sheetOf(
  nodes: readonly SheetBox[],
  links: readonly Link[],
  size: { width: number; height: number },
  columns: Pick<Sheet, 'captions' | 'frames'> & { folded: ReadonlySet<number> } = {
    captions: [],
    frames: [],
    folded: new Set(),
  },
): Sheet {
  const { captions, frames, folded } = columns;
  const boxOf = new Map(nodes.map((box) => [box.node.at, box]));
  const lines = links.flatMap((link): SheetLine[] => {
    const from = boxOf.get(link.from);
    const to = boxOf.get(link.to);
    if (!from || !to || from === to) return [];
    const framed = folded.has(from.column) || folded.has(to.column);
    return [{ link, framed, ...lineBetween(from, to) }];
  });
  return { ...size, nodes, lines, captions, frames, boxOf };
}

export function lineBetween(from: Box, to: Box): Area & { path: string } {
  const startX = from.x + from.width;
  const startY = from.y + from.height / 2;
  const endY = to.y + to.height / 2;
  const top = Math.min(startY, endY) - 8;
  const bottom = Math.max(startY, endY) + 8;
  if (to.x > startX) {
    const bend = Math.max(24, Math.min(120, (to.x - startX) / 2));
    return {
      path: `M${startX} ${startY}C${startX + bend} ${startY} ${to.x - bend} ${endY} ${to.x} ${endY}`,
      left: startX,
      right: to.x,
      top,
      bottom,
    };
  }
  // Back, or within a column: round the right sides of both.
  const endX = to.x + to.width;
  const far = Math.max(startX, endX) + 48;
  return {
    path: `M${startX} ${startY - 5}C${far} ${startY - 5} ${far} ${endY + 5} ${endX} ${endY + 5}`,
    left: Math.min(startX, endX),
    right: far,
    top,
    bottom,
  };
}

export function crosses(line: SheetLine, area: Area | undefined): boolean {
  return (
    !area ||
    (line.top < area.bottom &&
      line.bottom > area.top &&
      line.left < area.right &&
      line.right > area.left)
  );
}

/** The box at a point. */
export function boxAt(nodes: readonly SheetBox[], x: number, y: number): SheetBox | undefined {
  const slack = 4;
  return nodes.find(
    (box) =>
      x >= box.x - slack &&
      x <= box.x + box.width + slack &&
      y >= box.y - slack &&
      y <= box.y + box.height + slack,
  );
}

/** The smallest part of the sheet that holds them all. */
export function frameOf(boxes: readonly SheetBox[]) {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}
