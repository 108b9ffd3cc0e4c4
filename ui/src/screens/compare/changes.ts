/** The glyph and the word of how one thing differs. */
import type { Change } from '$lib/backend/generated/Change';
import type { ChangeKind } from '$lib/backend/generated/ChangeKind';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';
import type { Sides } from './sides';

export interface ChangeMark {
  icon: IconName;
  class: 'plus' | 'minus' | 'changed';
  label: string;
}

export function changeMark(kind: ChangeKind, { left, right }: Sides): ChangeMark {
  switch (kind) {
    case 'onlyLeft':
      return { icon: 'plus', class: 'plus', label: m.compare_only_left({ place: left.word }) };
    case 'onlyRight':
      return { icon: 'minus', class: 'minus', label: m.compare_only_left({ place: right.word }) };
    case 'moved':
      return { icon: 'move', class: 'changed', label: m.compare_moved() };
    case 'changed':
      return { icon: 's-different', class: 'changed', label: m.compare_changed() };
  }
}

/** It tells values of the two sides; others are told by name alone. */
export function hasValues({ left, right }: Change): boolean {
  return Boolean(left ?? right);
}
