import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { about, fingerprint } from '../src/screens/move/review/words';
import { expectAccessible } from './axe';
import { moving, reviewing, type DoubleState } from './double/state';
import { openWindow } from './window';

type Opened = ReturnType<typeof openWindow>;
const called = ({ double }: Opened, name: string) => double.calls.filter(([one]) => one === name);

async function open(state: DoubleState = reviewing()) {
  const opened = openWindow(state, '#/move/WB-0142/review');
  await screen.findByTestId('paper');
  await waitFor(() => expect(screen.getByTestId('looked')).toHaveTextContent(/Checked again/u));
  return opened;
}

describe('the waybill', () => {
  it('says what is carried, from where, to where, by whom, in which steps, and on what conditions', async () => {
    const opened = await open();
    const paper = screen.getByRole('article', { name: 'Waybill WB-0142' });
    expect(paper).toHaveTextContent('Order to cash 26.11');
    expect(screen.getByTestId('fingerprint')).toHaveTextContent('3f9a 71c2 e80b 5d16');
    expect(screen.getByTestId('signed-by')).toHaveTextContent('Tomas Lindqvist');
    const integrations = screen.getByTestId('group-importIntegration').closest('tr');
    expect(integrations).toHaveTextContent('Replace integrations');
    expect(integrations).toHaveTextContent('COUPA_PO_TO_ERP, CUSTOMER_UPSERT and 7 more');
    expect(integrations).toHaveTextContent('1 min 30 s');
    expect(paper).toHaveTextContent('Left as it is');
    expect(paper).toHaveTextContent('3 warnings read');
    expect(paper).toHaveTextContent('Messages in flight');
    expect(screen.getByTestId('looked')).toHaveTextContent(
      'nothing in PROD has changed since the plan',
    );
    expect(called(opened, 'movePlan')).toHaveLength(1);
    await expectAccessible();
  });

  it('opens to its steps with before and after', async () => {
    const { user } = await open();
    const group = screen.getByTestId('group-activate');
    expect(group).toHaveAttribute('aria-expanded', 'false');
    await user.click(group);
    const steps = screen.getByRole('list', { name: 'Steps: Activate' });
    expect(within(steps).getAllByRole('listitem')).toHaveLength(9);
    expect(steps).toHaveTextContent('Activate ORDER_SYNC');
    expect(steps).toHaveTextContent('not active active');
    await expectAccessible();
  });

  it('prints, and is saved', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    const opened = await open();
    await opened.user.click(screen.getByTestId('print'));
    expect(print).toHaveBeenCalledOnce();
    expect(document.documentElement).toHaveClass('has-paper');
    screen.getByTestId('save-menu').focus();
    await opened.user.keyboard('{Enter}');
    (await screen.findByTestId('save-json')).focus();
    await opened.user.keyboard('{Enter}');
    await waitFor(() =>
      expect(called(opened, 'moveSave')).toEqual([['moveSave', 'WB-0142', 'json']]),
    );
  });
});

describe('starting a run', () => {
  it('wants the name of a Production instance typed, and happens once', async () => {
    const opened = await open();
    const run = screen.getByTestId('move-run');
    expect(run).toHaveTextContent('Replace 12 and activate 9 in PROD');
    expect(run).toHaveClass('env-prod');
    expect(run).toBeDisabled();
    await opened.user.type(screen.getByTestId('typed-name'), 'Acme PROD');
    expect(run).toBeEnabled();
    await opened.user.dblClick(run);
    await waitFor(() => expect(window.location.hash).toBe('#/move/WB-0142/run'));
    expect(called(opened, 'moveRun')).toEqual([['moveRun', 'WB-0142', 'Acme PROD']]);
  });

  it('is off while a finding stands against it', async () => {
    await open(moving());
    expect(screen.getByTestId('review-blocked')).toHaveTextContent('2 findings');
    expect(screen.getByTestId('move-run')).toBeDisabled();
    expect(screen.getByTestId('run-off')).toHaveTextContent('A finding stands against it.');
    expect(screen.getByRole('link', { name: 'Open Checks' })).toHaveAttribute(
      'href',
      '#/move/WB-0142/checks',
    );
  });

  it('is off in an instance that may only be read, and says how to allow it', async () => {
    const state = reviewing();
    state.instances = moving().instances;
    await open(state);
    expect(await screen.findByTestId('run-off')).toHaveTextContent('Acme PROD is read only');
    expect(screen.getByTestId('allow-15')).toBeVisible();
  });

  it('is off when the destination has changed, until it is planned again', async () => {
    const state = reviewing();
    const id = 'ORDER_TO_CASH/integration:ORDER_SYNC|01.02.0003';
    const was = 'active, changed 2025-02-21T10:47:48.966Z';
    state.moveLook = { changed: [{ id, was, is: 'not active' }] };
    const opened = await open(state);
    expect(await screen.findByTestId('look-changed')).toHaveTextContent(
      /ORDER_SYNC: active, changed [^TZ]*2025, [^TZ]*:48[^TZ]* not active/,
    );
    await opened.user.type(screen.getByTestId('typed-name'), 'Acme PROD');
    expect(screen.getByTestId('move-run')).toBeDisabled();
    await expectAccessible();
    delete state.moveLook;
    await opened.user.click(screen.getByTestId('plan-again'));
    await waitFor(() =>
      expect(called(opened, 'movePlan').at(-1)).toEqual(['movePlan', 'WB-0142', true]),
    );
    await waitFor(() => expect(screen.queryByTestId('look-changed')).toBeNull());
  });
});

describe('a sign-off', () => {
  it('is by somebody else than who prepared it', async () => {
    const state = reviewing();
    state.moves = moving().moves;
    const opened = await open(state);
    expect(screen.getByTestId('run-off')).toHaveTextContent('A second person has to sign off');
    const name = screen.getByTestId('sign-off-name');
    await opened.user.type(name, 'priya raman');
    await opened.user.click(screen.getByTestId('sign-off-button'));
    expect(name).toHaveAccessibleDescription(
      'Priya Raman prepared it. Somebody else has to sign off.',
    );
    expect(called(opened, 'moveSignOff')).toEqual([]);
    await opened.user.clear(name);
    await opened.user.type(name, 'Tomas Lindqvist{Enter}');
    await waitFor(() =>
      expect(called(opened, 'moveSignOff')).toEqual([
        ['moveSignOff', 'WB-0142', 'Tomas Lindqvist'],
      ]),
    );
    await waitFor(() =>
      expect(screen.getByTestId('signed-by')).toHaveTextContent('Tomas Lindqvist'),
    );
  });
});

describe('a rehearsal', () => {
  it('writes nothing, and says what a run would stop at', async () => {
    const state = reviewing();
    const opened = await open(state);
    await opened.user.click(screen.getByTestId('rehearse'));
    expect(await screen.findByText(/Nothing stands against it/u)).toBeVisible();
    state.moveLook = { against: ['The password of the vault is not in the keychain.'] };
    await opened.user.click(screen.getByTestId('rehearse-again'));
    const against = await screen.findByTestId('look-against');
    expect(against).toHaveTextContent('The password of the vault is not in the keychain.');
    await expectAccessible(screen.getByRole('dialog'));
    expect(called(opened, 'moveRun')).toEqual([]);
  });
});

it('tells times and fingerprints as they are read', () => {
  expect([5, 60, 90, 360].map(about)).toEqual(['5 s', '1 min', '1 min 30 s', '6 min']);
  expect(about(undefined)).toBe('');
  expect(fingerprint('ab'.repeat(32))).toEqual([
    'abab abab abab abab abab abab abab abab',
    'abab abab abab abab abab abab abab abab',
  ]);
});
