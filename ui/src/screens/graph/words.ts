/** The words and glyphs for what stands out. */
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';
import { roleWord } from '../explore/roles';
import { hasTrait, traits, type Node, type Trait, type World } from './world';

export const traitWord: Record<Trait, () => string> = {
  missing: m.graph_trait_missing,
  unused: m.graph_trait_unused,
  circle: m.graph_trait_circle,
  across: m.graph_trait_across,
};
export const traitIcon: Record<Trait, IconName> = {
  missing: 's-warning',
  unused: 's-skipped',
  circle: 'refresh',
  across: 'k-project',
};

/** What is drawn at its box. */
export function traitsOf(world: World, node: Node): { trait: Trait; word: string }[] {
  return traits
    .filter((trait) => trait !== 'across' && hasTrait(world, node, trait))
    .map((trait) => ({ trait, word: traitWord[trait]() }));
}

/** Who needs what is missing. */
export function neededBy(world: World, node: Node): string {
  const names = (world.usedBy[node.at] ?? []).map(({ from }) => world.nodes[from]?.name ?? '');
  const [name = '', ...more] = names;
  return more.length > 0
    ? m.graph_missing_more({ name, count: more.length })
    : m.graph_missing_one({ name });
}

/** `trigger, invoke` in words; `back`: seen from what is needed. */
export function rolesWord(roles: readonly string[], back: boolean): string {
  return roles.map((role) => roleWord(role, back)).join(', ');
}

/** The name of an artifact, else its id. */
export function nameOf(world: World, id: ArtifactId): string {
  return world.nodes[world.position.get(id) ?? -1]?.name ?? id;
}
