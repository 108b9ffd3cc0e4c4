/** The plan of the drawn move: 12 replaced, 4 connections set, 20 left as they are. */
import type { MoveFinding } from '../../src/lib/backend/generated/MoveFinding';
import type { MoveItem } from '../../src/lib/backend/generated/MoveItem';
import type { MovePerson } from '../../src/lib/backend/generated/MovePerson';
import type { MovePlan } from '../../src/lib/backend/generated/MovePlan';
import type { MoveStep } from '../../src/lib/backend/generated/MoveStep';
import type { MoveStepGroup } from '../../src/lib/backend/generated/MoveStepGroup';
import type { MoveStepKind } from '../../src/lib/backend/generated/MoveStepKind';
import type { MoveView } from '../../src/lib/backend/generated/MoveView';
import type { PassedCheck } from '../../src/lib/backend/generated/PassedCheck';
import type { WhatRow } from '../../src/lib/backend/generated/WhatRow';
import { certificateId, connectionsToSet, needed } from './moves-data';
import { ago } from './data';

const project = 'ORDER_TO_CASH/integration:';
const scheduled = ['TAX_RATE_LOADER|01.00.0000', 'INVOICE_TO_ERP|02.00.0001'].map(
  (code) => `ORDER_TO_CASH/schedule:${code}`,
);
const codeOf = (id: string) => /:([^|]+)/u.exec(id)?.[1] ?? id;

function itemsOf(move: MoveView, rows: readonly WhatRow[]): MoveItem[] {
  const along = needed.filter((one) => !move.leftOut.includes(one.id));
  const reasons = new Map(along.map((one) => [one.id, one.reason]));
  const ids = [...new Set([...move.chosen, ...along.map((one) => one.id)])];
  return ids.sort().map((id): MoveItem => {
    const row = rows.find((one) => one.id === id);
    const version = id.split('|')[1];
    const present = row?.verdict !== 'onlyLeft';
    const differs = row?.verdict === 'different';
    const connection = id.includes('connection:');
    const action = !present ? 'create' : differs && !connection ? 'replace' : 'keep';
    return {
      id,
      name: row?.name ?? codeOf(id),
      chosen: move.chosen.includes(id),
      reason: reasons.get(id) ?? 'chosen',
      action: id === certificateId ? 'keep' : connectionsToSet.includes(id) ? 'replace' : action,
      ...(connection || id.includes('certificate:') ? {} : { sha256: 'ab12', bytes: 88_204 }),
      before: { present, ...(version ? { version } : {}), ...stateOf(row?.stateThere) },
      after: { present: true, ...(version ? { version } : {}), ...stateOf(row?.state) },
    };
  });
}

function stateOf(state: WhatRow['state']) {
  return state ? { state } : {};
}

const words: Partial<Record<MoveStepKind, (code: string) => string>> = {
  stopSchedule: (code) => `Stop the schedule of \`${code}\``,
  deactivate: (code) => `Deactivate \`${code}\``,
  importCertificate: (code) => `Upload \`${code}\``,
  importLibrary: (code) => `Replace library \`${code}\``,
  importLookup: (code) => `Replace lookup \`${code}\``,
  importIntegration: (code) => `Replace \`${code}\``,
  setConnection: (code) => `Set the values of \`${code}\``,
  testConnection: (code) => `Test \`${code}\``,
  activate: (code) => `Activate \`${code}\``,
  startSchedule: (code) => `Start the schedule of \`${code}\``,
};

function groupsOf(items: readonly MoveItem[]): MoveStepGroup[] {
  const replaced = (kind: string) =>
    items
      .filter((one) => one.id.includes(kind) && ['replace', 'create'].includes(one.action))
      .map((one) => one.id);
  const integrations = replaced('integration:');
  const connections = replaced('connection:');
  const certificates = items.filter((one) => one.id === certificateId).map((one) => one.id);
  const schedules = scheduled.filter((one) =>
    integrations.includes(one.replace('schedule:', 'integration:')),
  );
  const touched = [
    ...integrations,
    ...connections,
    ...replaced('lookup:'),
    ...replaced('library:'),
  ].sort();
  const groups: MoveStepGroup[] = [
    { kind: 'capture', subjects: touched, seconds: 20 },
    { kind: 'stopSchedule', subjects: schedules, seconds: 5 },
    { kind: 'importCertificate', subjects: certificates, seconds: 2 },
    { kind: 'setConnection', subjects: connections, seconds: 20 },
    { kind: 'testConnection', subjects: connections, seconds: 20 },
    { kind: 'importLookup', subjects: replaced('lookup:'), seconds: 7 },
    { kind: 'importLibrary', subjects: replaced('library:'), seconds: 3 },
    { kind: 'deactivate', subjects: integrations, seconds: 120 },
    { kind: 'importIntegration', subjects: integrations, seconds: 90 },
    { kind: 'activate', subjects: integrations, seconds: 360 },
    { kind: 'startSchedule', subjects: schedules, seconds: 5 },
    { kind: 'verify', subjects: touched, seconds: 20 },
  ];
  return groups.filter((one) => one.subjects.length > 0);
}

function stepsOf(groups: readonly MoveStepGroup[]): MoveStep[] {
  let before: string[] = [];
  return groups.flatMap(({ kind, subjects }) => {
    const whole = kind === 'capture' || kind === 'verify';
    const steps = (whole ? [''] : subjects).map((subject): MoveStep => ({
      key: whole ? kind : `${kind}:${subject}`,
      kind,
      subject: subject || (subjects[0] ?? ''),
      words: whole
        ? kind === 'capture'
          ? `Capture ${subjects.length} artifacts`
          : `Read back ${subjects.length} artifacts`
        : (words[kind]?.(codeOf(subject)) ?? kind),
      before: kind === 'activate' ? 'not active' : '',
      after: kind === 'activate' ? 'active' : '',
      needs: before,
    }));
    before = steps.map((step) => step.key);
    return steps;
  });
}

/** What the checks find in the drawn move. */
function findingsOf(): MoveFinding[] {
  return [
    {
      rule: 'connection-values',
      severity: 'blocking',
      subject: 'connection:COUPA_EVENTS',
      text: 'Connection `COUPA_EVENTS` has no password in PROD',
      guidance:
        'It came as a draft. `COUPA_PO_TO_ERP` cannot be activated before it passes its test.',
      fix: { type: 'enterValues', connection: 'connection:COUPA_EVENTS' },
    },
    {
      rule: 'certificate-missing',
      severity: 'blocking',
      subject: certificateId,
      text: 'Certificate `wms_root_2027` is not in PROD',
      guidance:
        '`WMS_REST` cannot open a TLS connection without it. No archive carries certificates; the file has to come from you.',
      fix: { type: 'uploadCertificate', certificate: certificateId },
    },
    {
      rule: 'replaces-active',
      severity: 'warning',
      subject: `${project}INVOICE_TO_ERP|02.00.0001`,
      text: '`INVOICE_TO_ERP|02.00.0001` replaces the version that is active',
      guidance:
        'Both are of major version 02. For about a minute no invoice is taken; 3 messages in flight end on the old version.',
      fix: { type: 'stopSchedule', schedule: 'ORDER_TO_CASH/schedule:INVOICE_TO_ERP|02.00.0001' },
    },
    {
      rule: 'address-in-design',
      severity: 'warning',
      subject: `${project}SHIPMENT_NOTICE|01.00.0004`,
      text: 'An address of TEST is written into `SHIPMENT_NOTICE`',
      guidance:
        'Step “Send to carrier” holds `https://wms-test.acme.example/v2/ship`. It is a constant in a map, no connection value.',
      fix: { type: 'leaveOut', artifact: `${project}SHIPMENT_NOTICE|01.00.0004` },
    },
    {
      rule: 'certificate-ends',
      severity: 'warning',
      subject: 'certificate:sftp_bank_2026',
      text: 'Certificate `sftp_bank_2026` in PROD ends in 23 days',
      guidance:
        'On 12 December 2026. `sftp_bank_2027` is already there, but not used by `SFTP_BANK`.',
    },
    ...[
      '`COMMON_ERROR_HANDLER` is the same in PROD and stays as it is.',
      '396 integrations in PROD, 352 active; 352 after this move. The limit is 800.',
      '14 connections keep the values of PROD.',
      '`DATE_UTILS|01.00` is the same in PROD and stays as it is.',
      '3 lookups are the same in PROD and stay as they are.',
      'Messages in flight are not carried.',
    ].map((text): MoveFinding => ({ rule: 'told', severity: 'note', text })),
  ];
}

const passed: PassedCheck[] = [
  'Sign-in and rights in PROD',
  'Generation: both OIC 3',
  'All 6 adapters are in PROD',
  'Agent group has 2 running agents',
  'No artifact is locked',
  'No prebuilt integration',
  'Lookup columns agree',
  'Names fit',
  '2.1 GB free for the capture',
  'Archives open, 9 of 9',
  ...Array.from({ length: 20 }, (_, at) => `Archive ${at + 1} of 20 is whole`),
].map((text, at) => ({ rule: `rule-${at + 1}`, text }));

/** The plan of a move; `settled` are fixes that were made, by rule. */
/** Whom the access lists name: two in doubt, one found. */
const drawnPeople: MovePerson[] = [
  {
    kind: 'group',
    name: 'Old Testers',
    why: 'the source does not know this id any more',
    leftOut: false,
    maybe: [],
  },
  {
    kind: 'user',
    name: 'mvogel',
    why: 'name and e-mail address do not belong to the same user there',
    leftOut: false,
    maybe: ['martin.vogel@acme.example'],
  },
  {
    kind: 'user',
    name: 'priya.raman@acme.example',
    to: 'priya.raman@acme.example',
    foundBy: 'userName',
    leftOut: false,
    maybe: [],
  },
];

export function planOfMove(
  move: MoveView,
  rows: readonly WhatRow[],
  settled: ReadonlySet<string>,
  read: ReadonlySet<string>,
  further: readonly MoveFinding[] = [],
): MovePlan {
  const items = itemsOf(move, rows);
  const groups = groupsOf(items);
  const count = (kind: MoveStepKind) =>
    groups.find((one) => one.kind === kind)?.subjects.length ?? 0;
  const held = new Set(items.map((one) => one.id));
  const findings = [...further, ...findingsOf()]
    .filter((one) => !settled.has(one.rule))
    .filter((one) => !one.subject?.startsWith('ORDER_TO_CASH/') || held.has(one.subject))
    .map((one) => (read.has(one.rule) ? { ...one, readBy: 'P. Raman', readAt: ago(60_000) } : one));
  const connections = count('setConnection');
  const replace = count('importIntegration') + count('importLookup') + count('importLibrary');
  const blocking = findings.filter((one) => one.severity === 'blocking').length;
  const keep = items.length - replace - connections;
  return {
    id: move.summary.id,
    hash: '3f9a71c2e80b5d169b4402fe6ac1d7e30b7d94c1f58a2e6697bc40d1a8e3f572',
    madeBy: 'Priya Raman',
    madeAt: new Date().toISOString(),
    sourceReadAt: ago(120_000),
    destinationReadAt: new Date().toISOString(),
    tookMs: 3_140,
    items,
    groups,
    steps: stepsOf(groups),
    findings,
    passed,
    counts: {
      create: 0,
      replace,
      newVersion: 0,
      keep,
      remove: move.remove.length,
      cannotGo: 0,
      connections,
      activate: count('activate'),
      deactivate: count('deactivate'),
      start: count('startSchedule'),
    },
    people: drawnPeople,
    checklist: ['Messages in flight, roles, file server, allow-list.'],
    estimateSeconds: groups.reduce((sum, one) => sum + (one.seconds ?? 0), 0),
    button: `Replace ${replace} and activate ${count('activate')} in PROD`,
    effect:
      'Orders and invoices pause for up to a minute each while their integration is replaced.',
    ...(move.summary.toEnvironment === 'production' ? { typeName: 'Acme PROD' } : {}),
    empty: groups.length === 0,
    blocked: blocking > 0,
    unread: findings.filter((one) => one.severity === 'warning' && !one.readBy).length,
  };
}
