/** The double's comparisons: the drawn one of DEV and TEST, and what changed since a snapshot. */
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { ArtifactKind } from '../../src/lib/backend/generated/ArtifactKind';
import type { ComparedRow } from '../../src/lib/backend/generated/ComparedRow';
import type { CompareCounts } from '../../src/lib/backend/generated/CompareCounts';
import type { CompareView } from '../../src/lib/backend/generated/CompareView';
import type { PlaceHead } from '../../src/lib/backend/generated/PlaceHead';
import type { PlaceRef } from '../../src/lib/backend/generated/PlaceRef';
import type { SideFacts } from '../../src/lib/backend/generated/SideFacts';
import type { Verdict } from '../../src/lib/backend/generated/Verdict';
import type { WorkProgress } from '../../src/lib/backend/generated/WorkProgress';
import { artifactName } from '../../src/lib/format/artifact-id';
import { ago, day, hour } from './data';
import { comparedRows } from './inspect';
import { catalogueOf } from './places';
import { refusal, type DoubleState } from './state';

export { differenceOf, textOf } from './differences';

export function headOf(state: DoubleState, place: PlaceRef): PlaceHead {
  const { title, instanceId, environment, readAt } = catalogueOf(state, place);
  return {
    place,
    title,
    ...(instanceId ? { instanceId } : {}),
    ...(environment ? { environment } : {}),
    readAt,
  };
}

const dev: SideFacts = { state: 'active', updated: ago(0.6 * hour), updatedBy: 'P. Raman' };
const test: SideFacts = { state: 'active', updated: ago(24 * day), updatedBy: 'A. Beltrán' };

function row(id: string, name: string, verdict: Verdict, rest: Partial<ComparedRow> = {}) {
  const made: ComparedRow = {
    id,
    name,
    verdict,
    summary: '',
    ...(verdict === 'onlyRight' ? {} : { left: dev }),
    ...(verdict === 'onlyLeft' ? {} : { right: test }),
    stateDiffers: false,
    otherVersions: [],
    ...rest,
  };
  return made;
}

/** The differences that tests and pictures speak of. */
const drawn: ComparedRow[] = [
  row('integration:BACKORDER_NOTICE|01.00.0003', 'Backorder notice', 'onlyLeft', {
    otherVersions: ['01.00.0002', '01.00.0001'],
  }),
  row('integration:COUPA_PO_TO_ERP|01.03.0001', 'Coupa PO to ERP', 'different', {
    summary: '1 step, 1 map',
  }),
  row('integration:INVOICE_TO_ERP|02.00.0001', 'Invoice to ERP', 'different', {
    summary: '2 maps',
    right: { ...test, state: 'configured' },
    stateDiffers: true,
  }),
  row('integration:ORDER_SYNC|01.02.0003', 'Order sync', 'different', {
    summary: '1 map, 1 lookup it uses',
  }),
  row('integration:RETURN_AUTH_SYNC|01.00.0000', 'Return authorisations', 'onlyRight'),
  row('integration:STOCK_LEVELS|01.00.0002', 'Stock levels', 'same', {
    right: { ...test, state: 'configured' },
    stateDiffers: true,
  }),
  row('connection:SFTP_BANK', 'SFTP of the bank', 'different', { summary: 'agent group' }),
  row('connection:WMS_REST', 'WMS', 'different', { summary: 'security policy' }),
  row('lookup:TAX_CODES', 'TAX_CODES', 'different', { summary: '3 cells, 1 row' }),
  row('lookup:NOTIFY_RECIPIENTS', 'NOTIFY_RECIPIENTS', 'different', { summary: '1 cell' }),
  row('ORDER_TO_CASH/schedule:NIGHTLY_ORDERS', 'Nightly orders', 'different', {
    summary: 'frequency',
  }),
  row('connection:ERP_CLOUD', 'ERP Cloud', 'environment', { summary: 'address, user' }),
  row('connection:SFDC_CORE', 'Salesforce', 'environment', { summary: 'address' }),
];

const others: ArtifactKind[] = ['integration', 'integration', 'connection', 'lookup', 'schedule'];

/** How many stand how in the drawn comparison; the rest is the same. */
const wanted: CompareCounts = {
  onlyLeft: 41,
  onlyRight: 3,
  different: 23,
  environment: 52,
  same: 0,
  notCompared: 0,
};

const things = ['CREDIT_CHECK', 'SHIPMENT', 'INVOICE', 'SUPPLIER', 'PAYMENT', 'ITEM', 'CUSTOMER'];

function filler(verdict: Verdict, at: number): ComparedRow {
  const kind = others[at % others.length] ?? 'integration';
  const what = things[at % things.length] ?? '';
  const code = `${what}_${verdict.toUpperCase()}_${String(at).padStart(3, '0')}`;
  const version = kind === 'integration' ? '|01.00.0001' : '';
  const summary =
    verdict === 'different' ? (['1 map', '2 maps', '2 steps, 1 map'][at % 3] ?? '') : '';
  const name = `${what.toLowerCase().replace('_', ' ')} ${at}`;
  return row(`${kind}:${code}${version}`, name, verdict, { summary });
}

function filled(rows: readonly ComparedRow[], counts: CompareCounts): ComparedRow[] {
  const made = (Object.entries(counts) as [Verdict, number][]).flatMap(([verdict, count]) => {
    const there = rows.filter((one) => one.verdict === verdict).length;
    return Array.from({ length: Math.max(0, count - there) }, (_, at) => filler(verdict, at));
  });
  return [...rows, ...made].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function countsOf(rows: readonly ComparedRow[]): CompareCounts {
  const counts = { ...wanted, onlyLeft: 0, onlyRight: 0, different: 0, environment: 0 };
  for (const { verdict } of rows) counts[verdict]++;
  return counts;
}

function rowsOf(state: DoubleState, drift: boolean): ComparedRow[] {
  if (!drift) return filled(drawn, { ...wanted, same: state.artifacts - 116 });
  const counts = { onlyLeft: 0, onlyRight: 2, different: 6, environment: 0, same: 803 };
  return filled(driftRows(), { ...wanted, ...counts });
}

function compareOf(state: DoubleState, left: PlaceRef, right: PlaceRef): CompareView {
  const [one, two] = [headOf(state, left), headOf(state, right)];
  const drift = one.instanceId === two.instanceId;
  // In the other direction what only one has changes sides.
  const back = one.environment === 'test' && two.environment === 'development';
  const rows = left.type === 'file' ? comparedRows(left.path) : rowsOf(state, drift);
  const shown = back ? rows.map(turned) : rows;
  return {
    left: one,
    right: two,
    rows: shown,
    counts: countsOf(shown),
    notes:
      two.environment === 'test'
        ? ['Certificates of `Acme TEST` could not be read: the user may not list certificates.']
        : [],
    fetched: 12,
    tookMs: 740,
  };
}

/** What changed since the snapshot; one of them cannot be told. */
function driftRows(): ComparedRow[] {
  return [
    ...drawn.filter(({ id }) => /ORDER_SYNC|TAX_CODES/u.test(id)),
    row('library:PRICE_RULES|01.00.0001', 'Price rules', 'notCompared', {
      summary: 'The library is protected: its functions cannot be read.',
    }),
  ];
}

function turned(one: ComparedRow): ComparedRow {
  const verdicts: Partial<Record<Verdict, Verdict>> = {
    onlyLeft: 'onlyRight',
    onlyRight: 'onlyLeft',
  };
  const { left, right, ...rest } = one;
  return {
    ...rest,
    verdict: verdicts[one.verdict] ?? one.verdict,
    ...(right ? { left: right } : {}),
    ...(left ? { right: left } : {}),
  };
}

/** What differs in a project. */
const inside = (project: string): ComparedRow[] => [
  row(`${project}/integration:CREDIT_NOTE|01.00.0000`, 'Credit note', 'different', {
    summary: '1 map',
  }),
  row(`${project}/connection:PORTAL_REST`, 'Returns portal', 'onlyLeft'),
];

/** Takes the time that the scenario wants, telling how far it is, until it is cancelled. */
export async function comparing(
  state: DoubleState,
  places: readonly [PlaceRef, PlaceRef],
  stopped: () => boolean,
  onProgress: (progress: WorkProgress) => void,
  within?: ArtifactId,
): Promise<CompareView> {
  const total = state.artifacts;
  const steps = 5;
  for (let step = 1; step <= steps; step++) {
    onProgress({ doing: 'Comparing', done: Math.round((total * step) / steps), total });
    if (state.comparePause) await new Promise((go) => setTimeout(go, state.comparePause));
    if (stopped()) throw refusal('cancelled', 'Comparing was cancelled.');
  }
  const all = compareOf(state, ...places);
  if (within === undefined) return all;
  const { code, project = code } = artifactName(within);
  const rows = inside(project);
  return { ...all, rows, counts: countsOf(rows) };
}
