import { screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { compareView } from '../src/screens/compare/comparison.svelte';
import { driftOffers, snapshotOffers, stepOffers } from '../src/screens/compare/offers';
import { expectAccessible } from './axe';
import { history, instances, practiceInstances, snapshots } from './double/data';
import { firstStart, inUse, refusal } from './double/state';
import { openWindow } from './window';

const pair = '#/compare?left=instance%3Adev&right=instance%3Atest';
const drift = '#/compare?left=snapshot%3A4f1c9a02d7&right=instance%3Adev';
const at = (id: string, rest = '') => `${pair}&id=${encodeURIComponent(id)}${rest}`;
const orderSync = 'integration:ORDER_SYNC|01.02.0003';

const list = () => screen.findByRole('tree', { name: 'Artifacts that differ' });
const tab = (name: string | RegExp) => screen.findByRole('tab', { name });
const headline = () => document.querySelector('[data-test="headline"]');
const shown = () => document.querySelector('[data-test="shown"]');
const answer = () => screen.getByTestId('answer');
const named = (name: string) => screen.findByRole('heading', { level: 2, name });

beforeEach(() => {
  compareView.hideEnvironment = true;
  compareView.stacked = false;
});

describe('two places', () => {
  it('are compared with every count told', async () => {
    const { double } = openWindow(inUse(), pair);
    await list();
    expect(await tab('All differences 67')).toHaveAttribute('aria-selected', 'true');
    for (const name of ['Different 23', 'Only in DEV 41', 'Only in TEST 3', 'Same 696'])
      expect(await tab(name)).toBeVisible();
    expect(screen.queryByRole('tab', { name: /Not compared/ })).toBeNull();
    expect(shown()).toHaveTextContent('67 of 67');
    const band = screen.getByRole('group', { name: 'Compared places' });
    expect(band).toHaveTextContent(/Acme DEV Development.*Acme TEST Test.*Read .* and /);
    expect(screen.getByText(/the user may not list certificates/)).toBeVisible();
    expect(double.calls.filter(([name]) => name === 'compare')).toHaveLength(1);
    await expectAccessible();
  });

  it('stand in groups by kind that close and open', async () => {
    const { user } = openWindow(inUse(), pair);
    const tree = await list();
    const group = within(tree).getByRole('treeitem', { name: /^Integrations, / });
    expect(group).toHaveAttribute('aria-expanded', 'true');
    expect(within(tree).getByText('COUPA_PO_TO_ERP')).toBeVisible();
    await user.click(group);
    expect(within(tree).getByRole('treeitem', { name: /^Integrations, / })).toHaveAttribute(
      'aria-expanded',
      'false',
    );
    expect(within(tree).queryByText('COUPA_PO_TO_ERP')).toBeNull();
    expect(within(tree).getByRole('treeitem', { name: /^Connections, / })).toBeVisible();
  });

  it('say what one of them has alone, and how states differ', async () => {
    openWindow(inUse(), pair);
    const tree = await list();
    expect(
      within(tree).getByRole('treeitem', {
        name: /BACKORDER_NOTICE\|01.00.0003 only in DEV, TEST has 01.00.0002, 01.00.0001, changed today by P. Raman, Only in DEV/,
      }),
    ).toBeVisible();
    expect(await screen.findByText(/active in DEV, configured in TEST/)).toBeInTheDocument();
  });

  it('are narrowed by tab and filter', async () => {
    const { user } = openWindow(inUse(), pair);
    await list();
    await user.click(await tab('Only in TEST 3'));
    expect(shown()).toHaveTextContent('3 of 3');
    await user.keyboard('{ArrowLeft}');
    expect(await tab('Only in DEV 41')).toHaveFocus();
    expect(shown()).toHaveTextContent('41 of 41');
    await user.click(await tab('All differences 67'));
    await user.keyboard('{Control>}f{/Control}');
    await user.keyboard('1 map order');
    await waitFor(() => expect(shown()).toHaveTextContent('1 of 67'));
    await user.keyboard('zzz');
    await user.click(await screen.findByRole('button', { name: 'Clear filter' }));
    expect(shown()).toHaveTextContent('67 of 67');
  });

  it('that differ in their state alone are in a tab of their own', async () => {
    const { user } = openWindow(inUse(), pair);
    await list();
    await user.click(await tab('State only 1'));
    const only = await screen.findByRole('treeitem', { name: /STOCK_LEVELS\|01.00.0002/ });
    expect(only).toHaveAccessibleName(/active in DEV, configured in TEST/);
    expect(shown()).toHaveTextContent('1 of 1');
  });

  it('are found again on the way back: tab, filter and row are in the address', async () => {
    const { user } = openWindow(inUse(), pair);
    await list();
    await user.click(await tab('Only in DEV 41'));
    await user.keyboard('{Control>}f{/Control}');
    await user.keyboard('backorder');
    await waitFor(() => expect(window.location.hash).toMatch(/tab=onlyLeft&search=backorder/));
    await user.click(await screen.findByRole('link', { name: /^Open in/ }));
    expect(await screen.findByRole('heading', { name: 'Explore' })).toBeVisible();
    window.history.back();
    await screen.findByRole('heading', { name: 'Compare' }, { timeout: 5000 });
    expect(await tab('Only in DEV 41')).toHaveAttribute('aria-selected', 'true');
    expect(await screen.findByDisplayValue('backorder')).toBeVisible();
    expect(shown()).toHaveTextContent('1 of 41');
  });

  it('count what belongs to environments only when asked', async () => {
    const { user } = openWindow(inUse(), pair);
    await list();
    await user.click(screen.getByRole('switch', { name: 'Hide environment differences' }));
    expect(await tab('All differences 119')).toBeVisible();
    expect(shown()).toHaveTextContent('119 of 119');
  });

  it('are swapped', async () => {
    const { double, user } = openWindow(inUse(), pair);
    await list();
    await user.click(screen.getByRole('button', { name: 'Swap sides' }));
    const names = () => screen.queryAllByRole('tab').map((one) => one.textContent);
    await waitFor(() => expect(names().slice(2, 4)).toEqual(['Only in TEST 3', 'Only in DEV 41']));
    const [, second] = double.calls.filter(([name]) => name === 'compare');
    expect(second?.slice(1, 3)).toEqual([
      { type: 'instance', id: 'test' },
      { type: 'instance', id: 'dev' },
    ]);
  });

  it('are 2,000 of which only those in view are drawn', async () => {
    const { user } = openWindow({ ...inUse(), artifacts: 2000 }, pair);
    await list();
    await user.click(await tab('Same 1,884'));
    expect(shown()).toHaveTextContent('1,884 of 1,884');
    expect(screen.getAllByTestId('difference').length).toBeLessThan(60);
  });

  it('show in a tab what could not be compared', async () => {
    const { user } = openWindow(inUse(), drift);
    await list();
    await user.click(await tab('Not compared 1'));
    expect(await screen.findAllByText(/protected: its functions cannot be read/)).not.toEqual([]);
    expect(screen.getByRole('tab', { name: /^Only in live/ })).toBeVisible();
    expect(screen.getByRole('group', { name: 'Compared places' })).toHaveTextContent(
      /Acme DEV live.*Taken .* · Read .*Read again/,
    );
  });
});

describe('comparing', () => {
  it('tells how far it is, and is cancelled', async () => {
    const { double, user } = openWindow({ ...inUse(), comparePause: 40 }, pair);
    expect(await screen.findByText(/Comparing, 162 of 812|Comparing, 325 of 812/)).toBeVisible();
    expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuemax', '812');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText(/was cancelled|was stopped/)).toBeVisible();
    expect(double.calls.some(([name]) => name === 'workCancel')).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await list()).toBeVisible();
  });

  it('reads both again and keeps what was there until then', async () => {
    const state = inUse();
    const { double, user } = openWindow(state, pair);
    await list();
    state.comparePause = 40;
    await user.click(screen.getByRole('button', { name: 'Read both again' }));
    expect(await screen.findByText(/what was found before stays/)).toBeVisible();
    expect(await tab('All differences 67')).toBeVisible();
    await waitFor(() => expect(screen.queryByTestId('working')).toBeNull());
    expect(double.calls.filter(([name]) => name === 'compare').at(-1)?.[3]).toBe(true);
  });

  it('says what failed, keeps what was there, and tries again', async () => {
    const state = inUse();
    const { user } = openWindow(state, pair);
    await list();
    state.refuse.compare = refusal('unreachable', 'Acme TEST does not answer.', {
      guidance: 'Check the network.',
      retryable: true,
    });
    await user.keyboard('{F5}');
    expect(await screen.findByRole('alert')).toHaveTextContent('Acme TEST does not answer.');
    expect(await tab('All differences 67')).toBeVisible();
    delete state.refuse.compare;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('is not done twice on coming back', async () => {
    const { double, user } = openWindow(inUse(), pair);
    await list();
    await user.click(screen.getByRole('link', { name: 'Home' }));
    await user.click(await screen.findByRole('link', { name: 'Compare' }));
    await user.click(within(await screen.findByTestId('offer-last')).getByRole('link'));
    await list();
    expect(double.calls.filter(([name]) => name === 'compare')).toHaveLength(1);
  });

  it('is saved as a page', async () => {
    const { double, user } = openWindow(inUse(), pair);
    await list();
    await user.click(screen.getByRole('button', { name: 'Save as page…' }));
    expect(await screen.findByText(/^Saved report.html/)).toBeVisible();
    expect(double.calls.some(([name]) => name === 'compareSave')).toBe(true);
  });
});

describe('one difference', () => {
  it('is explained: map, lookup it uses, who and when', async () => {
    openWindow(inUse(), at(orderSync));
    await named('Order sync');
    const map = await within(answer()).findByRole('table', { name: 'Map in “Canadian tax”' });
    const row = within(map).getByRole('row', { name: /lines\/taxCode/ });
    expect(row.querySelector('ins')).toHaveTextContent('shipTo');
    expect(row.querySelector('del')).toHaveTextContent('billTo');
    expect(screen.getByText('2 of 34 fields')).toBeVisible();
    expect(screen.getByText('32 fields are the same')).toBeVisible();
    expect(screen.getByText('in Create and reserve')).toBeVisible();
    expect(screen.getByText('TEST: HST15')).toBeVisible();
    expect(screen.getByText('TEST: empty')).toBeVisible();
    expect(answer()).toHaveTextContent(/P. Raman, today.*A. Beltrán/);
    expect(screen.getByRole('link', { name: /77aa10f2/ })).toHaveAttribute(
      'href',
      '#/backups/dev/77aa10f2c8',
    );
    expect(screen.getByRole('link', { name: 'Show its difference' })).toHaveAttribute(
      'href',
      expect.stringContaining('TAX_CODES'),
    );
    await expectAccessible();
  });

  it('keeps apart what belongs to the environment, until it is asked for', async () => {
    const { user } = openWindow(inUse(), at(orderSync));
    const show = await screen.findByRole('button', { name: 'Show 3' });
    expect(screen.queryByRole('table', { name: 'Connection settings' })).toBeNull();
    await user.click(show);
    expect(screen.getByRole('table', { name: 'Connection settings' })).toBeVisible();
  });

  it('lists steps, functions, state and what was not compared', async () => {
    openWindow(inUse(), at('integration:COUPA_PO_TO_ERP|01.03.0001'));
    await named('Coupa PO to ERP');
    const steps = await screen.findByRole('list', { name: 'Steps' });
    expect(steps).toHaveTextContent(/Reserve stock.*Only in DEV/);
    expect(steps).toHaveTextContent(/Notify buyer.*from 4th to 6th place.*Moved/);
    expect(screen.getByText('State, not design')).toBeVisible();
    expect(screen.getByText(/Recordings of messages/)).toBeVisible();
    await expectAccessible();
  });

  it('shows no value that may be secret', async () => {
    openWindow(inUse(), at('connection:SFTP_BANK'));
    const table = await screen.findByRole('table', { name: 'Connection settings' });
    const row = within(table).getByRole('row', { name: /Password/ });
    expect(within(row).getAllByText('differs, not shown')).toHaveLength(2);
    expect(row).toHaveTextContent('••••••');
    expect(within(table).getByText('not there')).toBeVisible();
  });

  it('shows the text behind it, and says which lines were passed over', async () => {
    const { double, user } = openWindow(inUse(), at(orderSync));
    await user.click(await screen.findByRole('button', { name: 'Show the text' }));
    const text = await screen.findByRole('table', { name: /^Text of req_map/ });
    expect(within(text).getByText('214 lines are the same')).toBeVisible();
    expect(within(text).getByText('96 lines are the same')).toBeVisible();
    expect(within(text).getAllByText('217')).toHaveLength(1);
    expect(text.querySelector('ins')).toHaveTextContent('$shipTo');
    expect(double.calls.at(-1)).toEqual([
      'differenceText',
      { type: 'instance', id: 'dev' },
      orderSync,
      { type: 'instance', id: 'test' },
      orderSync,
      'map:tax',
    ]);
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'One below the other' }));
    expect(screen.getByRole('list', { name: 'Map in “Canadian tax”' })).toBeVisible();
    await expectAccessible();
  });

  it('tells why it cannot be told, and tries again', async () => {
    const state = inUse();
    state.refuse.difference = refusal('unreachable', 'Acme TEST does not answer.');
    const { user } = openWindow(state, at(orderSync));
    expect(await screen.findByRole('alert')).toHaveTextContent('Acme TEST does not answer.');
    delete state.refuse.difference;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(headline()).toHaveTextContent('The version number is the same'));
  });

  it('leads on with J and K, arrows and buttons', async () => {
    const { user } = openWindow(inUse(), at('integration:BACKORDER_NOTICE|01.00.0003'));
    const tree = await list();
    await named('Backorder notice');
    tree.focus();
    await user.keyboard('j');
    await named('Coupa PO to ERP');
    await user.keyboard('k');
    await named('Backorder notice');
    await user.keyboard('{ArrowDown}');
    await named('Coupa PO to ERP');
    await user.click(screen.getByRole('button', { name: 'Previous difference' }));
    await named('Backorder notice');
    tree.focus();
    await user.keyboard('{Enter}');
    expect(answer()).toHaveFocus();
    await user.keyboard('j');
    await named('Coupa PO to ERP');
  });

  it('lets two versions be compared, and leads back', async () => {
    const { double, user } = openWindow(inUse(), at('integration:BACKORDER_NOTICE|01.00.0003'));
    await list();
    expect(headline()).toHaveTextContent('Acme TEST, live has other versions of it');
    await user.click(screen.getByRole('link', { name: 'Compare with 01.00.0002' }));
    expect(await screen.findByText(/Two versions of one design/)).toBeVisible();
    expect(double.calls.find(([name]) => name === 'difference')?.slice(2)).toEqual([
      'integration:BACKORDER_NOTICE|01.00.0003',
      { type: 'instance', id: 'test' },
      'integration:BACKORDER_NOTICE|01.00.0002',
    ]);
    await expectAccessible();
    await user.keyboard('{Escape}');
    expect(await list()).toBeVisible();
  });
});

describe('chosen differences', () => {
  it('are counted and copied', async () => {
    const { user } = openWindow(inUse(), at(orderSync));
    const written = vi.spyOn(navigator.clipboard, 'writeText');
    (await list()).focus();
    await user.keyboard(' {Shift>}{ArrowDown}{/Shift}');
    expect(screen.getByText('2 chosen')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Copy list' }));
    expect(await screen.findByText('2 lines copied')).toBeVisible();
    expect(written.mock.calls[0]?.[0]).toContain(
      'integration:ORDER_SYNC|01.02.0003\tDifferent\t1 map, 1 lookup it uses',
    );
    await user.keyboard('{Escape}');
    expect(screen.queryByText('2 chosen')).toBeNull();
  });
});

describe('places to compare', () => {
  it('are offered where none is chosen', async () => {
    const { user } = openWindow(inUse(), '#/compare');
    expect(await screen.findByRole('heading', { name: 'Compare any two places' })).toBeVisible();
    const since = await screen.findByTestId('offer-drift');
    expect(within(since).getAllByRole('link')).toHaveLength(2);
    await expectAccessible();
    await user.click(within(screen.getByTestId('offer-steps')).getAllByRole('link')[0] as Element);
    expect(await tab('All differences 67')).toBeVisible();
  });

  it('can be files, one side after the other', async () => {
    const { double, user } = openWindow(inUse(), '#/compare');
    await user.click(await screen.findByRole('button', { name: 'Open files…' }));
    expect(
      await screen.findByRole('heading', { name: /^Compare .* with another place$/ }),
    ).toBeVisible();
    screen.getByRole('button', { name: 'Right place: Choose a place' }).focus();
    await user.keyboard('{Enter}');
    const menu = await screen.findByRole('menu', { hidden: true });
    await expectAccessible(menu);
    await user.click(within(menu).getByText('Acme TEST'));
    await waitFor(() =>
      expect(double.calls.find(([name]) => name === 'compare')?.slice(1, 3)).toEqual([
        { type: 'file', path: '/data/priya/ORDER_SYNC_01.02.0003.iar' },
        { type: 'instance', id: 'test' },
      ]),
    );
  });

  it('can be any snapshot of an instance', async () => {
    const state = { ...inUse(), snapshots: [...snapshots, ...history] };
    const { double, user } = openWindow(state, '#/compare?right=instance%3Adev');
    (await screen.findByRole('button', { name: 'Left place: Choose a place' })).focus();
    await user.keyboard('{Enter}');
    const menu = await screen.findByRole('menu', { hidden: true });
    await user.click(within(menu).getByText('All 63 snapshots of Acme DEV…'));
    const dialog = await screen.findByRole('dialog', { name: 'Snapshots of Acme DEV' });
    await user.type(within(dialog).getByRole('searchbox'), 'suppliers');
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() =>
      expect(double.calls.find(([name]) => name === 'compare')?.[1]).toEqual({
        type: 'snapshot',
        id: history[12]?.id,
      }),
    );
  });

  it('must be two', async () => {
    openWindow(inUse(), '#/compare?left=instance%3Adev&right=instance%3Adev');
    expect(await screen.findByText(/Both sides are the same place/)).toBeVisible();
  });

  it('are none on a first start, and files can be opened', async () => {
    openWindow(firstStart(), '#/compare');
    expect(await screen.findByRole('button', { name: 'Open files…' })).toBeVisible();
    expect(screen.queryByTestId('offer-drift')).toBeNull();
    await expectAccessible();
  });

  it('go from each environment to the next, practice among practice', () => {
    const all = stepOffers([...instances, ...practiceInstances]).map(({ left, right }) => [
      left,
      right,
    ]);
    expect(all).toHaveLength(4);
    expect(all[0]).toEqual([
      { type: 'instance', id: 'dev' },
      { type: 'instance', id: 'test' },
    ]);
    expect(all[3]).toEqual([
      { type: 'instance', id: 'practice-test' },
      { type: 'instance', id: 'practice-prod' },
    ]);
  });

  it('pass over snapshots that are partial or of a choice', () => {
    expect(driftOffers(instances, snapshots).map(({ right }) => right)).toEqual([
      { type: 'instance', id: 'dev' },
      { type: 'instance', id: 'prod' },
    ]);
    expect(snapshotOffers(snapshots)[0]).toEqual({
      left: { type: 'snapshot', id: '3c77d1e9b4' },
      right: { type: 'snapshot', id: '4f1c9a02d7' },
    });
  });

  it('are led to from Home and from a snapshot', async () => {
    const { user } = openWindow(inUse(), '#/home');
    expect(await screen.findByRole('link', { name: 'See what changed, Acme DEV' })).toHaveAttribute(
      'href',
      drift,
    );
    window.location.hash = '#/backups/dev/4f1c9a02d7';
    await user.click(await screen.findByRole('button', { name: 'What changed since' }));
    expect(await screen.findByRole('tab', { name: /^Only in live/ })).toBeVisible();
  });
});
