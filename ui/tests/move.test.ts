import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { MoveView } from '../src/lib/backend/generated/MoveView';
import { isReachable, nextStep } from '../src/screens/move/steps';
import { stopsOf } from '../src/screens/move/stops';
import { expectAccessible } from './axe';
import { drawnMove, emptyMove, chosenIds } from './double/moves-data';
import { inUse, moving, refusal } from './double/state';
import { openWindow } from './window';

const at = (step: string, id = 'WB-0142') => `#/move/${id}/${step}`;
const called = (double: { calls: unknown[][] }, name: string) =>
  double.calls.filter(([one]) => one === name);
const bare: MoveView = {
  ...emptyMove,
  summary: {
    id: 'WB-0001',
    name: '',
    savedAt: '2026-11-19T14:08:00Z',
    stage: 'choosing',
    chosen: 0,
  },
};

describe('the steps', () => {
  it('go on at the first that is not settled', () => {
    const move = drawnMove();
    expect(nextStep(bare)).toBe('source');
    expect(nextStep({ ...bare, from: move.from })).toBe('what');
    expect(nextStep({ ...bare, from: move.from, chosen: chosenIds })).toBe('destination');
    expect(nextStep(move)).toBe('checks');
    const ready: MoveView = {
      ...move,
      planned: true,
      summary: { ...move.summary, stage: 'ready' },
    };
    expect(nextStep(ready)).toBe('review');
    expect(nextStep({ ...ready, summary: { ...ready.summary, stage: 'running' } })).toBe('run');
    expect(nextStep({ ...ready, summary: { ...ready.summary, stage: 'done' } })).toBe('report');
  });

  it('can be reached once what they rest on is there', () => {
    expect(isReachable('what', bare)).toBe(false);
    expect(isReachable('destination', bare)).toBe(true);
    expect(isReachable('checks', drawnMove())).toBe(true);
    expect(isReachable('connections', drawnMove())).toBe(false);
    expect(isReachable('connections', { ...drawnMove(), planned: true })).toBe(true);
    expect(isReachable('run', { ...drawnMove(), planned: true })).toBe(false);
  });

  it('say what was settled, and which of them stands in the way', async () => {
    const { double } = openWindow(moving(), at('checks'));
    await screen.findByRole('heading', { name: '2 things stop this move' });
    const move = await double.move('WB-0142');
    const plan = (await double.movePlanned('WB-0142')) ?? undefined;
    const needs = await double.moveNeeds('WB-0142');
    const stops = stopsOf({ move, plan, needs, planning: false }, 'what');
    expect(stops.map(({ step, state, value }) => [step, state, value])).toEqual([
      ['source', 'done', 'Acme TEST'],
      ['what', 'now', '9 chosen, 27 added'],
      ['destination', 'done', 'Acme PROD'],
      ['checks', 'stopped', '2 blocking'],
      ['connections', 'stopped', '1 to enter'],
      ['review', 'ahead', 'to be signed off'],
      ['run', 'ahead', ''],
      ['report', 'ahead', ''],
    ]);
  });

  it('lead back to what is settled, and to nothing that is not', async () => {
    const { user } = openWindow(moving(), at('what'));
    const route = await screen.findByRole('list', { name: 'Steps of this move' });
    expect(within(route).getByText('What').closest('li')).toHaveAttribute('aria-current', 'step');
    expect(within(route).queryByRole('link', { name: /Review/ })).toBeNull();
    await user.click(within(route).getByRole('link', { name: /^Source.*Done$/ }));
    expect(await screen.findByRole('heading', { name: 'Where from' })).toBeVisible();
    expect(window.location.hash).toBe(at('source'));
  });
});

describe('the list of moves', () => {
  it('explains moving while there are none, and begins one', async () => {
    const { user, double } = openWindow(inUse(), '#/move');
    expect(await screen.findByText('Nothing has been moved yet')).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByTestId('move-new'));
    await waitFor(() => expect(window.location.hash).toBe(at('source', 'WB-0001')));
    expect(called(double, 'moveNew')).toEqual([['moveNew', {}]]);
    expect(screen.getByTestId('move-next')).toBeDisabled();
  });

  it('continues a move where it is to go on', async () => {
    const { user } = openWindow(moving(), '#/move');
    expect(await screen.findAllByTestId('move-row')).toHaveLength(3);
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Continue WB-0140' }));
    await waitFor(() => expect(window.location.hash).toBe(at('what', 'WB-0140')));
  });

  it('deletes one after asking', async () => {
    const { user, double } = openWindow(moving(), '#/move');
    await screen.findAllByTestId('move-row');
    screen.getByRole('button', { name: 'More for WB-0140' }).focus();
    await user.keyboard('{Enter}');
    const menu = await screen.findByRole('menu', { hidden: true });
    within(menu).getByTestId('menu-delete').focus();
    await user.keyboard('{Enter}');
    expect(called(double, 'moveDelete')).toEqual([]);
    await user.click(await screen.findByTestId('move-delete-confirm'));
    await waitFor(() => expect(screen.getAllByTestId('move-row')).toHaveLength(2));
    expect(called(double, 'moveDelete')).toEqual([['moveDelete', 'WB-0140']]);
  });

  it('says why it cannot be read, and tries again', async () => {
    const state = moving();
    state.refuse = { moves: refusal('internal', 'The folder of the waybills cannot be read.') };
    const { user } = openWindow(state, '#/move');
    await screen.findByText('The folder of the waybills cannot be read.');
    state.refuse = {};
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findAllByTestId('move-row')).toHaveLength(3);
  });
});

describe('an open move', () => {
  it('is named in place', async () => {
    const { user, double } = openWindow(moving(), at('what'));
    await user.click(await screen.findByTestId('move-name'));
    const input = screen.getByTestId('move-name-input');
    await user.clear(input);
    await user.type(input, 'Order to cash 26.12{Enter}');
    await waitFor(() =>
      expect(screen.getByTestId('move-name')).toHaveTextContent('“Order to cash 26.12”'),
    );
    expect(called(double, 'moveEdit')).toEqual([
      ['moveEdit', 'WB-0142', { name: 'Order to cash 26.12' }],
    ]);
  });

  it('keeps its name when that is given up', async () => {
    const { user, double } = openWindow(moving(), at('what'));
    await user.click(await screen.findByTestId('move-name'));
    await user.type(screen.getByTestId('move-name-input'), 'x{Escape}');
    expect(await screen.findByTestId('move-name')).toHaveTextContent('Order to cash 26.11');
    expect(called(double, 'moveEdit')).toEqual([]);
  });

  it('says that a move is not there', async () => {
    openWindow(moving(), at('what', 'WB-0999'));
    expect(await screen.findByText('There is no move WB-0999.')).toBeVisible();
  });
});

describe('source and destination', () => {
  it('asks before what is chosen has to be chosen anew', async () => {
    const { user, double } = openWindow(moving(), at('source'));
    await user.click(await screen.findByTestId('source-dev'));
    expect(await screen.findByText(/chosen anew: 9 artifacts/)).toBeVisible();
    expect(called(double, 'moveEdit')).toEqual([]);
    await user.click(screen.getByTestId('source-change'));
    await waitFor(() =>
      expect(called(double, 'moveEdit')).toEqual([
        ['moveEdit', 'WB-0142', { from: { type: 'instance', id: 'dev' }, chosen: [], leftOut: [] }],
      ]),
    );
  });

  it('warns of a snapshot with gaps', async () => {
    const state = moving();
    state.moves = state.moves.map((one) => ({
      ...one,
      from: { type: 'snapshot' as const, id: '91ee0c55aa' },
    }));
    openWindow(state, at('source'));
    const notes = await screen.findByTestId('snapshot-notes');
    expect(notes).toHaveTextContent('2 artifacts of it could not be read when it was taken.');
    await expectAccessible();
  });

  it('chooses no destination by itself, and never the source', async () => {
    const { user, double } = openWindow(moving(), at('destination', 'WB-0140'));
    expect(await screen.findByTestId('destination-dev')).toBeDisabled();
    for (const radio of screen.getAllByRole('radio')) expect(radio).not.toBeChecked();
    expect(screen.getByTestId('move-next')).toBeDisabled();
    expect(screen.getByRole('group', { name: 'From and to' })).toHaveTextContent(
      'To: not chosen yet',
    );
    await user.click(screen.getByTestId('destination-prod'));
    await waitFor(() => expect(screen.getByTestId('destination-prod')).toBeChecked());
    expect(called(double, 'moveEdit')).toEqual([['moveEdit', 'WB-0140', { to: 'prod' }]]);
    expect(screen.getByRole('group', { name: 'From and to' })).toHaveTextContent('Acme PROD');
    await expectAccessible();
  });

  it('offers the instance of a snapshot as the way back', async () => {
    const state = moving();
    state.moves = state.moves.map((one) => ({
      ...one,
      from: { type: 'snapshot' as const, id: 'b02d7714c3' },
    }));
    openWindow(state, at('destination'));
    expect(await screen.findByText('Restore')).toBeVisible();
    expect(screen.getByTestId('destination-prod')).toBeEnabled();
  });

  it('demands a second person', async () => {
    const { user, double } = openWindow(moving(), at('destination'));
    const toggle = await screen.findByTestId('sign-off-required');
    expect(toggle).toBeChecked();
    await user.click(toggle);
    await waitFor(() => expect(screen.getByTestId('sign-off-required')).not.toBeChecked());
    expect(called(double, 'signOffRequire')).toEqual([['signOffRequire', 'prod', false]]);
  });
});
