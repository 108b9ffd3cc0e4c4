/** The parts of an artifact's id, as written by the application: `PROJECT/kind:CODE|VERSION`. */
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';

export interface ArtifactName {
  kind: ArtifactKind;
  code: string;
  version?: string;
  /** The project's code; absent for the global scope. */
  project?: string;
}

export function artifactName(id: ArtifactId): ArtifactName {
  const colon = id.indexOf(':');
  const before = id.slice(0, colon);
  const after = id.slice(colon + 1);
  const slash = before.lastIndexOf('/');
  const bar = after.lastIndexOf('|');
  return {
    kind: before.slice(slash + 1) as ArtifactKind,
    code: bar === -1 ? after : after.slice(0, bar),
    ...(bar === -1 ? {} : { version: after.slice(bar + 1) }),
    ...(slash === -1 ? {} : { project: before.slice(0, slash) }),
  };
}
