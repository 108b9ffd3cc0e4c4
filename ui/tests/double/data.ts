/** Invented data that agrees with itself: three instances, their catalogues, snapshots and runs. */
import type { Artifact } from '../../src/lib/backend/generated/Artifact';
import type { ArtifactKind } from '../../src/lib/backend/generated/ArtifactKind';
import type { InstanceView } from '../../src/lib/backend/generated/InstanceView';
import type { RunSummary } from '../../src/lib/backend/generated/RunSummary';
import type { SnapshotSummary } from '../../src/lib/backend/generated/SnapshotSummary';
import type { State } from '../../src/lib/backend/generated/State';

export const hour = 3_600_000;
export const day = 24 * hour;
/** The data is as old as the moment it is looked at, so that "today" stays today. */
const now = new Date();
export const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();

function instance(
  id: string,
  name: string,
  environment: InstanceView['environment'],
  rest: Partial<InstanceView> = {},
): InstanceView {
  return {
    id,
    name,
    environment,
    generation: 'oic3',
    address: 'https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com',
    instanceName: `acme-${id}-fra`,
    region: 'eu-frankfurt-1',
    signIn: {
      type: 'clientCredentials',
      tokenUrl: 'https://idcs-4f1c.identity.oraclecloud.com/oauth2/v1/token',
      clientId: '8c1f0b7a2d',
      scope:
        'https://acme.integration.ocp.oraclecloud.com:443urn:opc:resource:consumer::all/ic/api/',
    },
    writePolicy: environment === 'production' ? 'readOnly' : 'ask',
    practice: false,
    secret: 'keychain',
    needsBrowser: false,
    signOffRequired: false,
    testedAt: ago(3 * day),
    ...rest,
  };
}

export const instances: InstanceView[] = [
  instance('dev', 'Acme DEV', 'development'),
  instance('test', 'Acme TEST', 'test', {
    generation: 'gen2',
    address: 'https://acme-test-fra.integration.ocp.oraclecloud.com',
    signIn: { type: 'basic', user: 'waybill.reader' },
  }),
  instance('prod', 'Acme PROD', 'production', { caFile: '/etc/ssl/acme-root.pem' }),
];

export const practiceInstances: InstanceView[] = [
  instance('practice-dev', 'Practice DEV', 'development', { practice: true, secret: 'notNeeded' }),
  instance('practice-test', 'Practice TEST', 'test', { practice: true, secret: 'notNeeded' }),
  instance('practice-prod', 'Practice PROD', 'production', { practice: true, secret: 'notNeeded' }),
];

const nouns = [
  'Order',
  'Invoice',
  'Supplier',
  'Employee',
  'Shipment',
  'Payment',
  'Item',
  'Customer',
];
const verbs = [
  'sync',
  'cancel',
  'archive',
  'notice',
  'import',
  'reconcile',
  'lines to WMS',
  'status back',
];
const people = ['Priya Raman', 'Tomas Lindqvist', 'Ana Beltrán', 'Mei Tanaka'];
const states: State[] = ['active', 'active', 'active', 'active', 'configured', 'draft', 'failed'];
const adapters = ['REST', 'SOAP', 'Oracle ERP Cloud', 'Salesforce', 'FTP', 'Coupa'];
const others: ArtifactKind[] = [
  'connection',
  'lookup',
  'library',
  'package',
  'project',
  'certificate',
];

function pick<Item>(list: readonly Item[], at: number): Item {
  return list[at % list.length] as Item;
}

/** One artifact; the same number gives the same artifact. */
function artifact(at: number): Artifact {
  const name = `${pick(nouns, at)} ${pick(verbs, at >> 3)}${at >= 64 ? ` ${at >> 6}` : ''}`;
  const code = name.toUpperCase().replaceAll(' ', '_');
  const kind: ArtifactKind = at % 2 === 0 ? 'integration' : pick(others, at >> 1);
  const versioned = kind === 'integration' || kind === 'library';
  const project = at % 11 === 0 ? 'ORDER_TO_CASH/' : '';
  return {
    id: `${project}${kind}:${code}${versioned ? `|01.0${at % 4}.000${at % 10}` : ''}`,
    name,
    description: `Carries ${name.toLowerCase()} between the portal and the ERP.`,
    ...(kind === 'integration' ? { state: pick(states, at) } : {}),
    ...(kind === 'connection'
      ? { state: at % 5 ? ('configured' as const) : ('draft' as const) }
      : {}),
    ...(at % 29 === 0 ? { lock: { by: pick(people, at), since: ago(2 * hour) } } : {}),
    prebuilt: kind === 'package' && at % 3 === 0,
    created: ago(400 * day + at * hour),
    createdBy: pick(people, at + 1),
    updated: ago(at * 5 * hour + 0.4 * hour),
    updatedBy: pick(people, at),
    ...(kind === 'integration' && at % 6 === 0 ? { package: 'com.acme.order2cash' } : {}),
    ...(kind === 'connection' ? { adapter: pick(adapters, at) } : {}),
    ...(kind === 'integration' ? { style: at % 3 ? 'Orchestration' : 'Scheduled' } : {}),
    dependencies: [],
  };
}

/** A catalogue with dependencies from integrations to what stands beside them. */
export function artifacts(count: number): Artifact[] {
  const made = Array.from({ length: count }, (_, at) => artifact(at));
  for (const [at, one] of made.entries()) {
    if (!one.id.includes('integration:')) continue;
    const needed = [made[at + 1], made[at + 3], made[at + 5]].filter(
      (other) => other !== undefined,
    );
    one.dependencies = needed.map((other, role) => ({
      id: other.id,
      role: pick(['trigger', 'invoke', 'lookup'], role),
    }));
  }
  return made.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Backups that ended before their snapshot, and moves before their end, can go on. */
export function resumable(run: Pick<RunSummary, 'kind' | 'status'>): boolean {
  return (
    (run.kind === 'backup' || run.kind === 'move') &&
    ['interrupted', 'cancelled', 'failed'].includes(run.status)
  );
}

export function run(id: string, rest: Partial<RunSummary>): RunSummary {
  const made: Omit<RunSummary, 'resumable'> = {
    id,
    kind: 'backup',
    instanceId: 'dev',
    instanceName: 'Acme DEV',
    environment: 'development',
    status: 'done',
    phase: 'ended',
    startedAt: ago(8 * hour),
    endedAt: ago(8 * hour - 38_000),
    askedBy: 'priya',
    counts: { planned: 812, fetched: 6, carried: 806, failed: 0, bytes: 1_840_000 },
    snapshot: '4f1c9a02d7',
    headline: 'Done, 6 changed, 806 carried over',
    ...rest,
  };
  return { ...made, resumable: resumable(made) };
}

const prod = { instanceId: 'prod', instanceName: 'Acme PROD', environment: 'production' } as const;
const test = { instanceId: 'test', instanceName: 'Acme TEST', environment: 'test' } as const;

export const pastRuns: RunSummary[] = [
  run('r6', {}),
  run('r5', {
    ...prod,
    startedAt: ago(8.5 * hour),
    endedAt: ago(8.5 * hour - 21_000),
    counts: { planned: 748, fetched: 0, carried: 748, failed: 0, bytes: 0 },
    headline: 'Done, 748 carried over',
    snapshot: 'b02d7714c3',
  }),
  run('r4', {
    ...test,
    status: 'partial',
    startedAt: ago(20 * hour),
    endedAt: ago(20 * hour - 62_000),
    counts: { planned: 774, fetched: 23, carried: 749, failed: 2, bytes: 6_200_000 },
    headline: 'Partial, 2 not read',
    snapshot: '91ee0c55aa',
  }),
  run('r3', {
    kind: 'vaultCheck',
    instanceId: undefined,
    instanceName: undefined,
    environment: undefined,
    startedAt: ago(27 * hour),
    endedAt: ago(27 * hour - 9_000),
    headline: 'The vault is sound',
    snapshot: undefined,
    counts: { planned: 0, fetched: 0, carried: 0, failed: 0, bytes: 0 },
  }),
  run('r2', {
    ...prod,
    status: 'failed',
    startedAt: ago(30 * hour),
    endedAt: ago(30 * hour - 4_000),
    counts: { planned: 0, fetched: 0, carried: 0, failed: 0, bytes: 0 },
    headline: 'Acme PROD refused the client secret',
    guidance: 'Enter the client secret in Instances, then test it.',
    snapshot: undefined,
  }),
];

export function snapshot(id: string, rest: Partial<SnapshotSummary>): SnapshotSummary {
  return {
    id,
    shortId: id.slice(0, 8),
    instanceId: 'dev',
    instanceName: 'Acme DEV',
    environment: 'development',
    takenAt: ago(8 * hour),
    status: 'complete',
    artifacts: 812,
    unread: 0,
    added: 1,
    changed: 5,
    removed: 0,
    carried: 806,
    bytes: 98_400_000,
    askedBy: 'priya',
    selection: false,
    beforeChange: false,
    ...rest,
  };
}

export const snapshots: SnapshotSummary[] = [
  snapshot('4f1c9a02d7', {}),
  snapshot('b02d7714c3', {
    ...prod,
    takenAt: ago(8.5 * hour),
    artifacts: 748,
    added: 0,
    changed: 0,
    carried: 748,
    bytes: 91_000_000,
  }),
  snapshot('91ee0c55aa', {
    ...test,
    takenAt: ago(20 * hour),
    status: 'partial',
    artifacts: 772,
    unread: 2,
    added: 4,
    changed: 19,
    removed: 1,
    carried: 749,
    bytes: 96_000_000,
  }),
  snapshot('3c77d1e9b4', {
    takenAt: ago(32 * hour),
    note: 'Before the ERP patch',
    changed: 14,
    carried: 797,
  }),
  snapshot('77aa10f2c8', { takenAt: ago(3 * day), status: 'unverified', changed: 2, carried: 809 }),
  snapshot('e5b1009d31', {
    ...prod,
    takenAt: ago(4 * day),
    artifacts: 747,
    changed: 3,
    added: 0,
    carried: 744,
  }),
];

/** Daily snapshots of two months, a few of them partial, by hand, or of a choice. */
export const history: SnapshotSummary[] = Array.from({ length: 60 }, (_, at): SnapshotSummary => {
  const changed = at % 3 === 0 ? (at * 7) % 23 : 0;
  const added = at % 9 === 0 ? 2 : 0;
  return snapshot(`${(0xa1b2c3 + at * 7919).toString(16)}d0e1`, {
    takenAt: ago(5 * day + at * day),
    artifacts: 810 - at,
    changed,
    added,
    carried: 810 - at - changed - added,
    ...(at % 17 === 4 ? { status: 'partial', unread: 2 } : {}),
    ...(at === 59 ? { changed: 0, added: 751, carried: 0 } : {}),
    ...(at === 12
      ? { note: 'Before the change of suppliers', selection: true, artifacts: 16 }
      : {}),
  });
});
