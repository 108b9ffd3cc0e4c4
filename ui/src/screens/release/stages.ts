/** The stages of a release, as marks and as steps. */
import type { ReleaseStage } from '$lib/backend/generated/ReleaseStage';
import type { ReleaseView } from '$lib/backend/generated/ReleaseView';
import { bytes } from '$lib/format/format';
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
  /** What is known of it: the deployment, the size, the tag. */
  value: string;
  state: 'done' | 'now' | 'later' | 'stopped';
}

/** The steps of a release, and how far it is. */
export function stepsOf(view: ReleaseView): Step[] {
  const { summary, findings, unread, pushed, target, route } = view;
  const at = order.indexOf(summary.stage);
  const there = route.filter((one) => one.there).length;
  const steps: Record<string, [label: string, value: string]> = {
    deploying: [m.release_step_deployment(), summary.deployment],
    exporting: [m.release_step_export(), view.bytes === undefined ? '' : bytes(view.bytes)],
    checking: [
      m.release_step_checks(),
      view.sha256 === undefined ? '' : m.release_found({ count: findings.length, unread }),
    ],
    pushing: [m.release_step_git(), pushed?.tag ?? target ?? ''],
    ready: [
      m.release_step_promote(),
      route.length > 0 ? m.release_there_of({ there, all: route.length }) : '',
    ],
  };
  const stopped = view.blocked || view.problem !== undefined;
  return order
    .filter((one) => one !== 'pushing' || target !== undefined)
    .map((stage) => {
      const own = order.indexOf(stage);
      const now = stage === summary.stage;
      const [label = '', value = ''] = steps[stage] ?? [];
      const state = now ? (stopped ? 'stopped' : 'now') : own < at ? 'done' : 'later';
      return { stage, label, value, state };
    });
}
