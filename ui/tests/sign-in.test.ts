import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { SignInDraft } from '../src/screens/instances/sign-in-draft.svelte';
import { expectAccessible } from './axe';
import { inUse, refusal, type DoubleState } from './double/state';
import { openWindow } from './window';

const pasted =
  'https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com/?integrationInstance=acme-qa';

async function openForm(state: DoubleState, way: string) {
  const opened = openWindow(state, '#/instances/new');
  await fireEvent.input(await screen.findByLabelText('Address'), { target: { value: pasted } });
  await screen.findByText('eu-frankfurt-1', {}, { timeout: 3000 });
  await opened.user.click(screen.getByRole('radio', { name: 'Test' }));
  await opened.user.click(screen.getByRole('button', { name: way }));
  return opened;
}

/** An application in use, whose test instance is signed in to by a person. */
function byPerson(rest: Partial<DoubleState> = {}): DoubleState {
  const state = { ...inUse(), ...rest };
  state.instances = state.instances.map((one) =>
    one.id === 'test'
      ? {
          ...one,
          generation: 'oic3',
          needsBrowser: !state.signedIn,
          signIn: {
            type: 'authorizationCode',
            tokenUrl: 'https://idcs-1.identity.oraclecloud.com/oauth2/v1/token',
            clientId: '5e1d',
            scope: 'https://acme.example/ic/api/',
            redirectPort: 8734,
          },
        }
      : one,
  );
  return state;
}

describe('the way to sign in', () => {
  it('shows where the browser goes and where it comes back to', async () => {
    const { user } = await openForm(inUse(), 'In the browser');
    await user.type(screen.getByLabelText('Identity domain'), 'idcs-1.identity.oraclecloud.com');
    expect(screen.getByLabelText('Authorize address')).toHaveAttribute(
      'placeholder',
      'https://idcs-1.identity.oraclecloud.com/oauth2/v1/authorize',
    );
    expect(screen.getByTestId('redirect-address')).toHaveTextContent(
      'http://127.0.0.1:8734/callback',
    );
    await user.clear(screen.getByLabelText('Redirect port'));
    await user.type(screen.getByLabelText('Redirect port'), '9000');
    expect(screen.getByTestId('redirect-address')).toHaveTextContent(
      'http://127.0.0.1:9000/callback',
    );
    await expectAccessible();
  });

  it('signs in in the browser, waits, and says in whose name', async () => {
    const { double, user } = await openForm({ ...inUse(), browserPause: 200 }, 'In the browser');
    await user.click(screen.getByRole('button', { name: 'Sign in…' }));
    expect(await screen.findByText('Waiting for the browser.')).toBeVisible();
    expect(await screen.findByText('Signed in as priya.raman@acme.com.')).toBeVisible();
    expect(double.calls.filter(([name]) => name === 'signInBrowser')).toEqual([
      ['signInBrowser', 'acme-qa'],
    ]);
    await expectAccessible();
  });

  it('stops waiting when it is told to', async () => {
    const { double, user } = await openForm({ ...inUse(), browserPause: 60_000 }, 'In the browser');
    await user.click(screen.getByRole('button', { name: 'Sign in…' }));
    await user.click(await screen.findByRole('button', { name: 'Stop waiting' }));
    expect(screen.queryByText('Waiting for the browser.')).toBeNull();
    expect(double.calls).toContainEqual(['signInCancel']);
    expect(screen.getByRole('button', { name: 'Sign in…' })).toBeEnabled();
  });

  it('tells in words why the identity domain refused', async () => {
    const state = inUse();
    state.refuse = {
      signInBrowser: refusal('signInRefused', 'The redirect address is not registered.', {
        guidance: 'Register it to the letter.',
      }),
    };
    const { user } = await openForm(state, 'In the browser');
    await user.click(screen.getByRole('button', { name: 'Sign in…' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('not registered');
  });

  it('offers the browser at the stage of the test that waits for it, and tests again', async () => {
    const { user } = await openForm({ ...inUse(), signedIn: false }, 'In the browser');
    await user.click(screen.getByRole('button', { name: 'Test the connection' }));
    await user.click(await screen.findByTestId('stage-sign-in'));
    expect(await screen.findByText(/All stages passed/)).toBeVisible();
  });

  it('takes a key from a file, with its passphrase', async () => {
    const { user } = await openForm(inUse(), 'Signed assertion');
    expect(screen.getByText('None chosen')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Choose file…' }));
    expect(await screen.findByText('waybill.p12')).toBeVisible();
    expect(screen.getByLabelText('Passphrase of the key')).toHaveAttribute('type', 'password');
    await expectAccessible();
  });

  it('keeps the password for a token behind a warning', async () => {
    const { user } = await openForm(inUse(), 'Client credentials');
    await user.click(screen.getByRole('button', { name: 'User and password for a token…' }));
    expect(screen.getByText(/^Advised against/)).toBeVisible();
    expect(screen.getByLabelText('Password')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Password for a token' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await expectAccessible();
  });

  it('is a user with a password only before OIC 3', async () => {
    const { user } = await openForm(inUse(), 'Client credentials');
    expect(screen.queryByRole('button', { name: 'User and password' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'ICS' }));
    await user.click(screen.getByRole('button', { name: 'User and password' }));
    expect(screen.queryByLabelText('Client ID')).toBeNull();
    expect(screen.getByLabelText('User')).toBeVisible();
  });

  it('sends only the secrets that it has use for', () => {
    const draft = new SignInDraft(() => 'oic3');
    draft.clientSecret = 's';
    draft.password = 'p';
    draft.keyPath = '/k.pem';
    expect(draft.secrets).toEqual({ clientSecret: 's' });
    draft.choice = 'jwtAssertion';
    expect(draft.secrets).toEqual({ clientSecret: 's', keyFile: { path: '/k.pem' } });
    draft.choice = 'basic';
    expect(draft.kind).toBe('clientCredentials');
  });
});

describe('the current sign-in', () => {
  it('is shown without any token, and can be ended', async () => {
    const { double, user } = openWindow(byPerson(), '#/instances/test');
    const part = await screen.findByRole('region', { name: 'Current sign-in' });
    expect(await within(part).findByText('priya.raman@acme.com')).toBeVisible();
    expect(part).toHaveTextContent('Refresh token Kept');
    expect(part).toHaveTextContent('offline_access');
    await expectAccessible();
    await user.click(within(part).getByRole('button', { name: 'Sign out' }));
    expect(double.calls).toContainEqual(['signOut', 'test']);
    expect(await within(part).findByText('Somebody has to sign in.')).toBeVisible();
    await user.click(within(part).getByRole('button', { name: 'Sign in again…' }));
    expect(await within(part).findByText('priya.raman@acme.com')).toBeVisible();
    expect(double.calls).toContainEqual(['signInBrowser', 'test']);
  });

  it('that has ended is marked in the list, and taken up again from there', async () => {
    const { user } = openWindow(byPerson({ signedIn: false }), '#/instances');
    const table = await screen.findByRole('grid', { name: 'Instances' });
    expect(within(table).getByText('Sign in again')).toBeVisible();
    await user.click(within(table).getByRole('button', { name: 'Sign in to Acme TEST' }));
    const dialog = await screen.findByRole('dialog', { name: 'Sign in to Acme TEST' });
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Sign in…' }));
    expect(await within(dialog).findByText(/^Signed in as priya/)).toBeVisible();
    await waitFor(() => expect(within(table).queryByText('Sign in again')).toBeNull());
  });
});
