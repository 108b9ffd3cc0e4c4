/** The parts of a file and what they name that is not inside. */
import type { Artifact } from '$lib/backend/generated/Artifact';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { InspectedIntegration } from '$lib/backend/generated/InspectedIntegration';
import type { InspectedOddity } from '$lib/backend/generated/InspectedOddity';
import type { InspectView } from '$lib/backend/generated/InspectView';
import { artifactName } from '$lib/format/artifact-id';

export function artifactsOf(view: InspectView, kind: ArtifactKind): Artifact[] {
  return view.artifacts.filter((one) => artifactName(one.id).kind === kind);
}

export function integrationId({ project, code, version }: InspectedIntegration): ArtifactId {
  return `${project ? `${project}/` : ''}integration:${code}|${version}`;
}

/** The adapters of its connections, each once; the code where the adapter is not told. */
export function adaptersOf({ connections }: InspectedIntegration, view: InspectView): string {
  const names = connections.map(
    ({ code, adapter }) =>
      view.artifacts.find(({ id }) => {
        const name = artifactName(id);
        return name.kind === 'connection' && name.code === code;
      })?.adapter ??
      adapter ??
      code,
  );
  return [...new Set(names)].join(', ');
}

export interface Missing {
  kind: 'integration' | 'connection' | 'lookup' | 'library';
  /** As the integrations name it. */
  name: string;
  /** The codes of the integrations that name it. */
  by: string[];
}

/** What the integrations name and the file does not hold. */
export function missing(view: InspectView): Missing[] {
  const inside = new Set(
    view.artifacts.flatMap(({ id }) => {
      const { kind, code, version, project } = artifactName(id);
      const names = [version ? `${code}|${version}` : code];
      return names.flatMap((name) => [
        `${kind}:${name}`,
        ...(project ? [`${kind}:${project}/${name}`] : []),
      ]);
    }),
  );
  const lacking: Record<string, Missing> = {};
  for (const one of view.integrations) {
    const note = (kind: Missing['kind'], name: string) => {
      // A library may be bundled without its version.
      const unversioned = kind === 'library' && inside.has(`${kind}:${name.split('|')[0]}`);
      if (unversioned || inside.has(`${kind}:${name}`)) return;
      const entry = (lacking[`${kind}:${name}`] ??= { kind, name, by: [] });
      if (!entry.by.includes(one.code)) entry.by.push(one.code);
    };
    for (const called of one.calls) note('integration', called);
    for (const { code } of one.connections) note('connection', code);
    for (const lookup of one.lookups) note('lookup', lookup);
    for (const library of one.libraries) note('library', library);
  }
  return Object.values(lacking);
}

/** What is unusual about the file and its integrations, each thing once. */
export function odditiesOf(view: InspectView): (InspectedOddity & { code?: string })[] {
  const own = view.oddities.map((one) => ({ ...one }));
  const said = new Set(own.map((one) => `${one.kind}\n${one.path ?? ''}\n${one.words}`));
  const further = view.integrations.flatMap(({ code, oddities }) =>
    oddities
      .filter((one) => !said.has(`${one.kind}\n${one.path ?? ''}\n${one.words}`))
      .map((one) => ({ ...one, code })),
  );
  return [...own, ...further];
}
