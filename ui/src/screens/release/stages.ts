/** The stages of a release, as marks and as steps. */
import type { ReleaseStage } from '$lib/backend/generated/ReleaseStage';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';

export const stageMark: Record<ReleaseStage, Mark> = {
  deploying: { icon: 's-waiting', tone: 'skipped', label: m.release_stage_deploying },
  exporting: { icon: 's-waiting', tone: 'skipped', label: m.release_stage_exporting },
  checking: { icon: 's-warning', tone: 'warning', label: m.release_stage_checking },
  pushing: { icon: 's-waiting', tone: 'skipped', label: m.release_stage_pushing },
  ready: { icon: 's-ok', tone: 'ok', label: m.release_stage_ready },
  givenUp: { icon: 's-draft', tone: 'skipped', label: m.release_stage_given_up },
};

const order: readonly ReleaseStage[] = ['deploying', 'exporting', 'checking', 'pushing', 'ready'];

interface Step {
  stage: ReleaseStage;
  label: string;
  state: 'done' | 'now' | 'later';
}

/** The steps of a release, and how far it is. */
export function stepsOf(stage: ReleaseStage, target: boolean): Step[] {
  const labels: Record<string, () => string> = {
    deploying: m.release_step_deployment,
    exporting: m.release_step_export,
    checking: m.release_step_checks,
    pushing: m.release_step_git,
    ready: m.release_step_promote,
  };
  const at = order.indexOf(stage);
  return order
    .filter((one) => one !== 'pushing' || target)
    .map((one) => ({
      stage: one,
      label: labels[one]?.() ?? one,
      state: order.indexOf(one) < at ? 'done' : one === stage ? 'now' : 'later',
    }));
}
