/** Where the focus goes when a step of a move opens. */

/**
 * Puts the focus at the head of the step, where what had it is gone. A step that is still read has no
 * head yet: until then the focus waits in the main part. What somebody has gone to meanwhile keeps it.
 */
export function arrive({ scroll = true } = {}): () => void {
  const main = document.getElementById('main');
  if (!main) return () => undefined;
  const seen = new MutationObserver(settle);
  function settle() {
    const at = document.activeElement;
    if (at && at !== document.body && at !== main) return seen.disconnect();
    const head =
      main?.querySelector<HTMLElement>('[data-arrival]') ??
      main?.querySelector<HTMLElement>('h1:not(.vh)');
    if (!head) return main?.focus({ preventScroll: true });
    head.tabIndex = -1;
    head.focus({ preventScroll: !scroll });
    seen.disconnect();
  }
  seen.observe(main, { childList: true, subtree: true });
  settle();
  return () => seen.disconnect();
}
