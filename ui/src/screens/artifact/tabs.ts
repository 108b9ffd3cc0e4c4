/** The tabs of an artifact: what its kind has, each with how many there are. */
import type { Artifact } from '$lib/backend/generated/Artifact';
import type { ArtifactDetail } from '$lib/backend/generated/ArtifactDetail';
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { DesignView } from '$lib/backend/generated/DesignView';
import type { StepView } from '$lib/backend/generated/StepView';
import { everyStep } from '$lib/flow/walk';
import { number } from '$lib/format/format';
import { m } from '$lib/paraglide/messages';

export type TabName =
  | 'flow'
  | 'rows'
  | 'values'
  | 'members'
  | 'functions'
  | 'dependencies'
  | 'schedule'
  | 'versions'
  | 'findings'
  | 'variables'
  | 'about';

export interface Tab {
  name: TabName;
  label: string;
  count?: string;
}

export const tabWord: Record<TabName, () => string> = {
  flow: m.artifact_tab_flow,
  rows: m.artifact_tab_rows,
  values: m.artifact_tab_values,
  members: m.artifact_tab_members,
  functions: m.artifact_tab_functions,
  dependencies: m.artifact_tab_dependencies,
  schedule: m.artifact_tab_schedule,
  versions: m.artifact_tab_versions,
  findings: m.artifact_tab_findings,
  variables: m.artifact_tab_variables,
  about: m.artifact_tab_about,
};

export function tabsOf(
  kind: ArtifactKind,
  detail: ArtifactDetail | undefined,
  design: DesignView | undefined,
  members: readonly Artifact[],
): Tab[] {
  const tab = (name: TabName, count?: number): Tab => ({
    name,
    label: tabWord[name](),
    ...(count === undefined ? {} : { count: number(count) }),
  });
  const about = (): Tab[] => [
    tab('dependencies', detail && detail.uses.length + detail.usedBy.length),
    ...(detail && detail.versions.length > 1 ? [tab('versions', detail.versions.length)] : []),
  ];
  if (kind === 'integration') {
    const [dependencies, ...versions] = about();
    return [
      {
        ...tab('flow'),
        ...(design ? { count: m.artifact_tab_steps({ count: design.stepCount }) } : {}),
      },
      ...(dependencies ? [dependencies] : []),
      tab('values', detail && connectionsOf(detail, design).length),
      ...(detail?.schedule || design?.schedule ? [tab('schedule')] : []),
      ...versions,
      tab('findings', design && design.findings.length + design.oddities.length),
      tab('variables', design && variablesOf(design)),
      tab('about'),
    ];
  }
  const first: Partial<Record<ArtifactKind, Tab>> = {
    lookup: tab('rows', detail?.lookup?.rowCount),
    connection: tab('values', detail?.connection?.properties.length),
    // Where nobody tells them, there is no count.
    library: tab('functions', detail?.libraryFunctions.length || undefined),
    schedule: tab('schedule'),
    package: tab('members', members.length),
    project: tab('members', members.length),
    deployment: tab('members', members.length),
  };
  const own = first[kind];
  return own ? [own, ...about(), tab('about')] : [tab('about'), ...about()];
}

/** The codes of the connections that an integration uses, each once. */
export function connectionsOf(
  detail: ArtifactDetail | undefined,
  design: DesignView | undefined,
): string[] {
  const told = detail?.uses
    .filter(({ id }) => id.includes('connection:'))
    .map(({ id }) => id.slice(id.indexOf('connection:') + 'connection:'.length));
  return [...new Set([...(told ?? []), ...(design?.connections ?? []).map(({ code }) => code)])];
}

function variablesOf(design: DesignView): number {
  const named = [design.tracking, design.scheduleParameters, design.properties, globalsOf(design)];
  return named.reduce((sum, list) => sum + list.length, 0);
}

/** The variables of the whole flow. */
export function globalsOf(design: DesignView): StepView[] {
  return everyStep(design.steps)
    .map(({ step }) => step)
    .filter((step) => step.kind === 'global-variable');
}
