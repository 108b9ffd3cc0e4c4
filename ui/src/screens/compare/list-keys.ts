/** Where the lines of the list lie, which of them are in view, and what a key does there. */
import type { Line } from './rows';

interface LinePlace {
  top: number;
  height: number;
}

export function placesOf(lines: readonly Line[], row: number, group: number): LinePlace[] {
  let top = 0;
  return lines.map((line) => {
    const height = line.is === 'row' ? row : group;
    const place = { top, height };
    top += height;
    return place;
  });
}

/** The lines to draw with a few to spare, and the room above and below them. */
export function spanOf(
  places: readonly LinePlace[],
  scrolled: number,
  viewport: number,
): { from: number; to: number; above: number; below: number } {
  const spare = 6;
  const last = places.at(-1);
  const whole = last ? last.top + last.height : 0;
  const first = places.findIndex((place) => place.top + place.height > scrolled);
  const from = Math.max(0, (first === -1 ? places.length : first) - spare);
  const after = places.findIndex((place) => place.top >= scrolled + viewport);
  const to = Math.min(places.length, (after === -1 ? places.length : after) + spare);
  const above = places[from]?.top ?? 0;
  const end = places[to - 1];
  return { from, to, above, below: end ? whole - end.top - end.height : 0 };
}

type Act =
  { do: 'move'; to: number } | { do: 'choose' } | { do: 'open' } | { do: 'close' } | { do: 'all' };

export function listKey(
  event: KeyboardEvent,
  { at, count, page, line }: { at: number; count: number; page: number; line?: Line },
): Act | undefined {
  if (event.ctrlKey || event.metaKey)
    return event.key.toLowerCase() === 'a' && !event.shiftKey ? { do: 'all' } : undefined;
  if (event.altKey) return undefined;
  const move = (to: number): Act => ({ do: 'move', to });
  switch (event.key) {
    case 'ArrowDown':
      return move(at + 1);
    case 'ArrowUp':
      return move(at - 1);
    case 'Home':
      return move(0);
    case 'End':
      return move(count - 1);
    case 'PageDown':
      return move(at + page);
    case 'PageUp':
      return move(at - page);
    case ' ':
      return { do: 'choose' };
    case 'Enter':
      return { do: 'open' };
    case 'ArrowLeft':
      return line?.is === 'group' && !line.open ? undefined : { do: 'close' };
    case 'ArrowRight':
      return line?.is === 'group' && !line.open ? { do: 'open' } : undefined;
    default:
      return undefined;
  }
}
