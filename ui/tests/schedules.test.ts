import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { inUse } from './double/state';
import { openWindow } from './window';

const section = '#/settings/schedules';

describe('backup schedules', () => {
  it('begin with none, and one is made in a dialog', async () => {
    const { double, user } = openWindow(inUse(), section);
    await screen.findByText('No instance is backed up by itself yet');
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Add schedule' }));
    const dialog = await screen.findByRole('dialog');
    await expectAccessible(dialog);
    const time = within(dialog).getByLabelText('Time of day');
    await user.clear(time);
    await user.type(time, 'six');
    await user.click(within(dialog).getByRole('button', { name: 'Save schedule' }));
    expect(await within(dialog).findByText('`six` is no time of day.')).toBeVisible();
    await user.clear(time);
    await user.type(time, '06:00');
    await user.click(within(dialog).getByRole('button', { name: 'Save schedule' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(await screen.findByText('daily at 06:00')).toBeVisible();
    expect(double.state.schedules?.[0]?.form.rhythm).toEqual({ type: 'daily', at: '06:00' });
    await expectAccessible();
  });

  it('are turned off and on, changed, and removed after a second press', async () => {
    const state = inUse();
    const { double, user } = openWindow(state, section);
    const own = await double.scheduleSave({
      instance: state.instances[0]?.id ?? '',
      on: true,
      rhythm: { type: 'hourly', minute: 5 },
      selection: { type: 'everything' },
      catchUp: true,
      onBattery: false,
    });
    const turn = await screen.findByRole('switch', { name: `Schedule of ${own.instanceName}` });
    await user.click(turn);
    await waitFor(() => expect(double.state.schedules?.[0]?.state).toBe('off'));
    await user.click(screen.getByRole('button', { name: /Change the schedule/ }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Weekly' }));
    await user.click(within(dialog).getByRole('checkbox', { name: 'Sat' }));
    await user.click(within(dialog).getByRole('button', { name: 'Save schedule' }));
    await waitFor(() =>
      expect(double.state.schedules?.[0]?.form.rhythm).toMatchObject({
        days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'],
      }),
    );
    await user.click(await screen.findByRole('button', { name: /Change the schedule/ }));
    const again = await screen.findByRole('dialog');
    await user.click(within(again).getByRole('button', { name: 'Remove' }));
    await user.click(within(again).getByRole('button', { name: 'Remove this schedule' }));
    await screen.findByText('No instance is backed up by itself yet');
    expect(double.state.schedules).toEqual([]);
  });

  it('say who looks after them while the window is closed', async () => {
    const { double, user } = openWindow(inUse(), section);
    await screen.findByText('Schedules wait until Waybill is opened again.');
    await user.click(screen.getByRole('switch', { name: /while the window is closed/ }));
    await screen.findByText(/looks every ten minutes by itself/);
    expect(double.state.keeps).toBe(true);
  });

  it('are made from the backups of an instance', async () => {
    const state = inUse();
    const id = state.instances[0]?.id ?? '';
    const { double, user } = openWindow(state, `#/backups/${id}`);
    await user.click(await screen.findByRole('button', { name: 'Schedule…' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Save schedule' }));
    await waitFor(() => expect(double.state.schedules?.[0]?.form.instance).toBe(id));
    expect(await screen.findByText(/next /)).toBeVisible();
  });
});
