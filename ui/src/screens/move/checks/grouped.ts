/** Warnings of the same check together: eighteen of one kind are read as one thing, not as eighteen. */
import type { MoveFinding } from '$lib/backend/generated/MoveFinding';

export interface Group {
  /** The first of them. */
  first: MoveFinding;
  findings: MoveFinding[];
}

/** So many of one kind still stand for themselves. */
const alone = 2;

/** In the order of the first of each kind. Few of a kind are groups of one each. */
export function grouped(findings: readonly MoveFinding[]): Group[] {
  const kinds: Group[] = [];
  for (const finding of findings) {
    const known = kinds.find(({ first }) => first.rule === finding.rule);
    if (known) known.findings.push(finding);
    else kinds.push({ first: finding, findings: [finding] });
  }
  return kinds.flatMap((kind) =>
    kind.findings.length > alone
      ? [kind]
      : kind.findings.map((one) => ({ first: one, findings: [one] })),
  );
}
