/** Where the window can be, and the address of each place in it (`#/explore/instance/dev`). */
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';

export type Route =
  | { screen: 'home' }
  | { screen: 'instances' }
  | { screen: 'instance-new'; address?: string }
  | { screen: 'instance'; id: string }
  | { screen: 'explore'; place?: PlaceRef; artifact?: string; search?: string }
  | { screen: 'backups'; instance?: string; snapshot?: string }
  | { screen: 'activity'; run?: string; audit?: boolean }
  | { screen: 'settings'; section?: string };

/** The entries of the rail, in their order. */
export type RailEntry = 'home' | 'instances' | 'explore' | 'backups' | 'activity' | 'settings';

export const railEntries: readonly RailEntry[] = [
  'home',
  'instances',
  'explore',
  'backups',
  'activity',
  'settings',
];

export function railEntryOf(route: Route): RailEntry {
  if (route.screen === 'instance' || route.screen === 'instance-new') return 'instances';
  return route.screen;
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
    case 'backups':
      return address(['backups', route.instance, route.snapshot]);
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
  const [screen, first, second] = parts;
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
    case 'backups':
      return clean({ screen: 'backups', instance: first, snapshot: second });
    case 'activity':
      if (first === 'audit') return { screen: 'activity', audit: true };
      return clean({ screen: 'activity', run: first });
    case 'settings':
      return clean({ screen: 'settings', section: first });
    default:
      return { screen: 'home' };
  }
}

function placeParts(place: PlaceRef | undefined): string[] {
  if (!place) return [];
  return [place.type, place.type === 'file' ? place.path : place.id];
}

function placeOf(type: string | undefined, name: string | undefined): PlaceRef | undefined {
  if (!name) return undefined;
  if (type === 'file') return { type, path: name };
  if (type === 'instance' || type === 'snapshot') return { type, id: name };
  return undefined;
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
