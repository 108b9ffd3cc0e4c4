/** From finding to finding by the keyboard. */
import { isWriting } from '$lib/keys/keys.svelte';
import { windowState } from '$lib/state/window.svelte';

const arrows: Record<string, 1 | -1> = { ArrowDown: 1, ArrowUp: -1 };
const letters: Record<string, 1 | -1> = { j: 1, k: -1 };

/** J and K go to the next finding and the one before; once one of them has the focus, arrows do as well. */
export function findingKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  const step = event.currentTarget as HTMLElement;
  const all = [...step.querySelectorAll<HTMLElement>('[data-finding]')];
  // The innermost: findings of a kind are unfolded inside of what they have in common.
  const on = (event.target as HTMLElement).closest<HTMLElement>('[data-finding]');
  const by =
    (windowState.settings.letterKeys ? letters[event.key.toLowerCase()] : undefined) ??
    (on ? arrows[event.key] : undefined);
  if (by === undefined) return;
  const next = on ? all[all.indexOf(on) + by] : by === 1 ? all[0] : all.at(-1);
  event.preventDefault();
  next?.focus();
}
