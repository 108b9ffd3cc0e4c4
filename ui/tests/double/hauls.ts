/** Runs of moves that the double plays: steps that begin, end, fail, and take others with them. */
import type { MoveStep } from '../../src/lib/backend/generated/MoveStep';
import type { RunItem } from '../../src/lib/backend/generated/RunItem';
import type { RunLogLine } from '../../src/lib/backend/generated/RunLogLine';
import type { RunStep } from '../../src/lib/backend/generated/RunStep';
import type { RunStepState } from '../../src/lib/backend/generated/RunStepState';
import { ago } from './data';
import { connectionsToSet } from './moves-data';
import { planOfMove } from './moves-plan';
import { drawnMove, whatRows } from './moves-data';

export interface Haul {
  /** The move that is carried out. */
  move: string;
  steps: RunStep[];
  items: RunItem[];
  log: RunLogLine[];
  /** Keys of steps that fail. */
  fails: string[];
}

/** So many steps go on at once. */
const atOnce = 2;
const codeOf = (id: string) => /:([^|]+)/u.exec(id)?.[1] ?? id;

/** Integrations come one after the other, each with all of its steps. */
export function haulFrom(move: string, planned: readonly MoveStep[]): Haul {
  const own = ['deactivate', 'importIntegration', 'activate'];
  const first = planned.findIndex((step) => own.includes(step.kind));
  const subjects = planned.filter((step) => own.includes(step.kind)).map((step) => step.subject);
  const order = (step: MoveStep, at: number) =>
    own.includes(step.kind) ? first + subjects.indexOf(step.subject) / 1000 : at;
  const steps = planned
    .map((step, at) => ({ step, at: order(step, at) }))
    .sort((a, b) => a.at - b.at)
    .map(({ step: { key, kind, subject, words } }): RunStep => ({
      key,
      kind,
      subject,
      words,
      state: 'waiting',
    }));
  const touched = new Set(
    steps.filter((step) => !['capture', 'verify'].includes(step.kind)).map((one) => one.subject),
  );
  const items = [...touched].map((id): RunItem => ({ id, state: 'waiting', bytes: 0 }));
  return { move, steps, items, log: [], fails: [] };
}

/** What goes on ends, and what may begins. The steps that changed, and what is to be said. */
export function turn(haul: Haul): { steps: RunStep[]; items: RunItem[]; log: RunLogLine[] } {
  const changed: RunStep[] = [];
  const log: RunLogLine[] = [];
  let items: RunItem[] = [];
  const set = (step: RunStep, state: RunStepState, rest: Partial<RunStep> = {}) => {
    Object.assign(step, { state }, rest);
    changed.push({ ...step });
  };
  const say = (text: string, weight: RunLogLine['weight'] = 'note') =>
    log.push({ at: new Date().toISOString(), weight, text });
  for (const step of haul.steps.filter((one) => one.state === 'running')) {
    const tookMs = Date.now() - Date.parse(step.beganAt ?? '');
    if (haul.fails.includes(step.key)) {
      set(step, 'failed', { tookMs, now: 'refused: a connection is a draft' });
      say(`${step.words}: refused, a connection is a draft.`, 'failure');
      for (const later of haul.steps.filter((one) => waitsFor(one, step)))
        set(later, 'skipped', { now: `after ${codeOf(step.subject)}` });
    } else {
      set(step, 'done', { tookMs, now: step.kind === 'activate' ? 'active again' : undefined });
      say(`${step.words}: done.`);
      if (step.kind === 'capture') {
        haul.items = haul.items.map((item) => ({ ...item, state: 'fetched', bytes: 42_000 }));
        items = haul.items;
      }
    }
  }
  const open = haul.steps.filter((one) => one.state === 'waiting');
  const alone = open[0]?.kind === 'capture' || open[0]?.kind === 'verify';
  for (const step of open.slice(0, alone ? 1 : atOnce)) {
    if (step.kind === 'verify' && haul.steps.some((one) => one.state === 'running')) break;
    const before = haul.steps.some(
      (one) => one.subject === step.subject && one !== step && one.state === 'running',
    );
    if (!before) set(step, 'running', { beganAt: new Date().toISOString() });
  }
  haul.log = [...haul.log, ...log];
  return { steps: changed, items, log };
}

const waitsFor = (one: RunStep, failed: RunStep) =>
  one.state === 'waiting' && one.subject === failed.subject && one.kind !== 'verify';

/** Capturing and reading back are no steps of the waybill. */
export const isCounted = ({ kind }: RunStep) => kind !== 'capture' && kind !== 'verify';

export const isOver = (haul: Haul) =>
  haul.steps.every((one) => one.state !== 'waiting' && one.state !== 'running');

/** As it is drawn: two integrations under way, the others waiting; or many integrations. */
export function drawnHaul(many = 0): Haul {
  const move = drawnMove();
  const rows = whatRows(774);
  const chosen = [...move.chosen];
  for (let at = 0; at < many; at++) {
    const id = `integration:ORDERS_${String(at).padStart(4, '0')}|01.00.0000`;
    chosen.push(id);
    rows.push({
      id,
      name: id,
      packages: [],
      verdict: 'different',
      summary: '',
      failedLastTime: false,
    });
  }
  const plan = planOfMove({ ...move, chosen }, rows, new Set(), new Set());
  const haul = haulFrom(move.summary.id, plan.steps);
  const began = (ms: number) => ({ beganAt: ago(ms) });
  const integrations = ['TAX_RATE_LOADER', 'ORDER_STATUS_BACK', 'ITEM_PUBLISH'];
  const place = (step: RunStep) => {
    const at = integrations.findIndex((code) => step.subject.includes(code));
    return step.subject.includes('integration:') ? (at === -1 ? 9 : at) : 0;
  };
  haul.steps = haul.steps.map((step): RunStep => {
    const at = place(step);
    switch (step.kind) {
      case 'deactivate':
        return at > 2 ? step : { ...step, state: 'done', ...began(90_000), tookMs: 3_000 };
      case 'importIntegration':
        if (at > 2) return step;
        return at === 2
          ? { ...step, state: 'running', now: '148 of 212 kB', ...began(4_000) }
          : { ...step, state: 'done', ...began(80_000), tookMs: 6_100 };
      case 'activate':
        if (at === 0)
          return { ...step, state: 'done', now: 'active again', ...began(62_000), tookMs: 41_000 };
        if (at === 1) return { ...step, state: 'running', now: '62 %', ...began(38_000) };
        return step.subject.includes('SHIPMENT') ? { ...step, now: 'after ORDER_SYNC' } : step;
      case 'startSchedule':
      case 'verify':
        return step;
      default:
        return { ...step, state: 'done', ...began(340_000), tookMs: 4_000 };
    }
  });
  // The drawn ones come first.
  haul.steps.sort((a, b) => rowRank(a, place(a)) - rowRank(b, place(b)));
  for (const step of haul.steps)
    if (step.kind === 'deactivate' && step.subject.includes('SHIPMENT'))
      step.now = 'after ORDER_SYNC';
  haul.items = haul.items.map((item) => ({ ...item, state: 'fetched', bytes: 42_000 }));
  haul.log = logOf();
  return haul;
}

function rowRank({ kind }: RunStep, place: number): number {
  return ['deactivate', 'importIntegration', 'activate'].includes(kind)
    ? 100 + place
    : kind === 'startSchedule' || kind === 'verify'
      ? 200
      : 0;
}

function logOf(): RunLogLine[] {
  const line = (ms: number, text: string, rest: Partial<RunLogLine> = {}): RunLogLine => ({
    at: ago(ms),
    weight: 'note',
    text,
    ...rest,
  });
  return [
    line(200_000, `\`${codeOf(connectionsToSet[1] ?? '')}\` passed its test.`),
    line(180_000, 'Lookup `ORDER_STATUS_MAP` is replaced, 42 rows.'),
    line(174_000, 'Lookup `TAX_CODES` is replaced, 13 rows.'),
    line(169_000, 'Library `ORDER_TEXT|01.00` is replaced.'),
    line(161_000, 'PROD answered 429. Waits 2 s, then 4 calls at a time.', {
      weight: 'warning',
      exchange: {
        method: 'GET',
        path: '/ic/api/integration/v1/integrations?q={status:…}',
        status: 429,
        body: '',
      },
    }),
    line(67_000, '`TAX_RATE_LOADER` is active, version 01.00.0000.'),
    line(60_000, '`ORDER_STATUS_BACK` is replaced; what PROD holds now equals the archive.'),
    line(56_000, '`ORDER_STATUS_BACK`: PROD took the activation, is working.'),
    line(22_000, '`ITEM_PUBLISH` is deactivated.'),
    line(18_000, '`ITEM_PUBLISH`: sending 212 kB to PROD.'),
  ];
}
