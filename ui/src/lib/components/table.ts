/** What a table shows; the table itself is `VirtualTable.svelte`. */
export interface Column<Row> {
  id: string;
  title: string;
  /** A CSS width; columns without one share what is left. */
  width?: string;
  align?: 'left' | 'right';
  /** Makes the column sortable, ascending. */
  compare?: (a: Row, b: Row) => number;
  /** Goes away in a narrow window. */
  lesser?: boolean;
  /** Read to those who hear, not shown in the head. */
  hiddenTitle?: boolean;
  /** Further classes of its cells. */
  class?: string;
}

export interface Sort {
  column: string;
  descending: boolean;
}

/** From so many rows on only those in view are drawn. */
const virtualFrom = 200;

export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | undefined,
): readonly Row[] {
  const compare = columns.find((column) => column.id === sort?.column)?.compare;
  if (!compare || !sort) return rows;
  const way = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => way * compare(a, b));
}

/** The slice to draw, with some rows above and below so that scrolling shows no gap. */
export function slice(
  count: number,
  rowHeight: number,
  scrolled: number,
  viewport: number,
): { from: number; to: number } {
  if (count < virtualFrom) return { from: 0, to: count };
  const spare = 8;
  const from = Math.max(0, Math.floor(scrolled / rowHeight) - spare);
  const to = Math.min(count, Math.ceil((scrolled + viewport) / rowHeight) + spare);
  return { from: Math.min(from, to), to };
}

/** Where in the rows a group begins, and its heading. */
export interface Heading {
  at: number;
  title: string;
}

/** The groups of rows that stand in the order of their groups. */
export function headings<Row>(
  rows: readonly Row[],
  group: ((row: Row) => string) | undefined,
): Heading[] {
  if (!group) return [];
  const found: Heading[] = [];
  rows.forEach((row, at) => {
    const title = group(row);
    if (title !== found.at(-1)?.title) found.push({ at, title });
  });
  return found;
}

/** One order for names: by the person's language, numbers by value. */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
export function byText(a: string | null | undefined, b: string | null | undefined): number {
  return collator.compare(a ?? '', b ?? '');
}
