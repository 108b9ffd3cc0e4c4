/** Targets of the double: kept in its state; what is copied there is whole at once. */
import type { Backend } from '../../src/lib/backend';
import type { CopyView } from '../../src/lib/backend/generated/CopyView';
import type { LyingCopy } from '../../src/lib/backend/generated/LyingCopy';
import type { TargetForm } from '../../src/lib/backend/generated/TargetForm';
import type { TargetPlace } from '../../src/lib/backend/generated/TargetPlace';
import type { TargetReport } from '../../src/lib/backend/generated/TargetReport';
import type { TargetSecrets } from '../../src/lib/backend/generated/TargetSecrets';
import type { TargetStage } from '../../src/lib/backend/generated/TargetStage';
import type { TargetView } from '../../src/lib/backend/generated/TargetView';
import { DoubleMoves } from './moves';
import { refusal, type DoubleState } from './state';

/** The host key that every server of the double shows. */
export const hostKey = 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDIEyFqsOkuKpTm0Nw';

function addressOf(place: TargetPlace): string {
  switch (place.type) {
    case 'folder':
      return place.path;
    case 'sftp':
      return `${place.user}@${place.host}, ${place.folder}`;
    case 'git':
      return `${place.address}, ${place.branch}`;
    case 's3':
      return `${place.bucket} at ${place.endpoint}`;
    case 'swift':
      return `${place.container} at ${place.address}`;
    case 'upload':
      return '••••••';
  }
}

function saved(state: DoubleState, form: TargetForm, secrets: TargetSecrets): TargetView {
  const all = (state.targets ??= []);
  if (all.some((one) => one.form.name === form.name && one.id !== form.id))
    throw refusal('badInput', `There is a target \`${form.name}\` already.`, {
      context: { field: 'name' },
    });
  const before = all.find((one) => one.id === form.id);
  const id = form.id ?? `t${String(all.length + 1)}`;
  const target: TargetView = {
    state: 'empty',
    behind: 0,
    access: 'notNeeded',
    encryption: 'notNeeded',
    vault: 'notNeeded',
    ...before,
    id,
    form: { ...form, id },
    address: addressOf(form.place),
    ...(secrets.access ? { access: 'keychain' as const } : {}),
    ...(secrets.encryption ? { encryption: 'keychain' as const } : {}),
  };
  state.targets = before ? all.map((one) => (one === before ? target : one)) : [...all, target];
  return target;
}

function checked(form: TargetForm, onStage: (stage: TargetStage) => void): TargetReport {
  const stages: TargetStage[] = [];
  const tell = (name: string, detail = '', remedy?: string) => {
    const stage: TargetStage = {
      name,
      state: remedy === undefined ? 'passed' : 'failed',
      detail,
      ...(remedy === undefined ? {} : { remedy }),
    };
    stages.push(stage);
    onStage(stage);
  };
  const at = new Date().toISOString();
  if (form.place.type === 'sftp' && form.hostKey !== hostKey) {
    const words = `It shows the host key ${hostKey}.`;
    tell('Connect', words, 'Compare the fingerprint with the one its owner gives you.');
    return { passed: false, stages, notes: [], hostKey, at };
  }
  if (form.place.type === 'folder' && form.place.path === '') {
    tell('Connect', 'The folder is empty.', 'Correct it, then check the target.');
    return { passed: false, stages, notes: [], at };
  }
  for (const name of ['Connect', 'Sign in', 'Write', 'List', 'Read', 'Remove']) tell(name);
  return { passed: true, stages, notes: [], free: 2_100_000_000, at };
}

function lying(state: DoubleState, id: string): LyingCopy[] {
  const copies = state.copies?.filter((one) => one.target === id) ?? [];
  return copies.map((one) => {
    const of = state.snapshots.find((snapshot) => snapshot.id === one.snapshot);
    return {
      copy: one.copy ?? '',
      title: `${of?.instanceName ?? ''}: ${String(of?.changed ?? 0)} changed`,
      instance: of?.instanceName ?? '',
      ...(of ? { environment: of.environment } : {}),
      snapshot: one.snapshot,
      takenAt: one.takenAt,
      build: 1,
    };
  });
}

export abstract class DoubleTargets extends DoubleMoves {
  protected abstract told<Answer>(answer: Answer): Answer;

  targets = () => this.answer('targets', [], () => this.state.targets ?? []);
  targetSave: Backend['targetSave'] = (form, secrets) =>
    this.answer('targetSave', [form, secrets], () => this.told(saved(this.state, form, secrets)));
  targetRemove: Backend['targetRemove'] = (id) =>
    this.answer('targetRemove', [id], () => {
      this.state.targets = this.state.targets?.filter((one) => one.id !== id) ?? [];
      this.told(undefined);
    });
  targetCheck: Backend['targetCheck'] = (form, secrets, onStage) =>
    this.answer('targetCheck', [form, secrets], () => checked(form, onStage));
  targetCopies: Backend['targetCopies'] = (id) =>
    this.answer('targetCopies', [id], () => lying(this.state, id));
  copyNow: Backend['copyNow'] = (target, snapshot) =>
    this.answer('copyNow', [target, snapshot], () => {
      const of = this.state.snapshots.find((one) => !snapshot || one.id === snapshot);
      const instance = this.state.instances.find((one) => one.id === of?.instanceId);
      const run = this.engine.start({ kind: 'copy', planned: 12, instance, snapshot: of?.id });
      const known = this.state.targets?.find((one) => one.id === target);
      if (of && known) {
        const copy: CopyView = {
          target,
          targetName: known.form.name,
          standing: 'whole',
          copy: `OIC_Backups/2026/11/18/${of.instanceName}`,
          snapshot: of.id,
          instanceId: of.instanceId,
          takenAt: of.takenAt,
          at: new Date().toISOString(),
          run: run.id,
        };
        this.state.copies = [copy, ...(this.state.copies ?? [])];
        this.state.targets = this.state.targets?.map((one) =>
          one === known ? { ...one, state: 'equal' as const, last: copy } : one,
        );
      }
      return this.told(run);
    });
  copiesOf: Backend['copiesOf'] = (snapshot) =>
    this.answer('copiesOf', [snapshot], () =>
      (this.state.copies ?? []).filter((one) => one.snapshot === snapshot),
    );
}
