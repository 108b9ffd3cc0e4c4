/** A backend that plays the application in memory. For tests and the look mode; never shipped. */
import type { Backend, BackendEvents } from '../../src/lib/backend';
import type { ExchangeView } from '../../src/lib/backend/generated/ExchangeView';
import type { HomeView } from '../../src/lib/backend/generated/HomeView';
import type { InstanceView } from '../../src/lib/backend/generated/InstanceView';
import type { SavedFile } from '../../src/lib/backend/generated/SavedFile';
import type { StageName } from '../../src/lib/backend/generated/StageName';
import type { TestStage } from '../../src/lib/backend/generated/TestStage';
import { instanceOf, planOf } from './changes';
import { comparing, differenceOf, textOf } from './compare';
import { designOf, designTextOf } from './design';
import { graphOf, impactOf } from './graph';
import { filePartOf, filesIn, inspectionOf } from './inspect';
import { nextBackupOf } from './schedules';
import { searchOf } from './search';
import { signInOf } from './sign-in';
import { ago, hour, practiceInstances } from './data';
import { catalogueOf, changedSince, countsOf, detailOf, snapshotDetailOf } from './places';
import { DoubleRuns } from './runs';
import { emptyVault, refusal, type DoubleState } from './state';
import { DoubleAccess } from './access';

type Handlers = { [Name in keyof BackendEvents]: Set<(payload: BackendEvents[Name]) => void> };

export class DoubleBackend extends DoubleAccess implements Backend {
  /** Every call in order, for tests: `['backupStart', 'dev']`. */
  readonly calls: unknown[][] = [];
  private readonly handlers: Handlers = {
    'runs-changed': new Set(),
    'instances-changed': new Set(),
    'vault-changed': new Set(),
    'files-over': new Set(),
    'files-dropped': new Set(),
  };
  protected override readonly engine: DoubleRuns;
  private readonly stopped = new Set<string>();
  private stopBrowser: () => void = () => undefined;

  constructor(state: DoubleState) {
    super(state);
    this.engine = new DoubleRuns(state, (run) => this.emit('runs-changed', { run }));
  }

  /** Lets a run say that the instance asked for fewer calls. */
  slow(run: string, sentence: string | undefined): void {
    if (sentence === undefined) this.engine.slowed.delete(run);
    else this.engine.slowed.set(run, sentence);
  }

  emit<Name extends keyof BackendEvents>(name: Name, payload: BackendEvents[Name]): void {
    for (const handler of this.handlers[name]) handler(payload);
  }

  on<Name extends keyof BackendEvents>(
    name: Name,
    handler: (payload: BackendEvents[Name]) => void,
  ) {
    this.handlers[name].add(handler);
    return () => void this.handlers[name].delete(handler);
  }

  protected override told<Answer>(answer: Answer): Answer {
    this.emit('instances-changed', null);
    return answer;
  }

  protected override toldVault<Answer>(answer: Answer): Answer {
    this.emit('vault-changed', null);
    return answer;
  }

  /** Records the call, waits, refuses what the scenario refuses, and answers. */
  protected override async answer<Answer>(
    name: keyof Backend,
    args: unknown[],
    make: () => Answer | Promise<Answer>,
  ): Promise<Answer> {
    this.calls.push([name, ...args]);
    if (this.state.latency > 0) await new Promise((go) => setTimeout(go, this.state.latency));
    const refused = this.state.refuse[name];
    if (refused) throw refused;
    return make();
  }

  private needsSecrets(): void {
    if (this.state.secrets.open) return;
    throw this.state.secrets.wantsPassphrase
      ? refusal('secretsLocked', 'The secrets file is locked.', {
          guidance: 'Enter its passphrase.',
        })
      : refusal('noKeychain', 'This computer has no keychain.', {
          guidance: 'Choose where secrets are to lie.',
        });
  }

  about = () =>
    this.answer('about', [], () => ({
      version: '0.1.0',
      home: '/data/priya/.local/share/waybill',
      logs: '/data/priya/.local/state/waybill/logs',
      platform: 'linux',
    }));

  home = () =>
    this.answer('home', [], (): HomeView => {
      const { state } = this;
      return {
        instances: state.instances.map((instance) => {
          const last = state.snapshots.find((snapshot) => snapshot.instanceId === instance.id);
          const known = last !== undefined;
          return {
            instance,
            ...(known
              ? {
                  lastBackup: last,
                  changed: changedSince(instance.id),
                  integrations: countsOf(state),
                  readAt: ago(0.2 * hour),
                }
              : {}),
            running: state.runs.find(
              (run) => run.instanceId === instance.id && run.status === 'running',
            ),
            ...nextBackupOf(state, instance.id),
          };
        }),
        recent: state.runs.slice(0, 7),
        interrupted: state.runs.filter((run) => run.status === 'interrupted'),
        vault: state.vault,
        assurance: state.assurance ?? { behind: [] },
        secrets: state.secrets,
        practice: state.practice,
      };
    });

  settingsGet = () => this.answer('settingsGet', [], () => this.state.settings);
  settingsSet: Backend['settingsSet'] = (settings) =>
    this.answer('settingsSet', [settings], () => (this.state.settings = settings));

  secretsStatus = () => this.answer('secretsStatus', [], () => this.state.secrets);
  secretsChoose: Backend['secretsChoose'] = (kind, passphrase) =>
    this.answer('secretsChoose', [kind, passphrase !== undefined], () => {
      this.state.secrets = {
        ...this.state.secrets,
        chosen: kind,
        open: true,
        wantsPassphrase: false,
      };
      return this.state.secrets;
    });
  secretsUnlock: Backend['secretsUnlock'] = (passphrase) =>
    this.answer('secretsUnlock', [], () => {
      if (passphrase !== 'open sesame')
        throw refusal('wrongPassphrase', 'This passphrase does not open the secrets file.');
      this.state.secrets = { ...this.state.secrets, open: true, wantsPassphrase: false };
      return this.state.secrets;
    });

  instances = () => this.answer('instances', [], () => this.state.instances);
  addressRead: Backend['addressRead'] = (text) =>
    this.answer('addressRead', [text], () => {
      if (!/^https?:\/\/[^/\s]+\.[^/\s]+/.test(text))
        throw refusal('badInput', 'This is not an address.', { context: { field: 'address' } });
      const asked = new URL(text);
      const host = asked.host;
      const region = /([a-z]{2}-[a-z]+-\d)/.exec(host)?.[1];
      const instanceName = asked.searchParams.get('integrationInstance') ?? undefined;
      return {
        address: asked.origin,
        generation: host.startsWith('design.') ? ('oic3' as const) : ('gen2' as const),
        ...(instanceName ? { instanceName } : {}),
        ...(region ? { region } : {}),
        ...(instanceName ? {} : { hint: 'The address does not tell the service instance name.' }),
      };
    });
  instanceTest: Backend['instanceTest'] = (form, secrets, onStage) =>
    this.answer('instanceTest', [form.name, Object.keys(secrets).length > 0], async () => {
      const names: StageName[] = ['address', 'tls', 'signIn', 'instanceName', 'rights', 'oneRead'];
      const wrong = secrets.clientSecret === 'wrong';
      const asksPerson = form.signIn.type === 'authorizationCode' && !this.state.signedIn;
      const stages: TestStage[] = [];
      for (const stage of names) {
        const failed = (wrong || asksPerson) && stage === 'signIn';
        const skipped = stages.some((done) => done.state === 'failed');
        const took = skipped ? {} : { tookMs: 40 + stages.length * 35 };
        const exchange: ExchangeView = {
          method: 'POST',
          path: '/oauth2/v1/token',
          status: 401,
          body: '{"error":"invalid_client"}',
        };
        onStage({ stage, state: 'running', detail: '', needsBrowser: false });
        await new Promise((go) => setTimeout(go, 5));
        const result: TestStage = failed
          ? {
              stage,
              state: 'failed',
              ...took,
              detail: asksPerson
                ? 'Nobody has signed in in the browser yet.'
                : 'The identity domain refused the client secret.',
              remedy: asksPerson
                ? 'Sign in in the browser, then test again.'
                : 'Copy the client secret again and enter it.',
              ...(asksPerson ? {} : { exchange }),
              needsBrowser: asksPerson,
            }
          : {
              stage,
              state: skipped ? 'skipped' : 'passed',
              ...took,
              detail: skipped ? 'Not tried.' : 'As it should be.',
              needsBrowser: false,
            };
        stages.push(result);
        onStage(result);
      }
      return { stages, passed: !wrong && !asksPerson, at: new Date().toISOString() };
    });
  instanceTestCancel = () => this.answer('instanceTestCancel', [], () => undefined);
  instanceSave: Backend['instanceSave'] = (form, secrets, insist) =>
    this.answer('instanceSave', [form.name, Object.keys(secrets).length > 0, insist], () => {
      this.needsSecrets();
      if (this.state.instances.some((other) => other.name === form.name && other.id !== form.id))
        throw refusal('badInput', 'This name is taken.', { context: { field: 'name' } });
      const saved = {
        ...form,
        id: form.id ?? form.name.toLowerCase().replaceAll(/\W+/g, '-'),
        writePolicy: form.writePolicy ?? ('ask' as const),
        practice: false,
        signOffRequired: false,
        secret: 'keychain' as const,
        needsBrowser: false,
        testedAt: new Date().toISOString(),
      };
      this.state.instances = [
        ...this.state.instances.filter((other) => other.id !== saved.id),
        saved,
      ];
      this.emit('instances-changed', null);
      return saved;
    });
  instanceRemove: Backend['instanceRemove'] = (id) =>
    this.answer('instanceRemove', [id], () => {
      this.state.instances = this.state.instances.filter((instance) => instance.id !== id);
      this.emit('instances-changed', null);
    });
  instanceSignIn: Backend['instanceSignIn'] = (id) =>
    this.answer('instanceSignIn', [id], () => signInOf(this.state, instanceOf(this.state, id)));
  signInBrowser: Backend['signInBrowser'] = (target) =>
    this.answer('signInBrowser', ['id' in target ? target.id : target.form.name], async () => {
      await new Promise<void>((go, no) => {
        const timer = setTimeout(go, this.state.browserPause);
        this.stopBrowser = () => {
          clearTimeout(timer);
          no(refusal('cancelled', 'Nobody waits for the browser any more.'));
        };
      });
      this.state.signedIn = true;
      if ('form' in target)
        return signInOf(this.state, { signIn: target.form.signIn, needsBrowser: false });
      const instance = { ...instanceOf(this.state, target.id), needsBrowser: false };
      return signInOf(this.state, this.putInstance(instance));
    });
  signInCancel = () => this.answer('signInCancel', [], () => this.stopBrowser());
  signOut: Backend['signOut'] = (id) =>
    this.answer('signOut', [id], () => {
      const instance = instanceOf(this.state, id);
      this.state.signedIn = false;
      const needsBrowser = instance.signIn.type === 'authorizationCode';
      return signInOf(this.state, this.putInstance({ ...instance, needsBrowser }));
    });
  keyFileChoose = () => this.answer('keyFileChoose', [], () => '/data/priya/keys/waybill.p12');
  instancePolicySet: Backend['instancePolicySet'] = (id, policy) =>
    this.answer('instancePolicySet', [id, policy], () => {
      const found = this.state.instances.find((instance) => instance.id === id);
      if (!found) throw refusal('unknownSubject', 'This instance is not saved.');
      const changed = { ...found, writePolicy: policy };
      this.state.instances = this.state.instances.map((other) =>
        other.id === id ? changed : other,
      );
      this.emit('instances-changed', null);
      return changed;
    });
  practiceStart = () =>
    this.answer('practiceStart', [], () => {
      if (!this.state.practice)
        this.state.instances = [...this.state.instances, ...practiceInstances];
      this.state.practice = true;
      this.emit('instances-changed', null);
      return practiceInstances;
    });
  practiceStop = () =>
    this.answer('practiceStop', [], () => {
      this.state.practice = false;
      this.state.instances = this.state.instances.filter((instance) => !instance.practice);
      this.emit('instances-changed', null);
    });

  vaultStatus = () => this.answer('vaultStatus', [], () => this.state.vault);
  vaultUnlock: Backend['vaultUnlock'] = (password) =>
    this.answer('vaultUnlock', [], () => {
      if (password !== 'open sesame')
        throw refusal('wrongVaultPassword', 'This password does not open the vault.');
      this.state.vault = {
        ...this.state.vault,
        state: 'ready',
        password: 'keychain',
        problem: undefined,
      };
      this.emit('vault-changed', null);
      return this.state.vault;
    });
  vaultCheck = () =>
    this.answer('vaultCheck', [], () => this.engine.start({ kind: 'vaultCheck', planned: 41 }));
  recoverySheetSave = () =>
    this.answer('recoverySheetSave', [], () => {
      this.state.vault = { ...this.state.vault, recoverySheetAt: new Date().toISOString() };
      this.emit('vault-changed', null);
      return { path: '/data/priya/Waybill recovery sheet.html', bytes: 4_120, sha256: 'ab12' };
    });
  vaultPasswordShow = () =>
    this.answer('vaultPasswordShow', [], () => 'KHT7-2M9Q-XWPD-4R6C-ZN8V-BJ3F');

  catalogue: Backend['catalogue'] = (place, refresh) =>
    this.answer('catalogue', [place, refresh], () => catalogueOf(this.state, place));
  artifactDetail: Backend['artifactDetail'] = (place, id) =>
    this.answer('artifactDetail', [place, id], () => {
      const part = place.type === 'file' ? filePartOf(place.path, id) : undefined;
      return part ?? detailOf(this.state, place, id);
    });
  artifactExport: Backend['artifactExport'] = (place, id) =>
    this.answer('artifactExport', [place, id], () => ({
      path: '/data/priya/ORDER_SYNC_01.02.0003.iar',
      bytes: 88_204,
      sha256: '7d5e0f3c8a41b29e6c0d11a2f3b4c5d6e7f80912a3b4c5d6e7f8091a2b3c4d5e',
    }));
  inventoryExport: Backend['inventoryExport'] = (place, ids) =>
    this.answer('inventoryExport', [place, ids], () => ({
      path: '/data/priya/Acme DEV inventory.csv',
      bytes: 120_400,
      sha256: '00ff',
    }));
  filesChoose = () =>
    this.answer('filesChoose', [], () => ['/data/priya/ORDER_SYNC_01.02.0003.iar']);
  folderChoose = () => this.answer('folderChoose', [], () => '/data/priya/archives');

  inspect: Backend['inspect'] = (paths, ticket, onAnswer) =>
    this.answer('inspect', [paths], async () => {
      for (const file of paths.flatMap(filesIn)) {
        await this.work(ticket);
        onAnswer(inspectionOf(file));
      }
      return { passedOver: 0 };
    });
  inspectSave: Backend['inspectSave'] = (paths) => this.saved('inspectSave', [paths]);
  design: Backend['design'] = (place, id) => this.answer('design', [place, id], () => designOf(id));
  designText: Backend['designText'] = (place, id, path) =>
    this.answer('designText', [place, id, path], () => designTextOf(path));

  compare: Backend['compare'] = (left, right, refresh, ticket, onProgress) =>
    this.answer('compare', [left, right, refresh], () =>
      comparing(this.state, [left, right], () => this.stopped.has(ticket), onProgress),
    );
  projectCompare: Backend['projectCompare'] = (left, right, id, ticket, onProgress) =>
    this.answer('projectCompare', [left, right, id], () =>
      comparing(this.state, [left, right], () => this.stopped.has(ticket), onProgress, id),
    );
  difference: Backend['difference'] = (left, leftId, right, rightId) =>
    this.answer('difference', [left, leftId, right, rightId], () => differenceOf(leftId, rightId));
  differenceText: Backend['differenceText'] = (left, leftId, right, rightId, key) =>
    this.answer('differenceText', [left, leftId, right, rightId, key], () => textOf(key));
  compareSave: Backend['compareSave'] = (left, right) => this.saved('compareSave', [left, right]);

  graph: Backend['graph'] = (place, refresh) =>
    this.answer('graph', [place, refresh], () => graphOf(this.state, place));
  impact: Backend['impact'] = (place, id) =>
    this.answer('impact', [place, id], () => impactOf(place, id));
  graphSave: Backend['graphSave'] = (place) => this.saved('graphSave', [place]);
  search: Backend['search'] = (request, ticket, onProgress) =>
    this.answer('search', [request], async () => {
      for (const done of [0, 203, 406, 609, 812]) {
        onProgress({ doing: 'Searching', done, total: 812 });
        await this.work(ticket);
      }
      return searchOf(this.state, request);
    });
  workCancel: Backend['workCancel'] = (ticket) =>
    this.answer('workCancel', [ticket], () => void this.stopped.add(ticket));

  /** A piece of the work of a ticket, unless it was ended. */
  protected override async work(ticket: string): Promise<void> {
    if (this.state.workPause) await new Promise((go) => setTimeout(go, this.state.workPause));
    if (this.stopped.has(ticket)) throw refusal('cancelled', 'It was stopped.');
  }

  private saved(name: keyof Backend, args: unknown[]): Promise<SavedFile> {
    return this.answer(name, args, () => ({
      path: '/data/priya/report.html',
      bytes: 48_211,
      sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    }));
  }

  changePlan: Backend['changePlan'] = (instance, request) =>
    this.answer('changePlan', [instance, request], () => planOf(this.state, instance, request));
  changeStart: Backend['changeStart'] = (id, request, secrets, typedName) =>
    this.answer('changeStart', [id, request, secrets.map(([name]) => name), typedName], () => {
      const plan = planOf(this.state, id, request);
      if (!plan.runPossible) throw refusal('changeBlocked', 'The checks stand against it.');
      return this.engine.change(instanceOf(this.state, id), request, plan);
    });
  writesAllow: Backend['writesAllow'] = (id, minutes, typedName) =>
    this.answer('writesAllow', [id, minutes, typedName], () => {
      const instance = instanceOf(this.state, id);
      if (instance.environment === 'production' && typedName !== instance.name)
        throw refusal('badInput', 'The name of the instance has to be typed.');
      return this.putInstance({
        ...instance,
        writesAllowedUntil: new Date(Date.now() + minutes * 60_000).toISOString(),
      });
    });
  writesForbid: Backend['writesForbid'] = (id) =>
    this.answer('writesForbid', [id], () =>
      this.putInstance({ ...instanceOf(this.state, id), writesAllowedUntil: undefined }),
    );
  auditEntries: Backend['auditEntries'] = (limit, instance) =>
    this.answer('auditEntries', [limit, instance], () =>
      this.state.audit
        .filter((one) => {
          const name = this.state.instances.find((other) => other.id === instance)?.name;
          return instance === undefined || one.instance === (name ?? instance);
        })
        .slice(0, limit),
    );
  auditCheck = () =>
    this.answer('auditCheck', [], () => ({
      entries: this.state.audit[0]?.number ?? 0,
      whole: this.state.auditBrokenAt === undefined,
      ...(this.state.auditBrokenAt ? { brokenAt: this.state.auditBrokenAt } : {}),
    }));

  private putInstance(changed: InstanceView): InstanceView {
    this.state.instances = this.state.instances.map((other) =>
      other.id === changed.id ? changed : other,
    );
    this.emit('instances-changed', null);
    return changed;
  }

  backupStart: Backend['backupStart'] = (id, selection, note) =>
    this.answer('backupStart', [id, selection, note], () => {
      this.needsSecrets();
      const instance = this.state.instances.find((other) => other.id === id);
      if (!instance) throw refusal('unknownSubject', 'This instance is not saved.');
      if (this.state.vault.state === 'locked')
        throw refusal('wrongVaultPassword', 'The vault is locked.', {
          guidance: 'Enter its password.',
        });
      if (this.state.vault.state === 'none') {
        this.state.vault = { ...emptyVault, state: 'ready', password: 'keychain' };
        this.emit('vault-changed', null);
      }
      const planned = selection.type === 'only' ? selection.ids.length : this.state.artifacts;
      return this.engine.start({ kind: 'backup', planned, instance });
    });
  runCancel: Backend['runCancel'] = (run) =>
    this.answer('runCancel', [run], () => this.engine.end(run, 'cancelled', 'Cancelled'));
  runResume: Backend['runResume'] = (run) =>
    this.answer('runResume', [run], () => this.engine.resume(run));
  runDiscard: Backend['runDiscard'] = (run) =>
    this.answer('runDiscard', [run], () => this.engine.end(run, 'discarded', 'Discarded'));
  runs = () => this.answer('runs', [], () => this.state.runs);
  runDetail: Backend['runDetail'] = (run) =>
    this.answer('runDetail', [run], () => this.engine.detail(run));
  runWatch: Backend['runWatch'] = (run, onProgress) =>
    this.answer('runWatch', [run], () => this.engine.watch(run, onProgress));
  runUnwatch: Backend['runUnwatch'] = (run) =>
    this.answer('runUnwatch', [run], () => this.engine.unwatch(run));

  snapshots: Backend['snapshots'] = (instance) =>
    this.answer('snapshots', [instance], () =>
      this.state.snapshots.filter((one) => !instance || one.instanceId === instance),
    );
  snapshotDetail: Backend['snapshotDetail'] = (id) =>
    this.answer('snapshotDetail', [id], () => snapshotDetailOf(this.state, id));
  snapshotVerify: Backend['snapshotVerify'] = (id) =>
    this.answer('snapshotVerify', [id], () => this.engine.ofSnapshot('verify', id));
  snapshotExtract: Backend['snapshotExtract'] = (id) =>
    this.answer('snapshotExtract', [id], () => this.engine.ofSnapshot('extract', id));

  reveal: Backend['reveal'] = (path) => this.answer('reveal', [path], () => undefined);
  folderOpen: Backend['folderOpen'] = (which) =>
    this.answer('folderOpen', [which], () => undefined);
}
