/** Word and drift of the double. */
import type { Backend } from '../../src/lib/backend';
import type { DriftChange } from '../../src/lib/backend/generated/DriftChange';
import type { DriftStep } from '../../src/lib/backend/generated/DriftStep';
import type { WordForm } from '../../src/lib/backend/generated/WordForm';
import type { WordLine } from '../../src/lib/backend/generated/WordLine';
import type { WordStage } from '../../src/lib/backend/generated/WordStage';
import type { WordView } from '../../src/lib/backend/generated/WordView';
import { DoubleKeep } from './keep';
import { snapshotDetailOf } from './places';
import { refusal, type DoubleState } from './state';

/** How word stands in the double. */
export interface DoubleWordState {
  form?: WordForm;
  password?: boolean;
  addresses?: string[];
  lines?: WordLine[];
  problem?: string;
  /** The stage at which a test fails. */
  fails?: WordStage;
}

const none: WordForm = { owners: false, ownerRules: [], hooks: [], digest: { type: 'off' } };

const meanings: [DriftChange['kinds'], string][] = [
  [['definition'], '1 step added, 3 fields mapped'],
  [['version', 'state'], 'active in place of 01.00.0011'],
  [['connectionValues'], 'port 22 is now 2222'],
  [['lookupCells'], '2 rows added'],
  [['schedule'], 'every 2 h is now every 1 h'],
];

function viewOf(word: DoubleWordState): WordView {
  const form = word.form ?? none;
  const kept = (id: string) => (word.addresses?.includes(id) ? 'keychain' : 'missing');
  return {
    form,
    mailPassword: word.password ? 'keychain' : 'missing',
    hookAddresses: Object.fromEntries(
      form.hooks.map((hook) => [hook.id ?? '', kept(hook.id ?? '')] as const),
    ),
    open: [],
    waiting: word.lines?.filter((line) => line.state === 'waiting').length ?? 0,
    ...(word.problem ? { problem: word.problem } : {}),
  };
}

function driftOf(state: DoubleState, id: string): DriftStep | null {
  const detail = snapshotDetailOf(state, id);
  if (!detail.before) return null;
  const changes = detail.items
    .filter((item) => item.change !== 'same')
    .map((item, index): DriftChange => {
      const [kinds, words] = meanings[index % meanings.length] ?? [['definition'], 'changed'];
      const inside = index % 3 === 1;
      return {
        id: item.id,
        name: item.name,
        kinds: item.change === 'changed' ? kinds : [item.change === 'added' ? 'added' : 'removed'],
        words: item.change === 'changed' ? words : item.change,
        by: item.updatedBy,
        at: item.updated,
        ...(inside ? { run: 'r-change' } : {}),
        outside: !inside,
      };
    });
  return {
    run: `run-${id}`,
    snapshot: id,
    before: detail.before,
    takenAt: detail.summary.takenAt,
    changes,
  };
}

export abstract class DoubleWord extends DoubleKeep {
  private get said(): DoubleWordState {
    return (this.state.word ??= {});
  }

  word = () => this.answer('word', [], () => viewOf(this.said));
  wordSet: Backend['wordSet'] = (form, secrets) =>
    this.answer('wordSet', [form], () => {
      const { mail } = form;
      if (mail && !mail.host)
        throw refusal('badInput', 'Give the name of the mail server.', {
          context: { field: 'mailHost' },
        });
      for (const hook of form.hooks) {
        if (!hook.name)
          throw refusal('badInput', 'Each webhook needs a name of its own.', {
            context: { field: 'hookName' },
          });
        hook.id ??= `h${String(form.hooks.indexOf(hook) + 1)}`;
        if (hook.name in secrets.hookAddresses)
          this.said.addresses = [...(this.said.addresses ?? []), hook.id];
      }
      if (secrets.mailPassword) this.said.password = true;
      this.said.form = form;
      return this.told(viewOf(this.said));
    });
  wordTest: Backend['wordTest'] = (way, onStage) =>
    this.answer('wordTest', [way], () => {
      const { fails } = this.said;
      const names = ['address', 'tls', 'signIn', 'accepted'] as const;
      const passed = names.map((stage): WordStage => ({
        stage,
        passed: true,
        words: 'Fine.',
        tookMs: 3,
      }));
      const stages = fails ? [...passed.slice(0, names.indexOf(fails.stage)), fails] : passed;
      stages.forEach(onStage);
      return { way, passed: !fails, stages };
    });
  wordLog: Backend['wordLog'] = (limit) =>
    this.answer('wordLog', [limit], () => this.said.lines ?? []);

  snapshotDrift: Backend['snapshotDrift'] = (id) =>
    this.answer('snapshotDrift', [id], () => driftOf(this.state, id));
  drift: Backend['drift'] = (instance, ask) =>
    this.answer('drift', [instance, ask], () => {
      const own = this.state.instances.find((one) => one.id === instance);
      if (!own) throw refusal('unknownSubject', 'There is no such instance.');
      const taken = this.state.snapshots.filter((one) => one.instanceId === instance);
      const steps = taken
        .slice(0, 30)
        .map((one) => driftOf(this.state, one.id))
        .filter((step) => step !== null)
        .map((step) => ({
          ...step,
          changes: step.changes.filter(
            (change) =>
              (ask.artifact === undefined || change.id === ask.artifact) &&
              (change.outside || !ask.onlyOutside),
          ),
        }))
        .filter((step) => step.changes.length > 0);
      return {
        instanceId: own.id,
        instanceName: own.name,
        environment: own.environment,
        steps,
        lookedAt: Math.max(0, taken.length - 1),
        notLookedAt: 0,
      };
    });
}
