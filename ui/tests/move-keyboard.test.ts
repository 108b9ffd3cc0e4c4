import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { stopsOf } from '../src/screens/move/stops';
import { moving, reviewing } from './double/state';
import { openWindow } from './window';

const at = (step: string) => `#/move/WB-0142/${step}`;
const focusIsOn = (name: string | RegExp) =>
  waitFor(() => expect(screen.getByRole('heading', { level: 1, name })).toHaveFocus());

describe('a move by the keyboard', () => {
  it('puts the focus at the head of each step that opens', async () => {
    const { user } = openWindow(moving(), at('source'));
    await focusIsOn('Where from');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await focusIsOn('What goes along');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await focusIsOn('2 things stop this move');
    await user.click(screen.getByTestId('step-destination'));
    await focusIsOn('Where to');
  });

  it('leaves the focus with who has gone elsewhere meanwhile', async () => {
    openWindow(moving(), at('review'));
    const name = await screen.findByTestId('move-name');
    name.focus();
    await screen.findByTestId('paper');
    expect(name).toHaveFocus();
  });

  it('goes from finding to finding with J and K, and with arrows from there', async () => {
    const { user } = openWindow(moving(), at('checks'));
    await focusIsOn('2 things stop this move');
    const blocking = screen.getAllByTestId('finding-blocking');
    const [warning] = screen.getAllByTestId('finding-warning');
    await user.keyboard('{ArrowDown}');
    expect(blocking[0]).not.toHaveFocus();
    await user.keyboard('j');
    expect(blocking[0]).toHaveFocus();
    await user.keyboard('k');
    expect(blocking[0]).toHaveFocus();
    await user.keyboard('{ArrowDown}j');
    expect(warning).toHaveFocus();
    await user.keyboard('{Tab}');
    expect(warning).toContainElement(document.activeElement as HTMLElement);
    await user.keyboard('{ArrowUp}');
    expect(blocking[1]).toHaveFocus();
  });

  it('leaves J and K alone where letters are turned off', async () => {
    const state = moving();
    state.settings = { ...state.settings, letterKeys: false };
    const { user } = openWindow(state, at('checks'));
    await focusIsOn('2 things stop this move');
    await user.keyboard('j');
    expect(screen.getByRole('heading', { level: 1 })).toHaveFocus();
  });

  it('goes on to what is to be entered in the next connection', async () => {
    const { user } = openWindow(moving(), at('connections'));
    const next = await screen.findByTestId('bind-next');
    const [first] = screen.getAllByText('missing');
    const field = first?.closest('tr')?.querySelector('input');
    if (!field) throw new Error('nothing is missing');
    await user.type(field, 'a secret');
    await user.click(next);
    await waitFor(() =>
      expect(document.activeElement?.closest('[data-region="connection"]')).toHaveTextContent(
        'WMS_REST',
      ),
    );
    expect(document.activeElement).not.toBe(document.body);
  });
});

describe('the review', () => {
  it('does not say a second time what the checks say', async () => {
    const state = reviewing();
    state.moveSettled = ['connection-values'];
    const said = 'Certificate `wms_root_2027` is not in PROD';
    state.moveLook = { against: [`${said} There are 2 more.`, 'The vault is not there.'] };
    openWindow(state, at('review'));
    const against = await screen.findByTestId('look-against');
    expect(against).toHaveTextContent('The vault is not there.');
    expect(against).not.toHaveTextContent('wms_root_2027');
    expect(screen.getByTestId('review-blocked')).toHaveTextContent('wms_root_2027');
  });
});

describe('the route of a move that was run', () => {
  it('shows what was checked as settled, though its plan is gone', async () => {
    const { double } = openWindow(moving(), '#/move/WB-0138/report');
    const move = await double.move('WB-0138');
    const stops = stopsOf({ move, planning: false }, 'report');
    expect(stops.map(({ state }) => state)).toEqual([...Array<string>(7).fill('done'), 'now']);
  });
});
