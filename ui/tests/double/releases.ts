/** Releases of the double: made at once, with one warning in each, promoted by moves like any other. */
import type { Backend } from '../../src/lib/backend';
import type { ReleaseView } from '../../src/lib/backend/generated/ReleaseView';
import { artifacts } from './data';
import { advanced, begun, inside, project, projectOf, routed } from './releases-data';
import { refusal } from './state';
import { DoubleWord } from './word';

export abstract class DoubleReleases extends DoubleWord {
  private found(id: string): ReleaseView {
    const found = this.state.releases?.find((one) => one.summary.id === id);
    if (!found) throw refusal('unknownSubject', `There is no release ${id}.`);
    return found;
  }

  private kept(view: ReleaseView): ReleaseView {
    const now = routed(this.state, view);
    const others = (this.state.releases ?? []).filter((one) => one.summary.id !== now.summary.id);
    this.state.releases = [now, ...others];
    return now;
  }

  projects: Backend['projects'] = (place, refresh) =>
    this.answer('projects', [place, refresh], () => [
      projectOf(project, 'Returns Portal'),
      ...artifacts(this.state.artifacts)
        .filter((one) => one.id.startsWith('project:'))
        .map((one) => projectOf(one.id.slice('project:'.length), one.name)),
    ]);
  deployments: Backend['deployments'] = (place, code, refresh) =>
    this.answer('deployments', [place, code, refresh], () => [
      {
        id: `${project}/deployment:BUILD_41`,
        name: 'Build 41',
        members: inside.map((id) => ({
          id,
          name: id,
          state: 'active' as const,
          missing: false,
          changedSince: id.includes('CREDIT_NOTE'),
        })),
        notIn: [],
        words: '1 changed since.',
      },
    ]);

  releases: Backend['releases'] = () =>
    this.answer('releases', [], () => (this.state.releases ?? []).map((one) => one.summary));
  release: Backend['release'] = (id) => this.answer('release', [id], () => this.found(id));
  buildsThere: Backend['buildsThere'] = () =>
    this.answer('buildsThere', [], () =>
      (this.state.releases ?? []).flatMap(({ summary, promotions }) =>
        promotions
          .filter((one) => one.state === 'done')
          .map((one) => ({
            project: summary.project,
            instanceId: one.instanceId,
            instanceName: one.instanceName,
            ...(one.environment ? { environment: one.environment } : {}),
            release: summary.id,
            build: summary.build,
            name: summary.name,
            since: one.beganAt,
            run: 'r-41',
          })),
      ),
    );
  releaseNew: Backend['releaseNew'] = (form) =>
    this.answer('releaseNew', [form], () => {
      const number = (this.state.releases?.length ?? 0) + 1;
      return this.kept(begun(this.state, number, form));
    });
  releaseGoOn: Backend['releaseGoOn'] = (id, ticket, onProgress) =>
    this.answer('releaseGoOn', [id], async () => {
      for (const doing of ['Making its deployment', 'Exporting it', 'Looking through it']) {
        onProgress({ doing, done: 0 });
        await this.work(ticket);
      }
      return this.kept(advanced(this.found(id)));
    });
  releaseAcknowledge: Backend['releaseAcknowledge'] = (id, rule) =>
    this.answer('releaseAcknowledge', [id, rule], () => {
      const view = this.found(id);
      const findings = view.findings.map((one) =>
        one.rule === rule ? { ...one, readBy: 'priya', readAt: new Date().toISOString() } : one,
      );
      return this.kept({ ...view, findings, unread: 0, blocked: false });
    });
  releasePromote: Backend['releasePromote'] = (id, form, ticket, onProgress) =>
    this.answer('releasePromote', [id, form], async () => {
      const view = this.found(id);
      const stop = view.route.find((one) => one.instanceId === form.to);
      if (!stop) throw refusal('badInput', 'No instance is named that it is to go to.');
      if (view.route.indexOf(stop) > 0 && !form.approvedBy)
        throw refusal('badInput', `Nobody has agreed yet that it goes to ${stop.instanceName}.`, {
          guidance: 'Enter the name of the person who agrees.',
          context: { field: 'approvedBy' },
        });
      const move = await this.moveNew({
        name: `${id} ${view.summary.name}`,
        from: { type: 'snapshot', id: this.state.snapshots[0]?.id ?? '' },
        to: stop.instanceId,
        chosen: inside,
      });
      onProgress({ doing: 'Checking', done: 0 });
      await this.work(ticket);
      const plan = this.planned(move.summary.id);
      const now = this.kept({
        ...view,
        promotions: [
          ...view.promotions,
          {
            number: view.promotions.length + 1,
            instanceId: stop.instanceId,
            instanceName: stop.instanceName,
            ...(stop.environment ? { environment: stop.environment } : {}),
            state: 'prepared',
            words: 'Its waybill is prepared and not run yet.',
            movedBy: move.summary.id,
            stage: 'ready',
            askedBy: 'priya',
            ...(form.approvedBy ? { approvedBy: form.approvedBy } : {}),
            beganAt: new Date().toISOString(),
          },
        ],
      });
      return [now, plan];
    });
  releaseTakeBack: Backend['releaseTakeBack'] = (id, number) =>
    this.answer('releaseTakeBack', [id, number], () => {
      const view = this.found(id);
      const move = this.find(view.promotions.find((one) => one.number === number)?.movedBy ?? '');
      const promotions = view.promotions.map((one) =>
        one.number === number ? { ...one, back: move.summary.id } : one,
      );
      this.kept({ ...view, promotions });
      return move;
    });
  releaseGiveUp: Backend['releaseGiveUp'] = (id) =>
    this.answer('releaseGiveUp', [id], () => {
      const view = this.found(id);
      return this.kept({ ...view, summary: { ...view.summary, stage: 'givenUp' } });
    });
}
