/** The double's moves, part three: signing off, running, reports and the way back. */
import type { Backend } from '../../src/lib/backend';
import { DoubleMovesConnections } from './moves-connections';

export abstract class DoubleMovesRuns extends DoubleMovesConnections {
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
    }));
  moveRun: Backend['moveRun'] = () => this.later('moveRun');
  runRetry: Backend['runRetry'] = () => this.later('runRetry');
  report: Backend['report'] = () => this.later('report');
  reportSave: Backend['reportSave'] = () => this.later('reportSave');
  rollbackPlan: Backend['rollbackPlan'] = () => this.later('rollbackPlan');
}
