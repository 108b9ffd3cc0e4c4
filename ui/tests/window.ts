/** Opens the whole window in a test, on the double. */
import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
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
