/** The double's moves: choosing, planning, connections, runs. */
import type { Backend, MovesBackend } from '../../src/lib/backend';
import type { DoubleState } from './state';

export abstract class DoubleMoves implements MovesBackend {
  constructor(readonly state: DoubleState) {}

  protected abstract answer<Answer>(
    name: keyof Backend,
    args: unknown[],
    make: () => Answer | Promise<Answer>,
  ): Promise<Answer>;

  private later(name: keyof Backend): Promise<never> {
    return this.answer(name, [], () => {
      throw new Error(`the double does not play ${name} yet`);
    });
  }

  moves: Backend['moves'] = () => this.answer('moves', [], () => []);
  moveNew: Backend['moveNew'] = () => this.later('moveNew');
  move: Backend['move'] = () => this.later('move');
  moveEdit: Backend['moveEdit'] = () => this.later('moveEdit');
  moveDelete: Backend['moveDelete'] = () => this.later('moveDelete');
  moveWhat: Backend['moveWhat'] = () => this.later('moveWhat');
  moveNeeds: Backend['moveNeeds'] = () => this.later('moveNeeds');
  movePlan: Backend['movePlan'] = () => this.later('movePlan');
  movePlanned: Backend['movePlanned'] = () => this.later('movePlanned');
  moveAcknowledge: Backend['moveAcknowledge'] = () => this.later('moveAcknowledge');
  moveConnections: Backend['moveConnections'] = () => this.later('moveConnections');
  moveBind: Backend['moveBind'] = () => this.later('moveBind');
  attachmentChoose: Backend['attachmentChoose'] = () => this.later('attachmentChoose');
  moveCertificate: Backend['moveCertificate'] = () => this.later('moveCertificate');
  bindingsLoad: Backend['bindingsLoad'] = () => this.later('bindingsLoad');
  bindingsSave: Backend['bindingsSave'] = () => this.later('bindingsSave');
  moveSignOff: Backend['moveSignOff'] = () => this.later('moveSignOff');
  signOffRequire: Backend['signOffRequire'] = () => this.later('signOffRequire');
  moveSave: Backend['moveSave'] = () => this.later('moveSave');
  moveOpen: Backend['moveOpen'] = () => this.later('moveOpen');
  moveLook: Backend['moveLook'] = () => this.later('moveLook');
  moveRun: Backend['moveRun'] = () => this.later('moveRun');
  runRetry: Backend['runRetry'] = () => this.later('runRetry');
  report: Backend['report'] = () => this.later('report');
  reportSave: Backend['reportSave'] = () => this.later('reportSave');
  rollbackPlan: Backend['rollbackPlan'] = () => this.later('rollbackPlan');
}
