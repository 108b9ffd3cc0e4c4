/** What depends on what, arranged so that it can be asked: by id, by neighbour, by filter. */
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { GraphNode } from '$lib/backend/generated/GraphNode';
import type { GraphView } from '$lib/backend/generated/GraphView';
import { artifactName, type ArtifactName } from '$lib/format/artifact-id';

export interface Node extends GraphNode {
  at: number;
  parts: ArtifactName;
  /** What is searched: name and code in small letters. */
  words: string;
}

/** All that one artifact needs another for. */
export interface Link {
  from: number;
  to: number;
  roles: string[];
  across: boolean;
  /** One merely holds the other together with others: a project its integrations. */
  holds: boolean;
}

export interface World {
  nodes: readonly Node[];
  links: readonly Link[];
  /** By position: the links to what it needs, and from what needs it. */
  uses: readonly (readonly Link[])[];
  usedBy: readonly (readonly Link[])[];
  position: ReadonlyMap<ArtifactId, number>;
  cycles: readonly (readonly number[])[];
  width: number;
  height: number;
}

const holding = ['member', 'access of'];

export function worldOf(view: GraphView): World {
  const nodes = view.nodes.map((node, at): Node => {
    const parts = artifactName(node.id);
    return { ...node, at, parts, words: `${node.name}\n${node.id}`.toLowerCase() };
  });
  const joined = new Map<number, Link>();
  for (const { from, to, role, across } of view.edges) {
    const key = from * nodes.length + to;
    const link = joined.get(key) ?? { from, to, roles: [], across: false, holds: true };
    if (!link.roles.includes(role)) link.roles.push(role);
    link.across ||= across;
    link.holds &&= holding.includes(role);
    joined.set(key, link);
  }
  const links = [...joined.values()];
  const uses: Link[][] = nodes.map(() => []);
  const usedBy: Link[][] = nodes.map(() => []);
  for (const link of links) {
    uses[link.from]?.push(link);
    usedBy[link.to]?.push(link);
  }
  return {
    nodes,
    links,
    uses,
    usedBy,
    position: new Map(nodes.map((node) => [node.id, node.at])),
    cycles: view.cycles.map((cycle) => inOrder(cycle, uses)),
    width: view.width,
    height: view.height,
  };
}

/** The members of a circle so that, where there is such a way, each needs the next. */
function inOrder(cycle: readonly number[], uses: readonly (readonly Link[])[]): number[] {
  const left = new Set(cycle);
  const ordered: number[] = [];
  let at = cycle[0];
  while (at !== undefined) {
    ordered.push(at);
    left.delete(at);
    at = uses[at]?.find(({ to }) => left.has(to))?.to;
  }
  return [...ordered, ...left];
}

/** What is directly linked with one artifact, on either side. */
export function besideOf(world: World, at: number | undefined): ReadonlySet<number> {
  if (at === undefined) return new Set();
  const linked = [...(world.uses[at] ?? []), ...(world.usedBy[at] ?? [])];
  return new Set(linked.flatMap(({ from, to }) => [from, to]).filter((one) => one !== at));
}

/** What stands out in a place. */
export type Trait = 'missing' | 'unused' | 'circle' | 'across';
export const traits: readonly Trait[] = ['missing', 'unused', 'circle', 'across'];

export function hasTrait(world: World, node: Node, trait: Trait): boolean {
  switch (trait) {
    case 'missing':
      return !node.present;
    case 'unused':
      return node.unused;
    case 'circle':
      return node.cycle !== undefined && node.cycle !== null;
    case 'across':
      return [...(world.uses[node.at] ?? []), ...(world.usedBy[node.at] ?? [])].some(
        (link) => link.across,
      );
  }
}

export interface Filters {
  kinds: string[];
  scopes: string[];
  traits: string[];
  query: string;
}

export const noFilters = (): Filters => ({ kinds: [], scopes: [], traits: [], query: '' });
/** The scope of what belongs to no project. */
export const globalScope = '';

/** The positions of all that match; undefined where nothing narrows. */
export function matching(world: World, filters: Filters): ReadonlySet<number> | undefined {
  const { kinds, scopes, traits } = filters;
  const words = filters.query.toLowerCase().split(/\s+/).filter(Boolean);
  if (kinds.length + scopes.length + traits.length + words.length === 0) return undefined;
  const found = world.nodes.filter(
    (node) =>
      (kinds.length === 0 || kinds.includes(node.parts.kind)) &&
      (scopes.length === 0 || scopes.includes(node.parts.project ?? globalScope)) &&
      (traits.length === 0 || traits.some((one) => hasTrait(world, node, one as Trait))) &&
      words.every((word) => node.words.includes(word)),
  );
  return new Set(found.map((node) => node.at));
}
