import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openMove } from '../src/screens/move/move.svelte';
import { totalOf } from '../src/screens/move/totals';
import { expectAccessible } from './axe';
import { drawnMove } from './double/moves-data';
import { moving, refusal } from './double/state';
import { openWindow } from './window';

const here = '#/move/WB-0142/checks';
const title = () => screen.findByTestId('checks-title');
const plans = (double: { calls: unknown[][] }) =>
  double.calls.filter(([name]) => name === 'movePlan').length;
const stops = async (words: string) =>
  waitFor(() => expect(screen.getByTestId('checks-title')).toHaveTextContent(words));

describe('the step Checks', () => {
  it('checks by itself and tells what stops the move, what warns, and what is in order', async () => {
    const { double } = openWindow(moving(), here);
    await stops('2 things stop this move');
    expect(plans(double)).toBe(1);
    expect(screen.getAllByTestId('finding-blocking')).toHaveLength(2);
    expect(screen.getAllByTestId('finding-warning')).toHaveLength(3);
    expect(screen.getByText('30 passed')).toBeVisible();
    expect(screen.getByText(/^41 checks at .*, took 3 s$/)).toBeVisible();
    expect(screen.getByTestId('move-sentence')).toHaveTextContent(
      '2 blocking, 3 warnings to read. Values are entered in the next step.',
    );
    await expectAccessible();
  });

  it('folds notes and what is in order', async () => {
    const { user } = openWindow(moving(), here);
    await stops('2 things stop this move');
    const notes = screen.getByRole('list', { name: 'Notes' });
    expect(within(notes).getAllByRole('listitem')).toHaveLength(2);
    await user.click(screen.getByTestId('notes-more'));
    expect(within(notes).getAllByRole('listitem')).toHaveLength(6);
    await user.click(screen.getByTestId('passed-more'));
    expect(screen.getByText('Archive 20 of 20 is whole')).toBeVisible();
  });

  it('marks a warning as read, with who and when', async () => {
    const { user, double } = openWindow(moving(), here);
    await stops('2 things stop this move');
    const [first] = screen.getAllByTestId('finding-read');
    if (!first) throw new Error('no warning');
    await user.click(first);
    expect(await screen.findByText(/^Read, P\. Raman /)).toBeVisible();
    expect(screen.getByTestId('warnings-title')).toHaveTextContent('3 warnings, 1 read');
    expect(double.calls.find(([name]) => name === 'moveAcknowledge')).toEqual([
      'moveAcknowledge',
      'WB-0142',
      'replaces-active',
      'ORDER_TO_CASH/integration:INVOICE_TO_ERP|02.00.0001',
      true,
    ]);
    expect(plans(double)).toBe(1);
  });

  it('keeps every tick, however late the answer about an earlier one is', async () => {
    const { user, double } = openWindow(moving(), here);
    await stops('2 things stop this move');
    const answer = double.moveAcknowledge;
    let waiting = 0;
    let together = 0;
    double.moveAcknowledge = async (...asked) => {
      together = Math.max(together, ++waiting);
      const first = double.calls.every(([name]) => name !== 'moveAcknowledge');
      const plan = await answer(...asked);
      await new Promise((go) => setTimeout(go, first ? 120 : 5));
      waiting--;
      return plan;
    };
    const [one, two] = screen.getAllByTestId('finding-read');
    if (!one || !two) throw new Error('no two warnings');
    await user.click(one);
    await user.click(two);
    await waitFor(() =>
      expect(screen.getByTestId('warnings-title')).toHaveTextContent('3 warnings, 2 read'),
    );
    expect(together).toBe(1);
    await new Promise((go) => setTimeout(go, 150));
    expect(screen.getByTestId('warnings-title')).toHaveTextContent('3 warnings, 2 read');
  });

  it('leads to the connection whose values are missing', async () => {
    const { user } = openWindow(moving(), here);
    await user.click(await screen.findByTestId('fix-enterValues'));
    await waitFor(() =>
      expect(window.location.hash).toBe(
        '#/move/WB-0142/connections?connection=connection%3ACOUPA_EVENTS',
      ),
    );
  });

  it('takes the file of a certificate, and checks again by itself', async () => {
    const { user, double } = openWindow(moving(), here);
    await user.click(await screen.findByTestId('fix-uploadCertificate'));
    const save = await screen.findByTestId('certificate-save');
    expect(save).toBeDisabled();
    await user.click(screen.getByTestId('certificate-file'));
    expect(await screen.findByText('/data/priya/keys/wms_root_2027.cer')).toBeVisible();
    await user.click(save);
    await stops('1 thing stops this move');
    expect(double.calls.find(([name]) => name === 'moveCertificate')).toEqual([
      'moveCertificate',
      'WB-0142',
      'certificate:wms_root_2027',
      {
        path: '/data/priya/keys/wms_root_2027.cer',
        certificateType: 'X509',
        category: 'TRUST',
      },
      [],
      true,
    ]);
    expect(plans(double)).toBe(2);
  });

  it('leaves out an artifact on demand, and checks again by itself', async () => {
    const { user, double } = openWindow(moving(), here);
    await user.click(await screen.findByTestId('fix-leaveOut'));
    await waitFor(() => expect(screen.getAllByTestId('finding-warning')).toHaveLength(2));
    expect(plans(double)).toBe(2);
    expect(double.state.moves[0]?.chosen).toHaveLength(8);
    expect(double.state.moves[0]?.leftOut).toEqual([]);
  });

  it('asks for what opens a private key, and says where it is kept', async () => {
    const { user, double } = openWindow(moving(), here);
    await user.click(await screen.findByTestId('fix-uploadCertificate'));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.queryByTestId('certificate-passPhrase')).toBeNull();
    await user.click(dialog.getByText('PGP'));
    await user.click(dialog.getByText('Private key'));
    await user.click(dialog.getByTestId('certificate-file'));
    await user.type(dialog.getByTestId('certificate-passPhrase'), 'canary');
    await user.click(dialog.getByText('X.509'));
    await user.click(dialog.getByText('Identity'));
    await user.type(dialog.getByTestId('certificate-keystorePassword'), 'canary');
    await expectAccessible();
    await user.click(dialog.getByText('Only for this move'));
    await user.click(dialog.getByTestId('certificate-save'));
    await stops('1 thing stops this move');
    const sent = double.calls.find(([name]) => name === 'moveCertificate');
    expect(sent?.slice(3)).toEqual([
      {
        path: '/data/priya/keys/wms_root_2027.cer',
        certificateType: 'X509',
        category: 'IDENTITY',
      },
      ['keystorePassword'],
      false,
    ]);
  });

  it('stops a schedule in the usual dialog, and checks again when that is done', async () => {
    const state = moving();
    const writesAllowedUntil = new Date(Date.now() + 900_000).toISOString();
    state.instances = state.instances.map((one) =>
      one.id === 'prod' ? { ...one, writesAllowedUntil } : one,
    );
    const { user, double } = openWindow(state, here);
    await user.click(await screen.findByTestId('fix-stopSchedule'));
    const dialog = await screen.findByRole('dialog', { name: /Stop.*Invoice to ERP/ });
    await user.type(await within(dialog).findByRole('textbox'), 'Acme PROD');
    await user.click(within(dialog).getByTestId('change-start'));
    await waitFor(() => expect(screen.getAllByTestId('finding-warning')).toHaveLength(2));
    expect(plans(double)).toBe(2);
  });

  it('allows changes in the destination, and checks again when they are', async () => {
    const state = moving();
    state.moveFindings = [
      {
        rule: 'read-only',
        severity: 'blocking',
        text: 'Nothing can be changed in PROD now',
        fix: { type: 'allowChanges' },
      },
    ];
    const { user, double } = openWindow(state, here);
    await stops('3 things stop this move');
    await user.click(screen.getByTestId('fix-allowChanges'));
    await user.type(await screen.findByTestId('allow-typed'), 'Acme PROD');
    await user.click(screen.getByTestId('allow-confirm'));
    await stops('2 things stop this move');
    expect(plans(double)).toBe(2);
  });

  it('says how far it is, and can be stopped', async () => {
    const state = { ...moving(), workPause: 50 };
    const { user, double } = openWindow(state, here);
    const work = await screen.findByTestId('planning');
    expect(work).toHaveTextContent('Checking Acme TEST with Acme PROD');
    await user.click(within(work).getByTestId('work-cancel'));
    expect(await screen.findByText('It was stopped.')).toBeVisible();
    expect(await title()).toHaveTextContent('Not checked yet');
    expect(screen.getByTestId('move-next')).toBeDisabled();
    expect(plans(double)).toBe(1);
    state.workPause = 0;
    await user.click(screen.getByTestId('check-again'));
    await stops('2 things stop this move');
  });

  it('keeps what was found while it is checked again', async () => {
    const state = moving();
    const { user } = openWindow(state, here);
    await stops('2 things stop this move');
    state.workPause = 60;
    await user.click(screen.getByTestId('check-again'));
    expect(await screen.findByTestId('planning')).toBeVisible();
    expect(screen.getAllByTestId('finding-blocking')).toHaveLength(2);
    await waitFor(() => expect(screen.queryByTestId('planning')).toBeNull());
  });

  it('does not try again by itself after a failure', async () => {
    const state = moving();
    state.refuse = {
      movePlan: refusal('unreachable', 'Acme PROD cannot be reached.', { retryable: true }),
    };
    const { user, double } = openWindow(state, here);
    expect(await screen.findByText('Acme PROD cannot be reached.')).toBeVisible();
    expect(plans(double)).toBe(1);
    state.refuse = {};
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await stops('2 things stop this move');
  });

  it('saves the waybill in the form that is wanted', async () => {
    const { user, double } = openWindow(moving(), here);
    await stops('2 things stop this move');
    await user.click(screen.getByTestId('save-document'));
    await user.click(await screen.findByTestId('document-json'));
    await user.click(screen.getByTestId('document-save'));
    expect(await screen.findByText(/^Saved WB-0142\.json, /)).toBeVisible();
    expect(double.calls.find(([name]) => name === 'moveSave')).toEqual([
      'moveSave',
      'WB-0142',
      'json',
    ]);
  });

  it('tells the totals of the plan', async () => {
    const { double } = openWindow(moving(), here);
    await stops('2 things stop this move');
    const plan = (await double.movePlanned('WB-0142')) ?? undefined;
    const move = await double.move('WB-0142');
    expect(totalOf(move, undefined, plan)).toEqual({
      count: 36,
      parts: '12 replaced, 4 connections set, 20 left as they are',
    });
  });
});

describe('a change while it is checked', () => {
  it('leaves a plan that does not count, and another is made', async () => {
    const state = { ...moving(), workPause: 40 };
    const { double } = openWindow(state, here);
    await screen.findByTestId('planning');
    await openMove.edit({ policies: { ...drawnMove().policies, existing: 'replace' } });
    expect(openMove.planned).toBeUndefined();
    await waitFor(() => expect(plans(double)).toBe(2), { timeout: 4000 });
    state.workPause = 0;
    await stops('2 things stop this move');
    expect(plans(double)).toBe(2);
  });
});
