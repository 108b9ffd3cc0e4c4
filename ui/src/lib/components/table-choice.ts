/** Which rows of a table are chosen after a choice. */

/** The row is chosen, or no longer. */
export function withOne(chosen: readonly string[], one: string): string[] {
  return chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one];
}

/** All rows of a range are chosen too. */
export function withRange(chosen: readonly string[], range: readonly string[]): string[] {
  return [...new Set([...chosen, ...range])];
}

/** All rows shown are chosen; where they are already, none of them. */
export function withAll(
  chosen: readonly string[],
  shown: readonly string[],
  all: boolean,
): string[] {
  if (!all) return withRange(chosen, shown);
  const here = new Set(shown);
  return chosen.filter((one) => !here.has(one));
}
