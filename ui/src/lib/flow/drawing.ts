/** What a flow is drawn with, and the paths between boxes. All lengths in CSS pixels. */
import type { StepView } from '$lib/backend/generated/StepView';

export const box = { width: 178, height: 48 };
/** Between two boxes of a column, and between columns. */
export const gap = { row: 22, column: 30 };

export interface FlowNode {
  step: StepView;
  shape: 'box' | 'start' | 'fork' | 'fault' | 'label' | 'title';
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface FlowFrame {
  key: string;
  kind: 'scope' | 'loop';
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface FlowLine {
  path: string;
  arrow: boolean;
  dashed: boolean;
  top: number;
  bottom: number;
}

export interface Drawing {
  width: number;
  height: number;
  /** In the order of reading. */
  nodes: FlowNode[];
  frames: FlowFrame[];
  lines: FlowLine[];
  /** Where the arrows down and up lead, by key. */
  next: Map<string, string>;
  previous: Map<string, string>;
  /** The node that shows a step, by the step's key. */
  shownBy: Map<string, string>;
  /** How many steps are told in the list alone: declarations, handlers that do nothing. */
  undrawn: number;
}

const round = 6;

export function straight(x: number, top: number, bottom: number, dashed = false): FlowLine {
  return { path: `M${x} ${top}V${bottom}`, arrow: true, dashed, top, bottom };
}

/** From a point on the way to the head of a column. */
export function fanOut(from: number, to: number, bar: number, bottom: number): FlowLine {
  const line = { arrow: true, dashed: false, top: bar, bottom };
  if (from === to) return { ...line, path: `M${to} ${bar}V${bottom}` };
  const way = to < from ? -1 : 1;
  return {
    ...line,
    path: `M${from} ${bar}H${to - way * round}q${way * round} 0 ${way * round} ${round}V${bottom}`,
  };
}

/** From the foot of a column back to the way. */
export function fanIn(from: number, to: number, top: number, bar: number): FlowLine {
  const line = { arrow: false, dashed: false, top, bottom: bar };
  if (from === to) return { ...line, path: `M${from} ${top}V${bar}` };
  const way = to < from ? -1 : 1;
  return {
    ...line,
    path: `M${from} ${top}V${bar - round}q0 ${round} ${way * round} ${round}H${to}`,
  };
}

/** A line without an arrow. */
export function stem(x: number, top: number, bottom: number): FlowLine {
  return { path: `M${x} ${top}V${bottom}`, arrow: false, dashed: false, top, bottom };
}

/** All boxes as one path. */
export function outlines(nodes: readonly FlowNode[]): string {
  return nodes
    .filter(({ shape }) => shape !== 'label' && shape !== 'title')
    .map(({ x, y, width, height }) => `M${x} ${y}h${width}v${height}h${-width}z`)
    .join('');
}

/** The node at a point of the drawing; a box before the title of its scope. */
export function nodeAt(nodes: readonly FlowNode[], x: number, y: number): FlowNode | undefined {
  return nodes.findLast(
    (node) => x >= node.x && x < node.x + node.width && y >= node.y && y < node.y + node.height,
  );
}
