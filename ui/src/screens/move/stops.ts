/** What stands at each stop of the route: how it is, and its value once it is settled. */
import type { MovePlan } from '$lib/backend/generated/MovePlan';
import type { MoveView } from '$lib/backend/generated/MoveView';
import type { NeedsView } from '$lib/backend/generated/NeedsView';
import { number, time } from '$lib/format/format';
import { isUnderWay } from '$lib/state/live-run.svelte';
import { settledOf } from '$lib/format/runs';
import { artifactName } from '$lib/format/artifact-id';
import { m } from '$lib/paraglide/messages';
import { isReachable, moveSteps, type MoveStepName } from './steps';

export interface Stop {
  step: MoveStepName;
  name: string;
  state: 'ahead' | 'now' | 'done' | 'stopped';
  value: string;
  /** It can be gone to. */
  open: boolean;
}

const names: Record<MoveStepName, () => string> = {
  source: m.move_step_source,
  what: m.move_step_what,
  destination: m.move_step_destination,
  checks: m.move_step_checks,
  connections: m.move_step_connections,
  review: m.move_step_review,
  run: m.move_step_run,
  report: m.move_step_report,
};

interface Standing {
  move: MoveView;
  plan?: MovePlan | undefined;
  needs?: NeedsView | undefined;
  planning: boolean;
}

/** Findings of a plan that say that values of connections are missing. */
export function toEnter(plan: MovePlan): number {
  return plan.findings.filter(({ fix }) => fix?.type === 'enterValues').length;
}

export function stopsOf(standing: Standing, now: MoveStepName): Stop[] {
  return moveSteps.map((step) => ({
    step,
    name: names[step](),
    state: stateOf(step, standing, now),
    value: valueOf(step, standing),
    open: step === now || isReachable(step, standing.move),
  }));
}

function stateOf(step: MoveStepName, { move, plan }: Standing, now: MoveStepName): Stop['state'] {
  if (step === now) return 'now';
  const last = move.runs[0];
  const after = moveSteps.indexOf(step) < moveSteps.indexOf(now);
  switch (step) {
    case 'source':
      return move.from ? 'done' : 'ahead';
    case 'what':
      return move.chosen.length + move.remove.length > 0 ? 'done' : 'ahead';
    case 'destination':
      return move.to ? 'done' : 'ahead';
    case 'checks':
      if (!plan) return last ? 'done' : 'ahead';
      return plan.blocked ? 'stopped' : 'done';
    case 'connections':
      if (!plan) return last ? 'done' : 'ahead';
      if (toEnter(plan) > 0) return 'stopped';
      return after || last ? 'done' : 'ahead';
    case 'review':
      return last ? 'done' : 'ahead';
    case 'run':
      if (!last || isUnderWay(last.status)) return 'ahead';
      return last.status === 'failed' || last.status === 'interrupted' ? 'stopped' : 'done';
    case 'report':
      return 'ahead';
  }
}

function valueOf(step: MoveStepName, { move, plan, needs, planning }: Standing): string {
  const { summary } = move;
  const last = move.runs[0];
  switch (step) {
    case 'source':
      return summary.fromTitle ?? '';
    case 'what':
      return whatValue(move, needs);
    case 'destination':
      return summary.toTitle ?? '';
    case 'checks':
      if (planning) return m.move_val_checking();
      return plan ? checksValue(plan) : '';
    case 'connections':
      return plan ? connectionsValue(plan) : '';
    case 'review':
      if (last) return m.move_val_started({ at: time(last.startedAt) });
      if (!plan || !move.signOffRequired) return '';
      return move.signOffs.some((one) => one.counts) ? m.move_val_signed() : m.move_val_sign();
    case 'run':
      if (!last || last.counts.planned === 0) return '';
      return m.move_val_steps({
        done: number(settledOf(last)),
        all: number(last.counts.planned),
      });
    case 'report':
      return '';
  }
}

function whatValue(move: MoveView, needs: NeedsView | undefined): string {
  const chosen = move.chosen.length;
  if (chosen === 0)
    return move.remove.length > 0 ? m.move_val_remove({ count: move.remove.length }) : '';
  const added = needs?.rows.filter((one) => !one.leftOut && !one.missing).length ?? 0;
  return added > 0
    ? m.move_val_what({ chosen: number(chosen), added: number(added) })
    : m.move_val_chosen({ chosen: number(chosen) });
}

function checksValue(plan: MovePlan): string {
  const of = (severity: string) => plan.findings.filter((one) => one.severity === severity).length;
  if (plan.blocked) return m.move_val_blocking({ count: of('blocking') });
  if (plan.unread > 0) return m.move_val_unread({ count: plan.unread });
  const read = of('warning');
  return read > 0 ? m.move_val_clear_read({ count: number(read) }) : m.move_val_clear();
}

function connectionsValue(plan: MovePlan): string {
  const open = toEnter(plan);
  if (open > 0) return m.move_val_enter({ count: open });
  const all = plan.items.filter(({ id }) => artifactName(id).kind === 'connection').length;
  return all > 0 ? m.move_val_settled({ count: all }) : '';
}
