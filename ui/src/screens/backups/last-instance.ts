/** The instance whose snapshots were looked at last, while the window is open. */
let last: string | undefined;

export function rememberInstance(id: string): void {
  last = id;
}

export function lastInstance(): string | undefined {
  return last;
}
