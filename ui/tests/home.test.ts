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

describe('first run', () => {
  it('leads from nothing to a finished backup in two clicks', async () => {
    const { double, user } = openWindow({ ...firstStart(), pace: 40 });
    await user.click(await screen.findByRole('button', { name: 'Start practising' }));
    const card = await screen.findByRole('article', { name: 'Practice DEV' });
    await user.click(within(card).getByRole('button', { name: /^Back up now/ }));

    expect(await within(card).findByRole('progressbar')).toHaveAccessibleName(
      'Backup of Practice DEV',
    );
    expect(await within(card).findByText('Complete, 66', {}, { timeout: 5000 })).toBeVisible();
    expect(double.calls.filter(([name]) => name === 'backupStart')).toHaveLength(1);
  });

  it('offers the recovery sheet once there is a vault, until it is saved', async () => {
    const { user } = openWindow({ ...firstStart(), pace: 100 });
    await user.click(await screen.findByRole('button', { name: 'Start practising' }));
    expect(screen.queryByText('Save the recovery sheet.')).toBeNull();
    const card = await screen.findByRole('article', { name: 'Practice DEV' });
    await user.click(within(card).getByRole('button', { name: /^Back up now/ }));
    await user.click(await screen.findByRole('button', { name: 'Save recovery sheet…' }));
    await waitFor(() => expect(screen.queryByText('Save the recovery sheet.')).toBeNull());
    expect(await screen.findByText(/Recovery sheet saved/)).toBeVisible();
  });

  it('asks for a place for secrets where there is no keychain, then goes on by itself', async () => {
    const { double, user } = openWindow({ ...withoutKeychain(), pace: 100 });
    await user.click(await screen.findByRole('button', { name: 'Start practising' }));
    const card = await screen.findByRole('article', { name: 'Practice DEV' });
    await user.click(within(card).getByRole('button', { name: /^Back up now/ }));

    const dialog = await screen.findByRole('dialog', { name: 'Where should secrets lie?' });
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Keep them in this session' }));
    await within(card).findByText('Complete, 66', {}, { timeout: 5000 });
    expect(double.calls).toContainEqual(['secretsChoose', 'session', false]);
  });

  it('refuses a passphrase that is short or differs, before anything is chosen', async () => {
    const { double, user } = openWindow(withoutKeychain());
    await user.click(await screen.findByRole('button', { name: 'Start practising' }));
    const card = await screen.findByRole('article', { name: 'Practice DEV' });
    await user.click(within(card).getByRole('button', { name: /^Back up now/ }));
    const choose = await screen.findByRole('button', { name: 'Use an encrypted file' });

    await user.type(screen.getByLabelText('Passphrase'), 'short');
    await user.click(choose);
    expect(screen.getByText(/shorter than 8/)).toBeVisible();
    await user.type(screen.getByLabelText('Passphrase'), ' no longer');
    await user.type(screen.getByLabelText('Passphrase again'), 'another one');
    await user.click(choose);
    expect(screen.getByText(/not the same/)).toBeVisible();
    expect(double.calls.some(([name]) => name === 'secretsChoose')).toBe(false);

    await user.clear(screen.getByLabelText('Passphrase again'));
    await user.type(screen.getByLabelText('Passphrase again'), 'short no longer');
    await user.click(choose);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(double.calls).toContainEqual(['secretsChoose', 'encryptedFile', true]);
  });

  it('starts nothing when the question is closed', async () => {
    const { double, user } = openWindow(withoutKeychain());
    await user.click(await screen.findByRole('button', { name: 'Start practising' }));
    const card = await screen.findByRole('article', { name: 'Practice DEV' });
    await user.click(within(card).getByRole('button', { name: /^Back up now/ }));
    await screen.findByRole('dialog');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(double.state.runs).toEqual([]);
    expect(within(card).getByRole('button', { name: /^Back up now/ })).not.toHaveAttribute(
      'aria-busy',
    );
  });

  it('is accessible', async () => {
    openWindow(firstStart());
    await screen.findByRole('button', { name: 'Start practising' });
    await expectAccessible();
  });
});

describe('home in use', () => {
  it('is accessible with cards, runs and notes', async () => {
    openWindow(made('interrupted'));
    await screen.findByRole('article', { name: 'Acme DEV' });
    await expectAccessible();
  });

  it('says the one thing to do for each instance, with at most one primary button', async () => {
    openWindow(inUse());
    const dev = await screen.findByRole('article', { name: 'Acme DEV' });
    expect(within(dev).getByRole('button', { name: 'Back up 9 changes, Acme DEV' })).toBeVisible();
    const test = screen.getByRole('article', { name: 'Acme TEST' });
    expect(within(test).getByText('2 artifacts are not in the last backup.')).toBeVisible();
    expect(document.querySelectorAll('.btn--primary')).toHaveLength(1);
  });

  it('does nothing twice on a double click', async () => {
    const state = { ...inUse(), latency: 50 };
    const { double, user } = openWindow(state);
    const button = await screen.findByRole('button', { name: /Back up now, Acme TEST/ });
    await user.dblClick(button);
    await screen.findByRole('progressbar', { name: 'Backup of Acme TEST' });
    expect(double.calls.filter(([name]) => name === 'backupStart')).toHaveLength(1);
  });

  it('resumes an interrupted run', async () => {
    const { double, user } = openWindow(made('interrupted'));
    expect(await screen.findByText(/310 of 774 artifacts are stored/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Resume' }));
    await screen.findByRole('progressbar', { name: 'Backup of Acme TEST' });
    expect(double.calls).toContainEqual(['runResume', 'r8']);
  });

  it('opens a locked vault with the password of the recovery sheet', async () => {
    const { user } = openWindow(made('locked'));
    await user.click(await screen.findByRole('button', { name: /Enter the vault/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Open the vault' });
    const field = within(dialog).getByLabelText('Vault password');
    expect(field).toHaveAttribute('type', 'password');
    await user.type(field, 'wrong{Enter}');
    expect(await within(dialog).findByText(/does not open the vault/)).toBeVisible();
    await user.clear(field);
    await user.type(field, 'open sesame{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(screen.queryByText('The vault is locked.')).toBeNull());
  });

  it('says why it cannot be read, shows the call behind a click, and tries again', async () => {
    const { double, user } = openWindow(made('error'));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The folder of the vault cannot be read. Check that the disk is there',
    );
    expect(screen.getByText('Show the call behind it')).toBeVisible();
    await expectAccessible();
    double.state.refuse = {};
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('article', { name: 'Acme DEV' })).toBeVisible();
  });

  it('keeps what was shown when reading again fails', async () => {
    const { double, user } = openWindow(inUse());
    await screen.findByRole('article', { name: 'Acme DEV' });
    double.state.refuse = { home: refusal('fileFailed', 'The settings cannot be read.') };
    await user.keyboard('{F5}');
    expect(await screen.findByText('The settings cannot be read.')).toBeVisible();
    expect(screen.getByRole('article', { name: 'Acme DEV' })).toBeVisible();
  });

  it('tells why a backup was refused, in the card', async () => {
    const state = inUse();
    state.refuse = {
      backupStart: refusal('diskFull', 'No space is left beside the vault.', {
        guidance: 'Free 2 GB, then back up again.',
      }),
    };
    const { user } = openWindow(state);
    const dev = await screen.findByRole('article', { name: 'Acme DEV' });
    await user.click(within(dev).getByRole('button', { name: /Back up 9 changes/ }));
    expect(await within(dev).findByRole('alert')).toHaveTextContent('Free 2 GB');
  });
});

describe('the next backup', () => {
  it('is told for each instance, and what was missed comes first', async () => {
    const { user } = openWindow(made('scheduled'));
    const dev = await screen.findByRole('article', { name: 'Acme DEV' });
    expect(await within(dev).findByText('daily at 06:00')).toBeVisible();

    const test = screen.getByRole('article', { name: 'Acme TEST' });
    expect(within(test).getByText('Missed')).toBeVisible();
    expect(within(test).getByText(/^The backup of .* was missed\.$/)).toBeVisible();
    expect(within(test).getByText(/computer was off or asleep/)).toBeVisible();
    expect(within(test).getByRole('button', { name: /^Back up now/ })).toHaveClass('btn--primary');

    const production = screen.getByRole('article', { name: 'Acme PROD' });
    expect(within(production).getByText('Schedule is off')).toBeVisible();
    await user.click(within(production).getByRole('link', { name: 'Turn it on, Acme PROD' }));
    expect(await screen.findByRole('heading', { name: 'Backup schedules' })).toBeVisible();
  });

  it('leads to a schedule where there is none', async () => {
    openWindow(inUse());
    const dev = await screen.findByRole('article', { name: 'Acme DEV' });
    expect(within(dev).getByText('Not scheduled')).toBeVisible();
    expect(within(dev).getByRole('link', { name: 'Set a schedule, Acme DEV' })).toBeVisible();
  });
});
