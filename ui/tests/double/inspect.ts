/** What the double finds in files: the drawn four, and as many as a folder called `many` asks for. */
import type { Artifact } from '../../src/lib/backend/generated/Artifact';
import type { ArtifactDetail } from '../../src/lib/backend/generated/ArtifactDetail';
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { ComparedRow } from '../../src/lib/backend/generated/ComparedRow';
import type { InspectAnswer } from '../../src/lib/backend/generated/InspectAnswer';
import type { InspectedFinding } from '../../src/lib/backend/generated/InspectedFinding';
import type { InspectedIntegration } from '../../src/lib/backend/generated/InspectedIntegration';
import type { InspectView } from '../../src/lib/backend/generated/InspectView';

export const folder = '/data/priya/archives';
const sound = 'ORDER_SYNC_01.02.0003.iar';
const leaking = 'com.acme.finance.par';
const damaged = 'HIRE_TO_RETIRE.car';
const table = 'TAX_CODES.csv';
/** The drawn files, as they lie in the folder. */
export const drawn = [sound, leaking, damaged, table].map((name) => `${folder}/${name}`);

const adapters: Record<string, string> = {
  ERP_CLOUD: 'ERP Cloud',
  SFTP_BANK: 'FTP',
  FINANCE_ATP: 'ATP',
  PORTAL_REST: 'REST',
  AP_FILES: 'FTP',
};

function integration(
  code: string,
  version: string,
  steps: number,
  connections: string[],
  rest: Partial<InspectedIntegration> = {},
): InspectedIntegration {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return {
    code,
    version,
    name: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    style: 'app-driven-async',
    state: 'ACTIVATED',
    generation: 'oic3',
    serviceVersion: '26.10.0.1',
    connections: connections.map((one, at) => ({
      code: one,
      role: at === 0 ? 'trigger' : 'invoke',
    })),
    lookups: [],
    libraries: [],
    calls: [],
    oddities: [],
    steps,
    ...rest,
  };
}

function artifact(id: ArtifactId, name: string, rest: Partial<Artifact> = {}): Artifact {
  return { id, name, prebuilt: false, dependencies: [], ...rest };
}

function view(file: string, rest: Partial<InspectView>): InspectView {
  const integrations = rest.integrations ?? [];
  const connections = rest.connections ?? [];
  const made: InspectView = {
    file,
    type: 'iar',
    unpacked: false,
    bytes: 212_480,
    deployments: [],
    integrations,
    connections,
    lookups: [],
    libraries: [],
    certificates: [],
    events: [],
    documents: [],
    recordings: [],
    artifacts: [],
    oddities: [],
    notes: [],
    findings: [],
    ...rest,
  };
  return {
    ...made,
    artifacts: [
      ...integrations.map((one) => artifact(`integration:${one.code}|${one.version}`, one.name)),
      ...connections.map((one) =>
        artifact(`connection:${one.code}`, one.name, { adapter: one.adapter }),
      ),
      ...made.lookups.map((name) => artifact(`lookup:${name}`, name)),
      ...made.libraries.map((name) => artifact(`library:${name}`, name.split('|')[0] ?? name)),
    ],
  };
}

function bundled(codes: string[]): InspectView['connections'] {
  return codes.map((code) => ({
    code,
    name: code.toLowerCase().replaceAll('_', ' '),
    adapter: adapters[code] ?? 'REST',
    securityPolicy: code === 'SFTP_BANK' ? 'FTP_PUBLIC_KEY_AUTHENTICATION' : 'BASIC_AUTH',
  }));
}

const note = (rule: string, shown: string, where: string): InspectedFinding => ({
  severity: 'note',
  rule,
  shown,
  where,
});

const finance = [
  integration('AP_AGING_EXTRACT', '01.00.0003', 9, ['ERP_CLOUD', 'AP_FILES'], {
    style: 'scheduled',
    schedule: {
      name: 'Nightly aging',
      expression: 'FREQ=DAILY;BYHOUR=2',
      timeZone: 'Europe/Berlin',
    },
  }),
  integration('BANK_STATEMENT_LOAD', '01.02.0000', 17, ['SFTP_BANK', 'ERP_CLOUD'], {
    lookups: ['BANK_CODES'],
  }),
  integration('EXPENSE_EXTRACT', '02.01.0000', 12, ['ERP_CLOUD', 'AP_FILES']),
  integration('GL_JOURNAL_IMPORT', '03.01.0000', 21, ['FINANCE_ATP', 'ERP_CLOUD'], {
    libraries: ['JOURNAL_MATH|01.00.0000'],
  }),
  integration('INVOICE_TO_ERP', '02.00.0001', 14, ['PORTAL_REST', 'ERP_CLOUD'], {
    lookups: ['COST_CENTERS'],
  }),
  integration('PAYMENT_STATUS_FEED', '01.00.0012', 11, ['SFTP_BANK', 'PORTAL_REST']),
];

function financePackage(file: string): InspectView {
  return view(file, {
    type: 'par',
    bytes: 1_800_000,
    exportedAt: '2026-11-12T08:02:00Z',
    generation: 'oic3',
    serviceVersion: '26.10',
    package: 'com.acme.finance',
    integrations: finance,
    connections: bundled(['ERP_CLOUD', 'SFTP_BANK', 'FINANCE_ATP', 'PORTAL_REST', 'AP_FILES']),
    lookups: ['BANK_CODES', 'COST_CENTERS'],
    libraries: ['JOURNAL_MATH|01.00.0000'],
    certificates: ['bank_host_2026'],
    findings: [
      {
        severity: 'warning',
        rule: 'private-key',
        shown: '••••••',
        where: 'icspackage/appinstances/SFTP_BANK.xml: privateKeyFile',
      },
      note(
        'pod',
        'fa-eqgj-dev1.fa.ocs.oraclecloud.com',
        'icspackage/appinstances/ERP_CLOUD.xml: connectionUrl',
      ),
      note(
        'pod',
        'fa-eqgj-dev1.fa.ocs.oraclecloud.com',
        'icspackage/project/GL_JOURNAL_IMPORT_03.01.0000/resources/processor_12/expr.properties: TextExpression_1',
      ),
      note('host', 'sftp.bank.example', 'icspackage/appinstances/SFTP_BANK.xml: host'),
      note(
        'email-address',
        'ap-team@acme.example',
        'icspackage/project/BANK_STATEMENT_LOAD_01.02.0000/resources/processor_40/notification.xml: to',
      ),
      note(
        'path',
        '/out/aging',
        'icspackage/project/AP_AGING_EXTRACT_01.00.0003/resources/application_29/PutFile_REQUEST.jca: PhysicalDirectory',
      ),
      note('zone', 'Europe/Berlin', 'icspackage/schedule/Nightly_aging.xml: time-zone'),
    ],
    oddities: [
      {
        kind: 'repacked',
        words: 'the ZIP was not written by Oracle Integration: 49 entries for folders',
      },
    ],
  });
}

/** What is in one file, told by its name. */
export function inspectionOf(file: string): InspectAnswer {
  const name = file.split(/[\\/]/).at(-1) ?? file;
  if (/^HIRE|damaged/i.test(name))
    return {
      outcome: 'failed',
      value: {
        file,
        error: {
          code: 'archiveDamaged',
          message: `\`${name}\` ends too early: 4.1 of 7.7 MB are there.`,
          guidance: 'Export it again, or copy it again from where it came from.',
          retryable: false,
          context: {},
        },
      },
    };
  if (name.endsWith('.par')) return { outcome: 'read', value: financePackage(file) };
  if (name.endsWith('.csv'))
    return {
      outcome: 'read',
      value: view(file, { type: 'csv', bytes: 412, lookups: [name.replace(/\.csv$/, '')] }),
    };
  const [, code = 'ORDERS', version = '01.00.0000'] =
    /^(.*?)(?:_(\d\d\.\d\d\.\d{4}))?\.[a-z]+$/i.exec(name) ?? [];
  return {
    outcome: 'read',
    value: view(file, {
      exportedAt: '2026-11-17T13:52:00Z',
      generation: 'oic3',
      serviceVersion: '26.10.0.1',
      integrations: [
        integration(code, version, 14, ['PORTAL_REST', 'ERP_CLOUD'], { state: 'CONFIGURED' }),
      ],
      connections: bundled(['PORTAL_REST', 'ERP_CLOUD']),
    }),
  };
}

/** The files in a folder; a path that names a file is that file. */
export function filesIn(path: string): string[] {
  if (path === folder) return drawn;
  const many = /(?:^|[\\/])many(\d+)?$/.exec(path);
  if (!many) return [path];
  return Array.from({ length: Number(many[1] ?? 2000) }, (_, at) => {
    const number = String(at).padStart(4, '0');
    if (at % 97 === 5) return `${path}/finance_${number}.par`;
    return at % 150 === 9
      ? `${path}/damaged_${number}.car`
      : `${path}/FLOW_${number}_01.00.0000.iar`;
  });
}

/** The drawn verdicts over a file's artifacts. */
export function comparedRows(file: string): ComparedRow[] {
  const answer = inspectionOf(file);
  if (answer.outcome === 'failed') return [];
  const verdicts: Record<string, Partial<ComparedRow>> = {
    BANK_STATEMENT_LOAD: { verdict: 'different', summary: '1 step' },
    GL_JOURNAL_IMPORT: { verdict: 'different', summary: '2 maps' },
    PAYMENT_STATUS_FEED: { verdict: 'onlyLeft' },
    SFTP_BANK: { verdict: 'environment' },
    TAX_CODES: { verdict: 'different', summary: '2 rows' },
  };
  return answer.value.artifacts.map(({ id, name }) => ({
    id,
    name,
    verdict: 'same',
    summary: '',
    stateDiffers: false,
    otherVersions: [],
    ...verdicts[id.replace(/^.*:/, '').split('|')[0] ?? ''],
  }));
}

/** Of what the double's files hold; nothing of other places and files. */
export function filePartOf(path: string, id: ArtifactId): ArtifactDetail | undefined {
  const answer = inspectionOf(path);
  if (answer.outcome === 'failed') return undefined;
  const found = answer.value.artifacts.find((one) => one.id === id);
  if (!found) return undefined;
  return {
    artifact: found,
    uses: id.endsWith('SFTP_BANK')
      ? [{ id: 'certificate:bank_host_2026', role: 'certificate', present: false }]
      : [],
    usedBy: [],
    versions: [found],
    activationErrors: [],
    libraryFunctions: id.startsWith('library:')
      ? ['roundTax', 'journalNumber', 'splitAccount', 'isClosedPeriod']
      : [],
    actions: [],
    canExport: false,
    fileName: '',
    ...(id.startsWith('lookup:')
      ? {
          lookup: {
            columns: ['ERP', 'COUPA', 'NOTE'],
            rows: Array.from({ length: 13 }, (_, at) => [`DE${at + 7}`, `VAT${at + 7}`, '']),
            rowCount: 13,
          },
        }
      : {}),
    ...(id.startsWith('connection:')
      ? {
          connection: {
            securityPolicy: 'Basic',
            attachments: id.endsWith('SFTP_BANK')
              ? [{ name: 'privateKeyFile', value: 'bank_key.pem' }]
              : [],
            properties: [
              {
                name: 'connectionUrl',
                label: 'Connection URL',
                value: 'https://fa-eqgj-dev1.fa.ocs.oraclecloud.com',
                secret: false,
                set: true,
                required: true,
                kind: 'url',
                options: [],
              },
              {
                name: 'password',
                label: 'Password',
                secret: true,
                set: false,
                required: true,
                kind: 'secret',
                options: [],
              },
            ],
          },
        }
      : {}),
  };
}
