/** Which artifact of a place a design means by a code. */
import type { Artifact } from '$lib/backend/generated/Artifact';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import { artifactName } from '$lib/format/artifact-id';

/**
 * The artifact of that kind which `own` means by `named` (`CODE`, `CODE|VERSION`, in another project
 * `PROJECT/CODE|VERSION`): its own project first, then the global scope. Undefined where the place
 * does not hold it.
 */
export function held(
  artifacts: readonly Artifact[],
  own: ArtifactId,
  kind: ArtifactKind,
  named: string,
): Artifact | undefined {
  const slash = named.indexOf('/');
  const project = slash === -1 ? artifactName(own).project : named.slice(0, slash);
  const code = slash === -1 ? named : named.slice(slash + 1);
  const wanted = [...(project ? [`${project}/${kind}:${code}`] : []), `${kind}:${code}`];
  for (const id of wanted) {
    const found = artifacts.find((one) => one.id === id);
    if (found) return found;
  }
  return undefined;
}

/** What belongs to a package, project or deployment, by name. */
export function membersOf(artifacts: readonly Artifact[], own: ArtifactId): Artifact[] {
  const { kind, code } = artifactName(own);
  const named = new Set(
    artifacts
      .find((one) => one.id === own)
      ?.dependencies.filter(({ role }) => role === 'member')
      .map(({ id }) => id),
  );
  return artifacts.filter(
    (one) =>
      one.id !== own &&
      (named.has(one.id) ||
        (kind === 'package' && one.package === code) ||
        (kind === 'project' && artifactName(one.id).project === code)),
  );
}
