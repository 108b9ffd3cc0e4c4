/** What the browser has and jsdom lacks. */
import { cleanup } from '@testing-library/svelte';
import { afterEach } from 'vitest';

class NoResizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

globalThis.ResizeObserver ??= NoResizes;
Element.prototype.scrollIntoView ??= () => undefined;

afterEach(() => cleanup());
