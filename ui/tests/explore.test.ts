import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { rememberPlace } from '../src/screens/explore/last-place';
import { fitting, noFilters, rowsOf } from '../src/screens/explore/rows';
import { expectAccessible } from './axe';
import { artifacts } from './double/data';
import { firstStart, inUse, refusal } from './double/state';
import { openWindow } from './window';

const dev = '#/explore/instance/dev';
/** Uses three others; scheduled; nothing keeps it from being exported. */
const notice = 'integration:ORDER_NOTICE_9|01.00.0000';
const open = (id: string) => `${dev}?artifact=${encodeURIComponent(id)}`;
const table = () => screen.findByRole('grid', { name: 'Artifacts of Acme DEV' });
const count = () => document.querySelector('[data-test="count"]');
const panel = () => screen.findByRole('complementary');

describe('the table of a place', () => {
  it('shows every artifact and says how many there are', async () => {
    openWindow({ ...inUse(), artifacts: 2000 }, dev);
    expect(await table()).toHaveAttribute('aria-rowcount', '2001');
    expect(count()).toHaveTextContent('2,000 artifacts');
    expect(screen.getByRole('group', { name: 'Instance' })).toHaveTextContent('Acme DEV');
    await expectAccessible();
  });

  it('finds by code within 50 ms of the keystroke among 2,000, and measures it', async () => {
    const { user } = openWindow({ ...inUse(), artifacts: 2000 }, dev);
    const grid = await table();
    await user.keyboard('{Control>}f{/Control}');
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await user.keyboard('order_notice_9');
    await waitFor(() => expect(count()).toHaveTextContent('1 of 2,000'));
    expect(grid).toHaveAttribute('aria-rowcount', '2');
    await waitFor(() => expect(grid).toHaveAttribute('data-filter-ms'));
    await user.keyboard('{Escape}');
    expect(count()).toHaveTextContent('2,000 artifacts');
  });

  it('filters 2,000 rows quickly enough for each keystroke', () => {
    const rows = rowsOf(artifacts(2000));
    const began = performance.now();
    for (const typed of ['o', 'or', 'ord', 'orde', 'order'])
      fitting(rows, typed, noFilters(), new Date());
    expect((performance.now() - began) / 5).toBeLessThan(50);
  });

  it('searches description, package and adapter, every word in any order', () => {
    const rows = rowsOf(artifacts(200));
    const found = (search: string) => fitting(rows, search, noFilters(), new Date()).length;
    expect(found('portal ERP')).toBe(200);
    expect(found('com.acme.order2cash')).toBeGreaterThan(0);
    expect(found('com.acme.order2cash')).toBeLessThan(60);
    expect(found('soap')).toBeGreaterThan(0);
    expect(found('nothing like this')).toBe(0);
  });

  it('narrows by kind and clears again', async () => {
    const { user } = openWindow(inUse(), dev);
    await table();
    await user.click(screen.getByRole('combobox', { name: 'Kind: all' }));
    await user.click(await screen.findByText('Lookups'));
    await waitFor(() => expect(count()).toHaveTextContent(/^\d+ of 812$/));
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('button', { name: 'Clear Kind' }));
    expect(count()).toHaveTextContent('812 artifacts');
  });

  it('says so when nothing fits, and leads back', async () => {
    const { user } = openWindow(inUse(), `${dev}?search=zzz`);
    expect(await screen.findByText('No artifact matches')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(count()).toHaveTextContent('812 artifacts');
  });

  it('tells what could not be read', async () => {
    openWindow(inUse(), '#/explore/instance/test');
    expect(await screen.findByText(/1 list could not be read/)).toBeVisible();
    expect(screen.getByText('Certificates: The user may not list certificates.')).toBeVisible();
  });

  it('keeps the table when reading again fails, and says what happened', async () => {
    const state = inUse();
    const { user } = openWindow(state, dev);
    await table();
    state.refuse.catalogue = refusal('unreachable', 'Acme DEV does not answer.', {
      guidance: 'Check the network.',
      retryable: true,
    });
    await user.keyboard('{F5}');
    expect(await screen.findByRole('alert')).toHaveTextContent('Acme DEV does not answer.');
    expect(count()).toHaveTextContent('812 artifacts');
    delete state.refuse.catalogue;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });
});

describe('chosen artifacts', () => {
  it('are backed up alone, with a note', async () => {
    const { double, user } = openWindow(inUse(), `${dev}?search=order_notice`);
    const grid = await table();
    grid.focus();
    await user.keyboard('{ArrowDown} {ArrowDown} ');
    expect(screen.getByText('2 chosen')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Export…' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Back up these…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Back up 2 artifacts of Acme DEV' });
    await expectAccessible(dialog);
    await user.type(within(dialog).getByLabelText('Note'), 'before the change');
    await user.click(within(dialog).getByRole('button', { name: 'Back up' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const started = double.calls.filter(([name]) => name === 'backupStart');
    expect(started).toEqual([
      [
        'backupStart',
        'dev',
        { type: 'only', ids: expect.arrayContaining([expect.stringContaining('ORDER_NOTICE')]) },
        'before the change',
      ],
    ]);
  });

  it('cannot be backed up from a snapshot', async () => {
    const { user } = openWindow(inUse(), '#/explore/snapshot/4f1c9a02d7');
    (await table()).focus();
    await user.keyboard('{ArrowDown} ');
    expect(screen.getByText('1 chosen')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Back up these…' })).toBeNull();
    expect(screen.getByText(/^Snapshot taken/)).toBeVisible();
  });

  it('go into an inventory of their own', async () => {
    const { double, user } = openWindow(inUse(), `${dev}?search=order_notice`);
    (await table()).focus();
    await user.keyboard('{ArrowDown} ');
    const group = screen.getByRole('group', { name: 'Chosen artifacts' });
    await user.click(within(group).getByRole('button', { name: 'Inventory…' }));
    await waitFor(() =>
      expect(double.calls).toContainEqual([
        'inventoryExport',
        { type: 'instance', id: 'dev' },
        [expect.stringContaining('ORDER_NOTICE')],
      ]),
    );
    expect(await screen.findByText(/Saved Acme DEV inventory.csv/)).toBeVisible();
  });
});

describe('the panel', () => {
  it('shows dependencies both ways and walks along them', async () => {
    const { user } = openWindow(inUse(), open(notice));
    const aside = await panel();
    expect(aside).toHaveAccessibleName('Order notice 9');
    const uses = await within(aside).findByRole('list', { name: 'Uses' });
    expect(within(uses).getAllByRole('listitem')).toHaveLength(3);
    await expectAccessible();
    await user.click(within(uses).getByRole('button', { name: 'INVOICE_NOTICE_9' }));
    await waitFor(async () => expect(await panel()).toHaveAccessibleName('Invoice notice 9'));
    const back = await within(await panel()).findByRole('list', { name: 'Used by' });
    expect(within(back).getByRole('button', { name: /^ORDER_NOTICE_9/ })).toBeVisible();
  });

  it('shows of a secret only whether it is set', async () => {
    openWindow(inUse(), open('connection:INVOICE_NOTICE_9'));
    const aside = await panel();
    expect(await within(aside).findByText('Password')).toBeVisible();
    expect(within(aside).getByText('Set')).toBeVisible();
    expect(within(aside).getByText('https://fa-dev1.fa.ocs.oraclecloud.com')).toBeVisible();
  });

  it('exports once, however often the button is pressed', async () => {
    const { double, user } = openWindow({ ...inUse(), latency: 30 }, open(notice));
    const button = await screen.findByRole('button', { name: 'Export archive…' });
    await user.dblClick(button);
    expect(await screen.findByText(/Saved ORDER_SYNC_01.02.0003.iar/)).toBeVisible();
    expect(double.calls.filter(([name]) => name === 'artifactExport')).toHaveLength(1);
  });

  it('says why an archive cannot be exported', async () => {
    const locked = artifacts(812).find((one) => one.lock && !one.prebuilt);
    openWindow(inUse(), open(locked?.id ?? ''));
    const button = await screen.findByRole('button', { name: 'Export archive…' });
    expect(button).toBeDisabled();
    expect(screen.getByText(/has it open in the console\./)).toBeVisible();
  });

  it('leads to the drawing of what it depends on', async () => {
    const { user } = openWindow(inUse(), open(notice));
    await user.click(await screen.findByRole('link', { name: 'Graph' }));
    const drawing = await screen.findByRole('listbox', { name: /^What needs Order notice 9/ });
    expect(
      within(drawing).getByRole('option', { name: /^Connection, Invoice notice 9,/ }),
    ).toBeVisible();
  });

  it('closes with Escape, one layer at a time', async () => {
    const { user } = openWindow(inUse(), open(notice));
    await panel();
    (await table()).focus();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('complementary')).toBeNull();
  });
});

describe('the place', () => {
  it('is chosen among instances, snapshots and archives on disk', async () => {
    const { user } = openWindow(inUse(), dev);
    await table();
    screen.getByRole('button', { name: 'Choose a place: Acme DEV' }).focus();
    await user.keyboard('{Enter}');
    const menu = await screen.findByRole('menu', { hidden: true });
    await expectAccessible(menu);
    await user.click(within(menu).getByText('Open files…'));
    // A file is looked into first, as a dropped one is.
    await user.click(await screen.findByRole('button', { name: 'Explore this file' }));
    expect(
      await screen.findByRole('grid', { name: 'Artifacts of ORDER_SYNC_01.02.0003.iar' }),
    ).toBeVisible();
    expect(screen.getByRole('group', { name: 'Place' })).toHaveTextContent('Archive on disk');
  });

  it('is opened from a dropped archive', async () => {
    const { double, user } = openWindow(inUse(), dev);
    await table();
    double.emit('files-dropped', { paths: ['C:\\Users\\priya\\ORDERS.car'] });
    await user.click(await screen.findByRole('button', { name: 'Explore this file' }));
    expect(await screen.findByRole('grid', { name: 'Artifacts of ORDERS.car' })).toBeVisible();
  });

  it('lists what was opened from disk in every chooser', async () => {
    const { double, user } = openWindow(inUse(), dev);
    await table();
    double.emit('files-dropped', { paths: ['/data/priya/INVOICES.car', '/data/ana/INVOICES.car'] });
    await screen.findByRole('button', { name: 'Explore this file' });
    for (const [hash, name] of [
      ['#/explore/instance/dev', 'Choose a place: Acme DEV'],
      ['#/compare', /^Left place/],
      ['#/inspect', 'Compare with…'],
    ] as const) {
      window.location.hash = hash;
      (await screen.findByRole('button', { name })).focus();
      await user.keyboard('{Enter}');
      const menu = await screen.findByRole('menu', { hidden: true });
      expect(within(menu).getAllByText('INVOICES.car')).toHaveLength(2);
      expect(within(menu).getByText('/data/ana')).toBeInTheDocument();
      await user.keyboard('{Escape}');
    }
  });

  it('has one next action while there is none', async () => {
    rememberPlace(undefined);
    openWindow(firstStart(), '#/explore');
    expect(await screen.findByText('No place to look into yet')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Add instance' })).toBeVisible();
    await expectAccessible();
  });
});

describe('letters while the table has the focus', () => {
  it('C compares the artifact: the other place is asked, and the artifact stays', async () => {
    const { user } = openWindow(inUse(), dev);
    const grid = await table();
    grid.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    const row = grid.querySelector('tr.is-current code')?.textContent?.split('|')[0] ?? '';
    await user.keyboard('c');
    expect(await screen.findByTestId('choose-other')).toHaveTextContent(
      `Compare ${row} of Acme DEV, live with another place`,
    );
    await expectAccessible();
    await user.click(await screen.findByRole('link', { name: /Acme TEST live/ }));
    await waitFor(() => expect(window.location.hash).toMatch(/left=.*right=.*id=/));
    window.history.go(-2);
    await waitFor(async () =>
      expect((await table()).querySelector('tr.is-current code')).toHaveTextContent(row),
    );
  });

  it('are turned off in the settings', async () => {
    const state = inUse();
    state.settings = { ...state.settings, letterKeys: false };
    const { double, user } = openWindow(state, dev);
    const grid = await table();
    grid.focus();
    await user.keyboard('{ArrowDown}ce');
    expect(window.location.hash).toMatch(/^#\/explore/);
    expect(double.calls.filter(([name]) => /export/i.test(String(name)))).toEqual([]);
  });
});
