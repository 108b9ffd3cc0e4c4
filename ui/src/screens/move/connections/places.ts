/** How the two ends of a move are called in a sentence. */
import type { MoveView } from '$lib/backend/generated/MoveView';
import { environmentShort } from '$lib/format/labels';

export interface Ends {
  from: string;
  to: string;
}

/** `TEST` and `PROD`; by their names where the environments do not tell them apart. */
export function endsOf({ summary }: Pick<MoveView, 'summary'>): Ends {
  const { fromEnvironment: from, toEnvironment: to } = summary;
  const told = from && to && from !== to && from !== 'other' && to !== 'other';
  return {
    from: (told ? environmentShort[from]() : summary.fromTitle) ?? '',
    to: (told ? environmentShort[to]() : summary.toTitle) ?? '',
  };
}
