/**
 * The steps of a run as a person looks at them: integrations row by row, everything else in lines
 * of the same work, in the order in which it is done.
 */
import type { MoveStepKind } from '$lib/backend/generated/MoveStepKind';
import type { RunItem } from '$lib/backend/generated/RunItem';
import type { RunStep } from '$lib/backend/generated/RunStep';
import type { RunStepState } from '$lib/backend/generated/RunStepState';
import { artifactName, type ArtifactName } from '$lib/format/artifact-id';

export type CellName = 'captured' | 'deactivated' | 'imported' | 'activated';

export interface HaulRow {
  id: string;
  name: ArtifactName;
  cells: Partial<Record<CellName, RunStepState>>;
  /** The weightiest of its steps. */
  state: RunStepState;
  /** The step that says how it stands now. */
  step: RunStep;
}

export type LineName =
  | 'capture'
  | 'stopSchedules'
  | 'certificates'
  | 'connections'
  | 'lookups'
  | 'packages'
  | 'projects'
  | 'schedules'
  | 'access'
  | 'deletions'
  | 'verify';

export interface HaulLine {
  name: LineName;
  kinds: readonly MoveStepKind[];
  steps: readonly RunStep[];
  state: RunStepState;
  done: number;
  failed: number;
  /** The first began then, and the last ended then; in milliseconds since 1970. */
  began?: number;
  ended?: number;
}

export interface Haul {
  before: readonly HaulLine[];
  rows: readonly HaulRow[];
  after: readonly HaulLine[];
  counts: Readonly<Record<RunStepState, number>>;
}

const lineOf: Partial<Record<MoveStepKind, LineName>> = {
  capture: 'capture',
  stopSchedule: 'stopSchedules',
  importCertificate: 'certificates',
  setConnection: 'connections',
  testConnection: 'connections',
  importLookup: 'lookups',
  importLibrary: 'lookups',
  importPackage: 'packages',
  importProject: 'projects',
  setSchedule: 'schedules',
  startSchedule: 'schedules',
  setAccess: 'access',
  delete: 'deletions',
  verify: 'verify',
};
const cellOf: Partial<Record<MoveStepKind, CellName>> = {
  deactivate: 'deactivated',
  importIntegration: 'imported',
  activate: 'activated',
};
const beforeLines: readonly LineName[] = [
  'capture',
  'stopSchedules',
  'certificates',
  'connections',
  'lookups',
  'packages',
  'projects',
];
const afterLines: readonly LineName[] = ['schedules', 'access', 'deletions', 'verify'];

/** What deserves a look first. */
const rank: readonly RunStepState[] = [
  'failed',
  'unknown',
  'running',
  'skipped',
  'waiting',
  'done',
];

export function haulOf(
  steps: readonly RunStep[],
  items: ReadonlyMap<string, RunItem> = new Map(),
): Haul {
  const lines: Partial<Record<LineName, RunStep[]>> = {};
  const rows = new Map<string, RunStep[]>();
  const counts = { waiting: 0, running: 0, done: 0, failed: 0, skipped: 0, unknown: 0 };
  for (const step of steps) {
    counts[step.state]++;
    const line = lineOf[step.kind];
    if (line) (lines[line] ??= []).push(step);
    else {
      const known = rows.get(step.subject);
      if (known) known.push(step);
      else rows.set(step.subject, [step]);
    }
  }
  const captures = lines.capture ?? [];
  const whole = captures.length === 1 ? captures[0] : undefined;
  const captured = (id: string): RunStepState | undefined =>
    captures.find((step) => step.subject === id)?.state ?? capturedOf(items.get(id), whole);
  const linesIn = (names: readonly LineName[]) =>
    names.flatMap((name) => {
      const own = lines[name];
      return own ? [lineFrom(name, own)] : [];
    });
  return {
    before: linesIn(beforeLines),
    rows: [...rows].flatMap(([id, own]) => rowFrom(id, own, captured(id))),
    after: linesIn(afterLines),
    counts,
  };
}

/** What the destination does not have is not captured: then the capture of all the rest counts. */
function capturedOf(
  item: RunItem | undefined,
  whole: RunStep | undefined,
): RunStepState | undefined {
  switch (item?.state) {
    case 'fetched':
    case 'carried':
      return 'done';
    case 'failed':
    case 'running':
    case 'waiting':
      return item.state;
    default:
      return whole?.state;
  }
}

function rowFrom(id: string, steps: RunStep[], captured: RunStepState | undefined): HaulRow[] {
  const cells: HaulRow['cells'] = captured ? { captured } : {};
  for (const step of steps) {
    const cell = cellOf[step.kind];
    if (cell) cells[cell] = step.state;
  }
  const step = telling(steps);
  return step ? [{ id, name: artifactName(id), cells, state: step.state, step }] : [];
}

/** The step that says how an artifact stands: what failed, what goes on, what comes next, what was last. */
function telling(steps: readonly RunStep[]): RunStep | undefined {
  const state = weightiest(steps);
  return state === 'done' ? steps.at(-1) : steps.find((step) => step.state === state);
}

function weightiest(steps: readonly RunStep[]): RunStepState {
  return rank.find((state) => steps.some((step) => step.state === state)) ?? 'waiting';
}

function lineFrom(name: LineName, steps: readonly RunStep[]): HaulLine {
  const done = steps.filter((step) => step.state === 'done').length;
  const failed = steps.filter((step) => step.state === 'failed').length;
  const worst = weightiest(steps);
  const began = steps.flatMap((step) => (step.beganAt ? [Date.parse(step.beganAt)] : []));
  const ended = steps.flatMap((step) => endOf(step) ?? []);
  const kinds = [...new Set(steps.map((step) => step.kind))];
  return {
    name,
    kinds,
    steps,
    // Between two steps nothing is under way, and still the work goes on.
    state: worst === 'waiting' && done > 0 ? 'running' : worst,
    done,
    failed,
    ...(began.length > 0 ? { began: earliest(began) } : {}),
    ...(ended.length === steps.length ? { ended: latest(ended) } : {}),
  };
}

const earliest = (moments: readonly number[]) =>
  moments.reduce((first, one) => Math.min(first, one));
const latest = (moments: readonly number[]) => moments.reduce((last, one) => Math.max(last, one));

/** When a step ended, in milliseconds since 1970. */
function endOf({ beganAt, tookMs }: RunStep): number | undefined {
  return beganAt && tookMs !== undefined ? Date.parse(beganAt) + tookMs : undefined;
}

const rateOver = 120_000;

/** Steps that ended in the last two minutes, a minute; undefined before there is something to tell. */
export function stepsAMinute(steps: readonly RunStep[], now: number): number | undefined {
  const ends = steps.flatMap((step) => endOf(step) ?? []).filter((end) => end > now - rateOver);
  if (ends.length < 2) return undefined;
  const over = Math.max(10_000, now - earliest(ends));
  return (ends.length / over) * 60_000;
}
