/** The two places that are compared, and the short words that tell them from one another. */
import type { Environment } from '$lib/backend/generated/Environment';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import { cutMiddle, when } from '$lib/format/format';
import { environmentShort } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import type { PlaceNames } from '$lib/places/place-names.svelte';
import { windowState } from '$lib/state/window.svelte';

export interface Side {
  place: PlaceRef;
  /** `Acme DEV`. */
  name: string;
  /** `Acme DEV, live`. */
  title: string;
  /** `live`, `18 Nov, 06:00`. */
  detail?: string;
  environment?: Environment;
  /** As short as it can be: `DEV`, `snapshot`, `orders.iar`. */
  word: string;
}

export interface Sides {
  left: Side;
  right: Side;
}

export function sidesOf(names: PlaceNames, left: PlaceRef, right: PlaceRef): Sides {
  const one = { place: left, ...names.of(left) };
  const two = { place: right, ...names.of(right) };
  const words = wordsOf(names, one, two);
  return { left: { ...one, word: words[0] }, right: { ...two, word: words[1] } };
}

/** Both are the same instance, now or as it was. */
export function isOneInstance({ left, right }: Sides): boolean {
  return left.environment !== undefined && left.name === right.name;
}

type Named = Omit<Side, 'word'>;

function wordsOf(names: PlaceNames, left: Named, right: Named): [string, string] {
  if (left.environment !== right.environment || left.name !== right.name)
    return [left, right].map((side) => shortName(side, left.environment !== right.environment)) as [
      string,
      string,
    ];
  if (left.place.type !== right.place.type) return [kindWord(left), kindWord(right)];
  if (left.place.type === 'snapshot') return [taken(names, left), taken(names, right)];
  return [m.compare_left_word(), m.compare_right_word()];
}

function shortName(side: Named, byEnvironment: boolean): string {
  return side.environment && byEnvironment
    ? environmentShort[side.environment]()
    : cutMiddle(side.name, 20);
}

function kindWord({ place, name }: Named): string {
  if (place.type === 'instance') return m.compare_live();
  if (place.type === 'copy') return m.target_copy_word();
  return place.type === 'snapshot' ? m.compare_snapshot() : cutMiddle(name, 20);
}

function taken(names: PlaceNames, { place, title }: Named): string {
  const snapshot = names.snapshots.find((one) => place.type === 'snapshot' && one.id === place.id);
  return snapshot ? when(snapshot.takenAt, windowState.now, 'inSentence') : title;
}
