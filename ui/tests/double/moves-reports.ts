/** Reports of the double's moves: the drawn one, and what a played run came to. */
import type { ReportRow } from '../../src/lib/backend/generated/ReportRow';
import type { ReportView } from '../../src/lib/backend/generated/ReportView';
import type { RunSummary } from '../../src/lib/backend/generated/RunSummary';
import type { Haul } from './hauls';
import { certificateId, chosenIds, connectionsToSet } from './moves-data';
import type { MoveView } from '../../src/lib/backend/generated/MoveView';

const codeOf = (id: string) => /:([^|]+)/u.exec(id)?.[1] ?? id;

function row(id: string, rest: Partial<ReportRow> = {}): ReportRow {
  const connection = id.startsWith('connection:');
  return {
    id,
    name: codeOf(id),
    result: 'done',
    words: connection ? 'Set, tested' : 'Replaced, active',
    before: connection ? 'was a draft' : 'was active, same version',
    tookMs: connection ? 12_000 : 51_000,
    ...(connection
      ? {}
      : { sha256: '7d5e0f3c8a41b29e6c0d11a2f3b4c5d6e7f80912a3b4c5d6e7f8091a2b3c4d5e' }),
    verified: true,
    ...rest,
  };
}

const failures: Readonly<Record<string, Partial<ReportRow>>> = {
  COUPA_PO_TO_ERP: {
    before: 'was active, 01.03.0000',
    tookMs: 62_000,
    why: 'Coupa refused the trigger: the user of `COUPA_EVENTS` may read orders, but not subscribe to them.',
    whatToDo:
      'In Coupa, give the OAuth client `b4471f0a…` the scope `core.integration.write`, then retry. Nothing else has to be moved again.',
    exchange: {
      method: 'POST',
      path: '/ic/api/integration/v1/integrations/COUPA_PO_TO_ERP%7C01.03.0001',
      status: 412,
      body: '{"title":"Precondition Failed","detail":"Subscription was refused","token":"••••••"}',
      requestId: '00a1-93',
    },
  },
  ORDER_LINES_WMS: {
    tookMs: 160_000,
    why: 'Connection `WMS_REST` did not answer within 2 minutes.',
    whatToDo: 'Open the allow-list of the warehouse for PROD, then retry.',
  },
};

/** Two failed, as drawn. */
export function drawnRows(): ReportRow[] {
  const integrations = chosenIds.map((id) => {
    const failure = failures[codeOf(id)];
    return failure
      ? row(id, {
          result: 'failed',
          words: 'Replaced, not active',
          verified: false,
          verifiedWords: 'It is in PROD as it was sent, and not active.',
          ...failure,
        })
      : row(id);
  });
  return sorted([
    ...integrations,
    row('lookup:TAX_CODES', { words: 'Replaced, 13 rows', before: '12 rows', tookMs: 3_000 }),
    row('lookup:ORDER_STATUS_MAP', {
      words: 'Replaced, 42 rows',
      before: '40 rows',
      tookMs: 3_000,
    }),
    row('library:ORDER_TEXT|01.00', { words: 'Replaced', before: 'same version', tookMs: 3_000 }),
    ...connectionsToSet.map((id) => row(id)),
    row(certificateId, { words: 'Kept', result: 'kept', before: 'is there', tookMs: undefined }),
  ]);
}

const order: readonly ReportRow['result'][] = ['failed', 'unknown', 'notDone', 'done', 'kept'];
function sorted(rows: ReportRow[]): ReportRow[] {
  return rows.sort(
    (a, b) => order.indexOf(a.result) - order.indexOf(b.result) || (a.id < b.id ? -1 : 1),
  );
}

/** What became of each artifact of a played run. */
export function rowsOfHaul(haul: Haul): ReportRow[] {
  const subjects = [...new Set(haul.items.map((item) => item.id))];
  return sorted(
    subjects.map((id) => {
      const own = haul.steps.filter((step) => step.subject === id);
      const failed = own.find((step) => step.state === 'failed');
      const left = own.some((step) => step.state === 'waiting' || step.state === 'skipped');
      if (failed)
        return row(id, {
          result: 'failed',
          words: 'Replaced, not active',
          verified: false,
          why: 'The service refused: connection `COUPA_EVENTS` is a draft.',
          whatToDo: 'Enter its values in the connection, then retry.',
        });
      return row(id, left ? { result: 'notDone', words: 'Not done', verified: undefined } : {});
    }),
  );
}

export function reportOf(move: MoveView, run: RunSummary, rows: ReportRow[]): ReportView {
  const failed = rows.filter((one) => one.result === 'failed').length;
  const done = rows.filter((one) => one.result === 'done').length;
  const left = rows.filter((one) => one.result === 'notDone').length;
  return {
    run,
    waybill: move.summary.id,
    name: move.summary.name,
    waybillHash: '3f9a71c2e80b5d169b4402fe6ac1d7e30b7d94c1f58a2e6697bc40d1a8e3f572',
    fromTitle: move.summary.fromTitle ?? '',
    ...(move.summary.fromEnvironment ? { fromEnvironment: move.summary.fromEnvironment } : {}),
    headline:
      failed > 0
        ? `12 replaced, ${9 - failed} of 9 activated in PROD`
        : left > 0
          ? `${done} of ${rows.length} moved to PROD`
          : '12 replaced and 9 activated in PROD',
    sentence:
      failed > 0
        ? `${failed} ${failed === 1 ? 'integration is' : 'integrations are'} in PROD but take no messages. The other ${rows.length - failed} artifacts are as the waybill says.`
        : 'All artifacts are as the waybill says.',
    rows,
    failed: failed + left,
    checklist: [
      'Roles: users and applications that call these integrations need their roles in Acme PROD.',
      'The warehouse has to let Acme PROD in: its allow-list names hosts.',
    ],
    rollback: {
      possible: run.snapshot !== undefined,
      ...(run.snapshot
        ? { snapshot: run.snapshot, takenAt: run.startedAt }
        : { because: 'Nothing was written, so there is nothing to take back.' }),
      artifacts: rows.filter((one) => one.result !== 'kept').length,
      withoutSecrets: ['connection:COUPA_EVENTS'],
    },
    hash: 'a81d60f2c94e17b3d5a0f6e8b7c2914d3e5f60718293a4b5c6d7e8f90a1b2c3d',
    auditEntry: 1204,
  };
}
