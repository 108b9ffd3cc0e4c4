/** What the browser has and jsdom lacks. */
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/svelte';
import { afterEach } from 'vitest';
import { changes } from '../src/lib/changes/changes.svelte';
import { inspection } from '../src/lib/places/inspection.svelte';
import { compared } from '../src/screens/inspect/compared.svelte';
import { openMove } from '../src/screens/move/move.svelte';
import { searching } from '../src/screens/search/searching.svelte';

class NoResizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

configure({
  testIdAttribute: 'data-test',
  getElementError: (message) => new Error((message ?? '').split('\n\nIgnored')[0]?.slice(0, 400)),
});

globalThis.ResizeObserver ??= NoResizes;
Element.prototype.scrollIntoView ??= () => undefined;
Element.prototype.hasPointerCapture ??= () => false;

afterEach(() => {
  changes.forget();
  inspection.forget();
  compared.choose(undefined);
  searching.forget();
  openMove.forget();
  cleanup();
  document.body.removeAttribute('style');
});

// axe measures glyphs on a canvas to find icon fonts; there are none, and jsdom has no canvas.
HTMLCanvasElement.prototype.getContext = () => null;

/** A wide window with no wishes about motion or contrast. */
window.matchMedia ??= (media) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  }) as MediaQueryList;
