/** Where the window can be, and the address of each place in it (`#/explore/instance/dev`). */
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';

export type Route =
  | { screen: 'home' }
  | { screen: 'instances' }
  | { screen: 'instance-new'; address?: string }
  | { screen: 'instance'; id: string }
  | { screen: 'explore'; place?: PlaceRef; artifact?: string; search?: string }
  | { screen: 'artifact'; place: PlaceRef; id: string; tab?: string; step?: string }
  | { screen: 'graph'; place: PlaceRef; focus?: string }
  | { screen: 'inspect'; file?: string }
  | { screen: 'search'; text?: string; place?: PlaceRef }
  | { screen: 'backups'; instance?: string; snapshot?: string; changes?: boolean }
  | {
      screen: 'compare';
      left?: PlaceRef;
      right?: PlaceRef;
      id?: string;
      rightId?: string;
      /** A project or a deployment of the left place, compared alone. */
      within?: string;
      tab?: string;
      search?: string;
    }
  | { screen: 'move'; id?: string; step?: string; connection?: string }
  | { screen: 'release'; id?: string }
  | { screen: 'activity'; run?: string; audit?: boolean }
  | { screen: 'settings'; section?: string };

/** The entries of the rail, in their order. */
export type RailEntry =
  'home' | 'instances' | 'explore' | 'backups' | 'move' | 'compare' | 'activity' | 'settings';

export const railEntries: readonly RailEntry[] = [
  'home',
  'instances',
  'explore',
  'backups',
  'move',
  'compare',
  'activity',
  'settings',
];

export function railEntryOf(route: Route): RailEntry {
  switch (route.screen) {
    case 'instance':
    case 'instance-new':
      return 'instances';
    case 'artifact':
    case 'graph':
    case 'inspect':
    case 'search':
      return 'explore';
    case 'release':
      return 'move';
    default:
      return route.screen;
  }
}

/** The hash of a route, for a link's `href`. */
export function href(route: Route): string {
  switch (route.screen) {
    case 'instance-new':
      return address(['instances', 'new'], { address: route.address });
    case 'instance':
      return address(['instances', route.id]);
    case 'explore':
      return address(['explore', ...placeParts(route.place)], {
        artifact: route.artifact,
        search: route.search,
      });
    case 'artifact':
      return address(['artifact', ...placeParts(route.place), route.id, route.tab], {
        step: route.step,
      });
    case 'graph':
      return address(['graph', ...placeParts(route.place)], { focus: route.focus });
    case 'inspect':
      return address(['inspect'], { file: route.file });
    case 'search':
      return address(['search', ...placeParts(route.place)], { text: route.text });
    case 'compare':
      return address(['compare'], {
        left: placeWords(route.left),
        right: placeWords(route.right),
        id: route.id,
        rightId: route.rightId,
        within: route.within,
        tab: route.tab,
        search: route.search,
      });
    case 'backups':
      return address(['backups', route.instance, route.changes ? 'changes' : route.snapshot]);
    case 'move':
      return address(['move', route.id, route.id && route.step], {
        connection: route.connection,
      });
    case 'release':
      return address(['release', route.id]);
    case 'activity':
      return address(['activity', route.audit ? 'audit' : route.run]);
    case 'settings':
      return address(['settings', route.section]);
    default:
      return address([route.screen]);
  }
}

/** The route of a hash; Home for everything unknown. */
export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const parts = path.split('/').filter(Boolean).map(decode);
  const asked = new URLSearchParams(query);
  const [screen, first, second, third, fourth] = parts;
  switch (screen) {
    case 'instances':
      if (first === 'new')
        return clean({ screen: 'instance-new', address: asked.get('address') ?? undefined });
      return first ? { screen: 'instance', id: first } : { screen: 'instances' };
    case 'explore':
      return clean({
        screen: 'explore',
        place: placeOf(first, second),
        artifact: asked.get('artifact') ?? undefined,
        search: asked.get('search') ?? undefined,
      });
    case 'artifact': {
      const place = placeOf(first, second);
      const step = asked.get('step') ?? undefined;
      if (!place || !third) return { screen: 'explore' };
      return clean({ screen: 'artifact', place, id: third, tab: fourth, step });
    }
    case 'graph': {
      const place = placeOf(first, second);
      if (!place) return { screen: 'explore' };
      return clean({ screen: 'graph', place, focus: asked.get('focus') ?? undefined });
    }
    case 'inspect':
      return clean({ screen: 'inspect', file: asked.get('file') ?? undefined });
    case 'search':
      return clean({
        screen: 'search',
        place: placeOf(first, second),
        text: asked.get('text') ?? undefined,
      });
    case 'compare':
      return clean({
        screen: 'compare',
        left: placeFrom(asked.get('left')),
        right: placeFrom(asked.get('right')),
        id: asked.get('id') ?? undefined,
        rightId: asked.get('rightId') ?? undefined,
        within: asked.get('within') ?? undefined,
        tab: asked.get('tab') ?? undefined,
        search: asked.get('search') ?? undefined,
      });
    case 'backups':
      if (first && second === 'changes')
        return { screen: 'backups', instance: first, changes: true };
      return clean({ screen: 'backups', instance: first, snapshot: second });
    case 'move':
      return clean({
        screen: 'move',
        id: first,
        step: second,
        connection: asked.get('connection') ?? undefined,
      });
    case 'release':
      return clean({ screen: 'release', id: first });
    case 'activity':
      if (first === 'audit') return { screen: 'activity', audit: true };
      return clean({ screen: 'activity', run: first });
    case 'settings':
      return clean({ screen: 'settings', section: first });
    default:
      return { screen: 'home' };
  }
}

/** The kind of a place and what names it. */
export function placeParts(place: PlaceRef | undefined): string[] {
  if (!place) return [];
  if (place.type === 'files') return [place.type, JSON.stringify(place.paths)];
  // Names of targets hold no stroke.
  if (place.type === 'copy') return [place.type, `${place.target}/${place.copy}`];
  return [place.type, place.type === 'file' ? place.path : place.id];
}

/** A place as one word of an address. */
function placeWords(place: PlaceRef | undefined): string | undefined {
  return place && placeParts(place).join(':');
}

function placeFrom(words: string | null): PlaceRef | undefined {
  const [, type, name] = /^([a-z]+):(.*)$/su.exec(words ?? '') ?? [];
  return placeOf(type, name);
}

function placeOf(type: string | undefined, name: string | undefined): PlaceRef | undefined {
  if (!name) return undefined;
  if (type === 'file') return { type, path: name };
  if (type === 'files') return { type, paths: pathsOf(name) };
  if (type === 'instance' || type === 'snapshot') return { type, id: name };
  if (type === 'copy') {
    const at = name.indexOf('/');
    return at < 1 ? undefined : { type, target: name.slice(0, at), copy: name.slice(at + 1) };
  }
  return undefined;
}

function pathsOf(list: string): string[] {
  try {
    const paths: unknown = JSON.parse(list);
    return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [];
  } catch {
    return [];
  }
}

function address(
  parts: (string | undefined)[],
  query: Record<string, string | undefined> = {},
): string {
  const path = parts.filter((part) => part !== undefined).map(encodeURIComponent);
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) asked.set(name, value);
  const tail = asked.toString();
  return `#/${path.join('/')}${tail ? `?${tail}` : ''}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Leaves out what is not set, so that routes compare by what they hold. */
function clean<Kind extends Route>(route: Kind): Kind {
  return Object.fromEntries(
    Object.entries(route).filter(([, value]) => value !== undefined),
  ) as Kind;
}
