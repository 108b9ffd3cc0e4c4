/** Keep rules and proofs of the double: the last N alone are counted. */
import type { Backend } from '../../src/lib/backend';
import type { KeepForm } from '../../src/lib/backend/generated/KeepForm';
import type { KeepPreviewView } from '../../src/lib/backend/generated/KeepPreviewView';
import type { KeptSnapshot } from '../../src/lib/backend/generated/KeptSnapshot';
import type { ProofForm } from '../../src/lib/backend/generated/ProofForm';
import type { ProofSettings } from '../../src/lib/backend/generated/ProofSettings';
import type { ProofView } from '../../src/lib/backend/generated/ProofView';
import type { SnapshotSummary } from '../../src/lib/backend/generated/SnapshotSummary';
import { DoubleSchedules } from './schedules';
import { refusal, type DoubleState } from './state';

const noRules: KeepForm = { all: {}, own: [] };
const firstProof: ProofForm = { check: true, restore: false, every: 'month', artifacts: 40 };

function keptOf(state: DoubleState, form: KeepForm): KeptSnapshot[] {
  const counted = new Map<string, number>();
  return state.snapshots.map((snapshot) => {
    const { id, shortId, instanceId, instanceName, environment, takenAt, status } = snapshot;
    const turn = (counted.get(instanceId) ?? 0) + 1;
    counted.set(instanceId, turn);
    const keptAs = state.kept?.[id];
    const ruled = form.all.last === undefined || turn <= form.all.last;
    const keep = ruled || keptAs !== undefined || snapshot.beforeChange;
    const badge = keptAs !== undefined ? 'kept' : snapshot.beforeChange ? 'run' : undefined;
    return {
      id,
      shortId,
      instanceId,
      instanceName,
      environment,
      takenAt,
      status,
      selection: snapshot.selection,
      bytes: snapshot.bytes,
      keep,
      reasons: keep
        ? [keptAs ? `marked to stay: ${keptAs}` : 'one of the last']
        : ['no rule keeps it'],
      ...(badge ? { badge } : keep && form.all.last ? { badge: 'last' as const } : {}),
      ...(keptAs !== undefined ? { keptAs } : {}),
    };
  });
}

function previewOf(state: DoubleState, form = state.keep ?? noRules): KeepPreviewView {
  const snapshots = keptOf(state, form);
  const going = snapshots.filter((one) => !one.keep);
  return {
    previewed: going.map((one) => one.id).join(' '),
    goes: going.length,
    stays: snapshots.length - going.length,
    bytes: going.length * 13_600_000,
    snapshots,
  };
}

function checked(state: DoubleState, form: KeepForm | undefined, previewed: string): void {
  if (previewOf(state, form).previewed === previewed) return;
  throw refusal('badInput', 'Something changed since this was shown.', {
    context: { previewed: 'changed' },
  });
}

function proofOf(state: DoubleState): ProofSettings {
  const form = state.proof ?? firstProof;
  const lastRestore = state.proofs?.find((one) => one.way === 'folder' || one.way === 'instance');
  return {
    form,
    checks: form.check && (state.schedules ?? []).some((one) => one.form.on),
    places: state.instances
      .filter((one) => one.environment !== 'production')
      .filter((one) => one.practice || state.scratch?.includes(one.id))
      .map(({ id, name, environment, practice }) => ({ id, name, environment, practice })),
    ...(lastRestore ? { lastRestore } : {}),
  };
}

export abstract class DoubleKeep extends DoubleSchedules {
  private marks = 0;
  /** Tells the window that what belongs to the vault changed. */
  protected abstract toldVault<Answer>(answer: Answer): Answer;

  private changed(id: string, name: string | undefined): SnapshotSummary {
    const snapshot = this.state.snapshots.find((one) => one.id === id);
    if (!snapshot) throw refusal('unknownSubject', 'There is no such snapshot.');
    if (name !== undefined && name.trim() === '')
      throw refusal('badInput', 'Give the reason a name, such as Before go-live.', {
        context: { field: 'name' },
      });
    // As in the vault, another mark is another id.
    const marked = { ...snapshot, id: `${id.replace(/-m\d+$/, '')}-m${String(++this.marks)}` };
    this.state.snapshots = this.state.snapshots.map((one) => (one === snapshot ? marked : one));
    const kept = { ...this.state.kept };
    delete kept[id];
    this.state.kept = name === undefined ? kept : { ...kept, [marked.id]: name };
    return this.toldVault(marked);
  }

  keepRules = () =>
    this.answer('keepRules', [], () => {
      const form = this.state.keep ?? noRules;
      return {
        form,
        offered: { last: 10, daily: 30, weekly: 12, monthly: 24 },
        set: Object.keys(form.all).length > 0,
      };
    });
  keepPreview: Backend['keepPreview'] = (form) =>
    this.answer('keepPreview', [form], () => previewOf(this.state, form));
  keepSave: Backend['keepSave'] = (form, previewed) =>
    this.answer('keepSave', [form, previewed], () => {
      checked(this.state, form, previewed);
      this.state.keep = form;
      return { form, offered: {}, set: true };
    });
  keepApply: Backend['keepApply'] = (form, previewed) =>
    this.answer('keepApply', [form, previewed], () => {
      checked(this.state, form, previewed);
      const going = previewed.split(' ');
      this.state.snapshots = this.state.snapshots.filter((one) => !going.includes(one.id));
      return this.toldVault(this.engine.start({ kind: 'prune', planned: going.length }));
    });
  keepMark: Backend['keepMark'] = (id, name) =>
    this.answer('keepMark', [id, name], () => this.changed(id, name));
  keepUnmark: Backend['keepUnmark'] = (id) =>
    this.answer('keepUnmark', [id], () => this.changed(id, undefined));

  proofSettings = () => this.answer('proofSettings', [], () => proofOf(this.state));
  proofSet: Backend['proofSet'] = (form) =>
    this.answer('proofSet', [form], () => {
      this.state.proof = form;
      return proofOf(this.state);
    });
  proofScratch: Backend['proofScratch'] = (instance, on) =>
    this.answer('proofScratch', [instance, on], () => {
      const others = (this.state.scratch ?? []).filter((one) => one !== instance);
      this.state.scratch = on ? [...others, instance] : others;
      return proofOf(this.state);
    });
  proofRestore: Backend['proofRestore'] = (snapshot, artifacts, into) =>
    this.answer('proofRestore', [snapshot, artifacts, into], () =>
      this.engine.start({ kind: 'proof', planned: 40 }),
    );
  proofs = () => this.answer('proofs', [], (): ProofView[] => this.state.proofs ?? []);
  proofsSave = () =>
    this.answer('proofsSave', [], () => ({
      path: '/data/proofs.html',
      bytes: 9_000,
      sha256: 'ab12',
    }));
  vaultDamage = () => this.answer('vaultDamage', [], () => this.state.damage ?? []);
  vaultMend: Backend['vaultMend'] = (targets) =>
    this.answer('vaultMend', [targets], () =>
      this.engine.start({ kind: 'vaultCheck', planned: 41 }),
    );
}
