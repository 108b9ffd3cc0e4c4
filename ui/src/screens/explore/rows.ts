/** The rows of the table, made once per catalogue so that filtering them at each keystroke is cheap. */
import type { Artifact } from '$lib/backend/generated/Artifact';
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { State } from '$lib/backend/generated/State';
import { artifactName, type ArtifactName } from '$lib/format/artifact-id';

export interface Row {
  id: string;
  artifact: Artifact;
  name: ArtifactName;
  /** Name, code, description, package and adapter in lower case, for searching. */
  text: string;
  /** The adapter or the package, as the filter's value. */
  origin?: string;
  /** Milliseconds since 1970; 0 where the service does not tell. */
  changedAt: number;
}

/** What narrows the table. An empty list narrows nothing. */
export interface Filters {
  kinds: string[];
  states: string[];
  scopes: string[];
  origins: string[];
  changed: string[];
}

export const globalScope = '/';
const day = 86_400_000;
/** How far back each choice of "Changed" goes, in milliseconds. */
export const spans = { day, week: 7 * day, month: 30 * day, year: 365 * day } as const;
export type Span = keyof typeof spans;

export function rowsOf(artifacts: readonly Artifact[]): Row[] {
  return artifacts.map((artifact) => {
    const name = artifactName(artifact.id);
    const words = [
      artifact.name,
      name.code,
      name.version,
      artifact.description,
      artifact.package,
      artifact.adapter,
    ];
    const origin = originOf(artifact);
    return {
      id: artifact.id,
      artifact,
      name,
      text: words.filter(Boolean).join('\n').toLocaleLowerCase(),
      ...(origin ? { origin } : {}),
      changedAt: artifact.updated ? new Date(artifact.updated).getTime() : 0,
    };
  });
}

function originOf(artifact: Artifact): string | undefined {
  if (artifact.adapter) return `adapter:${artifact.adapter}`;
  return artifact.package ? `package:${artifact.package}` : undefined;
}

export function scopeOf(row: Row): string {
  return row.name.project ?? globalScope;
}

/** The rows that fit; every word of the search has to be in the row, in any order. */
export function fitting(
  rows: readonly Row[],
  search: string,
  filters: Filters,
  now: Date,
): readonly Row[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const kinds = new Set(filters.kinds);
  const states = new Set(filters.states);
  const scopes = new Set(filters.scopes);
  const origins = new Set(filters.origins);
  const span = filters.changed[0] as Span | undefined;
  const since = span ? now.getTime() - spans[span] : undefined;
  if (words.length === 0 && !narrows(filters)) return rows;
  return rows.filter(
    (row) =>
      (kinds.size === 0 || kinds.has(row.name.kind)) &&
      (states.size === 0 || (row.artifact.state && states.has(row.artifact.state))) &&
      (scopes.size === 0 || scopes.has(scopeOf(row))) &&
      (origins.size === 0 || (row.origin !== undefined && origins.has(row.origin))) &&
      (since === undefined || row.changedAt >= since) &&
      words.every((word) => row.text.includes(word)),
  );
}

function narrows(filters: Filters): boolean {
  return Object.values(filters).some((chosen) => chosen.length > 0);
}

export function noFilters(): Filters {
  return { kinds: [], states: [], scopes: [], origins: [], changed: [] };
}

/** How often each value occurs, for the numbers beside a filter's choices. */
export function tally<Value extends string>(
  rows: readonly Row[],
  valueOf: (row: Row) => Value | undefined | null,
): { value: Value; count: number }[] {
  const counts: Partial<Record<Value, number>> = {};
  for (const row of rows) {
    const value = valueOf(row);
    if (value) counts[value] = (counts[value] ?? 0) + 1;
  }
  return (Object.entries(counts) as [Value, number][]).map(([value, count]) => ({ value, count }));
}

/** The ids that the rows hold. */
export function among(ids: readonly string[], rows: readonly Row[]): readonly string[] {
  if (ids.length === 0) return ids;
  const held = new Set(rows.map((row) => row.id));
  return ids.filter((id) => held.has(id));
}

export const kindOf = (row: Row): ArtifactKind => row.name.kind;
export const stateOf = (row: Row): State | undefined => row.artifact.state ?? undefined;
