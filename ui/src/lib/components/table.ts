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

/** Sorted by a column; by the same one again, the other way round. */
export function sortedBy<Row>(sort: Sort | undefined, column: Column<Row>): Sort | undefined {
  if (!column.compare) return sort;
  return { column: column.id, descending: sort?.column === column.id && !sort.descending };
}

/** How far a table is scrolled so that a row is in view, and no farther than it has to. */
export function scrollTo(
  top: number,
  rowHeight: number,
  { scrollTop, room }: { scrollTop: number; room: number },
): number {
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + room ? top + rowHeight - room : scrollTop;
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

/** The height of the heading of a group. */
const headingHeight = 28;

interface Groups {
  /** The heading that stands above a row, where a group begins with it. */
  heading: (row: number) => string | undefined;
  /** How high the headings above a row are together. */
  above: (row: number) => number;
}

/** The groups of rows that stand in the order of their groups. */
export function groupsIn<Row>(
  rows: readonly Row[],
  group: ((row: Row) => string) | undefined,
): Groups {
  const found: { at: number; title: string }[] = [];
  rows.forEach((row, at) => {
    const title = group?.(row);
    if (title !== undefined && title !== found.at(-1)?.title) found.push({ at, title });
  });
  return {
    heading: (row) => found.find((one) => one.at === row)?.title,
    above: (row) => found.filter((one) => one.at < row).length * headingHeight,
  };
}

/** One order for names: by the person's language, numbers by value. */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
export function byText(a: string | null | undefined, b: string | null | undefined): number {
  return collator.compare(a ?? '', b ?? '');
}
