import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { inUse } from './double/state';
import { openWindow } from './window';

const section = '#/settings/vault';

describe('keep rules', () => {
  it('are offered, shown for what they do, saved, and remove what was shown', async () => {
    const { double, user } = openWindow(inUse(), section);
    await screen.findByText('No rule is set: every snapshot stays.');
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Fill in 10, 30, 12 and 24' }));
    expect(screen.getByLabelText('Daily')).toHaveValue('30');
    const last = screen.getByLabelText('Last');
    await user.clear(last);
    await user.type(last, 'x');
    expect(await screen.findByText('Write a whole number, or leave it empty.')).toBeVisible();
    await user.clear(last);
    await user.type(last, '1');
    const before = double.state.snapshots.length;
    await screen.findByText(/would go/);
    await user.click(screen.getByRole('button', { name: 'Save keep rules' }));
    const dialog = await screen.findByRole('dialog');
    await expectAccessible(dialog);
    const goes = within(dialog).getAllByTestId('keep-goes').length;
    expect(goes).toBeGreaterThan(0);
    await user.click(within(dialog).getByRole('button', { name: 'Save keep rules' }));
    await waitFor(() => expect(double.state.keep?.all.last).toBe(1));
    expect(double.state.snapshots).toHaveLength(before);
    await user.click(await screen.findByRole('button', { name: 'Show which' }));
    const again = await screen.findByRole('dialog');
    await user.click(
      within(again).getByRole('button', { name: new RegExp(`^Remove ${String(goes)} snapshot`) }),
    );
    await waitFor(() => expect(double.state.snapshots).toHaveLength(before - goes));
    expect(double.state.runs[0]?.kind).toBe('prune');
  });

  it('can be those of one instance', async () => {
    const state = inUse();
    state.keep = { all: { last: 5 }, own: [] };
    const instance = state.instances[0];
    const { double, user } = openWindow(state, section);
    const whose = await screen.findByLabelText('Rules of');
    await user.selectOptions(whose, instance?.name ?? '');
    expect(screen.getByLabelText('Last')).toHaveValue('5');
    expect(screen.queryByRole('button', { name: 'Save keep rules' })).toBeNull();
    await user.type(screen.getByLabelText('Yearly'), '3');
    await user.click(screen.getByRole('button', { name: 'Save keep rules' }));
    await waitFor(() =>
      expect(double.state.keep?.own).toEqual([
        { instance: instance?.id, rules: { last: 5, yearly: 3 } },
      ]),
    );
    expect(double.state.keep?.all).toEqual({ last: 5 });
    await expectAccessible();
    await user.click(await screen.findByRole('button', { name: 'Same rules as all' }));
    await user.click(screen.getByRole('button', { name: 'Save keep rules' }));
    await waitFor(() => expect(double.state.keep?.own).toEqual([]));
  });

  it('say so when something changed since they were shown', async () => {
    const state = inUse();
    state.keep = { all: { last: 1 }, own: [] };
    const { double, user } = openWindow(state, section);
    await user.click(await screen.findByRole('button', { name: 'Show which' }));
    const dialog = await screen.findByRole('dialog');
    const first = double.state.snapshots.at(-1);
    double.state.kept = { [first?.id ?? '']: 'Audit' };
    const before = double.state.snapshots.length;
    await user.click(within(dialog).getByRole('button', { name: /^Remove/ }));
    await within(dialog).findByText(/Something changed/);
    expect(double.state.snapshots).toHaveLength(before);
  });

  it('leave alone what is marked in Backups', async () => {
    const { double, user } = openWindow(inUse(), '#/backups');
    await user.click(await screen.findByRole('button', { name: 'Keep…' }));
    const dialog = await screen.findByRole('dialog');
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Keep for ever' }));
    await within(dialog).findByText('Give the reason a name, such as Before go-live.');
    await user.type(within(dialog).getByLabelText('Why'), 'Before go-live');
    await user.click(within(dialog).getByRole('button', { name: 'Keep for ever' }));
    expect(await screen.findByText('· Kept: Before go-live')).toBeVisible();
    expect(await screen.findByText('kept')).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Keep no longer' }));
    await waitFor(() => expect(double.state.kept).toEqual({}));
  });
});

describe('proof', () => {
  it('is set: the daily check, and what is restored into what', async () => {
    const { double, user } = openWindow(inUse(), section);
    const daily = await screen.findByRole('switch', { name: 'Check a part every day' });
    expect(daily).toBeChecked();
    await user.click(daily);
    await waitFor(() => expect(double.state.proof?.check).toBe(false));
    expect(await screen.findByText('Read back only when you ask for it.')).toBeVisible();
    await user.click(screen.getByRole('switch', { name: 'Prove by restoring' }));
    await waitFor(() => expect(double.state.proof?.restore).toBe(true));
    await user.click(screen.getByRole('button', { name: 'Change…' }));
    const dialog = await screen.findByRole('dialog');
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Week' }));
    await user.clear(within(dialog).getByLabelText('Artifacts each time'));
    await user.click(within(dialog).getByRole('button', { name: 'Save restore proof' }));
    await waitFor(() => expect(double.state.proof?.every).toBe('week'));
    expect(double.state.proof?.artifacts).toBeUndefined();
    await user.click(screen.getByRole('button', { name: 'Prove now' }));
    await waitFor(() => expect(double.state.runs[0]?.kind).toBe('proof'));
  });

  it('names damage, where a good copy is, and has it put right', async () => {
    const state = inUse();
    const [hurt] = state.snapshots;
    if (!hurt) throw new Error('there is no snapshot');
    state.damage = [
      {
        file: 'data/09ab',
        detail: 'does not match its name',
        hits: [
          {
            snapshot: hurt.id,
            takenAt: hurt.takenAt,
            instanceName: hurt.instanceName,
            artifact: { scope: { type: 'global' }, kind: 'lookup', code: 'TAX' } as never,
            name: 'TAX',
            path: 'lookups/TAX.csv',
            copies: [{ words: 'the copy of this snapshot at target `T1`', target: 'T1' }],
          },
        ],
      },
    ];
    const { double, user } = openWindow(state, section);
    await screen.findByText('The vault is damaged');
    await user.click(screen.getByText('Show which'));
    expect(screen.getByText(/A good one: the copy of this snapshot/)).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Put right from the targets' }));
    await waitFor(() => expect(double.calls).toContainEqual(['vaultMend', true]));
    expect(screen.getByRole('button', { name: /Choose the folder of another copy/ })).toBeVisible();
  });
});
