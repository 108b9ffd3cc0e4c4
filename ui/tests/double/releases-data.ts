/** Releases of the double as they stand, and how they come from one stage to the next. */
import type { ProjectView } from '../../src/lib/backend/generated/ProjectView';
import type { ReleaseFinding } from '../../src/lib/backend/generated/ReleaseFinding';
import type { ReleaseForm } from '../../src/lib/backend/generated/ReleaseForm';
import type { ReleaseStage } from '../../src/lib/backend/generated/ReleaseStage';
import type { ReleaseView } from '../../src/lib/backend/generated/ReleaseView';
import type { RouteStop } from '../../src/lib/backend/generated/RouteStop';
import { ago, day, hour } from './data';
import type { DoubleState } from './state';

export const project = 'RETURNS_PORTAL';
const codes = ['RETURN_LABEL', 'RETURN_RECEIVED', 'CREDIT_NOTE', 'REFUND_STATUS'];
export const inside = codes.map((code) => `${project}/integration:${code}|01.02.0000`);

/** A project with the facts of its edge. */
export function projectOf(code: string, name: string): ProjectView {
  const own = `${code}/integration:RETURN_LABEL|01.02.0000`;
  return {
    id: `project:${code}`,
    name,
    counts: { integration: inside.length, connection: 3, deployment: 1 },
    active: inside.length - 1,
    failed: 0,
    needs: [
      { inside: own, outside: 'connection:ERP_CLOUD', role: 'invoke', present: true },
      { inside: own, outside: 'FIN/integration:BOOK|01.00.0000', role: 'calls', present: false },
    ],
    neededBy: [],
  };
}

const warning: ReleaseFinding = {
  rule: 'open',
  severity: 'warning',
  text: 'Somebody has `CREDIT_NOTE|01.02.0000` open in the console.',
  guidance: 'What was not saved is not in the release. Ask, and release again where it belongs in.',
};
const note: ReleaseFinding = {
  rule: 'left-behind',
  severity: 'note',
  text: 'Active in the project and not in the release: `CARRIER_PRICES|01.00.0000`.',
  guidance:
    'A destination keeps what it has of them: nothing is deleted because a deployment lacks it.',
};

/** The next stage that the double stops at. */
export function advanced(view: ReleaseView): ReleaseView {
  const at = (stage: ReleaseStage) => ({ ...view.summary, stage });
  const looked: ReleaseView = {
    ...view,
    sha256: '9c0e3a1f5b7d2846e1f0a3c5d7b92e4f6081a2b3c4d5e6f708192a3b4c5d6e7f',
    bytes: 184_320,
    snapshot: 'a1b2c3d4',
    findings: view.findings.length > 0 ? view.findings : [warning, note],
  };
  const unread = looked.findings.filter((one) => one.severity === 'warning' && !one.readBy).length;
  if (unread > 0) return { ...looked, summary: at('checking'), unread, blocked: true };
  const ready = { ...looked, summary: at('ready'), unread: 0, blocked: false };
  const { build } = view.summary;
  const pushed = {
    reference: `4be1c07 on main, tag ${project}/${String(build)}`,
    folder: `releases/${project}`,
    tag: `${project}/${String(build)}`,
    archive: `${project}.car`,
    at: new Date().toISOString(),
  };
  return view.target === undefined ? ready : { ...ready, pushed };
}

export function routed(state: DoubleState, view: ReleaseView): ReleaseView {
  let waitsFor =
    view.summary.stage === 'ready' ? undefined : `${view.summary.id} is not ready yet.`;
  const route = view.route.map(({ instanceId }): RouteStop => {
    const of = state.instances.find((one) => one.id === instanceId);
    const newest = view.promotions.findLast((one) => one.instanceId === instanceId);
    const there = newest?.state === 'done';
    const name = of?.name ?? instanceId;
    const stop: RouteStop = {
      instanceId,
      instanceName: name,
      ...(of ? { environment: of.environment } : {}),
      there,
      ...(waitsFor === undefined ? {} : { waitsFor }),
    };
    if (!there) waitsFor ??= `It is not in ${name} yet.`;
    return stop;
  });
  return { ...view, route };
}

/** A release as it is begun. */
export function begun(state: DoubleState, id: number, form: Partial<ReleaseForm>): ReleaseView {
  const of = state.instances.find((one) => one.id === form.instance) ?? state.instances[0];
  const build = form.build ?? id;
  const target = state.targets?.find((one) => one.id === form.target);
  return routed(state, {
    summary: {
      id: `RL-${String(id).padStart(4, '0')}`,
      name: form.name ?? `Build ${String(build)}`,
      instanceId: of?.id ?? '',
      instanceName: of?.name ?? '',
      ...(of ? { environment: of.environment } : {}),
      project: form.project ?? project,
      build,
      deployment: form.deployment ?? `BUILD_${String(build)}`,
      integrations: form.integrations?.length ? form.integrations.length : inside.length,
      stage: form.deployment && !form.integrations?.length ? 'exporting' : 'deploying',
      askedBy: 'priya',
      beganAt: new Date().toISOString(),
      there: [],
    },
    message: form.message ?? '',
    integrations: form.integrations?.length ? form.integrations : inside,
    findings: [],
    unread: 0,
    blocked: false,
    ...(target ? { target: target.form.name } : {}),
    route: (form.route ?? []).map((instanceId) => ({ instanceId, instanceName: '', there: false })),
    promotions: [],
  });
}

/** One release that is in the first instance of its route, and one that waits to be read. */
export function someReleases(state: DoubleState): ReleaseView[] {
  const route = ['test', 'prod'];
  const first = advanced({
    ...begun(state, 1, { build: 41, message: 'Fixes the labels', route }),
    findings: [note],
  });
  const there = routed(state, {
    ...first,
    summary: { ...first.summary, beganAt: ago(2 * day), there: ['Acme TEST'] },
    promotions: [
      {
        number: 1,
        instanceId: 'test',
        instanceName: 'Acme TEST',
        environment: 'test',
        state: 'done',
        words: '4 of 4 integrations are there, all of them active.',
        movedBy: 'WB-0139',
        askedBy: 'priya',
        beganAt: ago(day),
      },
    ],
  });
  const second = begun(state, 2, { build: 42, message: 'Refunds in parts', route });
  const waits = { ...advanced(second), message: 'Refunds in parts' };
  return [{ ...waits, summary: { ...waits.summary, beganAt: ago(hour) } }, there];
}
