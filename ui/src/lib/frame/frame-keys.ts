/** Keys that act everywhere in the window. */
import { isWriting, nextRegion, pressed, withCommand } from '$lib/keys/keys.svelte';
import { router } from '$lib/router/router.svelte';
import { railEntries } from '$lib/router/routes';

interface FrameActions {
  palette: () => void;
  keys: () => void;
  /** Something floats above the screen; it has the keys, except the palette's own. */
  floating: boolean;
}

export function frameKey(event: KeyboardEvent, actions: FrameActions): void {
  if (event.defaultPrevented) return;
  if (act(event, actions)) event.preventDefault();
}

function act(event: KeyboardEvent, { palette, keys, floating }: FrameActions): boolean {
  const command = withCommand(event);
  const letter = event.key.toLowerCase();
  if (command && letter === 'k') {
    palette();
    return true;
  }
  // The web view would load the page anew; the screen reads again instead.
  if (event.key === 'F5' || (command && letter === 'r')) {
    if (!floating) pressed('readAgain');
    return true;
  }
  if (command && letter === 'f') {
    if (!floating) pressed('filter');
    return true;
  }
  if (floating) return false;
  if (event.key === 'F6') {
    nextRegion(event.shiftKey);
    return true;
  }
  if (event.key === 'Escape') return pressed('escape');
  if (command && event.key === 'Enter') return pressed('primary');
  if (command && event.key === ',') {
    router.go({ screen: 'settings' });
    return true;
  }
  const entry = command ? railEntries[Number(event.key) - 1] : undefined;
  if (entry) {
    router.go({ screen: entry });
    return true;
  }
  if (event.key === '?' && !isWriting(event.target)) {
    keys();
    return true;
  }
  return false;
}
