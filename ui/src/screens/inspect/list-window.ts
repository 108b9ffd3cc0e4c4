/** Which rows of the list are drawn. Rows differ in height; from some number on only those in view are drawn. */
const virtualFrom = 120;
const spare = 6;

/** Where each row begins, and at the end where the last one ends. */
export function offsets(heights: readonly number[]): number[] {
  const starts = [0];
  for (const height of heights) starts.push((starts.at(-1) ?? 0) + height);
  return starts;
}

/** The row at a height. */
export function rowAt(starts: readonly number[], top: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= top) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

export function windowOf(
  starts: readonly number[],
  scrolled: number,
  viewport: number,
): { from: number; to: number } {
  const count = starts.length - 1;
  if (count < virtualFrom) return { from: 0, to: count };
  return {
    from: Math.max(0, rowAt(starts, scrolled) - spare),
    to: Math.min(count, rowAt(starts, scrolled + viewport) + 1 + spare),
  };
}
