/**
 * Keys of the window. A screen says what the keys do there (`screenKeys` while it is set up); the
 * newest screen or panel is asked first, so that Escape goes back layer by layer.
 */
import { onDestroy } from 'svelte';

export interface ScreenKeys {
  /** Ctrl/Cmd F: put the focus into the filter. */
  filter?: () => void;
  /** F5: read again. */
  readAgain?: () => void;
  /** Escape: close or clear one thing; false when there was nothing. */
  escape?: () => boolean;
  /** Ctrl/Cmd Enter: the primary button. */
  primary?: () => void;
}

const layers: ScreenKeys[] = [];

export function screenKeys(keys: ScreenKeys): void {
  layers.push(keys);
  onDestroy(() => {
    layers.splice(layers.indexOf(keys), 1);
  });
}

/** Lets the newest layer that knows the key act; true when one did. */
export function pressed(name: keyof ScreenKeys): boolean {
  for (const layer of [...layers].reverse()) {
    const act = layer[name];
    if (act && act() !== false) return true;
  }
  return false;
}

const isMac = /mac/i.test(navigator.userAgent);
/** The name of the key that goes with K, F and the digits. */
export const commandKey = isMac ? '⌘' : 'Ctrl';

export function withCommand(event: KeyboardEvent): boolean {
  return (isMac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey;
}

/** The person is writing; single letters are text there. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement &&
        !['checkbox', 'radio', 'button'].includes(target.type)))
  );
}

/** F6: the focus goes to the next region (`data-region`), Shift F6 to the one before. */
export function nextRegion(backwards: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')];
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  const from = at === -1 ? (backwards ? 0 : -1) : at;
  const region = regions[(from + step + regions.length) % regions.length];
  region?.focus();
}
