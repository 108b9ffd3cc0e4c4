/** The sentences of a waybill: what a group of steps does, to what, and on which conditions. */
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { MovePlan } from '$lib/backend/generated/MovePlan';
import type { MoveStepGroup } from '$lib/backend/generated/MoveStepGroup';
import type { MoveStepKind } from '$lib/backend/generated/MoveStepKind';
import type { MoveView } from '$lib/backend/generated/MoveView';
import { artifactName } from '$lib/format/artifact-id';
import { date, duration, number, timeWithSeconds } from '$lib/format/format';
import { m } from '$lib/paraglide/messages';
import type { Ends } from '../connections/places';

type Count = { count: number };
type Bring = 'bring' | 'replace' | 'both';

const titles: Partial<Record<MoveStepKind, (input: Count) => string>> = {
  capture: () => m.review_do_capture(),
  stopSchedule: m.review_do_stop_schedule,
  deactivate: m.review_do_deactivate,
  setConnection: m.review_do_set_connection,
  testConnection: m.review_do_test_connection,
  activate: m.review_do_activate,
  setSchedule: m.review_do_set_schedule,
  startSchedule: m.review_do_start_schedule,
  setAccess: m.review_do_set_access,
  delete: m.review_do_delete,
  verify: () => m.review_do_verify(),
};
const things: Partial<Record<MoveStepKind, (input: Count) => string>> = {
  importCertificate: m.review_thing_certificate,
  importLibrary: m.review_thing_library,
  importLookup: m.review_thing_lookup,
  importIntegration: m.review_thing_integration,
  importPackage: m.review_thing_package,
  importProject: m.review_thing_project,
};
const bringing: Record<Bring, (input: { things: string }) => string> = {
  bring: m.review_do_bring,
  replace: m.review_do_replace,
  both: m.review_do_bring_and_replace,
};

/** `Replace integrations`. */
export function groupTitle({ kind, subjects }: MoveStepGroup, { items }: MovePlan): string {
  const count = subjects.length;
  const thing = things[kind];
  if (!thing) return titles[kind]?.({ count }) ?? kind;
  const held = new Set(subjects);
  const actions = items.filter(({ id }) => held.has(id)).map(({ action }) => action);
  const replaced = actions.filter((action) => action === 'replace').length;
  const way = replaced === 0 ? 'bring' : replaced === actions.length ? 'replace' : 'both';
  return bringing[way]({ things: thing({ count }) });
}

/** To what, where a sentence says it better than names. */
export function groupSentence({ kind, subjects }: MoveStepGroup, { to }: Ends): string | undefined {
  if (kind === 'capture') return m.review_to_capture({ to });
  if (kind === 'verify') return m.review_to_verify();
  if (kind === 'activate' && subjects.length > 1) return m.review_to_activate();
  return undefined;
}

/** As many names as a line holds, and how many more there are. */
export function firstNames(subjects: readonly ArtifactId[]): { codes: string[]; more: number } {
  const shown = subjects.length > 4 ? 2 : 4;
  return {
    codes: subjects.slice(0, shown).map((id) => artifactName(id).code),
    more: Math.max(0, subjects.length - shown),
  };
}

/** `20 s`, `6 min`, `1 min 30 s`: whole minutes have no seconds. */
export function about(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  if (seconds >= 60 && seconds < 3600 && seconds % 60 === 0)
    return m.review_minutes({ minutes: number(seconds / 60) });
  return seconds < 1 ? m.review_moment() : duration(seconds * 1000);
}

/** In groups of four, eight in a line. */
export function fingerprint(hash: string): string[] {
  const groups = hash.match(/.{1,4}/gu) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < groups.length; at += 8) lines.push(groups.slice(at, at + 8).join(' '));
  return lines;
}

/** On which conditions, a sentence each. */
export function conditionsOf(move: MoveView, plan: MovePlan, { from, to }: Ends): string[] {
  const { existing, activate, schedules, connections, intoProject, exceptions } = move.policies;
  const sentences = [
    {
      skip: m.review_existing_skip,
      replace: m.review_existing_replace,
      replaceIfDifferent: m.review_existing_different,
      newVersion: m.review_existing_new_version,
    }[existing](),
    {
      asInSource: () => m.review_activate_as({ from }),
      all: m.review_activate_all,
      none: m.review_activate_none,
    }[activate](),
    {
      asInSource: () => m.review_schedules_as({ from }),
      start: m.review_schedules_start,
      stop: m.review_schedules_stop,
      leaveStopped: m.review_schedules_leave,
    }[schedules](),
    {
      keep: () => m.review_connections_keep({ to }),
      fromSource: () => m.review_connections_source({ from }),
    }[connections](),
  ];
  const names = (ids: readonly ArtifactId[]) =>
    ids.map((id) => `\`${artifactName(id).code}\``).join(', ');
  const excepted = Object.keys(exceptions);
  if (intoProject) sentences.push(m.review_into_project({ project: intoProject }));
  if (excepted.length > 0)
    sentences.push(m.review_exceptions({ count: excepted.length, names: names(excepted) }));
  if (move.leftOut.length > 0) sentences.push(m.review_left_out({ names: names(move.leftOut) }));
  if (move.hosts.length > 0) sentences.push(m.review_hosts({ count: move.hosts.length }));
  if (move.lookupCells.length > 0)
    sentences.push(m.review_cells({ count: move.lookupCells.length }));
  const read = plan.findings.filter(({ severity, readBy }) => severity === 'warning' && readBy);
  if (read.length > 0)
    sentences.push(
      m.review_warnings_read({
        count: read.length,
        texts: read.map(({ text, readBy }) => `${text} (${readBy})`).join('; '),
      }),
    );
  if (plan.unread > 0) sentences.push(m.review_warnings_unread({ count: plan.unread }));
  return sentences;
}

const moment = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** How an artifact stands, with the moment it was changed as people here write it. */
export function standingOf(words: string, now: Date): string {
  return words.replace(moment, (at) =>
    m.date_and_time({ date: date(at, now, 'inSentence'), time: timeWithSeconds(at) }),
  );
}
