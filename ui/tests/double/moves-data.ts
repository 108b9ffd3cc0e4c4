/** The drawn move, WB-0142 "Order to cash 26.11" from Acme TEST to Acme PROD, and moves before it. */
import type { Artifact } from '../../src/lib/backend/generated/Artifact';
import type { MoveView } from '../../src/lib/backend/generated/MoveView';
import type { NeedRow } from '../../src/lib/backend/generated/NeedRow';
import type { RunSummary } from '../../src/lib/backend/generated/RunSummary';
import type { State } from '../../src/lib/backend/generated/State';
import type { Verdict } from '../../src/lib/backend/generated/Verdict';
import type { WhatRow } from '../../src/lib/backend/generated/WhatRow';
import { ago, artifacts, day, hour, run } from './data';

const minute = 60_000;
const project = 'ORDER_TO_CASH/integration:';
const id = (code: string) => `${project}${code}`;

function what(
  of: string,
  name: string,
  verdict: Verdict,
  summary: string,
  rest: Partial<WhatRow> = {},
): WhatRow {
  return {
    id: of,
    name,
    state: 'active',
    updated: ago(3 * day),
    packages: [],
    verdict,
    summary,
    ...(verdict === 'onlyLeft' ? {} : { stateThere: 'active' as const }),
    failedLastTime: false,
    ...rest,
  };
}

/** The integrations of the project, as they are drawn. */
const integrations: WhatRow[] = [
  what(id('COUPA_PO_TO_ERP|01.03.0001'), 'Coupa PO to ERP', 'different', '1 step'),
  what(id('CUSTOMER_UPSERT|01.05.0002'), 'Customer upsert', 'different', '2 maps'),
  what(id('INVOICE_TO_ERP|02.00.0001'), 'Invoice to ERP', 'different', '2 maps', {
    failedLastTime: true,
  }),
  what(id('ITEM_PUBLISH|01.01.0002'), 'Item publish', 'different', '1 map'),
  what(id('ORDER_LINES_WMS|01.00.0006'), 'Order lines to WMS', 'different', '3 steps'),
  what(id('ORDER_STATUS_BACK|01.01.0000'), 'Order status back', 'different', '1 map'),
  what(id('ORDER_SYNC|01.02.0003'), 'Order sync', 'different', '1 map', {
    packages: ['com.acme.order2cash'],
  }),
  what(id('SHIPMENT_NOTICE|01.00.0004'), 'Shipment notice', 'different', 'endpoint', {
    updated: ago(5 * hour),
  }),
  what(id('TAX_RATE_LOADER|01.00.0000'), 'Tax rate loader', 'different', 'schedule', {
    updated: ago(40 * day),
  }),
];
const beside: WhatRow[] = [
  what(id('COMMON_ERROR_HANDLER|01.00.0005'), 'Common error handler', 'same', ''),
  what(id('RETURN_AUTH_SYNC|01.00.0000'), 'Return authorisations', 'onlyLeft', '', {
    state: 'configured',
    updated: ago(2 * hour),
  }),
  what(id('ORDERS_RECONCILE|01.00.0002'), 'Orders reconcile', 'same', ''),
  what(id('PRICE_LIST_EXPORT|01.00.0009'), 'Price list export', 'same', ''),
];

/** What a person chose. */
export const chosenIds = integrations.map((row) => row.id);

const connectionUses: [code: string, reason: string][] = [
  ['COUPA_EVENTS', 'trigger of COUPA_PO_TO_ERP'],
  ['ERP_CLOUD', 'invoked by 8 of 9'],
  ['WMS_REST', 'ORDER_LINES_WMS, step 5'],
  ['KAFKA_EVENTS', 'invoked by ITEM_PUBLISH'],
  ['SFTP_BANK', 'invoked by INVOICE_TO_ERP'],
  ['SFDC_CORE', 'trigger of CUSTOMER_UPSERT'],
  ['CARRIER_REST', 'SHIPMENT_NOTICE, step 3'],
  ['TAX_SERVICE', 'invoked by TAX_RATE_LOADER'],
  ['ORDER_REST', 'trigger of ORDER_SYNC'],
  ['STATUS_REST', 'trigger of ORDER_STATUS_BACK'],
  ['MAIL_RELAY', 'invoked by COMMON_ERROR_HANDLER'],
  ['ATP_STAGING', 'invoked by ORDER_SYNC'],
  ['PIM_SOAP', 'invoked by ITEM_PUBLISH'],
  ['CREDIT_CHECK', 'invoked by CUSTOMER_UPSERT'],
  ['DOCS_STORE', 'invoked by INVOICE_TO_ERP'],
  ['WMS_FILES', 'invoked by ORDER_LINES_WMS'],
  ['EDI_GATEWAY', 'invoked by INVOICE_TO_ERP'],
  ['BI_EXTRACT', 'invoked by TAX_RATE_LOADER'],
];
/** The connections of the move. */
export const connectionIds = connectionUses.map(([code]) => `connection:${code}`);
/** Those whose values are set in the destination. */
export const connectionsToSet = ['COUPA_EVENTS', 'KAFKA_EVENTS', 'SFTP_BANK', 'WMS_REST'].map(
  (code) => `connection:${code}`,
);
export const certificateId = 'certificate:wms_root_2027';
const errorHandlerId = id('COMMON_ERROR_HANDLER|01.00.0005');

/** Integrations of the choice whose code it names; all of them where it names none. */
function neededBy(code: string): string[] {
  const named = chosenIds.filter((one) => code !== '' && one.includes(code));
  return named.length > 0 ? named : chosenIds;
}

function need(of: string, reason: string, by: string, verdict?: Verdict): NeedRow {
  const code = /:([^|]+)/u.exec(of)?.[1] ?? of;
  return {
    id: of,
    name: code,
    reason,
    neededBy: neededBy(by),
    leftOut: false,
    missing: false,
    ...(verdict ? { verdict } : {}),
  };
}

const lookups: [code: string, reason: string, verdict: Verdict][] = [
  ['ORDER_STATUS_MAP', '2 maps', 'different'],
  ['TAX_CODES', 'map “Canadian tax”', 'different'],
  ['COUNTRIES', '4 maps', 'same'],
  ['CURRENCIES', '3 maps', 'same'],
  ['NOTIFY_RECIPIENTS', 'COMMON_ERROR_HANDLER, step 2', 'same'],
];

/** What goes along because it is needed: 27. */
export const needed: NeedRow[] = [
  ...connectionUses.map(([code, reason]) =>
    need(
      `connection:${code}`,
      reason,
      /[A-Z]+(?:_[A-Z]+)+/u.exec(reason)?.[0] ?? '',
      code === 'COUPA_EVENTS' ? 'different' : 'environment',
    ),
  ),
  ...lookups.map(([code, reason, verdict]) => need(`lookup:${code}`, reason, '', verdict)),
  need('library:ORDER_TEXT|01.00', 'ORDER_SYNC, 2 functions', 'ORDER_SYNC', 'different'),
  need('library:DATE_UTILS|01.00', '5 maps', '', 'same'),
  need(errorHandlerId, 'called by 7', '', 'same'),
  { ...need(certificateId, 'TLS of WMS_REST', 'ORDER_LINES_WMS', 'onlyLeft') },
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Every artifact of Acme TEST: the drawn ones, what they need, and others up to so many. */
export function whatRows(count: number): WhatRow[] {
  const drawn = [
    ...integrations,
    ...beside,
    ...needed
      .filter((one) => one.id !== errorHandlerId)
      .map((one) => {
        const state: State | undefined = one.id.startsWith('connection:')
          ? 'configured'
          : undefined;
        return what(one.id, one.name, one.verdict ?? 'same', '', {
          state,
          stateThere: state,
        });
      }),
  ];
  const others = artifacts(Math.max(0, count - drawn.length)).map((one, at): WhatRow => {
    const verdict = (['same', 'same', 'same', 'environment', 'different', 'onlyLeft'] as const)[
      at % 6
    ];
    const there = verdict === 'onlyLeft' ? undefined : one.state;
    return {
      id: one.id,
      name: one.name,
      ...(one.state ? { state: one.state } : {}),
      ...(one.updated ? { updated: one.updated } : {}),
      packages: one.package ? [one.package] : [],
      ...(verdict ? { verdict } : {}),
      summary: verdict === 'different' ? '1 map' : verdict === 'environment' ? 'address' : '',
      ...(there ? { stateThere: there } : {}),
      failedLastTime: at % 97 === 5,
    };
  });
  return [...drawn, ...others].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The schedule of an integration of the choice. */
export const invoiceSchedule = 'ORDER_TO_CASH/schedule:INVOICE_TO_ERP|02.00.0001';

/** An artifact of the drawn move as a place holds it. */
export function drawnArtifact(id: string): Artifact | undefined {
  const row = whatRows(0).find((one) => one.id === id);
  if (id === 'project:ORDER_TO_CASH')
    return { id, name: 'Order to cash', prebuilt: false, dependencies: [] };
  const name = id === invoiceSchedule ? 'Invoice to ERP' : row?.name;
  if (name === undefined) return undefined;
  const state: State | undefined = id === invoiceSchedule ? 'started' : (row?.state ?? undefined);
  return { id, name, ...(state ? { state } : {}), prebuilt: false, dependencies: [] };
}

export const emptyMove: Omit<MoveView, 'summary'> = {
  chosen: [],
  leftOut: [],
  remove: [],
  policies: {
    existing: 'replaceIfDifferent',
    activate: 'asInSource',
    schedules: 'asInSource',
    connections: 'keep',
    exceptions: {},
  },
  hosts: [],
  lookupCells: [],
  schedules: {},
  planned: false,
  signOffRequired: false,
  signOffs: [],
  runs: [],
};

/** The drawn move, chosen and not planned. */
export function drawnMove(): MoveView {
  return {
    ...emptyMove,
    summary: {
      id: 'WB-0142',
      name: 'Order to cash 26.11',
      savedAt: ago(6 * minute),
      stage: 'chosen',
      fromTitle: 'Acme TEST',
      fromEnvironment: 'test',
      toTitle: 'Acme PROD',
      toEnvironment: 'production',
      chosen: chosenIds.length,
    },
    from: { type: 'instance', id: 'test' },
    fromHead: {
      place: { type: 'instance', id: 'test' },
      title: 'Acme TEST',
      instanceId: 'test',
      environment: 'test',
      readAt: ago(2 * minute),
    },
    to: 'prod',
    toGeneration: 'oic3',
    chosen: chosenIds,
    signOffRequired: true,
  };
}

/** Runs of earlier moves. */
export const pastMoveRuns: RunSummary[] = [
  run('m1', {
    kind: 'move',
    title: 'Order to cash 26.10',
    instanceId: 'prod',
    instanceName: 'Acme PROD',
    environment: 'production',
    status: 'partial',
    startedAt: ago(9 * day),
    endedAt: ago(9 * day - 11 * minute),
    counts: { planned: 59, fetched: 57, carried: 0, failed: 2, bytes: 0 },
    headline: '12 replaced, 7 of 9 activated in PROD',
    snapshot: 'c07a19e4b1',
  }),
];

/** All moves, newest first. */
export function someMoves(): MoveView[] {
  const drawn = drawnMove();
  const earlier: MoveView = {
    ...drawn,
    summary: {
      ...drawn.summary,
      id: 'WB-0138',
      name: 'Order to cash 26.10',
      savedAt: ago(9 * day),
      stage: 'done',
      lastRun: pastMoveRuns[0],
    },
    runs: pastMoveRuns,
  };
  const begun: MoveView = {
    ...emptyMove,
    summary: {
      id: 'WB-0140',
      name: 'Supplier fixes',
      savedAt: ago(2 * day),
      stage: 'choosing',
      fromTitle: 'Acme DEV',
      fromEnvironment: 'development',
      chosen: 0,
    },
    from: { type: 'instance', id: 'dev' },
    fromHead: {
      place: { type: 'instance', id: 'dev' },
      title: 'Acme DEV',
      instanceId: 'dev',
      environment: 'development',
      readAt: ago(hour),
    },
  };
  return [drawn, begun, earlier];
}
