/** What the two places of a move are called where there is little room. */
import type { MoveView } from '$lib/backend/generated/MoveView';
import { environmentShort } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';

/** The names of the two places, where they are chosen. */
export interface Places {
  from?: string | undefined;
  to?: string | undefined;
}

/** `TEST` and `PROD` where that tells them apart; else their own names. */
export function placesOf({ summary, from }: MoveView): Places {
  const { fromTitle, fromEnvironment, toTitle, toEnvironment } = summary;
  if (fromEnvironment !== toEnvironment)
    return {
      from:
        fromEnvironment && from?.type === 'instance'
          ? environmentShort[fromEnvironment]()
          : fromTitle,
      to: toEnvironment ? environmentShort[toEnvironment]() : toTitle,
    };
  const alike = fromTitle !== undefined && fromTitle === toTitle;
  return { from: alike ? m.move_place_backup() : fromTitle, to: toTitle };
}
