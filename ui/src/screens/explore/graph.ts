/**
 * Where the boxes of a dependency drawing stand, in pixels: who uses it, itself, what it uses.
 * A side with nothing takes no room.
 */
import type { Link } from '$lib/backend/generated/Link';

export interface GraphNode {
  id: string;
  x: number;
  y: number;
  /** What for, all roles of the same pair together. */
  roles: string[];
  present: boolean;
  side: 'back' | 'self' | 'forward';
}

export const box = { width: 178, height: 40, gap: 10, between: 56 } as const;

export interface Graph {
  width: number;
  height: number;
  self: GraphNode;
  nodes: GraphNode[];
}

/** Several roles between the same two become one line. */
function joined(links: readonly Link[]): { id: string; roles: string[]; present: boolean }[] {
  const byId: Record<string, { id: string; roles: string[]; present: boolean }> = {};
  for (const link of links) {
    const one = (byId[link.id] ??= { id: link.id, roles: [], present: link.present });
    if (!one.roles.includes(link.role)) one.roles.push(link.role);
  }
  return Object.values(byId);
}

function columnHeight(count: number): number {
  return count * box.height + Math.max(0, count - 1) * box.gap;
}

export function graphOf(id: string, usedBy: readonly Link[], uses: readonly Link[]): Graph {
  const step = box.width + box.between;
  const selfX = usedBy.length > 0 ? step : 0;
  const sides = [
    { side: 'back' as const, links: joined(usedBy), x: 0 },
    { side: 'forward' as const, links: joined(uses), x: selfX + step },
  ];
  const height = Math.max(box.height, ...sides.map(({ links }) => columnHeight(links.length)));
  const nodes = sides.flatMap(({ side, links, x }) => {
    const top = (height - columnHeight(links.length)) / 2;
    return links.map((link, at) => ({ ...link, side, x, y: top + at * (box.height + box.gap) }));
  });
  return {
    width: selfX + box.width + (uses.length > 0 ? step : 0),
    height,
    nodes,
    self: {
      id,
      roles: [],
      present: true,
      side: 'self',
      x: selfX,
      y: (height - box.height) / 2,
    },
  };
}

/** The curve between the artifact and one of its neighbours. */
export function lineTo(graph: Graph, node: GraphNode): string {
  const left = node.side === 'back' ? node : graph.self;
  const right = node.side === 'back' ? graph.self : node;
  const fromX = left.x + box.width;
  const fromY = left.y + box.height / 2;
  const toY = right.y + box.height / 2;
  const middle = (fromX + right.x) / 2;
  return `M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${toY} ${right.x - 1} ${toY}`;
}
