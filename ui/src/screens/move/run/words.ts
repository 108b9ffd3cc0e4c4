/** Words and glyphs for the steps of a run. */
import type { MoveStepKind } from '$lib/backend/generated/MoveStepKind';
import type { RunStep } from '$lib/backend/generated/RunStep';
import type { RunStepState } from '$lib/backend/generated/RunStepState';
import { duration } from '$lib/format/format';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import type { HaulLine, HaulRow, LineName } from './haul';

export const stepMark: Record<RunStepState, Mark> = {
  waiting: { icon: 's-waiting', tone: 'skipped', label: m.haul_waiting },
  running: { icon: 's-running', tone: 'running', label: m.haul_running },
  done: { icon: 's-ok', tone: 'ok', label: m.haul_done },
  failed: { icon: 's-failed', tone: 'blocking', label: m.haul_failed },
  skipped: { icon: 's-skipped', tone: 'skipped', label: m.haul_skipped },
  unknown: { icon: 's-warning', tone: 'warning', label: m.haul_unknown },
};

const lineTitles: Record<LineName, { ahead: () => string; done: () => string }> = {
  capture: { ahead: m.haul_capture, done: m.haul_captured },
  stopSchedules: { ahead: m.haul_stop_schedules, done: m.haul_schedules_stopped },
  certificates: { ahead: m.haul_certificates, done: m.haul_certificates_done },
  connections: { ahead: m.haul_connections, done: m.haul_connections_done },
  lookups: { ahead: m.haul_lookups, done: m.haul_lookups_done },
  packages: { ahead: m.haul_packages, done: m.haul_packages_done },
  projects: { ahead: m.haul_projects, done: m.haul_projects_done },
  schedules: { ahead: m.haul_schedules, done: m.haul_schedules_done },
  access: { ahead: m.haul_access, done: m.haul_access_done },
  deletions: { ahead: m.haul_deletions, done: m.haul_deletions_done },
  verify: { ahead: m.haul_verify, done: m.haul_verify_done },
};
/** Where a line holds one sort of work alone. */
const onlyTitles: Partial<Record<MoveStepKind, { ahead: () => string; done: () => string }>> = {
  setConnection: { ahead: m.haul_connections_set, done: m.haul_connections_set_done },
  testConnection: { ahead: m.haul_connections_test, done: m.haul_connections_test_done },
  importLookup: { ahead: m.haul_lookups_only, done: m.haul_lookups_only_done },
  importLibrary: { ahead: m.haul_libraries, done: m.haul_libraries_done },
  setSchedule: { ahead: m.haul_schedules_set, done: m.haul_schedules_set_done },
  startSchedule: { ahead: m.haul_schedules_start, done: m.haul_schedules_start_done },
};

export function lineTitle({ name, kinds, state }: HaulLine): string {
  const [only] = kinds.length === 1 ? kinds : [];
  const titles = (only && onlyTitles[only]) ?? lineTitles[name];
  return state === 'done' ? titles.done() : titles.ahead();
}

const doing: Partial<Record<MoveStepKind, () => string>> = {
  deactivate: m.haul_deactivating,
  importIntegration: m.haul_importing,
  activate: m.haul_activating,
};

const sentence = (words: string) => `${words.charAt(0).toLocaleUpperCase()}${words.slice(1)}`;

/** How an integration stands, in a few words. */
export function rowNow({ step }: HaulRow, now: number): string {
  switch (step.state) {
    case 'running':
      return runningWords(step, now);
    case 'done':
      return doneWords(step);
    case 'waiting':
      return step.now ? sentence(step.now) : m.haul_waiting();
    default:
      return step.now ? sentence(step.now) : stepMark[step.state].label();
  }
}

function runningWords(step: RunStep, now: number): string {
  const began = step.beganAt ? Date.parse(step.beganAt) : now;
  const since = now - began;
  const verb = doing[step.kind]?.() ?? m.haul_running();
  const parts = [
    verb,
    step.now?.toLocaleLowerCase() === verb.toLocaleLowerCase() ? undefined : step.now,
    since >= 5_000 && (step.kind === 'activate' || !step.now)
      ? m.haul_since({ since: duration(since) })
      : undefined,
  ];
  return parts.filter(Boolean).join(', ');
}

function doneWords({ now, kind, tookMs }: RunStep): string {
  const words = sentence(now ?? (kind === 'activate' ? m.haul_active() : m.haul_done()));
  return tookMs === undefined ? words : m.haul_after({ words, took: duration(tookMs) });
}
