import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { inspection } from '../src/lib/places/inspection.svelte';
import { openMove } from '../src/screens/move/move.svelte';
import { expectAccessible } from './axe';
import { moving, refusal } from './double/state';
import { openWindow } from './window';

const begun = (calls: readonly unknown[][]) =>
  calls.filter(([name]) => name === 'moveNew').map(([, edit]) => edit);

afterEach(() => {
  inspection.forget();
  openMove.forget();
});

describe('ways into a move', () => {
  it('leads from ticked artifacts of Explore, and asks where to', async () => {
    const { double, user } = openWindow(moving(), '#/explore/instance/dev');
    const rows = await screen.findAllByTestId('artifact-row');
    const boxes = rows.slice(0, 2).map((row) => within(row).getByRole('checkbox'));
    for (const box of boxes) await user.click(box);
    await user.click(screen.getByTestId('move-chosen'));
    await waitFor(() => expect(begun(double.calls)).toHaveLength(1));
    const [edit] = begun(double.calls) as { from: unknown; chosen: string[] }[];
    expect(edit?.from).toEqual({ type: 'instance', id: 'dev' });
    expect(edit?.chosen).toHaveLength(2);
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/move\/WB-\d+\/destination$/));
  });

  it('moves the row the person is on with M', async () => {
    const { double, user } = openWindow(moving(), '#/explore/instance/dev');
    const table = await screen.findByTestId('artifact-table');
    table.focus();
    await user.keyboard('{ArrowDown}m');
    await waitFor(() => expect(begun(double.calls)).toHaveLength(1));
    expect(begun(double.calls)[0]).toMatchObject({ chosen: [expect.any(String)] });
  });

  it('leads from a snapshot back into its instance', async () => {
    const { double, user } = openWindow(moving(), '#/backups/dev/4f1c9a02d7');
    await user.click(await screen.findByRole('button', { name: 'Restore…' }));
    await waitFor(() =>
      expect(begun(double.calls)).toEqual([
        expect.objectContaining({ from: { type: 'snapshot', id: '4f1c9a02d7' }, to: 'dev' }),
      ]),
    );
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/move\/WB-\d+\/what$/));
    expect(double.calls.some(([name]) => name === 'snapshotExtract')).toBe(false);
  });

  it('says why a snapshot cannot be restored', async () => {
    const state = moving();
    state.refuse = { moveNew: refusal('vaultDamaged', 'The snapshot cannot be read.') };
    const { user } = openWindow(state, '#/backups/dev/4f1c9a02d7');
    await user.click(await screen.findByRole('button', { name: 'Restore…' }));
    expect(await screen.findByText('The snapshot cannot be read.')).toBeVisible();
  });

  it('asks after a comparison which way, and takes what that side holds', async () => {
    const { double, user } = openWindow(
      moving(),
      '#/compare?left=instance%3Adev&right=instance%3Atest',
    );
    const tree = await screen.findByTestId('differences', undefined, { timeout: 8000 });
    tree.focus();
    await user.keyboard('{Control>}a{/Control}');
    await user.click(await screen.findByRole('button', { name: 'Move the selected…' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByTestId('move-way-right')).toBeChecked();
    expect(within(dialog).getByText(/in TEST alone/)).toBeVisible();
    await expectAccessible(dialog);
    await user.click(within(dialog).getByTestId('move-way-left'));
    await user.click(within(dialog).getByRole('button', { name: 'Begin the move' }));
    await waitFor(() =>
      expect(begun(double.calls)).toEqual([
        expect.objectContaining({ from: { type: 'instance', id: 'test' }, to: 'dev' }),
      ]),
    );
  });

  it('does not offer to move into a snapshot', async () => {
    const { user } = openWindow(
      moving(),
      '#/compare?left=instance%3Adev&right=snapshot%3A4f1c9a02d7',
    );
    const tree = await screen.findByTestId('differences', undefined, { timeout: 8000 });
    tree.focus();
    await user.keyboard('{Control>}a{/Control}');
    await user.click(await screen.findByRole('button', { name: 'Move the selected…' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByTestId('move-way-right')).toBeDisabled();
    expect(within(dialog).getByText(/is not a live instance/)).toBeVisible();
    expect(within(dialog).getByTestId('move-way-left')).toBeChecked();
  });

  it('imports opened files, all of them or one', async () => {
    const { double, user } = openWindow(moving(), '#/home');
    await screen.findByRole('article', { name: 'Acme DEV' });
    double.emit('files-dropped', {
      paths: [
        '/data/priya/ORDER_SYNC_01.02.0003.iar',
        '/data/priya/PORTAL_ORDERS_IN_03.00.0000.iar',
      ],
    });
    const all = await screen.findByTestId('import-files');
    await waitFor(() => expect(all).toBeEnabled());
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(2));
    await user.click(await screen.findByTestId('import-file'));
    await waitFor(() => expect(begun(double.calls)).toHaveLength(1));
    expect(begun(double.calls)[0]).toMatchObject({
      from: { type: 'file', path: '/data/priya/ORDER_SYNC_01.02.0003.iar' },
      name: 'Import of ORDER_SYNC_01.02.0003.iar',
    });
    const { chosen } = begun(double.calls)[0] as { chosen: string[] };
    expect(chosen.length).toBeGreaterThan(0);
    expect(chosen.every((id) => id.includes('integration:'))).toBe(true);
  });

  it('is reached from the palette', async () => {
    const { double, user } = openWindow(moving(), '#/home');
    await screen.findByRole('article', { name: 'Acme DEV' });
    await user.keyboard('{Control>}k{/Control}');
    await screen.findByRole('dialog');
    await user.keyboard('move from test{Enter}');
    await waitFor(() =>
      expect(begun(double.calls)).toEqual([{ from: { type: 'instance', id: 'test' } }]),
    );
  });

  it('leads from the palette to the snapshots of an instance', async () => {
    const { user } = openWindow(moving(), '#/home');
    await screen.findByRole('article', { name: 'Acme DEV' });
    await user.keyboard('{Control>}k{/Control}');
    await screen.findByRole('dialog');
    await user.keyboard('restore prod{Enter}');
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/backups\/prod/));
  });
});
