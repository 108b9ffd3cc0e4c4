import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { RunStep } from '../src/lib/backend/generated/RunStep';
import { haulOf, stepsAMinute } from '../src/screens/move/run/haul';
import { rowNow } from '../src/screens/move/run/words';
import { expectAccessible } from './axe';
import { hauling, moving } from './double/state';
import { openWindow } from './window';

const step = (rest: Partial<RunStep> & Pick<RunStep, 'key' | 'kind'>): RunStep => ({
  subject: 'integration:ORDER_SYNC|01.02.0003',
  words: 'A step',
  state: 'waiting',
  ...rest,
});

describe('steps in rows and lines', () => {
  it('gives each integration a row with the states of its own steps', () => {
    const { rows, before, after, counts } = haulOf([
      step({ key: 'c', kind: 'capture', state: 'done' }),
      step({ key: 'd', kind: 'deactivate', state: 'done' }),
      step({ key: 'i', kind: 'importIntegration', state: 'running', now: 'sending 212 kB' }),
      step({ key: 'a', kind: 'activate' }),
      step({ key: 'v', kind: 'verify' }),
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.cells).toEqual({
      captured: 'done',
      deactivated: 'done',
      imported: 'running',
      activated: 'waiting',
    });
    expect(rows[0]?.state).toBe('running');
    expect(before.map((line) => line.name)).toEqual(['capture']);
    expect(after.map((line) => line.name)).toEqual(['verify']);
    expect(counts).toMatchObject({ done: 2, running: 1, waiting: 2, failed: 0 });
  });

  it('shows what failed before what goes on, and what waits with what it waits for', () => {
    const [row] = haulOf([
      step({ key: 'i', kind: 'importIntegration', state: 'failed', now: 'refused: locked' }),
      step({ key: 'a', kind: 'activate', state: 'skipped' }),
    ]).rows;
    expect(row && rowNow(row, 0)).toBe('Refused: locked');
    const [waiting] = haulOf([
      step({ key: 'd', kind: 'deactivate', now: 'after ORDER_SYNC' }),
      step({ key: 'i', kind: 'importIntegration' }),
    ]).rows;
    expect(waiting && rowNow(waiting, 0)).toBe('After ORDER_SYNC');
  });

  it('calls a line under way between two of its steps', () => {
    const [line] = haulOf([
      step({ key: '1', kind: 'setConnection', state: 'done' }),
      step({ key: '2', kind: 'testConnection' }),
    ]).before;
    expect(line).toMatchObject({ name: 'connections', state: 'running', done: 1 });
  });

  it('tells steps a minute by those that ended lately', () => {
    const now = Date.parse('2026-11-19T14:30:00Z');
    const ended = (secondsAgo: number) =>
      step({
        key: String(secondsAgo),
        kind: 'activate',
        state: 'done',
        beganAt: new Date(now - secondsAgo * 1000).toISOString(),
        tookMs: 0,
      });
    expect(stepsAMinute([ended(60), ended(30), ended(0)], now)).toBeCloseTo(3);
    expect(stepsAMinute([ended(600), ended(500)], now)).toBeUndefined();
  });
});

describe('a move that runs', () => {
  it('counts its steps, integration by integration', async () => {
    openWindow(hauling(), '#/move/WB-0142/run');
    expect(await screen.findByTestId('run-settled')).toHaveTextContent('20');
    expect(screen.getByText('of 43 steps')).toBeVisible();
    const table = await screen.findByRole('grid', { name: 'Integrations' });
    const rows = within(table).getAllByTestId('haul-row');
    expect(rows).toHaveLength(9);
    expect(rows[0]).toHaveTextContent('Active again after 41 s');
    expect(rows[1]).toHaveTextContent(/Activating, 62 %, since/);
    expect(within(table).getByText('After ORDER_SYNC')).toBeVisible();
    expect(screen.getByTestId('line-capture')).toHaveTextContent(
      'Captured 19 artifacts, snapshot c07a19e4',
    );
    expect(screen.getByTestId('line-connections')).toHaveTextContent(
      'Connections set and tested 8',
    );
    expect(screen.getByRole('complementary', { name: 'Log' })).toHaveTextContent(
      'ITEM_PUBLISH is deactivated.',
    );
    await expectAccessible();
  });

  it('says what cancelling does, and cancels after that', async () => {
    const { double, user } = openWindow(hauling(), '#/move/WB-0142/run');
    await user.click(await screen.findByRole('button', { name: /^Cancel/ }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('It stops at the next safe point.');
    expect(dialog).toHaveTextContent('You can resume it later, or roll it back.');
    await user.click(within(dialog).getByRole('button', { name: 'Cancel the run' }));
    await waitFor(() => expect(double.calls).toContainEqual(['runCancel', 'm9']));
  });

  it('draws of 2,000 integrations those in view alone, and finds those under way', async () => {
    const { user } = openWindow(hauling(2000), '#/move/WB-0142/run');
    const table = await screen.findByRole('grid', { name: 'Integrations' });
    expect(table).toHaveAttribute('aria-rowcount', '2010');
    expect(within(table).getAllByTestId('haul-row').length).toBeLessThan(100);
    await user.click(screen.getByRole('button', { name: 'Under way 2' }));
    await waitFor(() => expect(within(table).getAllByTestId('haul-row')).toHaveLength(2));
  });

  it('runs to its end and leads to its report', async () => {
    const state = { ...moving(), changePause: 5 };
    const { double, user } = openWindow(state, '#/move/WB-0142/review');
    await waitFor(() => expect(double.calls.some(([name]) => name === 'move')).toBe(true));
    await double.moveRun('WB-0142', 'Acme PROD');
    window.location.hash = '#/move/WB-0142/run';
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    const end = await screen.findByTestId('run-end', undefined, { timeout: 8000 });
    expect(end).toHaveTextContent('12 replaced and 9 activated in PROD');
    expect(screen.getByTestId('line-verify')).toHaveTextContent('Read back and compared');
    expect(screen.queryByRole('button', { name: /^Cancel/ })).toBeNull();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findByTestId('report-headline')).toHaveTextContent(
      '12 replaced and 9 activated in PROD',
    );
  });

  it('takes with a failed step what needs it alone, and says so', async () => {
    const failing = 'activate:ORDER_TO_CASH/integration:COUPA_PO_TO_ERP|01.03.0001';
    const state = { ...moving(), changePause: 5, haulFails: [failing] };
    const { double } = openWindow(state, '#/move/WB-0142/review');
    await double.moveRun('WB-0142', 'Acme PROD');
    window.location.hash = '#/move/WB-0142/run';
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    await screen.findByTestId('run-end', undefined, { timeout: 8000 });
    const table = screen.getByRole('grid', { name: 'Integrations' });
    const row = within(table).getByText('COUPA_PO_TO_ERP').closest('tr');
    expect(row).toHaveTextContent('Refused: a connection is a draft');
    expect(within(table).getAllByText(/^Active again/)).toHaveLength(8);
  });

  it('is resumed where it was interrupted', async () => {
    const state = { ...hauling(0, true), changePause: 5 };
    const { double, user } = openWindow(state, '#/move/WB-0142/run');
    expect(await screen.findByTestId('run-end')).toHaveTextContent(
      'Resuming looks up what is uncertain first, and does nothing twice.',
    );
    await user.click(screen.getByRole('button', { name: /^Resume/ }));
    expect(double.calls).toContainEqual(['runResume', 'm9']);
    await waitFor(() => expect(screen.getByTestId('run-end')).toHaveTextContent('12 replaced'), {
      timeout: 8000,
    });
  });

  it('is followed from Activity and from the rail alike', async () => {
    openWindow(hauling(), '#/activity/m9');
    expect(await screen.findByTestId('run-settled')).toHaveTextContent('20');
    expect(screen.getByTestId('rail-run')).toHaveTextContent('20 of 43 steps');
    expect(await screen.findByRole('link', { name: 'Open WB-0142' })).toHaveAttribute(
      'href',
      '#/move/WB-0142/run',
    );
    await expectAccessible();
  });

  it('leads to Review where nothing has run', async () => {
    openWindow(moving(), '#/move/WB-0142/run');
    await screen.findByText('This move has not been run yet');
  });
});
