/** What the double's integrations do: the drawn flow, a long one, one of basic routing. */
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { DesignView } from '../../src/lib/backend/generated/DesignView';
import type { MappedField } from '../../src/lib/backend/generated/MappedField';
import type { StepView } from '../../src/lib/backend/generated/StepView';

type Sketch = Partial<Omit<StepView, 'key' | 'number' | 'kind' | 'steps'>> & {
  kind: string;
  steps?: Sketch[];
};

/** What is no step of its own. */
const partKinds = [
  'global-scope',
  'catch',
  'catch-all',
  'handler-end',
  'route',
  'parallel-branch',
  'note',
  'integration-properties',
  'integration-metadata',
  'global-variable',
];

/** Numbers the steps in the order of reading and names each by its positions. */
export function flow(sketches: readonly Sketch[]): StepView[] {
  let number = 0;
  const made = (list: readonly Sketch[], outer: string, folded = false): StepView[] =>
    list.map((sketch, at) => {
      const key = outer ? `${outer}.${at}` : `${at}`;
      const step: StepView = {
        key,
        ...(folded || partKinds.includes(sketch.kind) ? {} : { number: ++number }),
        known: true,
        expressions: [],
        settings: [],
        texts: [],
        lookups: [],
        ...sketch,
        steps: [],
      };
      step.steps = made(sketch.steps ?? [], key, sketch.kind === 'assignments');
      return step;
    });
  return made(sketches, '');
}

function countSteps(steps: readonly StepView[]): number {
  return steps.reduce((sum, step) => sum + (step.number ? 1 : 0) + countSteps(step.steps), 0);
}

const fields = (count: number): MappedField[] =>
  Array.from({ length: count }, (_, at) => ({
    target: `order/lines/line/field${at + 1}`,
    source: `/source/order/lines/line/value${at + 1}`,
    within: at % 7 === 0 ? ['for-each /source/order/lines/line'] : [],
  }));

const taxMap = {
  path: 'resources/processor_31/resourcegroup_33/req_tax.xsl',
  sources: ['order'],
  target: 'order',
  fields: [
    {
      target: 'order/lines/taxCode',
      source: 'lookupValue("EMPLOYEE_SYNC", "province", shipTo/state, "erpCode", "GST")',
      within: [],
    },
    {
      target: 'order/lines/taxAmount',
      source: 'round(amount * rate * 100) div 100',
      within: ['if amount > 0'],
    },
  ],
  notes: [],
};

export const drawnFlow: Sketch[] = [
  {
    kind: 'receive',
    name: 'Receive order',
    summary: 'SFDC_CORE event',
    connection: 'SFDC_CORE',
    adapter: 'salesforce',
    operation: 'OrderChanged',
  },
  {
    kind: 'map',
    name: 'Map to staging',
    summary: '34 fields, 1 lookup',
    lookups: ['ORDER_STATUS_MAP'],
    map: { ...taxMap, path: 'resources/processor_12/req_staging.xsl', fields: fields(340) },
  },
  {
    kind: 'router',
    name: 'Ship-to country',
    summary: '3 routes',
    steps: [
      {
        kind: 'route',
        name: 'CA',
        condition: 'shipTo/country = "CA"',
        steps: [
          {
            kind: 'map',
            name: 'Canadian tax',
            summary: '2 fields, EMPLOYEE_SYNC',
            lookups: ['EMPLOYEE_SYNC'],
            map: taxMap,
          },
        ],
      },
      {
        kind: 'route',
        name: 'US',
        condition: 'shipTo/country = "US"',
        steps: [
          {
            kind: 'invoke',
            name: 'Get US tax',
            summary: 'INVOICE_SYNC GET',
            connection: 'INVOICE_SYNC',
            adapter: 'rest',
            operation: 'GET /tax/{zip}',
            settings: [
              { name: 'verb', value: 'GET' },
              { name: 'resource', value: '/tax/{zip}' },
            ],
          },
        ],
      },
      {
        kind: 'route',
        name: 'otherwise',
        steps: [
          {
            kind: 'log',
            name: 'Log country',
            summary: 'no tax is added',
            expressions: [{ role: 'message', text: 'concat("No tax for ", shipTo/country)' }],
          },
        ],
      },
    ],
  },
  {
    kind: 'scope',
    name: 'Create and reserve',
    steps: [
      {
        kind: 'invoke',
        name: 'Create order',
        summary: 'ERP_CLOUD createOrder',
        connection: 'ERP_CLOUD',
        adapter: 'erp',
        operation: 'createOrder',
      },
      {
        kind: 'for-each',
        name: 'For each line',
        summary: 'orderLines',
        expressions: [{ role: 'over', text: '$order/lines/line', variable: 'CurrentLine' }],
        steps: [
          {
            kind: 'map',
            name: 'Map line',
            summary: '12 fields',
            map: { ...taxMap, path: 'resources/processor_50/req_line.xsl', fields: fields(12) },
          },
          {
            kind: 'invoke',
            name: 'Reserve stock',
            summary: 'WMS_REST POST /reserve',
            connection: 'WMS_REST',
            adapter: 'rest',
            operation: 'POST /reserve',
          },
        ],
      },
      {
        kind: 'catch-all',
        name: 'On any fault',
        summary: '2 handlers',
        steps: [
          {
            kind: 'invoke',
            name: 'Call error handler',
            summary: 'COMMON_ERROR_HANDLER',
            calls: 'COMMON_ERROR_HANDLER|01.00.0000',
          },
        ],
      },
    ],
  },
  {
    kind: 'reply',
    name: 'Update status',
    summary: 'SFDC_CORE update',
    connection: 'SFDC_CORE',
    adapter: 'salesforce',
    operation: 'update',
  },
];

const plain: Sketch[] = [
  {
    kind: 'map',
    name: 'Map request',
    summary: '18 fields',
    map: { ...taxMap, fields: fields(18) },
  },
  {
    kind: 'invoke',
    name: 'Call the portal',
    summary: 'PORTAL_REST POST /orders',
    connection: 'PORTAL_REST',
    operation: 'POST /orders',
  },
  {
    kind: 'assignments',
    name: 'Keep the answer',
    summary: '2 variables',
    steps: [
      {
        kind: 'assign',
        name: 'orderNumber',
        expressions: [{ role: '', text: '$answer/number', variable: 'orderNumber' }],
      },
      {
        kind: 'assign',
        name: 'status',
        expressions: [{ role: '', text: '"SENT"', variable: 'status' }],
      },
    ],
  },
];

/** So many steps at least, nested as large integrations are. */
export function longFlow(atLeast: number): StepView[] {
  const parts: Sketch[] = [];
  const whole = (): Sketch[] => [
    {
      kind: 'global-scope',
      steps: [
        { kind: 'global-variable', name: 'runId' },
        { kind: 'schedule', name: 'Every hour', summary: 'FREQ=HOURLY' },
        ...parts,
        { kind: 'stop' },
        { kind: 'catch-all', steps: [{ kind: 'handler-end' }] },
      ],
    },
  ];
  for (let at = 0; countSteps(flow(whole())) < atLeast; at++)
    parts.push({
      kind: 'scope',
      name: `Part ${at + 1}`,
      steps: [
        ...plain,
        {
          kind: 'router',
          name: `Decide ${at + 1}`,
          summary: '3 routes',
          steps: [
            {
              kind: 'route',
              condition: `$order/total > ${at * 100} and $order/currency = "EUR"`,
              steps: [
                { kind: 'while', name: 'Until done', condition: '$done = "false"', steps: plain },
              ],
            },
            {
              kind: 'route',
              condition: '$order/total = 0',
              steps: [{ kind: 'throw', name: 'Nothing to pay' }],
            },
            { kind: 'route', steps: [] },
          ],
        },
        {
          kind: 'parallel',
          name: 'At once',
          steps: [
            { kind: 'parallel-branch', name: 'ERP', steps: plain },
            {
              kind: 'parallel-branch',
              name: 'CRM',
              steps: [{ kind: 'b2bTranslate', known: false, name: 'Translate EDI' }, ...plain],
            },
          ],
        },
        { kind: 'catch', name: 'On a timeout', steps: [{ kind: 'wait', name: 'Wait a minute' }] },
        {
          kind: 'catch-all',
          name: 'On any fault',
          steps: [
            {
              kind: 'notification',
              name: 'Tell support',
              texts: [{ name: 'subject', value: 'Part {n} failed' }],
            },
            { kind: 'rethrow' },
          ],
        },
      ],
    });
  return flow(whole());
}

const basicRouting: Sketch[] = [
  { kind: 'receive', name: 'Purchase order', summary: 'COUPA_EVENTS', connection: 'COUPA_EVENTS' },
  { kind: 'map', name: 'Request', summary: '9 fields', map: { ...taxMap, fields: fields(9) } },
  {
    kind: 'invoke',
    name: 'Create in the ERP',
    summary: 'ERP_CLOUD createPurchaseOrder',
    connection: 'ERP_CLOUD',
  },
  { kind: 'map', name: 'Response', summary: '3 fields', map: { ...taxMap, fields: fields(3) } },
];

export function designOf(id: ArtifactId): DesignView {
  const steps = id.includes('SHIPMENT')
    ? longFlow(200)
    : id.includes('ITEM')
      ? longFlow(600)
      : flow(id.includes('SUPPLIER') ? basicRouting : drawnFlow);
  return {
    id,
    name: id,
    description: 'Carries orders between the portal and the ERP.',
    style: 'app-driven-sync',
    serviceVersion: '26.04',
    steps,
    stepCount: countSteps(steps),
    tracking: [
      { name: 'Order number', source: '/order/number', primary: true },
      { name: 'Account', source: '/order/account', primary: false },
    ],
    scheduleParameters: [{ name: 'lastRun', value: '2026-11-01T00:00:00Z' }],
    properties: [{ name: 'batchSize', value: '200' }],
    connections: [
      { code: 'SFDC_CORE', adapter: 'salesforce', role: 'trigger' },
      { code: 'ERP_CLOUD', adapter: 'erp', role: 'invoke' },
    ],
    lookups: ['EMPLOYEE_SYNC', 'ORDER_STATUS_MAP'],
    libraries: ['ORDER_TEXT|01.00'],
    calls: ['COMMON_ERROR_HANDLER|01.00.0000'],
    oddities: [{ kind: 'repacked', words: 'The archive was packed again after its export.' }],
    findings: [
      {
        severity: 'warning',
        rule: 'password',
        where: 'resources/application_7/service.jca, line 12',
        shown: 'password=••••••',
      },
      {
        severity: 'note',
        rule: 'host',
        where: 'connection ERP_CLOUD, connectionUrl',
        shown: 'fa-dev1.fa.ocs.oraclecloud.com',
      },
    ],
  };
}

export function designTextOf(path: string): string {
  const lines = Array.from({ length: 120 }, (_, at) =>
    at % 3 === 0
      ? `      <xsl:for-each select="/source/order/lines/line[${at}]">`
      : `        <taxCode><xsl:value-of select="amount * ${at}"/></taxCode>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- ${path} -->`,
    '<xsl:stylesheet version="2.0">',
    ...lines,
    '</xsl:stylesheet>',
  ].join('\n');
}
