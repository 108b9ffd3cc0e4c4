/** What depends on what in the double's places: the drawn world of orders, and a large one. */
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { GraphEdge } from '../../src/lib/backend/generated/GraphEdge';
import type { GraphNode } from '../../src/lib/backend/generated/GraphNode';
import type { GraphView } from '../../src/lib/backend/generated/GraphView';
import type { ImpactRow } from '../../src/lib/backend/generated/ImpactRow';
import type { ImpactView } from '../../src/lib/backend/generated/ImpactView';
import type { PlaceRef } from '../../src/lib/backend/generated/PlaceRef';
import type { State } from '../../src/lib/backend/generated/State';
import { headOf } from './compare';
import { artifacts } from './data';
import type { DoubleState } from './state';

interface Made {
  id: ArtifactId;
  name: string;
  state?: State;
  needs: [id: ArtifactId, role: string][];
}

const one = (
  id: ArtifactId,
  name: string,
  state?: State,
  needs: [ArtifactId, string][] = [],
): Made => ({ id, name, ...(state ? { state } : {}), needs });

/** 20 artifacts, among them two that are missing, two that are unused and a circle of two. */
const drawn: Made[] = [
  one('integration:ORDER_SYNC|01.02.0003', 'Order sync', 'active', [
    ['connection:SFDC_CORE', 'trigger'],
    ['connection:ERP_CLOUD', 'invoke'],
    ['connection:WMS_FTP', 'invoke'],
    ['lookup:ORDER_STATUS_MAP', 'lookup'],
    ['lookup:COUNTRY_CODES', 'lookup'],
    ['library:ORDER_TEXT|01.00', 'library'],
    ['integration:COMMON_ERROR_HANDLER|01.00.0000', 'calls'],
  ]),
  one('integration:COMMON_ERROR_HANDLER|01.00.0000', 'Common error handler', 'active', [
    ['connection:ERP_CLOUD', 'invoke'],
    ['lookup:UNITS', 'lookup'],
  ]),
  one('integration:PORTAL_ORDERS_IN|03.00.0000', 'Portal orders in', 'active', [
    ['connection:SFDC_CORE', 'trigger'],
    ['integration:ORDER_SYNC|01.02.0003', 'calls'],
  ]),
  one('integration:ORDER_REPLAY|01.00.0000', 'Order replay', 'configured', [
    ['integration:ORDER_SYNC|01.02.0003', 'calls'],
    ['lookup:REPLAY_RULES', 'lookup'],
  ]),
  one('integration:INVOICE_TO_ERP|02.00.0001', 'Invoice to ERP', 'active', [
    ['connection:ERP_CLOUD', 'invoke'],
    ['lookup:TAX_CODES', 'lookup'],
    ['integration:INVOICE_CHECK|01.00.0000', 'calls'],
  ]),
  one('integration:INVOICE_CHECK|01.00.0000', 'Invoice check', 'active', [
    ['integration:INVOICE_TO_ERP|02.00.0001', 'calls'],
  ]),
  one('ORDER_TO_CASH/integration:CASH_NOTICE|01.00.0000', 'Cash notice', 'active', [
    ['connection:ERP_CLOUD', 'invoke'],
    ['integration:COMMON_ERROR_HANDLER|01.00.0000', 'calls'],
  ]),
  one('schedule:ORDER_REPLAY', 'Order replay', 'started', [
    ['integration:ORDER_REPLAY|01.00.0000', 'schedule of'],
  ]),
  one('project:ORDER_TO_CASH', 'Order to cash', undefined, [
    ['ORDER_TO_CASH/integration:CASH_NOTICE|01.00.0000', 'member'],
  ]),
  one('package:com.acme.order2cash', 'com.acme.order2cash', undefined, [
    ['integration:ORDER_SYNC|01.02.0003', 'member'],
    ['integration:COMMON_ERROR_HANDLER|01.00.0000', 'member'],
  ]),
  one('connection:SFDC_CORE', 'Salesforce', 'configured'),
  one('connection:ERP_CLOUD', 'ERP Cloud', 'configured', [
    ['agentGroup:ACME_AGENTS', 'agent group'],
  ]),
  one('connection:WMS_FTP', 'Warehouse FTP', 'draft'),
  one('connection:OLD_CRM', 'Old CRM', 'draft'),
  one('lookup:ORDER_STATUS_MAP', 'Order status map'),
  one('lookup:COUNTRY_CODES', 'Country codes'),
  one('lookup:TAX_CODES', 'Tax codes'),
  one('lookup:OLD_STATUS', 'Old status'),
  one('library:ORDER_TEXT|01.00', 'Order text'),
  one('agentGroup:ACME_AGENTS', 'Acme agents'),
];

const nouns = ['Order', 'Invoice', 'Supplier', 'Employee', 'Shipment', 'Payment', 'Item', 'Ledger'];
const verbs = ['sync', 'cancel', 'archive', 'notice', 'import', 'reconcile', 'export', 'audit'];
const systems = ['ERP', 'Coupa', 'Salesforce', 'Warehouse', 'Payroll', 'Bank', 'Portal', 'Tax'];
const pick = <Item>(list: readonly Item[], at: number): Item => list[at % list.length] as Item;
/** The same number gives the same answer, spread over `below`. */
const chance = (seed: number, below: number) => ((seed * 2654435761) >>> 7) % below;
const codeOf = (name: string) => name.toUpperCase().replaceAll(' ', '_');

/** 800 integrations and what they need, about 1,500 in all. */
function generated(): Made[] {
  const named = (kind: string, count: number, word: (at: number) => string, tail = ''): Made[] =>
    Array.from({ length: count }, (_, at) =>
      one(
        `${kind}:${codeOf(word(at))}${tail}`,
        word(at),
        kind === 'connection' ? (at % 7 === 0 ? 'draft' : 'configured') : undefined,
        kind === 'connection' && at % 4 === 0 ? [['agentGroup:ACME_AGENTS', 'agent group']] : [],
      ),
    );
  const connections = named(
    'connection',
    120,
    (at) => `${pick(systems, at)} link ${(at >> 3) + 1}`,
  );
  const lookups = named('lookup', 240, (at) => `${pick(nouns, at)} codes ${(at >> 3) + 1}`);
  const libraries = named('library', 40, (at) => `${pick(verbs, at)} functions ${(at >> 3) + 1}`);
  const ids: ArtifactId[] = [];
  const integrations = Array.from({ length: 800 }, (_, at): Made => {
    const name = `${pick(nouns, at)} ${pick(verbs, at >> 3)} run ${(at >> 6) + 1}`;
    const project = at % 13 === 0 ? 'FINANCE/' : '';
    const id = `${project}integration:${codeOf(name)}|01.00.000${at % 10}`;
    ids.push(id);
    // A few connections are used by many.
    const hub = chance(at, 3) === 0 ? chance(at + 7, 6) : chance(at + 3, connections.length);
    const needs: [ArtifactId, string][] = [
      [pick(connections, hub).id, 'invoke'],
      [pick(connections, chance(at + 11, connections.length)).id, 'trigger'],
      [pick(lookups, chance(at + 5, 200)).id, 'lookup'],
    ];
    if (at % 4 === 0) needs.push([pick(libraries, chance(at, 36)).id, 'library']);
    if (at % 9 === 5 && at > 20) needs.push([pick(ids, chance(at + 1, at)), 'calls']);
    if (at % 97 === 50) needs.push([`lookup:LOST_CODES_${at}`, 'lookup']);
    return one(id, name, pick(['active', 'active', 'active', 'configured', 'failed'], at), needs);
  });
  const schedules = integrations
    .filter((_, at) => at % 3 === 1)
    .map(({ id, name }) =>
      one(id.replace('integration:', 'schedule:').replace(/\|.*/, ''), name, 'started', [
        [id, 'schedule of'],
      ]),
    );
  const members = ids.filter((id) => id.startsWith('FINANCE/'));
  const project = one(
    'project:FINANCE',
    'Finance',
    undefined,
    members.map((id) => [id, 'member']),
  );
  return [...connections, ...lookups, ...libraries, ...integrations, ...schedules, project];
}

/** Some of the double's catalogue, with what it says of them. */
function listed(): Made[] {
  const some = artifacts(812).filter(({ id }) => /_9(\||$)/.test(id));
  const there = new Set(some.map(({ id }) => id));
  return some.map(({ id, name, state, dependencies }) =>
    one(
      id,
      name,
      state ?? undefined,
      dependencies.filter((need) => there.has(need.id)).map((need) => [need.id, need.role]),
    ),
  );
}

const needed = ['connection', 'lookup', 'library', 'certificate', 'agentGroup'];
const kindOf = (id: ArtifactId) => id.slice(0, id.indexOf(':')).split('/').at(-1) ?? '';
const scopeOf = (id: ArtifactId) => (/^[^:]*\//.test(id) ? id.slice(0, id.indexOf('/')) : '');

/** The graph of these artifacts, drawn in columns by kind. */
function graphFrom(made: readonly Made[]): Omit<GraphView, 'head' | 'notes'> {
  const held = new Map(made.map((artifact) => [artifact.id, artifact]));
  const ids = [...new Set([...held.keys(), ...made.flatMap((a) => a.needs.map(([id]) => id))])];
  ids.sort((a, b) => (a < b ? -1 : 1));
  const at = new Map(ids.map((id, position) => [id, position]));
  const edges = made.flatMap(({ id, needs }) =>
    needs.map(([to, role]): GraphEdge => ({
      from: at.get(id) ?? 0,
      to: at.get(to) ?? 0,
      role,
      across: role !== 'member' && scopeOf(id) !== scopeOf(to),
    })),
  );
  const count = (list: readonly number[]) => {
    const counts = new Map<number, number>();
    for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
    return (of: number) => counts.get(of) ?? 0;
  };
  const uses = count(edges.map(({ from }) => from));
  const usedBy = count(edges.map(({ to }) => to));
  const pair = ['integration:INVOICE_CHECK|01.00.0000', 'integration:INVOICE_TO_ERP|02.00.0001'];
  const circle = pair.map((id) => at.get(id)).filter((found) => found !== undefined);
  const nodes = ids.map((id, position): GraphNode => {
    const artifact = held.get(id);
    return {
      id,
      name: artifact?.name ?? id.slice(id.indexOf(':') + 1),
      ...(artifact?.state ? { state: artifact.state } : {}),
      present: artifact !== undefined,
      uses: uses(position),
      usedBy: usedBy(position),
      unused: artifact !== undefined && usedBy(position) === 0 && needed.includes(kindOf(id)),
      ...(circle.length === 2 && circle.includes(position) ? { cycle: 0 } : {}),
      x: 0,
      y: 0,
    };
  });
  return {
    nodes,
    edges,
    cycles: circle.length === 2 ? [circle] : [],
    ...placed(nodes),
  };
}

const tiers = [
  ['project', 'package', 'deployment'],
  ['schedule'],
  ['integration'],
  needed.slice(0, 3),
];

function placed(nodes: GraphNode[]): { width: number; height: number } {
  const tierOf = ({ id }: GraphNode) => {
    const found = tiers.findIndex((kinds) => kinds.includes(kindOf(id)));
    return found === -1 ? tiers.length : found;
  };
  const columns = [...tiers, []].map((_, tier) => nodes.filter((node) => tierOf(node) === tier));
  const rows = Math.max(8, Math.ceil(Math.sqrt(nodes.length * 3.4)));
  let left = 24;
  for (const column of columns.filter((one) => one.length > 0)) {
    const folds = Math.ceil(column.length / rows);
    const high = Math.ceil(column.length / folds);
    column.forEach((node, place) => {
      node.x = left + (place % folds) * 204;
      node.y = 24 + 22 + ((rows - high) / 2 + Math.floor(place / folds)) * 44;
    });
    left += folds * 204 - 28 + 88;
  }
  return { width: left - 64, height: rows * 44 + 48 };
}

function worldIn(place: PlaceRef): Omit<GraphView, 'head' | 'notes'> {
  if (place.type === 'file' || place.type === 'files') return graphFrom(drawn);
  return graphFrom(
    place.type === 'instance' && place.id === 'dev'
      ? [...drawn, ...generated(), ...listed()]
      : drawn,
  );
}

export function graphOf(state: DoubleState, place: PlaceRef): GraphView {
  const notes = [
    'Integrations, lookups and libraries whose names are worked out while an integration runs are not seen.',
  ];
  const empty = { nodes: [], edges: [], cycles: [], width: 0, height: 0 };
  return {
    head: headOf(state, place),
    ...(state.artifacts === 0 ? empty : worldIn(place)),
    notes,
  };
}

export function impactOf(place: PlaceRef, id: ArtifactId): ImpactView {
  const { nodes, edges } = worldIn(place);
  const start = nodes.findIndex((node) => node.id === id);
  const seen = new Set([start]);
  const rows: ImpactRow[] = [];
  let reached = [start];
  for (let distance = 1; reached.length > 0; distance++) {
    const next: number[] = [];
    for (const to of reached) {
      for (const edge of edges) {
        const [node, via] = [nodes[edge.from], nodes[to]];
        if (edge.to !== to || edge.role === 'member' || seen.has(edge.from) || !node || !via)
          continue;
        seen.add(edge.from);
        next.push(edge.from);
        const { state } = node;
        rows.push({
          id: node.id,
          name: node.name,
          ...(state ? { state } : {}),
          distance,
          via: via.id,
          role: edge.role,
        });
      }
    }
    reached = next;
  }
  const active = rows.filter(({ state }) => state === 'active' || state === 'started').length;
  return { id, rows, active };
}
