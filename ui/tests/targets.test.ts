import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { inUse } from './double/state';
import { hostKey } from './double/targets';
import { choose, openWindow } from './window';

const section = '#/settings/targets';
type Opened = ReturnType<typeof openWindow>;

/** As `choose`, for an item that opens a dialog. */
async function ask({ keyboard }: Opened['user'], menu: string, item: string) {
  (await screen.findByRole('button', { name: menu })).focus();
  await keyboard('{Enter}');
  const shown = await screen.findByRole('menu', { hidden: true });
  within(shown).getByText(item).closest<HTMLElement>('[role="menuitem"]')?.focus();
  await keyboard('{Enter}');
  await screen.findByRole('dialog');
}

function server() {
  const state = inUse();
  state.targets = [
    {
      id: 't1',
      form: {
        id: 't1',
        name: 'Vault server',
        on: true,
        place: {
          type: 'sftp',
          host: 'vault.acme.com',
          port: 22,
          user: 'backup',
          folder: '/oic',
          signIn: { type: 'agent' },
        },
        vault: false,
        pattern: '',
        encryption: { type: 'plain' },
        hostKey,
      },
      address: 'backup@vault.acme.com, /oic',
      state: 'behind',
      behind: 3,
      access: 'notNeeded',
      encryption: 'notNeeded',
      vault: 'notNeeded',
    },
  ];
  return state;
}

describe('targets', () => {
  it('begin with none, and a folder is added after it was tried out', async () => {
    const { double, user } = openWindow(inUse(), section);
    await screen.findByText('Snapshots lie on this computer alone');
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Add target' }));
    const dialog = await screen.findByRole('dialog');
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Check this target' }));
    await within(dialog).findByText('The folder is empty.');
    await user.type(within(dialog).getByLabelText('Folder'), '/data/share');
    await user.click(within(dialog).getByRole('button', { name: 'Check this target' }));
    await within(dialog).findByText(/It can be written, listed, read and cleared/);
    await user.click(within(dialog).getByRole('button', { name: 'Encrypted files' }));
    await user.type(within(dialog).getByLabelText('Passphrase'), 'ten red crates');
    await user.click(within(dialog).getByRole('button', { name: 'Save target' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(await screen.findByText('/data/share')).toBeVisible();
    expect(double.state.targets?.[0]?.form).toMatchObject({
      name: 'Folder tree',
      place: { type: 'folder', path: '/data/share' },
      encryption: { type: 'passphrase' },
    });
    await expectAccessible();
  });

  it('show the host key of a server, and take it once it was confirmed', async () => {
    const { double, user } = openWindow(inUse(), section);
    await user.click(await screen.findByRole('button', { name: 'Add target' }));
    const dialog = await screen.findByRole('dialog');
    await user.selectOptions(within(dialog).getByLabelText('Kind'), 'sftp');
    await user.type(within(dialog).getByLabelText('Server'), 'vault.acme.com');
    await user.type(within(dialog).getByLabelText('User'), 'backup');
    await user.type(within(dialog).getByLabelText('Folder there'), '/oic');
    await user.click(within(dialog).getByRole('button', { name: 'Vault' }));
    await user.click(within(dialog).getByRole('button', { name: 'Check this target' }));
    expect(await within(dialog).findByText(hostKey)).toBeVisible();
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Confirm this host key' }));
    await within(dialog).findByText(/It can be written, listed, read and cleared/);
    await user.click(within(dialog).getByRole('button', { name: 'Save target' }));
    await waitFor(() => expect(double.state.targets?.[0]?.form.hostKey).toBe(hostKey));
    expect(double.state.targets?.[0]?.form.vault).toBe(true);
    expect(await screen.findByText('Vault elsewhere')).toBeVisible();
  });

  it('say how they stand, are checked, changed and removed', async () => {
    const { double, user } = openWindow(server(), section);
    expect(await screen.findByText('Behind by 3')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Check Vault server' }));
    const check = await screen.findByRole('dialog', { name: 'Check of Vault server' });
    await within(check).findByText(/2.1 GB free/);
    await expectAccessible(check);
    const [, close] = within(check).getAllByRole('button', { name: 'Close' });
    await user.click(close ?? check);
    await ask(user, 'More for Vault server', 'Change…');
    const dialog = await screen.findByRole('dialog');
    const name = within(dialog).getByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'Cellar');
    await user.click(within(dialog).getByRole('button', { name: 'Save target' }));
    await waitFor(() => expect(double.state.targets?.[0]?.form.name).toBe('Cellar'));
    await ask(user, 'More for Cellar', 'Remove');
    await user.click(await screen.findByRole('button', { name: 'Remove this target' }));
    await screen.findByText('Snapshots lie on this computer alone');
  });

  it('take copies, which are opened from there and from the snapshot', async () => {
    const state = server();
    const { double, user } = openWindow(state, section);
    await choose(user, 'More for Vault server', 'Copy now');
    expect(await screen.findByText(/^Equal, /)).toBeVisible();
    await ask(user, 'More for Vault server', 'Copies…');
    const dialog = await screen.findByRole('dialog', { name: 'Copies at Vault server' });
    await expectAccessible(dialog);
    await user.click(await within(dialog).findByRole('button', { name: /^Open the copy of/ }));
    expect(await screen.findByText(/Copy at Vault server, taken/)).toBeVisible();
    const copied = double.state.copies?.[0];
    window.location.hash = `#/backups/${copied?.instanceId ?? ''}/${copied?.snapshot ?? ''}`;
    const link = await screen.findByRole('link', { name: 'Vault server' });
    expect(link.getAttribute('href')).toContain('/copy/');
  });
});
