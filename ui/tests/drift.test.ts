import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { href, parse } from '../src/lib/router/routes';
import { expectAccessible } from './axe';
import { inUse } from './double/state';
import { openWindow } from './window';

describe('what changed from backup to backup', () => {
  it('is told with its meaning beside a snapshot, and its difference is one click away', async () => {
    const { user } = openWindow(inUse(), '#/backups/dev/4f1c9a02d7');
    const card = await screen.findByRole('region', { name: /, 2\d{3}/ });
    expect(await within(card).findByText('1 step added, 3 fields mapped')).toBeVisible();
    const table = within(card).getByRole('table', { name: 'Changes' });
    expect(within(table).getAllByText('Outside').length).toBeGreaterThan(0);
    expect(within(table).getAllByRole('link', { name: 'Waybill: show the run' })).not.toHaveLength(
      0,
    );
    await expectAccessible(card);
    const first = within(table).getAllByRole('link')[0];
    if (first) await user.click(first);
    expect(window.location.hash).toMatch(/^#\/compare\?left=snapshot.+id=/);
  });

  it('lies on a timeline of the instance, filtered by person, sort and origin', async () => {
    const { user } = openWindow(inUse(), '#/backups/dev');
    await user.click(await screen.findByRole('button', { name: 'Changes' }));
    expect(window.location.hash).toBe('#/backups/dev/changes');
    const marks = await screen.findByRole('group', { name: 'Timeline of changes' });
    expect(within(marks).getAllByRole('button').length).toBeGreaterThan(0);
    await expectAccessible();
    const rows = () => screen.getAllByRole('row').length;
    const before = rows();
    await user.click(screen.getByRole('combobox', { name: 'From: all' }));
    await user.keyboard('waybill{Enter}{Escape}');
    await waitFor(() => expect(rows()).toBeLessThan(before));
    expect(screen.queryByText('Outside', { selector: 'td *' })).toBeNull();
    await user.click(screen.getByRole('link', { name: 'Snapshots' }));
    expect(window.location.hash).toBe('#/backups/dev');
  });

  it('is listed with an artifact', async () => {
    const state = inUse();
    const { double } = openWindow(state, '#/backups/dev/4f1c9a02d7');
    const step = await double.snapshotDrift('4f1c9a02d7');
    const id = step?.changes[0]?.id ?? '';
    window.location.hash = href({
      screen: 'explore',
      place: { type: 'instance', id: 'dev' },
      artifact: id,
    });
    const list = await screen.findByRole('region', { name: 'Changes from backup to backup' });
    expect(within(list).getAllByText('1 step added, 3 fields mapped')[0]).toBeVisible();
  });

  it('has an address of its own', () => {
    const route = { screen: 'backups', instance: 'dev', changes: true } as const;
    expect(href(route)).toBe('#/backups/dev/changes');
    expect(parse(href(route))).toEqual(route);
  });
});
