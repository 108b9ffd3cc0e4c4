/** What the double finds in its places. */
import type { Piece } from '../../src/lib/backend/generated/Piece';
import type { PlaceHead } from '../../src/lib/backend/generated/PlaceHead';
import type { SearchHit } from '../../src/lib/backend/generated/SearchHit';
import type { SearchMatch } from '../../src/lib/backend/generated/SearchMatch';
import type { SearchRequest } from '../../src/lib/backend/generated/SearchRequest';
import type { SearchView } from '../../src/lib/backend/generated/SearchView';
import type { SnapshotSummary } from '../../src/lib/backend/generated/SnapshotSummary';
import type { DoubleState } from './state';

/** The drawn host, found in the drawn artifacts; `order` is found in very many. */
const host = 'fa-eqgj-dev1.fa.ocs.oraclecloud.com';

function excerpt(before: string, found: string, after: string): Piece[] {
  return [
    { text: before, changed: false },
    { text: found, changed: true },
    { text: after, changed: false },
  ].filter((piece) => piece.text !== '');
}

function match(where: string, path: string, pieces: Piece[]): SearchMatch {
  return { where, path, excerpt: pieces };
}

function headOf(snapshot: SnapshotSummary): PlaceHead {
  return {
    place: { type: 'snapshot', id: snapshot.id },
    title: snapshot.instanceName,
    instanceId: snapshot.instanceId,
    environment: snapshot.environment,
    readAt: snapshot.takenAt,
  };
}

function hits(heads: PlaceHead[], text: string): SearchHit[] {
  const [head, ...also] = heads;
  if (!head) return [];
  const inFlow = Array.from({ length: 7 }, (_, at) =>
    match(
      `Map to CreateOrder, target field BaseUrl${at + 1}`,
      `ORDER_SYNC_01.02.0003.iar/icspackage/project/ORDER_SYNC_01.02.0003/resources/processor_${at}/req.xsl`,
      excerpt('concat("https://', text, `/fscmRestApi/${at}", $id)`),
    ),
  );
  return [
    {
      id: 'connection:ERP_CLOUD',
      name: 'ERP Cloud',
      head,
      also,
      matches: [
        match(
          'Connection URL',
          'ERP_CLOUD.iar/icspackage/appinstances/ERP_CLOUD.xml',
          excerpt('https://', text, '/homePage'),
        ),
        match(
          'Password',
          'ERP_CLOUD.iar/icspackage/appinstances/ERP_CLOUD.xml',
          excerpt('user=svc_oic; host=', text, '; password=••••••'),
        ),
      ],
      count: 2,
    },
    {
      id: 'integration:ORDER_SYNC|01.02.0003',
      name: 'Order sync',
      head,
      also: [],
      matches: inFlow,
      count: 63,
    },
    {
      id: 'lookup:ENDPOINTS',
      name: 'Endpoints',
      head: also[0] ?? head,
      also: also.slice(1),
      matches: [match('Row DEV, column HOST', '', excerpt('', text, ''))],
      count: 1,
    },
  ];
}

export function searchOf(state: DoubleState, request: SearchRequest): SearchView {
  const asked = request.places.flatMap((place) =>
    place.type === 'snapshot' ? state.snapshots.filter((one) => one.id === place.id) : [],
  );
  const heads = (request.places.length > 0 ? asked : state.snapshots).slice(0, 4).map(headOf);
  const [only] = request.places;
  if (only?.type === 'instance') {
    const instance = state.instances.find((one) => one.id === only.id);
    if (instance)
      heads.push({
        place: only,
        title: instance.name,
        instanceId: instance.id,
        environment: instance.environment,
        readAt: new Date().toISOString(),
      });
  }
  if (only?.type === 'file' || only?.type === 'files')
    heads.push({ place: only, title: 'Opened files', readAt: new Date().toISOString() });
  const fits = (whole: string) =>
    request.matchCase
      ? whole.includes(request.text)
      : whole.toLowerCase().includes(request.text.toLowerCase());
  const found = fits(host) ? hits(heads, request.text) : [];
  const many = request.text === 'order' && heads[0];
  return {
    hits: many
      ? Array.from({ length: 500 }, (_, at) => ({
          ...(hits(heads, 'order')[1] as SearchHit),
          id: `integration:ORDER_${at}|01.00.0000`,
          name: `Order ${at}`,
        }))
      : found,
    searched: 812,
    places: Math.max(request.places.length, 1),
    notes: many ? ['1 archive could not be opened: it is damaged.'] : [],
    cutOff: Boolean(many),
    tookMs: 40,
  };
}
