/** Opens the whole window in a test, on the double. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect } from 'vitest';
import App from '../src/App.svelte';
import { provideBackend } from '../src/lib/backend';
import { DoubleBackend } from './double/backend';
import type { DoubleState } from './double/state';

export function openWindow(state: DoubleState, hash = '#/home') {
  const double = new DoubleBackend(state);
  provideBackend(double);
  window.location.hash = hash;
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  render(App);
  return { double, user: userEvent.setup() };
}

/** By the keyboard: pointers need a layout, which jsdom lacks; so the menu counts as hidden there. */
export async function choose(
  user: ReturnType<typeof userEvent.setup>,
  menu: string,
  item: string,
): Promise<void> {
  (await screen.findByRole('button', { name: menu })).focus();
  await user.keyboard('{Enter}');
  const shown = await screen.findByRole('menu', { hidden: true });
  within(shown).getByText(item).closest<HTMLElement>('[role="menuitem"]')?.focus();
  await user.keyboard('{Enter}');
  // The window takes no clicks until the menu has gone.
  await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));
}
