import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { refusal, moving } from './double/state';
import { choose, openWindow } from './window';

const report = () => openWindow(moving(), '#/move/WB-0138/report');
const table = () => screen.findByRole('grid', { name: 'Results' });

describe('the report of a move', () => {
  it('says what came of it, failures first', async () => {
    report();
    expect(await screen.findByTestId('report-headline')).toHaveTextContent(
      '12 replaced, 7 of 9 activated in PROD',
    );
    const grid = await table();
    const heads = within(grid).getAllByRole('rowheader');
    expect(heads.map((head) => head.textContent)).toEqual([
      'Failed, 2',
      'Done, 14',
      'Kept as it was, 1',
    ]);
    expect(within(grid).getAllByTestId('report-row')[0]).toHaveTextContent(
      'COUPA_PO_TO_ERP|01.03.0001Replaced, not activewas active, 01.03.00001 min 02 s',
    );
    expect(screen.getByTestId('report-checklist')).toHaveTextContent('allow-list');
    expect(
      screen.getByText('Report on WB-0138, fingerprint a81d 60f2 …, entry 1,204 of the audit log.'),
    ).toBeVisible();
    await expectAccessible();
  });

  it('says of each artifact why, what to do, and what was read back', async () => {
    const { user } = report();
    const grid = await table();
    const detail = screen.getByTestId('report-detail');
    expect(detail).toHaveTextContent('may read orders, but not subscribe to them');
    expect(screen.getByTestId('report-what-to-do')).toHaveTextContent('then retry');
    expect(within(detail).getByText('Show the call behind it')).toBeVisible();
    expect(detail).toHaveTextContent('It is in PROD as it was sent, and not active.');
    grid.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    await waitFor(() =>
      expect(screen.getByTestId('report-detail')).toHaveTextContent('CUSTOMER_UPSERT'),
    );
    expect(screen.getByTestId('report-detail')).toHaveTextContent(
      'The destination holds what was sent',
    );
    expect(screen.queryByTestId('report-why')).toBeNull();
  });

  it('tries what failed again after naming it', async () => {
    const { double, user } = report();
    await user.click(await screen.findByRole('button', { name: 'Retry 2 failed' }));
    const dialog = await screen.findByRole('dialog', { name: 'Try again in Acme PROD?' });
    expect(within(dialog).getByText('COUPA_PO_TO_ERP')).toBeVisible();
    expect(double.calls.some(([name]) => name === 'runRetry')).toBe(false);
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Retry 2 failed' }));
    expect(await screen.findByRole('grid', { name: 'Integrations' })).toBeVisible();
    expect(double.calls).toContainEqual(['runRetry', 'm1']);
    expect(window.location.hash).toBe('#/move/WB-0138/run');
  });

  it('says why it cannot try again', async () => {
    const state = moving();
    state.refuse = { runRetry: refusal('readOnly', 'Acme PROD is read only.') };
    const { user } = openWindow(state, '#/move/WB-0138/report');
    await user.click(await screen.findByRole('button', { name: 'Retry 2 failed' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Retry 2 failed' }));
    expect(await screen.findByText('Acme PROD is read only.')).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('plans the way back of what failed, of everything, or of what is ticked', async () => {
    const { double, user } = report();
    const grid = await table();
    const back = await screen.findByTestId('rollback');
    expect(back).toHaveTextContent('From snapshot c07a19e4');
    expect(back).toHaveTextContent('Secrets are not in it: COUPA_EVENTS keeps its own');
    expect(within(back).getByRole('radio', { name: /^The 2 that failed/ })).toBeChecked();
    await user.click(within(back).getByRole('radio', { name: /^Everything, 16 artifacts/ }));
    expect(within(back).getByRole('button', { name: 'Plan the roll back of 16' })).toBeEnabled();
    await user.click(within(back).getByRole('radio', { name: /^The 2 that failed/ }));
    await user.click(within(grid).getByRole('checkbox', { name: 'Choose TAX_CODES' }));
    await user.click(within(back).getByRole('radio', { name: /^The 1 ticked/ }));
    await user.click(within(back).getByRole('button', { name: 'Plan the roll back of 1' }));
    await waitFor(() =>
      expect(double.calls).toContainEqual(['rollbackPlan', 'm1', ['lookup:TAX_CODES']]),
    );
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/move\/WB-0\d+\/checks$/));
  });

  it('takes everything back without naming it', async () => {
    const { double, user } = report();
    await user.click(await screen.findByRole('radio', { name: /^Everything, 16 artifacts/ }));
    await user.click(screen.getByRole('button', { name: 'Plan the roll back of 16' }));
    await waitFor(() => expect(double.calls).toContainEqual(['rollbackPlan', 'm1', undefined]));
  });

  it('is saved in the form that is asked for', async () => {
    const { double, user } = report();
    await screen.findByTestId('report-headline');
    await choose(user, 'Save report…', 'As CSV, for spreadsheets');
    expect(await screen.findByText(/Report WB-0142\.csv is saved/)).toBeVisible();
    expect(double.calls).toContainEqual(['reportSave', 'm1', 'csv']);
  });

  it('stands in Activity beside its steps and log', async () => {
    const { user } = openWindow(moving(), '#/activity/m1');
    expect(await screen.findByTestId('report-headline')).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Steps and log' }));
    expect(await screen.findByRole('complementary', { name: 'Log' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open WB-0138' })).toHaveAttribute(
      'href',
      '#/move/WB-0138/report',
    );
  });

  it('says why it cannot be read and tries again', async () => {
    const state = moving();
    state.refuse = { report: refusal('fileFailed', 'The journal cannot be read.') };
    const { double, user } = openWindow(state, '#/move/WB-0138/report');
    await screen.findByText('The journal cannot be read.');
    double.state.refuse = {};
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByTestId('report-headline')).toBeVisible();
  });
});
