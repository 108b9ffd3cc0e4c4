/** The double's moves, part one: choosing, planning and checking. */
import type { Backend } from '../../src/lib/backend';
import type { MoveEdit } from '../../src/lib/backend/generated/MoveEdit';
import type { MovePlan } from '../../src/lib/backend/generated/MovePlan';
import type { MoveView } from '../../src/lib/backend/generated/MoveView';
import type { RunSummary } from '../../src/lib/backend/generated/RunSummary';
import type { WhatRow } from '../../src/lib/backend/generated/WhatRow';
import type { WorkProgress } from '../../src/lib/backend/generated/WorkProgress';
import { headOf } from './compare';
import { certificateId, emptyMove, invoiceSchedule, needed, whatRows } from './moves-data';
import { planOfMove } from './moves-plan';
import { refusal, type DoubleState } from './state';

export abstract class DoubleMovesPrepare {
  /** Plans by the number of their move. */
  protected readonly plans = new Map<string, MovePlan>();
  /** Rules of findings that were put right. */
  protected readonly settled = new Set<string>();
  /** Rules of warnings that were read. */
  protected readonly read = new Set<string>();

  constructor(readonly state: DoubleState) {
    for (const rule of state.moveSettled ?? []) this.settled.add(rule);
    for (const rule of state.moveRead ?? []) this.read.add(rule);
  }

  protected abstract answer<Answer>(
    name: keyof Backend,
    args: unknown[],
    make: () => Answer | Promise<Answer>,
  ): Promise<Answer>;
  /** A piece of the work of a ticket, unless it was ended. */
  protected abstract work(ticket: string): Promise<void>;

  protected later(name: keyof Backend): Promise<never> {
    return this.answer(name, [], () => {
      throw new Error(`the double does not play ${name} yet`);
    });
  }

  protected find(id: string): MoveView {
    const found = this.state.moves.find((one) => one.summary.id === id);
    if (!found) throw refusal('unknownSubject', `There is no move ${id}.`);
    return found;
  }

  protected put(move: MoveView): MoveView {
    const saved = {
      ...move,
      summary: {
        ...move.summary,
        savedAt: new Date().toISOString(),
        chosen: move.chosen.length,
        stage: this.stageOf(move),
      },
    };
    const others = this.state.moves.filter((one) => one.summary.id !== saved.summary.id);
    this.state.moves = [saved, ...others];
    return saved;
  }

  private stageOf(move: MoveView): MoveView['summary']['stage'] {
    if (move.summary.stage === 'running' || move.summary.stage === 'done')
      return move.summary.stage;
    if (!move.from || !move.to || move.chosen.length + move.remove.length === 0) return 'choosing';
    const plan = this.plans.get(move.summary.id);
    if (!move.planned || !plan) return 'chosen';
    return plan.blocked ? 'blocked' : 'ready';
  }

  protected change(id: string, edit: MoveEdit): MoveView {
    const { name, ...rest } = edit;
    const move = this.find(id);
    this.plans.delete(id);
    const summary = {
      ...move.summary,
      ...(name === undefined ? {} : { name }),
      ...(move.summary.stage === 'done' ? { stage: 'chosen' as const } : {}),
    };
    let next: MoveView = { ...move, ...rest, summary, planned: false };
    if (rest.from) {
      const head = headOf(this.state, rest.from);
      next = { ...next, fromHead: head };
      next.summary = {
        ...next.summary,
        fromTitle: head.title,
        fromEnvironment: head.environment,
      };
    }
    if (rest.to !== undefined) {
      const to = this.state.instances.find((one) => one.id === rest.to);
      next = { ...next, toGeneration: to?.generation };
      next.summary = { ...next.summary, toTitle: to?.name, toEnvironment: to?.environment };
    }
    return this.put(next);
  }

  protected rowsOf(move: MoveView): WhatRow[] {
    const rows = whatRows(this.state.artifacts === 2000 ? 2000 : 774);
    return move.to
      ? rows
      : rows.map((row) => ({ ...row, verdict: undefined, summary: '', failedLastTime: false }));
  }

  /** Plans a move as the application would. */
  protected planned(id: string): MovePlan {
    const move = this.find(id);
    if (this.state.changed[invoiceSchedule]) this.settled.add('replaces-active');
    const to = this.state.instances.find((one) => one.id === move.to);
    const further = (this.state.moveFindings ?? []).filter(
      ({ fix }) => fix?.type !== 'allowChanges' || !to?.writesAllowedUntil,
    );
    const plan = planOfMove(move, this.rowsOf(move), this.settled, this.read, further);
    this.plans.set(id, plan);
    this.put({ ...move, planned: true });
    return plan;
  }

  /** A run of a move began or ended. */
  protected ran(id: string, run: RunSummary, stage: MoveView['summary']['stage']): MoveView {
    const move = this.find(id);
    const runs = [run, ...move.runs.filter((one) => one.id !== run.id)];
    return this.put({ ...move, runs, summary: { ...move.summary, stage, lastRun: run } });
  }

  private async working(
    ticket: string,
    pieces: readonly [doing: string, total: number][],
    onProgress: (progress: WorkProgress) => void,
  ): Promise<void> {
    for (const [doing, total] of pieces)
      for (const done of [0, Math.round(total / 3), Math.round((2 * total) / 3)]) {
        onProgress({ doing, done, total });
        await this.work(ticket);
      }
  }

  moves: Backend['moves'] = () =>
    this.answer('moves', [], () => this.state.moves.map((one) => one.summary));
  moveNew: Backend['moveNew'] = (edit) =>
    this.answer('moveNew', [edit], () => {
      const highest = this.state.moves.reduce(
        (most, one) => Math.max(most, Number(one.summary.id.slice(3))),
        0,
      );
      const id = `WB-${String(highest + 1).padStart(4, '0')}`;
      const savedAt = new Date().toISOString();
      this.put({
        ...emptyMove,
        summary: { id, name: '', savedAt, stage: 'choosing', chosen: 0 },
      });
      return this.change(id, edit);
    });
  move: Backend['move'] = (id) => this.answer('move', [id], () => this.find(id));
  moveEdit: Backend['moveEdit'] = (id, edit) =>
    this.answer('moveEdit', [id, edit], () => this.change(id, edit));
  moveDelete: Backend['moveDelete'] = (id) =>
    this.answer('moveDelete', [id], () => {
      this.find(id);
      this.state.moves = this.state.moves.filter((one) => one.summary.id !== id);
    });

  moveWhat: Backend['moveWhat'] = (id, refresh, ticket, onProgress) =>
    this.answer('moveWhat', [id, refresh], async () => {
      const move = this.find(id);
      if (!move.from) throw refusal('badInput', 'The source is not chosen yet.');
      await this.working(
        ticket,
        [
          ['Reading Acme TEST', 774],
          ...(move.to ? [['Comparing with Acme PROD', 774] as [string, number]] : []),
        ],
        onProgress,
      );
      return {
        from: headOf(this.state, move.from),
        ...(move.to ? { to: headOf(this.state, { type: 'instance', id: move.to }) } : {}),
        rows: this.rowsOf(move),
        notes: [],
      };
    });
  moveNeeds: Backend['moveNeeds'] = (id) =>
    this.answer('moveNeeds', [id], () => {
      const { chosen, leftOut } = this.find(id);
      const rows = needed
        .filter((one) => !chosen.includes(one.id))
        .filter((one) => one.neededBy.some((by) => chosen.includes(by)))
        .map((one) => ({
          ...one,
          neededBy: one.neededBy.filter((by) => chosen.includes(by)),
          leftOut: leftOut.includes(one.id),
        }));
      return { rows, complete: this.plans.has(id) };
    });

  movePlan: Backend['movePlan'] = (id, refresh, ticket, onProgress) =>
    this.answer('movePlan', [id, refresh], async () => {
      await this.working(
        ticket,
        [
          ['Reading Acme TEST', 774],
          ['Reading Acme PROD', 748],
          ['Checking', 41],
        ],
        onProgress,
      );
      return this.planned(id);
    });
  movePlanned: Backend['movePlanned'] = (id) =>
    this.answer('movePlanned', [id], () => this.plans.get(id) ?? null);
  moveAcknowledge: Backend['moveAcknowledge'] = (id, rule, subject, read) =>
    this.answer('moveAcknowledge', [id, rule, subject, read], () => {
      if (read) this.read.add(rule);
      else this.read.delete(rule);
      return this.planned(id);
    });
  moveCertificate: Backend['moveCertificate'] = (id, certificate, input, secrets, keep) => {
    const names = secrets.map(([name]) => name);
    return this.answer('moveCertificate', [id, certificate, input, names, keep], () => {
      if (certificate === certificateId) this.settled.add('certificate-missing');
      this.plans.delete(id);
      return this.put({ ...this.find(id), planned: false });
    });
  };
  attachmentChoose: Backend['attachmentChoose'] = () =>
    this.answer('attachmentChoose', [], () => '/data/priya/keys/wms_root_2027.cer');

  moveSave: Backend['moveSave'] = (id, form) =>
    this.answer('moveSave', [id, form], () => ({
      path: `/data/priya/${id}.${form}`,
      bytes: 61_204,
      sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    }));
  moveOpen: Backend['moveOpen'] = () =>
    this.answer('moveOpen', [], () => {
      const found = this.state.moves[0];
      if (!found) throw refusal('badInput', 'This file is no waybill.');
      const id = 'WB-0143';
      return this.put({ ...found, summary: { ...found.summary, id, name: 'From a file' } });
    });
}
