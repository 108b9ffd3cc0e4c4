/** The double's answers about one artifact: every kind of part, masked values, texts. */
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { Change } from '../../src/lib/backend/generated/Change';
import type { Difference } from '../../src/lib/backend/generated/Difference';
import type { DifferenceView } from '../../src/lib/backend/generated/DifferenceView';
import type { Piece } from '../../src/lib/backend/generated/Piece';
import type { Section } from '../../src/lib/backend/generated/Section';
import type { TextDifference } from '../../src/lib/backend/generated/TextDifference';
import { ago, day, hour } from './data';

/** `a [b] c`: what stands in brackets is marked as changed. */
function pieces(text: string): Piece[] {
  return text
    .split(/(\[[^\]]*\])/u)
    .filter(Boolean)
    .map((part) =>
      part.startsWith('[')
        ? { text: part.slice(1, -1), changed: true }
        : { text: part, changed: false },
    );
}

function change(name: string, left?: string, right?: string, rest: Partial<Change> = {}): Change {
  const kind = left === undefined ? 'onlyRight' : right === undefined ? 'onlyLeft' : 'changed';
  return {
    kind,
    name,
    ...(left === undefined ? {} : { left: pieces(left) }),
    ...(right === undefined ? {} : { right: pieces(right) }),
    masked: false,
    ...rest,
  };
}

function section(key: string, area: Section['area'], rest: Partial<Section>): Section {
  return {
    key,
    area,
    class: 'design',
    title: '',
    within: [],
    changes: [],
    same: 0,
    hasText: false,
    ...rest,
  };
}

const cell = (left?: string, right: string | undefined = left) => ({
  ...(left === undefined ? {} : { left }),
  ...(right === undefined ? {} : { right }),
  changed: left !== right,
});

const taxCodes = section('rows', 'rows', {
  same: 11,
  table: {
    columns: ['province', 'erpCode', 'rate', 'validFrom'].map((name) => ({ name })),
    rows: [
      {
        kind: 'changed',
        cells: [cell('NS'), cell('HST14', 'HST15'), cell('0.14', '0.15'), cell('2025-04-01', '')],
      },
      {
        kind: 'onlyLeft',
        cells: ['NU', 'GST5', '0.05', '2008-01-01'].map((left) => ({ left, changed: true })),
      },
    ],
  },
});

const addresses = section('connections', 'connection', {
  class: 'environment',
  changes: [
    change('Address of ERP_CLOUD', 'https://fa-[dev1].fa.ocs', 'https://fa-[test2].fa.ocs'),
    change('User of ERP_CLOUD', 'svc_oic_[dev]', 'svc_oic_[test]'),
    change('Address of SFDC_CORE', 'https://acme--[dev].my', 'https://acme--[qa].my'),
  ],
});

const taxMap = section('map:tax', 'map', {
  title: 'Canadian tax',
  within: ['Create and reserve'],
  same: 32,
  hasText: true,
  changes: [
    change(
      'lines/taxCode',
      'lookupValue("TAX_CODES", "province", [shipTo]/state, "erpCode", ["GST"])',
      'lookupValue("TAX_CODES", "province", [billTo]/state, "erpCode", [""])',
    ),
    change('lines/taxAmount', '[round(]amount * rate [* 100) div 100]', 'amount * rate'),
  ],
});

const orderSync: Partial<DifferenceView> = {
  name: 'Order sync',
  headline:
    'The version number is the same, the content is not. Step “Canadian tax” maps 2 of its fields differently, and lookup `TAX_CODES`, which that map reads, differs in 4 places.',
  difference: { sections: [taxMap, addresses], notCompared: [] },
  related: [
    {
      id: 'lookup:TAX_CODES',
      role: 'lookup',
      verdict: 'different',
      summary: '3 cells, 1 row',
      difference: { sections: [taxCodes], notCompared: [] },
    },
  ],
  lastSame: { snapshot: '77aa10f2c8', takenAt: ago(3 * day) },
};

/** A difference with a part of nearly every sort. */
const purchaseOrder: Difference = {
  sections: [
    section('about', 'about', {
      same: 3,
      changes: [change('Description', 'Creates [purchase orders]', 'Creates [POs] in the ERP')],
    }),
    section('endpoint:0', 'endpoint', {
      title: 'Create order',
      same: 6,
      changes: [change('Operation', '[createOrder]', '[createOrderAsync]')],
    }),
    section('flow', 'flow', {
      within: ['Create and reserve'],
      same: 21,
      hasText: true,
      changes: [
        {
          kind: 'onlyLeft',
          name: 'Reserve stock',
          detail: 'invoke, after “Create order”',
          masked: false,
        },
        { kind: 'onlyRight', name: 'Write log', detail: 'logger', masked: false },
        { kind: 'moved', name: 'Notify buyer', detail: 'from 4th to 6th place', masked: false },
      ],
    }),
    section('step:5', 'step', {
      title: 'Is urgent',
      same: 2,
      changes: [change('Condition', 'priority [>=] 2', 'priority [>] 2')],
    }),
    section('functions', 'functions', {
      same: 4,
      changes: [{ kind: 'onlyLeft', name: 'roundUp(amount)', masked: false }],
    }),
    section('state', 'state', {
      class: 'state',
      changes: [change('State', '[Active]', '[Configured]')],
    }),
    addresses,
  ],
  notCompared: ['Recordings of messages are not part of an export, so they were not compared.'],
};

const sftp: Difference = {
  sections: [
    section('connection', 'connection', {
      same: 7,
      changes: [
        change('Agent group', 'ACME_AGENTS'),
        change('Password', '••••••', '••••••', { masked: true }),
        change('Security policy', '[FTP_PUBLIC_KEY]', '[FTP_PASSWORD]'),
      ],
    }),
  ],
  notCompared: [],
};

const facts = {
  left: { state: 'active' as const, updated: ago(0.6 * hour), updatedBy: 'P. Raman' },
  right: { state: 'active' as const, updated: ago(24 * day), updatedBy: 'A. Beltrán' },
};

export function differenceOf(leftId: ArtifactId, rightId: ArtifactId): DifferenceView {
  const told = (rest: Partial<DifferenceView>): DifferenceView => ({
    leftId,
    rightId,
    name: leftId.slice(leftId.indexOf(':') + 1).split('|')[0] ?? leftId,
    verdict: 'different',
    headline: 'The content is not the same.',
    difference: { sections: [], notCompared: [] },
    related: [],
    ...facts,
    ...rest,
  });
  if (leftId !== rightId)
    return told({
      headline: 'Two versions of one design. 1 map differs.',
      difference: { sections: [taxMap], notCompared: [] },
    });
  if (leftId.includes('ORDER_SYNC')) return told(orderSync);
  if (leftId.includes('TAX_CODES'))
    return told({
      headline: 'Three cells and a row differ.',
      difference: { sections: [taxCodes], notCompared: [] },
    });
  if (leftId.includes('COUPA')) return told({ name: 'Coupa PO to ERP', difference: purchaseOrder });
  if (leftId.includes('SFTP')) return told({ name: 'SFTP of the bank', difference: sftp });
  if (leftId.includes('ERP_CLOUD') || leftId.includes('ENVIRONMENT'))
    return told({
      verdict: 'environment',
      headline: 'Only what belongs to its environment differs.',
      difference: { sections: [addresses], notCompared: [] },
    });
  if (leftId.includes('SAME_'))
    return told({ verdict: 'same', headline: 'It means the same in both places.' });
  if (leftId.includes('PRICE_RULES'))
    return told({
      verdict: 'notCompared',
      headline: 'It could not be compared. The library is protected: its functions cannot be read.',
    });
  return told({ difference: { sections: [taxMap], notCompared: [] } });
}

export function textOf(key: string): TextDifference {
  const line = (number: number, left: string | undefined, right = left, skipped = 0) => ({
    ...(left === undefined ? {} : { left: { number, pieces: pieces(left) } }),
    ...(right === undefined ? {} : { right: { number: number - 2, pieces: pieces(right) } }),
    changed: left !== right,
    skipped,
  });
  return {
    title: `req_${key.replace(':', '_')}.xsl`,
    lines: [
      line(215, '<xsl:for-each select="$order/lines">', undefined, 214),
      line(216, '  <ns1:taxCode>'),
      line(
        217,
        '    <xsl:value-of select="lookupValue(\'TAX_CODES\', [$shipTo]/state)"/>',
        '    <xsl:value-of select="lookupValue(\'TAX_CODES\', [$billTo]/state)"/>',
      ),
      line(218, '  </ns1:taxCode>'),
      {
        left: { number: 219, pieces: pieces('[  <ns1:taxRounded>true</ns1:taxRounded>]') },
        changed: true,
        skipped: 0,
      },
      line(220, '</xsl:for-each>', undefined),
    ],
    skippedAfter: 96,
    cutOff: false,
  };
}
