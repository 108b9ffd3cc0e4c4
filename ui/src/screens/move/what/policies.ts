/** What is decided for all that is moved, in words, and exceptions from it. */
import type { ActivatePolicy } from '$lib/backend/generated/ActivatePolicy';
import type { ConnectionsPolicy } from '$lib/backend/generated/ConnectionsPolicy';
import type { ExistingPolicy } from '$lib/backend/generated/ExistingPolicy';
import type { MoveException } from '$lib/backend/generated/MoveException';
import type { MovePolicies } from '$lib/backend/generated/MovePolicies';
import type { SchedulesPolicy } from '$lib/backend/generated/SchedulesPolicy';
import { artifactName } from '$lib/format/artifact-id';
import { m } from '$lib/paraglide/messages';
import type { Places } from '../places';

export interface Choice {
  value: string;
  label: string;
}
export type PolicyName = 'existing' | 'activate' | 'schedules' | 'connections';

const existing: Record<ExistingPolicy, () => string> = {
  replaceIfDifferent: m.move_existing_replaceIfDifferent,
  replace: m.move_existing_replace,
  newVersion: m.move_existing_newVersion,
  skip: m.move_existing_skip,
};

function asIn(
  place: string | undefined,
  named: (args: { place: string }) => string,
  none: () => string,
) {
  return () => (place ? named({ place }) : none());
}

const activate = ({ from }: Places): Record<ActivatePolicy, () => string> => ({
  asInSource: asIn(from, m.move_activate_asInSource, m.move_activate_asInSource_none),
  all: m.move_activate_all,
  none: m.move_activate_none,
});

const schedules = ({ from }: Places): Record<SchedulesPolicy, () => string> => ({
  asInSource: asIn(from, m.move_schedules_asInSource, m.move_schedules_asInSource_none),
  start: m.move_schedules_start,
  stop: m.move_schedules_stop,
  leaveStopped: m.move_schedules_leaveStopped,
});

const connections = ({ to }: Places): Record<ConnectionsPolicy, () => string> => ({
  keep: asIn(to, m.move_connections_policy_keep, m.move_connections_policy_keep_none),
  fromSource: m.move_connections_policy_fromSource,
});

const choicesOf = (words: Record<string, () => string>): Choice[] =>
  Object.entries(words).map(([value, label]) => ({ value, label: label() }));

/** The four policies, each with its label and its choices. */
export function policyChoices(
  places: Places,
): Record<PolicyName, { label: string; choices: Choice[] }> {
  return {
    existing: {
      label: places.to
        ? m.move_policy_existing({ place: places.to })
        : m.move_policy_existing_none(),
      choices: choicesOf(existing),
    },
    activate: { label: m.move_policy_activate(), choices: choicesOf(activate(places)) },
    schedules: { label: m.move_policy_schedules(), choices: choicesOf(schedules(places)) },
    connections: { label: m.move_policy_connections(), choices: choicesOf(connections(places)) },
  };
}

export const policyNames: readonly PolicyName[] = [
  'existing',
  'activate',
  'schedules',
  'connections',
];

/** Those that can be another for one artifact of this kind. */
export function policiesFor(id: string): PolicyName[] {
  const { kind } = artifactName(id);
  if (kind === 'connection') return ['existing', 'connections'];
  if (kind === 'schedule') return ['schedules'];
  if (kind === 'integration') return ['existing', 'activate', 'schedules'];
  return ['existing'];
}

/** The name of an artifact in the destination. */
export function idThere(id: string, { intoProject }: MovePolicies): string {
  return intoProject && !artifactName(id).project ? `${intoProject}/${id}` : id;
}

/** The policies with one artifact treated in another way; without a way of its own if that says nothing. */
export function withException(
  policies: MovePolicies,
  id: string,
  exception: MoveException,
): MovePolicies {
  const others = Object.entries(policies.exceptions).filter(([one]) => one !== id);
  const said = Object.values(exception).some((value) => value !== undefined);
  return {
    ...policies,
    exceptions: Object.fromEntries(said ? [...others, [id, exception]] : others),
  };
}

/** The policies with another project; exceptions follow, because they go by the name there. */
export function intoProject(policies: MovePolicies, project: string): MovePolicies {
  const before = policies.intoProject;
  const rest = { ...policies };
  delete rest.intoProject;
  const name = project.trim();
  const exceptions = Object.entries(policies.exceptions).map(([id, exception]) => {
    const bare = before && id.startsWith(`${before}/`) ? id.slice(before.length + 1) : id;
    return [name && !artifactName(bare).project ? `${name}/${bare}` : bare, exception];
  });
  return {
    ...rest,
    ...(name ? { intoProject: name } : {}),
    exceptions: Object.fromEntries(exceptions),
  };
}
