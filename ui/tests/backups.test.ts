import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { groupsOf } from '../src/screens/backups/days';
import { timelineOf } from '../src/screens/backups/timeline';
import { headline } from '../src/screens/backups/what-changed';
import { expectAccessible } from './axe';
import { ago, day, run, snapshot } from './double/data';
import { firstStart, inUse, refusal, scenarios } from './double/state';
import { openWindow } from './window';

const made = (name: string) => {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  return scenario();
};
const card = async () => screen.findByRole('region', { name: /, 2\d{3}/ });

describe('the snapshots of an instance', () => {
  it('lie by day in a list and on a timeline, the newest opened', async () => {
    openWindow(made('long'), '#/backups/dev');
    const list = await screen.findByRole('region', { name: 'Snapshots of Acme DEV' });
    expect(within(list).getAllByRole('link')).toHaveLength(63);
    expect(within(list).getAllByRole('link')[0]).toHaveAttribute('aria-current', 'true');
    const timeline = screen.getByRole('group', { name: 'Timeline' });
    expect(within(timeline).getByRole('link', { current: true })).toHaveAccessibleName(
      /5 changed, 1 added, Complete$/,
    );
    expect(await card()).toBeVisible();
    await expectAccessible();
  });

  it('are walked by arrows on the timeline, one stop for Tab', async () => {
    const { user } = openWindow(made('long'), '#/backups/dev');
    const timeline = await screen.findByRole('group', { name: 'Timeline' });
    const marks = within(timeline).getAllByRole('link');
    expect(marks.filter((mark) => mark.getAttribute('tabindex') === '0')).toHaveLength(1);
    marks.at(-1)?.focus();
    await user.keyboard('{ArrowLeft}');
    expect(marks.at(-2)).toHaveFocus();
    await user.keyboard('{Home}');
    expect(marks[0]).toHaveFocus();
  });

  it('are those of the instance chosen', async () => {
    const { user } = openWindow(inUse(), '#/backups/dev');
    (await screen.findByRole('button', { name: 'Choose an instance: Acme DEV' })).focus();
    await user.keyboard('{Enter}');
    const menu = await screen.findByRole('menu', { hidden: true });
    await user.click(within(menu).getByText('Acme PROD'));
    expect(await screen.findByRole('region', { name: 'Snapshots of Acme PROD' })).toBeVisible();
    expect(screen.getByRole('group', { name: 'Instance' })).toHaveTextContent('Production');
  });

  it('stay when the instance is not saved any more', async () => {
    const state = inUse();
    state.instances = state.instances.filter((one) => one.id !== 'test');
    openWindow(state, '#/backups/test');
    expect(await screen.findByText(/Acme TEST is not saved any more/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Back up now' })).toBeNull();
  });
});

describe('an opened snapshot', () => {
  it('shows contents, state, read back and what changed', async () => {
    openWindow(inUse(), '#/backups/dev/4f1c9a02d7');
    const opened = await card();
    expect(await within(opened).findByText('812 artifacts')).toBeVisible();
    expect(within(opened).getByText('Equal')).toBeVisible();
    const rows = within(within(opened).getByRole('table', { name: 'Changes' })).getAllByRole('row');
    expect(rows).toHaveLength(1 + 6);
  });

  it('says on top what could not be read, why, and what to do', async () => {
    openWindow(inUse(), '#/backups/test/91ee0c55aa');
    const opened = await card();
    expect(
      await within(opened).findByText(/2 artifacts could not be read and are not in/),
    ).toBeVisible();
    expect(within(opened).getAllByText(/Ask M. Tanaka to close it/)).toHaveLength(2);
    await expectAccessible();
  });

  it('opens as a place', async () => {
    const { user } = openWindow(inUse(), '#/backups/dev');
    await user.click(within(await card()).getByRole('button', { name: 'Open' }));
    expect(window.location.hash).toBe('#/explore/snapshot/4f1c9a02d7');
    expect(await screen.findByText(/^Snapshot taken/)).toBeVisible();
  });

  it('is verified once, with its progress in view', async () => {
    const state = { ...inUse(), pace: 60 };
    const { double, user } = openWindow(state, '#/backups/dev');
    await user.dblClick(within(await card()).getByRole('button', { name: 'Verify' }));
    const main = screen.getByRole('main');
    expect(await within(main).findByRole('progressbar')).toHaveAttribute('aria-valuemax', '812');
    expect(double.calls.filter(([name]) => name === 'snapshotVerify')).toHaveLength(1);
    expect(within(await card()).getByRole('button', { name: 'Restore to folder…' })).toBeDisabled();
    await waitFor(() => expect(within(main).queryByRole('progressbar')).toBeNull(), {
      timeout: 5000,
    });
  });

  it('says what happened when it cannot be restored', async () => {
    const state = inUse();
    state.refuse.snapshotExtract = refusal('diskFull', 'There is no room left in the folder.');
    const { user } = openWindow(state, '#/backups/dev');
    await user.click(within(await card()).getByRole('button', { name: 'Restore to folder…' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('There is no room left');
  });

  it('says plainly when reading it back found differences', async () => {
    const state = inUse();
    const { double } = openWindow(state, '#/home');
    const whole = double.snapshotDetail.bind(double);
    double.snapshotDetail = async (id) => ({ ...(await whole(id)), verifyPassed: false });
    window.location.hash = '#/backups/dev';
    expect(await screen.findByText('Reading it back found differences')).toBeVisible();
    expect(within(await card()).getByText('Not equal')).toBeVisible();
  });
});

describe('backing up', () => {
  it('starts once and shows the run under way until its snapshot is there', async () => {
    const { double, user } = openWindow({ ...inUse(), pace: 100 }, '#/backups/dev');
    const button = await screen.findByRole('button', { name: 'Back up now' });
    await user.dblClick(button);
    const main = screen.getByRole('main');
    expect(await within(main).findByRole('progressbar')).toBeVisible();
    expect(double.calls.filter(([name]) => name === 'backupStart')).toHaveLength(1);
    await waitFor(
      () =>
        expect(
          within(screen.getByRole('region', { name: 'Snapshots of Acme DEV' })).getAllByRole(
            'link',
          ),
        ).toHaveLength(4),
      { timeout: 5000 },
    );
  });

  it('is the one next action while there is no snapshot', async () => {
    openWindow({ ...inUse(), snapshots: [], runs: [] }, '#/backups/dev');
    expect(await screen.findByText('No backup of Acme DEV yet')).toBeVisible();
    expect(screen.getAllByRole('button', { name: 'Back up now' })).toHaveLength(1);
    await expectAccessible();
  });

  it('cannot be asked for without an instance', async () => {
    openWindow(firstStart(), '#/backups');
    expect(await screen.findByText('No instance to back up yet')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Back up now' })).toBeNull();
  });

  it('reminds of the recovery sheet until it is saved', async () => {
    const { user } = openWindow(made('sheet'), '#/backups/dev');
    expect(await screen.findByText('The recovery sheet was never saved')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Save recovery sheet…' }));
    await waitFor(() =>
      expect(screen.queryByText('The recovery sheet was never saved')).toBeNull(),
    );
  });

  it('says why the list cannot be read, and tries again', async () => {
    const state = inUse();
    state.refuse.snapshots = refusal('vaultDamaged', 'The folder of the vault cannot be read.');
    const { user } = openWindow(state, '#/backups/dev');
    expect(await screen.findByText('The folder of the vault cannot be read.')).toBeVisible();
    delete state.refuse.snapshots;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await card()).toBeVisible();
  });
});

describe('days and marks', () => {
  const now = new Date(2026, 10, 19, 14, 30);
  const at = (daysBack: number, hours = 6) =>
    new Date(2026, 10, 19 - daysBack, hours).toISOString();

  it('groups the last two weeks by day and what is older by month', () => {
    const groups = groupsOf(
      [
        snapshot('a', { takenAt: at(0, 9) }),
        snapshot('b', { takenAt: at(0) }),
        snapshot('c', { takenAt: at(3) }),
        snapshot('d', { takenAt: at(30) }),
        snapshot('e', { takenAt: at(31) }),
      ],
      now,
    );
    expect(groups.map((group) => group.snapshots.length)).toEqual([2, 1, 2]);
    expect(groups.map((group) => group.dated)).toEqual([false, false, true]);
    expect(groups[0]?.heading).toBe('Today');
  });

  it('gives each day a slot, and those of one day a part of it each', () => {
    const { marks, days } = timelineOf(
      [
        snapshot('b', { takenAt: at(0, 9), changed: 40 }),
        snapshot('a', { takenAt: at(0), added: 0, changed: 0 }),
        snapshot('z', { takenAt: at(300) }),
      ],
      960,
      now,
      'today',
    );
    expect(days).toBe(40);
    expect(marks.map((mark) => mark.snapshot.id)).toEqual(['a', 'b']);
    expect(marks.map((mark) => mark.hit.width)).toEqual([12, 12]);
    expect(marks[1]?.height).toBeGreaterThan(marks[0]?.height ?? 0);
  });

  it('names a snapshot by its note, else by what it is', () => {
    expect(headline(snapshot('a', { note: 'Before the patch' }))).toBe('Before the patch');
    expect(headline(snapshot('a', { status: 'partial', unread: 2 }))).toBe('Partial, 2 not read');
    expect(headline(snapshot('a', { added: 812, changed: 0, carried: 0 }))).toBe('First snapshot');
    expect(headline(snapshot('a', { added: 0, changed: 0 }))).toBe('No change');
    expect(headline(snapshot('a', {}))).toBe('5 changed, 1 added');
  });
});

describe('exports of the whole instance', () => {
  const whole = (id: string, rest: Parameters<typeof run>[1]) =>
    run(id, { kind: 'clone', title: 'Export Acme DEV as a whole', snapshot: undefined, ...rest });

  it('are listed with date, state and the way to their run', async () => {
    const state = inUse();
    const failed = 'The container can only be read';
    state.runs = [
      whole('c2', { status: 'failed', headline: failed, startedAt: ago(day) }),
      whole('c1', { headline: 'Exported', startedAt: ago(3 * day) }),
      whole('c0', { instanceId: 'test', instanceName: 'Acme TEST' }),
      ...state.runs,
    ];
    const { user } = openWindow(state, '#/backups/dev');
    const past = await screen.findByTestId('past-exports');
    await user.click(within(past).getByText('2 exports and imports of the whole instance'));
    const rows = within(within(past).getByRole('list')).getAllByRole('listitem');
    expect(rows).toHaveLength(2);
    expect(rows[0]).toHaveTextContent(/Yesterday.*Export Acme DEV as a whole.*can only be read/u);
    await expectAccessible();
    expect(within(past).getAllByRole('link')[1]).toHaveAttribute('href', '#/activity/c1');
    await user.click(within(past).getAllByRole('link')[0] as HTMLElement);
    await waitFor(() => expect(window.location.hash).toBe('#/activity/c2'));
  });

  it('take no room where there is none', async () => {
    openWindow(inUse(), '#/backups/dev');
    expect(await screen.findByRole('button', { name: 'Export whole…' })).toBeVisible();
    expect(screen.queryByTestId('past-exports')).toBeNull();
  });
});
