import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { firstStart, inUse, refusal, scenarios, withoutKeychain } from './double/state';
import { openWindow } from './window';

const made = (name: string) => {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  return scenario();
};

describe('settings', () => {
  it.each(['general', 'vault', 'schedules', 'secrets', 'proxy', 'practice', 'about'])(
    'is accessible in section %s',
    async (section) => {
      openWindow(inUse(), `#/settings/${section}`);
      await screen.findByRole('heading', { name: 'Settings' });
      await waitFor(() => expect(screen.getAllByRole('group').length).toBeGreaterThan(0));
      await expectAccessible();
    },
  );

  it('applies and saves the look at once', async () => {
    const { double, user } = openWindow(inUse(), '#/settings');
    await user.click(await screen.findByRole('button', { name: 'Dark' }));
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
    await user.click(screen.getByRole('switch', { name: 'Single letters act in lists' }));
    await waitFor(() => expect(double.state.settings.letterKeys).toBe(false));
    expect(double.state.settings.theme).toBe('dark');
  });

  it('shows the vault’s password only when asked twice', async () => {
    const { double, user } = openWindow(inUse(), '#/settings/vault');
    await user.click(await screen.findByRole('button', { name: /Show the password/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Password of the vault' });
    expect(double.calls.some(([name]) => name === 'vaultPasswordShow')).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: 'Show it now' }));
    expect(await within(dialog).findByText(/KHT7/)).toBeVisible();
    await expectAccessible(dialog);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByText(/KHT7/)).toBeNull());
  });

  it('saves the recovery sheet', async () => {
    const { user } = openWindow(made('sheet'), '#/settings/vault');
    expect(await screen.findByText('Not saved yet')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Save recovery sheet…' }));
    expect(await screen.findByText(/^Saved today/)).toBeVisible();
  });

  it('checks all of the vault as a run and shows what came of it', async () => {
    const { double, user } = openWindow(inUse(), '#/settings/vault');
    const row = await screen.findByRole('group', { name: 'Check' });
    expect(row).toHaveTextContent('no fault');
    await user.dblClick(within(row).getByRole('button', { name: 'Check all now' }));
    expect(await within(row).findByRole('progressbar')).toHaveAccessibleName('Checking the vault');
    expect(await within(row).findByText(/^Done/, {}, { timeout: 5000 })).toBeVisible();
    expect(double.calls.filter(([name]) => name === 'vaultCheck')).toHaveLength(1);
  });

  it('opens a locked vault', async () => {
    const { user } = openWindow(made('locked'), '#/settings/vault');
    await user.click(await screen.findByRole('button', { name: /Enter the vault/ }));
    await user.type(await screen.findByLabelText('Vault password'), 'open sesame{Enter}');
    expect(await screen.findByText('In the keychain of this computer.')).toBeVisible();
  });

  it('chooses a place for secrets', async () => {
    const { double, user } = openWindow(withoutKeychain(), '#/settings/secrets');
    await user.click(await screen.findByRole('button', { name: 'Choose a place…' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Keep them in this session' }));
    expect(await screen.findByText(/^This session only/)).toBeVisible();
    expect(double.state.secrets.chosen).toBe('session');
  });

  it('opens the secrets file', async () => {
    const { user } = openWindow(made('passphrase'), '#/settings/secrets');
    await user.click(await screen.findByRole('button', { name: 'Enter passphrase…' }));
    await user.type(await screen.findByLabelText('Passphrase'), 'open sesame{Enter}');
    await waitFor(() => expect(screen.queryByText(/wait for its passphrase/)).toBeNull());
  });

  it('saves a proxy, and shows a refusal at the field', async () => {
    const { double, user } = openWindow(inUse(), '#/settings/proxy');
    const field = await screen.findByLabelText('Proxy for all instances');
    const save = screen.getByRole('button', { name: 'Save' });
    expect(save).toBeDisabled();
    await user.type(field, 'proxy');
    double.state.refuse = {
      settingsSet: refusal('badInput', 'This is not a proxy.', { context: { field: 'proxy' } }),
    };
    await user.click(save);
    expect(await screen.findByText('This is not a proxy.')).toBeVisible();
    expect(field).toHaveValue('proxy');
    double.state.refuse = {};
    await user.click(save);
    await waitFor(() => expect(double.state.settings.proxy).toBe('proxy'));
    await waitFor(() => expect(save).toBeDisabled());
  });

  it('starts the practice instances and removes them after a question', async () => {
    const { double, user } = openWindow(firstStart(), '#/settings/practice');
    await user.click(await screen.findByRole('button', { name: 'Start practising' }));
    await user.click(await screen.findByRole('button', { name: 'Remove…' }));
    expect(double.state.instances).toHaveLength(3);
    await user.click(await screen.findByRole('button', { name: 'Remove practice instances' }));
    expect(await screen.findByText('Not started')).toBeVisible();
    expect(double.state.instances).toHaveLength(0);
  });

  it('opens the folders that it names', async () => {
    const { double, user } = openWindow(inUse(), '#/settings/about');
    await user.click(await screen.findByRole('button', { name: 'Open folder of logs' }));
    await user.click(screen.getByRole('button', { name: 'Open folder of data' }));
    expect(double.calls).toContainEqual(['folderOpen', 'logs']);
    expect(double.calls).toContainEqual(['folderOpen', 'home']);
    expect(screen.getByText(/Waybill 0\.1\.0 on Linux/)).toBeVisible();
  });
});
