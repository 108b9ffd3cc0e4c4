import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { inUse, scenarios } from './double/state';
import { openWindow } from './window';

const rail = () => screen.getByRole('navigation', { name: 'Main' });

describe('the rail', () => {
  it('marks the current screen and follows the digits', async () => {
    const { user } = openWindow(inUse());
    expect(within(rail()).getByRole('link', { name: 'Home' })).toHaveAttribute(
      'aria-current',
      'page',
    );
    await user.keyboard('{Control>}8{/Control}');
    expect(window.location.hash).toBe('#/settings');
    expect(within(rail()).getByRole('link', { name: 'Settings' })).toHaveAttribute(
      'aria-current',
      'page',
    );
  });

  it('shows the run under way with its count, and moves with it', async () => {
    const state = scenarios['running']?.() ?? inUse();
    state.pace = 30;
    openWindow(state);
    expect(await within(rail()).findByText('Backing up Acme DEV')).toBeVisible();
    const bar = within(rail()).getByRole('progressbar');
    await waitFor(() => expect(Number(bar.getAttribute('aria-valuenow'))).toBeGreaterThan(421));
    expect(bar).toHaveAttribute('aria-valuemax', '812');
    expect(within(rail()).getByRole('link', { name: /Activity/ })).toHaveTextContent('1 running');
  });

  it('watches a run once, however many parts show it, and lets go at the end', async () => {
    const state = scenarios['running']?.() ?? inUse();
    state.pace = 200;
    const { double } = openWindow(state);
    await screen.findByRole('progressbar', { name: 'Backup of Acme DEV' });
    await waitFor(() => expect(within(rail()).queryByRole('progressbar')).toBeNull());
    expect(double.calls.filter(([name]) => name === 'runWatch')).toHaveLength(1);
    expect(double.calls.filter(([name]) => name === 'runUnwatch')).toHaveLength(1);
  });

  it('says how the vault stands', async () => {
    openWindow({ ...inUse(), vault: { ...inUse().vault, state: 'none' } });
    expect(await within(rail()).findByText('No vault yet')).toBeVisible();
  });
});

describe('the palette', () => {
  it('finds an action by its words and runs it with Enter', async () => {
    const { double, user } = openWindow(inUse());
    await screen.findByRole('article', { name: 'Acme DEV' });
    await user.keyboard('{Control>}k{/Control}');
    const dialog = await screen.findByRole('dialog');
    await user.keyboard('back dev');
    expect(await within(dialog).findByRole('option', { name: /Back up Acme DEV/ })).toBeVisible();
    expect(within(dialog).getAllByRole('option')).toHaveLength(1);
    await expectAccessible(dialog);
    await user.keyboard('{Enter}');
    await waitFor(() =>
      expect(double.calls).toContainEqual([
        'backupStart',
        'dev',
        { type: 'everything' },
        undefined,
      ]),
    );
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/activity\/r/));
  });

  it('says so when nothing is found, and closes with Escape', async () => {
    const { user } = openWindow(inUse());
    await user.keyboard('{Control>}k{/Control}');
    await screen.findByRole('dialog');
    await user.keyboard('xyzzy');
    expect(await screen.findByText('Nothing matches “xyzzy”.')).toBeVisible();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('keys and look', () => {
  it('shows all keys on a question mark, and not while writing', async () => {
    const { user } = openWindow(inUse());
    await user.keyboard('?');
    const dialog = await screen.findByRole('dialog', { name: 'Keys' });
    await expectAccessible(dialog);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('goes from region to region with F6', async () => {
    const { user } = openWindow(inUse());
    await user.keyboard('{F6}');
    expect(document.activeElement).toBe(rail());
    await user.keyboard('{F6}');
    expect(document.activeElement).toBe(screen.getByRole('main'));
  });

  it('follows theme and density of the settings', async () => {
    const state = inUse();
    state.settings = { ...state.settings, theme: 'dark', density: 'compact' };
    openWindow(state);
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
    expect(document.documentElement.dataset['density']).toBe('compact');
  });

  it('looks into dropped files', async () => {
    const { double } = openWindow(inUse());
    await screen.findByRole('article', { name: 'Acme DEV' });
    double.emit('files-dropped', { paths: ['/tmp/a b.iar'] });
    await waitFor(() => expect(window.location.hash).toBe('#/inspect?file=%2Ftmp%2Fa+b.iar'));
  });
});

describe('the keys of the palette', () => {
  it('goes with the arrows from entry to entry, round the ends', async () => {
    const { user } = openWindow(inUse());
    await screen.findByRole('article', { name: 'Acme DEV' });
    await user.keyboard('{Control>}k{/Control}');
    const selected = () => screen.getAllByRole('option', { selected: true }).map((one) => one.id);
    const input = await screen.findByRole('combobox');
    expect(selected()).toEqual([input.getAttribute('aria-activedescendant')]);
    const first = selected();
    await user.keyboard('{ArrowDown}');
    expect(selected()).not.toEqual(first);
    await user.keyboard('{ArrowUp}{ArrowUp}');
    expect(screen.getByRole('option', { selected: true })).toHaveTextContent('Settings');
    await user.keyboard('{Enter}');
    expect(window.location.hash).toBe('#/settings');
  });
});

describe('what is told to readers', () => {
  it('is each tenth of a run, and its end', async () => {
    const state = scenarios['running']?.() ?? inUse();
    state.pace = 15;
    openWindow(state);
    expect(await screen.findByText(/^Backing up Acme DEV: \d0 %, 1 could not be read$/)).toHaveRole(
      'status',
    );
    expect(await screen.findByText(/^Backing up Acme DEV: Done/, {}, { timeout: 8000 })).toHaveRole(
      'status',
    );
  });
});
