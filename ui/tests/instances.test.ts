import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { expectAccessible } from './axe';
import { firstStart, inUse, refusal, scenarios, withoutKeychain } from './double/state';
import { openWindow } from './window';

const pasted =
  'https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com/?integrationInstance=acme-oic-qa-fr';

type User = ReturnType<typeof openWindow>['user'];

/** By the keyboard: pointers need a layout, which jsdom lacks. */
async function choose(user: User, menu: string, item: string) {
  (await screen.findByRole('button', { name: menu })).focus();
  await user.keyboard('{Enter}');
  (await screen.findByText(item)).focus();
  await user.keyboard('{Enter}');
}

async function fillIn(user: User, secret = 'right') {
  await fireEvent.input(screen.getByLabelText('Address'), { target: { value: pasted } });
  await screen.findByText('eu-frankfurt-1', {}, { timeout: 3000 });
  await user.click(screen.getByRole('radio', { name: 'Test' }));
  await user.type(screen.getByLabelText('Identity domain'), 'idcs-1.identity.oraclecloud.com');
  await user.type(screen.getByLabelText('Scope'), 'https://acme.example/ic/api/');
  await user.type(screen.getByLabelText('Client ID'), '5e1d');
  await user.type(screen.getByLabelText('Client secret'), secret);
}

describe('the list of instances', () => {
  it('says of each what it is, how it is reached and where its secret lies', async () => {
    openWindow(inUse(), '#/instances');
    const table = await screen.findByRole('grid', { name: 'Instances' });
    const row = within(table).getByText('Acme PROD').closest('tr');
    expect(row).toHaveTextContent('Production · OIC 3');
    expect(row).toHaveTextContent('acme-prod-fra');
    expect(row).toHaveTextContent('In the keychain');
    expect(row).toHaveTextContent('Read only');
    await expectAccessible();
  });

  it('offers to add one, or to practise, when there is none', async () => {
    const { user } = openWindow(firstStart(), '#/instances');
    await screen.findByText('No instance yet');
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Start practising' }));
    expect(await screen.findByText('Practice PROD')).toBeVisible();
  });

  it('tests a saved instance with its stored secret', async () => {
    const { double, user } = openWindow(inUse(), '#/instances');
    await user.click(await screen.findByRole('button', { name: 'Connection test of Acme DEV' }));
    const dialog = await screen.findByRole('dialog', { name: 'Connection test of Acme DEV' });
    expect(await within(dialog).findByText(/All stages passed/)).toBeVisible();
    expect(double.calls).toContainEqual(['instanceTest', 'Acme DEV', false]);
    await expectAccessible(dialog);
  });

  it('names what goes and what stays before it removes', async () => {
    const { double, user } = openWindow(inUse(), '#/instances');
    await choose(user, 'Actions for Acme DEV', 'Remove…');
    const dialog = await screen.findByRole('dialog', { name: 'Remove Acme DEV?' });
    expect(dialog).toHaveTextContent('Its secret. In the keychain, it is deleted.');
    expect(await within(dialog).findByText(/3 snapshots in the vault/)).toBeVisible();
    expect(double.calls.some(([name]) => name === 'instanceRemove')).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: 'Remove instance' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(double.calls).toContainEqual(['instanceRemove', 'dev']);
    await waitFor(() =>
      expect(within(screen.getByRole('grid')).queryByText('Acme DEV')).toBeNull(),
    );
  });

  it('keeps the dialog open when removing is refused', async () => {
    const state = inUse();
    state.refuse = { instanceRemove: refusal('alreadyRunning', 'A backup of it is under way.') };
    const { user } = openWindow(state, '#/instances');
    await choose(user, 'Actions for Acme DEV', 'Remove…');
    await user.click(await screen.findByRole('button', { name: 'Remove instance' }));
    expect(await screen.findByText('A backup of it is under way.')).toBeVisible();
  });

  it('says why it cannot be read and tries again', async () => {
    const { double, user } = openWindow(scenarios['error']?.() ?? inUse(), '#/instances');
    await screen.findByRole('alert');
    double.state.refuse = {};
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Acme PROD')).toBeVisible();
  });
});

describe('the form of an instance', () => {
  it('works out generation, region and name from a pasted address', async () => {
    const { double } = openWindow(inUse(), '#/instances/new');
    const field = await screen.findByLabelText('Address');
    expect(field).toHaveFocus();
    await fireEvent.input(field, { target: { value: pasted } });
    await screen.findByText('eu-frankfurt-1', {}, { timeout: 3000 });
    expect(screen.getByLabelText('Service instance')).toHaveValue('acme-oic-qa-fr');
    expect(screen.getByLabelText('Name')).toHaveValue('acme-oic-qa-fr');
    expect(screen.getByRole('button', { name: 'OIC 3' })).toHaveAttribute('aria-pressed', 'true');
    expect(double.calls.filter(([name]) => name === 'addressRead')).toHaveLength(1);
    await expectAccessible();
  });

  it('saves only after the test passed with these values', async () => {
    const { double, user } = openWindow(inUse(), '#/instances/new');
    await screen.findByLabelText('Address');
    await fillIn(user);
    const save = screen.getByRole('button', { name: 'Save' });
    expect(save).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Test the connection' }));
    await screen.findByText(/All stages passed/);
    expect(save).toBeEnabled();

    await user.type(screen.getByLabelText('Client ID'), 'x');
    expect(save).toBeDisabled();
    expect(screen.getByText(/Values were changed since this test/)).toBeVisible();
    await user.type(screen.getByLabelText('Client ID'), '{Backspace}');
    await user.click(save);
    await screen.findByRole('grid', { name: 'Instances' });
    expect(double.calls).toContainEqual(['instanceSave', 'acme-oic-qa-fr', true, false]);
  });

  it('opens the remedy of the stage that failed, with the call behind it', async () => {
    const { user } = openWindow(inUse(), '#/instances/new');
    await screen.findByLabelText('Address');
    await fillIn(user, 'wrong');
    await user.click(screen.getByRole('button', { name: 'Test the connection' }));
    expect(await screen.findByText(/Copy the client secret again/)).toBeVisible();
    expect(await screen.findByText(/2 of 6 stages passed. Sign-in failed/)).toBeVisible();
    expect(screen.getByText('Show the call behind it')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();

    const written = vi.spyOn(navigator.clipboard, 'writeText');
    await user.click(screen.getByRole('button', { name: 'Copy for an administrator' }));
    const text = String(written.mock.calls[0]?.[0]);
    expect(text).toContain('refused the client secret');
    expect(text).toContain('idcs-1.identity.oraclecloud.com');
    expect(text).not.toContain('wrong');
    await expectAccessible();
  });

  it('says what it means to save untested, and then does it', async () => {
    const { double, user } = openWindow(inUse(), '#/instances/new');
    await screen.findByLabelText('Address');
    await fillIn(user);
    await user.click(screen.getByRole('button', { name: /Save without passing/ }));
    const dialog = await screen.findByRole('dialog', { name: /Save without passing/ });
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Save untested' }));
    await screen.findByRole('grid', { name: 'Instances' });
    expect(double.calls).toContainEqual(['instanceSave', 'acme-oic-qa-fr', true, true]);
  });

  it('shows what is wrong under the field and goes there', async () => {
    const state = inUse();
    state.refuse = {
      instanceTest: refusal('badInput', 'This is not the address of an identity domain.', {
        context: { field: 'tokenUrl' },
      }),
    };
    const { double, user } = openWindow(state, '#/instances/new');
    await user.click(await screen.findByRole('button', { name: 'Test the connection' }));
    expect(screen.getByText('Paste an address of the instance.')).toBeVisible();
    expect(screen.getByLabelText('Address')).toHaveFocus();
    expect(screen.getByText('Choose what this instance is used for.')).toBeVisible();
    expect(double.calls.some(([name]) => name === 'instanceTest')).toBe(false);

    await fillIn(user);
    await user.click(screen.getByRole('button', { name: 'Test the connection' }));
    const field = screen.getByLabelText('Identity domain');
    await waitFor(() => expect(field).toHaveFocus());
    expect(field).toHaveAccessibleDescription(/not the address of an identity domain/);
    await expectAccessible();
  });

  it('offers user and password only before OIC 3', async () => {
    const { user } = openWindow(inUse(), '#/instances/new');
    await screen.findByLabelText('Address');
    expect(screen.queryByRole('button', { name: 'User and password' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Gen 2' }));
    await user.click(screen.getByRole('button', { name: 'User and password' }));
    expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'password');
    await user.click(screen.getByRole('button', { name: 'Show Password' }));
    expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'text');
    await user.click(screen.getByRole('button', { name: 'OIC 3' }));
    expect(screen.getByLabelText('Client secret')).toBeVisible();
  });

  it('starts production as read only', async () => {
    const { user } = openWindow(inUse(), '#/instances/new');
    await user.click(await screen.findByRole('radio', { name: 'Production' }));
    expect(screen.getByRole('button', { name: 'Read only' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await user.click(screen.getByRole('radio', { name: 'Development' }));
    expect(screen.getByRole('button', { name: 'Asks first' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
  });

  it('asks before unsaved values are lost', async () => {
    const { user } = openWindow(inUse(), '#/instances/new');
    await user.type(await screen.findByLabelText('Name'), 'Acme QA');
    await user.click(screen.getByRole('link', { name: /^Backups/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Keep editing' }));
    expect(screen.getByLabelText('Name')).toHaveValue('Acme QA');
    expect(window.location.hash).toBe('#/instances/new');

    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await user.click(await screen.findByRole('button', { name: 'Leave without saving' }));
    expect(await screen.findByRole('grid', { name: 'Instances' })).toBeVisible();
  });

  it('leaves without a question when nothing was changed', async () => {
    const { user } = openWindow(inUse(), '#/instances/dev');
    expect(await screen.findByLabelText('Name')).toHaveValue('Acme DEV');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('grid', { name: 'Instances' })).toBeVisible();
  });

  it('changes the name of a saved instance without a new test', async () => {
    const { double, user } = openWindow(inUse(), '#/instances/dev');
    const name = await screen.findByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'Acme TEST');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/This name is taken/)).toBeVisible();
    expect(name).toHaveFocus();
    await user.type(name, ' 2');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByRole('grid', { name: 'Instances' });
    expect(double.calls).toContainEqual(['instanceSave', 'Acme TEST 2', false, false]);
  });

  it('asks where secrets are to lie before it saves the first one', async () => {
    const { double, user } = openWindow(withoutKeychain(), '#/instances/new');
    await screen.findByLabelText('Address');
    await fillIn(user);
    expect(screen.getByText(/You choose where it lies when you save/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Test the connection' }));
    await screen.findByText(/All stages passed/);
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await user.click(await screen.findByRole('button', { name: 'Keep them in this session' }));
    await screen.findByRole('grid', { name: 'Instances' });
    expect(double.calls).toContainEqual(['secretsChoose', 'session', false]);
  });
});
