/** How an artifact of a file stands in the place it is compared with, in words. */
import type { ComparedRow } from '$lib/backend/generated/ComparedRow';
import type { Inspected } from '$lib/places/inspection.svelte';
import { m } from '$lib/paraglide/messages';
import type { FileMark } from './file-words';
import { compared } from './compared.svelte';

export function rowMark({ verdict, summary, otherVersions }: ComparedRow): FileMark {
  switch (verdict) {
    case 'same':
      return { icon: 's-same', tone: 'skipped', text: m.inspect_compared_same() };
    case 'different':
      return {
        icon: 's-different',
        tone: 'different',
        text: summary
          ? m.inspect_compared_different_in({ summary })
          : m.inspect_compared_different(),
      };
    case 'environment':
      return { icon: 's-same', tone: 'skipped', text: m.inspect_compared_environment() };
    case 'notCompared':
      return {
        icon: 's-waiting',
        tone: 'skipped',
        text: summary ? m.inspect_compared_not_because({ why: summary }) : m.inspect_compared_not(),
      };
    default:
      return {
        icon: 'plus',
        tone: 'ok',
        text:
          otherVersions.length > 0
            ? m.inspect_compared_other_version({ versions: otherVersions.join(', ') })
            : m.inspect_compared_not_there(),
      };
  }
}

/** What the comparison says of a file as a whole, for the list; nothing where all is the same. */
export function comparedMark({ file, view }: Inspected, place: string): FileMark | undefined {
  const rows = compared.of(file)?.rows;
  if (!rows || !view) return undefined;
  const own = view.artifacts.flatMap(({ id }) => rows[id] ?? []);
  const different = own.filter((row) => row.verdict === 'different');
  const absent = own.filter((row) => row.verdict === 'onlyLeft');
  const [only] = different;
  if (only && own.length === 1 && only.summary)
    return {
      icon: 's-different',
      tone: 'different',
      text: m.inspect_compared_differ({ place, summary: only.summary }),
    };
  if (different.length > 0)
    return {
      icon: 's-different',
      tone: 'different',
      text: m.inspect_compared_differ_of({
        different: different.length,
        all: own.length,
        place,
      }),
    };
  if (absent.length > 0)
    return {
      icon: 'plus',
      tone: 'ok',
      text: m.inspect_compared_missing_of({ count: absent.length, all: own.length, place }),
    };
  return own.length > 0
    ? { icon: 's-same', tone: 'skipped', text: m.inspect_compared_same_all({ place }) }
    : undefined;
}
