/** The rows of the table, made once per answer so that filtering at each keystroke is cheap. */
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { Verdict } from '$lib/backend/generated/Verdict';
import type { WhatRow } from '$lib/backend/generated/WhatRow';
import { artifactName, type ArtifactName } from '$lib/format/artifact-id';

export interface Row {
  id: string;
  what: WhatRow;
  name: ArtifactName;
  /** Name, code, version and packages in lower case, for searching. */
  text: string;
  /** Milliseconds since 1970; 0 where the service does not tell. */
  changedAt: number;
}

/** What narrows the table. An empty list narrows nothing. */
export interface Filters {
  kinds: string[];
  /** Projects, `/` for what is outside of them, and packages as `package:NAME`. */
  scopes: string[];
  /** How they stand in the destination; `failed` for what failed there last time. */
  there: string[];
  changed: string[];
}

export const globalScope = '/';
export const packageMark = 'package:';
const day = 86_400_000;
/** How far back each choice of "Changed" goes, in milliseconds. */
export const spans = { day, week: 7 * day, month: 30 * day, quarter: 91 * day } as const;
export type Span = keyof typeof spans;

export function noFilters(): Filters {
  return { kinds: [], scopes: [], there: [], changed: [] };
}

export function narrows(filters: Filters): boolean {
  return Object.values(filters).some((chosen: string[]) => chosen.length > 0);
}

/** What people look for first stands first. */
const order: readonly ArtifactKind[] = ['integration', 'project', 'deployment', 'package'];
function rank({ name }: Row): number {
  const at = order.indexOf(name.kind);
  return at === -1 ? order.length : at;
}

export function rowsOf(rows: readonly WhatRow[]): Row[] {
  return rows.map(rowOf).sort((a, b) => rank(a) - rank(b));
}

function rowOf(what: WhatRow): Row {
  const name = artifactName(what.id);
  const words = [what.name, name.code, name.version, ...what.packages];
  return {
    id: what.id,
    what,
    name,
    text: words.filter(Boolean).join('\n').toLocaleLowerCase(),
    changedAt: what.updated ? new Date(what.updated).getTime() : 0,
  };
}

/** The project it is in, and its packages. */
export const scopesOf = (row: Row): string[] => [
  row.name.project ?? globalScope,
  ...row.what.packages.map((one) => `${packageMark}${one}`),
];
export const kindOf = (row: Row): ArtifactKind => row.name.kind;
export const standingsOf = ({ what }: Row): (Verdict | 'failed' | undefined)[] => [
  what.verdict,
  ...(what.failedLastTime ? (['failed'] as const) : []),
];
const verdictOf = (row: Row): Verdict | undefined => row.what.verdict ?? undefined;

/** The rows that fit; every word of the search has to be in the row, in any order. */
export function fitting(
  rows: readonly Row[],
  search: string,
  filters: Filters,
  now: Date,
): readonly Row[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && !narrows(filters)) return rows;
  const { kinds, scopes, there } = filters;
  const span = filters.changed[0] as Span | undefined;
  const since = span ? now.getTime() - spans[span] : undefined;
  return rows.filter(
    (row) =>
      holds(kinds, [kindOf(row)]) &&
      holds(scopes, scopesOf(row)) &&
      holds(there, standingsOf(row)) &&
      (since === undefined || row.changedAt >= since) &&
      words.every((word) => row.text.includes(word)),
  );
}

function holds(wanted: readonly string[], values: readonly (string | undefined)[]): boolean {
  return (
    wanted.length === 0 || values.some((value) => value !== undefined && wanted.includes(value))
  );
}

/** Ids of the rows whose design is another in the destination, added to what is chosen. */
export function withDiffering(rows: readonly Row[], chosen: readonly string[]): string[] {
  const differing = rows.filter((row) => verdictOf(row) === 'different').map((row) => row.id);
  return [...new Set([...chosen, ...differing])];
}

/** How often each value occurs, for the numbers beside a filter's choices. */
export function tally(
  rows: readonly Row[],
  valuesOf: (row: Row) => readonly (string | undefined)[],
): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows)
    for (const value of valuesOf(row))
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count }));
}
