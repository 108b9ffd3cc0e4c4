/** The double's moves, part three: signing off, running, reports and the way back. */
import type { Backend } from '../../src/lib/backend';
import type { RunSummary } from '../../src/lib/backend/generated/RunSummary';
import { run } from './data';
import { haulFrom } from './hauls';
import { DoubleMovesConnections } from './moves-connections';
import { emptyMove } from './moves-data';
import { drawnRows, reportOf, rowsOfHaul } from './moves-reports';
import type { DoubleRuns } from './runs';
import { refusal } from './state';

export abstract class DoubleMovesRuns extends DoubleMovesConnections {
  protected abstract readonly engine: DoubleRuns;
  private made = 200;

  private moveOf(id: string) {
    const found = this.state.moves.find((one) => one.runs.some((other) => other.id === id));
    if (!found) throw refusal('unknownSubject', `There is no report of ${id}.`);
    return found;
  }

  private runOf(id: string): RunSummary {
    const found = this.state.runs.find((one) => one.id === id);
    if (!found) throw refusal('unknownSubject', `There is no run ${id}.`);
    return found;
  }

  /** Begins a run, or goes on with one, and keeps its move in step. */
  private goOn(move: string, begun: RunSummary): RunSummary {
    this.ran(move, begun, 'running');
    return this.engine.haul(begun, (ended) => void this.ran(move, ended, 'done'));
  }
  moveSignOff: Backend['moveSignOff'] = (id, by) =>
    this.answer('moveSignOff', [id, by], () => {
      const move = this.find(id);
      return this.put({
        ...move,
        signOffs: [...move.signOffs, { by, at: new Date().toISOString(), counts: true }],
      });
    });
  signOffRequire: Backend['signOffRequire'] = (instance, required) =>
    this.answer('signOffRequire', [instance, required], () => {
      this.state.moves = this.state.moves.map((one) =>
        one.to === instance ? { ...one, signOffRequired: required } : one,
      );
      const found = this.state.instances.find((one) => one.id === instance);
      if (!found) throw new Error('the double has no such instance');
      return found;
    });
  moveLook: Backend['moveLook'] = (id) =>
    this.answer('moveLook', [id], () => ({
      at: new Date().toISOString(),
      changed: [],
      against: [],
      steps: this.plans.get(id)?.steps.length ?? 0,
      ...this.state.moveLook,
    }));
  moveRun: Backend['moveRun'] = (id, typedName) =>
    this.answer('moveRun', [id, typedName], () => {
      const move = this.find(id);
      const plan = this.plans.get(id) ?? this.planned(id);
      const begun = run(`m${++this.made}`, {
        kind: 'move',
        title: `${id} ${move.summary.name}`,
        instanceId: move.to,
        instanceName: move.summary.toTitle,
        environment: move.summary.toEnvironment,
        status: 'running',
        phase: 'changing',
        startedAt: new Date().toISOString(),
        endedAt: undefined,
        headline: undefined,
        snapshot: 'c07a19e4b1',
        counts: { planned: plan.steps.length - 2, fetched: 0, carried: 0, failed: 0, bytes: 0 },
      });
      this.state.hauls[begun.id] = {
        ...haulFrom(id, plan.steps),
        fails: this.state.haulFails ?? [],
      };
      this.state.runs = [begun, ...this.state.runs];
      return this.goOn(id, begun);
    });
  runRetry: Backend['runRetry'] = (id) =>
    this.answer('runRetry', [id], () => {
      const haul = this.state.hauls[id];
      const move = this.moveOf(id);
      const plan = this.planned(move.summary.id);
      const again = haul ?? haulFrom(move.summary.id, plan.steps);
      again.fails = [];
      for (const step of again.steps)
        if (step.state === 'failed' || step.state === 'skipped' || !haul) step.state = 'waiting';
      this.state.hauls[id] = again;
      return this.goOn(move.summary.id, {
        ...this.runOf(id),
        status: 'running',
        phase: 'changing',
      });
    });
  report: Backend['report'] = (id) =>
    this.answer('report', [id], () => {
      const haul = this.state.hauls[id];
      return reportOf(this.moveOf(id), this.runOf(id), haul ? rowsOfHaul(haul) : drawnRows());
    });
  reportSave: Backend['reportSave'] = (id, form) =>
    this.answer('reportSave', [id, form], () => ({
      path: `/data/priya/Report WB-0142.${form}`,
      bytes: 48_200,
      sha256: 'a81d',
    }));
  rollbackPlan: Backend['rollbackPlan'] = (id, ids) =>
    this.answer('rollbackPlan', [id, ids], () => {
      const of = this.moveOf(id);
      const { snapshot } = this.runOf(id);
      const chosen = ids ?? of.chosen;
      return this.put({
        ...emptyMove,
        summary: {
          ...of.summary,
          id: `WB-0${++this.made}`,
          name: `Roll back “${of.summary.name}”`,
          rollbackOf: id,
          lastRun: undefined,
          stage: 'chosen',
        },
        from: { type: 'snapshot', id: snapshot ?? '' },
        to: of.to,
        toGeneration: of.toGeneration,
        chosen,
      });
    });
}
