/** The eight steps of a move, and how each of them stands. */
import type { MoveView } from '$lib/backend/generated/MoveView';

export const moveSteps = [
  'source',
  'what',
  'destination',
  'checks',
  'connections',
  'review',
  'run',
  'report',
] as const;
export type MoveStepName = (typeof moveSteps)[number];

export function isMoveStep(word: string | undefined): word is MoveStepName {
  return moveSteps.includes(word as MoveStepName);
}

/** Where a move goes on: the first step that is not settled. */
export function nextStep(move: MoveView): MoveStepName {
  const { stage } = move.summary;
  if (stage === 'running') return 'run';
  if (stage === 'done') return 'report';
  if (!move.from) return 'source';
  if (move.chosen.length + move.remove.length === 0) return 'what';
  if (!move.to) return 'destination';
  if (stage === 'ready' && move.planned) return 'review';
  return 'checks';
}

/** A step that cannot be reached yet; undefined where it can. */
export function isReachable(step: MoveStepName, move: MoveView): boolean {
  const { stage } = move.summary;
  const ran = move.runs.length > 0;
  const whole =
    move.from !== undefined && move.to !== undefined && move.chosen.length + move.remove.length > 0;
  switch (step) {
    case 'source':
    case 'destination':
      return true;
    case 'what':
      return move.from !== undefined;
    case 'checks':
      return whole;
    case 'connections':
    case 'review':
      return whole && move.planned;
    case 'run':
      return ran || stage === 'running';
    case 'report':
      return ran && stage !== 'running';
  }
}
