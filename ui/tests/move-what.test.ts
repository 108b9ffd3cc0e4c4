import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { needGroups, groupWords } from '../src/screens/move/what/needs';
import {
  idThere,
  intoProject,
  policiesFor,
  withException,
} from '../src/screens/move/what/policies';
import { fitting, noFilters, rowsOf, withDiffering } from '../src/screens/move/what/rows';
import { verdictWords } from '../src/screens/move/what/words';
import { expectAccessible } from './axe';
import { chosenIds, emptyMove, needed, whatRows } from './double/moves-data';
import { moving, refusal } from './double/state';
import { openWindow } from './window';

const here = '#/move/WB-0142/what';
const rows = rowsOf(whatRows(774));
const now = new Date();
const ids = (filters: Partial<ReturnType<typeof noFilters>>, search = '') =>
  fitting(rows, search, { ...noFilters(), ...filters }, now).map((row) => row.id);
const edits = (double: { calls: unknown[][] }) =>
  double.calls.filter(([name]) => name === 'moveEdit').map(([, , edit]) => edit);
const { policies } = emptyMove;

describe('the rows', () => {
  it('begin with integrations', () => {
    const kinds = rows.map((row) => row.name.kind);
    expect(kinds.lastIndexOf('integration')).toBeLessThan(kinds.indexOf('connection'));
  });

  it('fit every word of the search, in any order', () => {
    expect(ids({}, 'wms lines')).toContain('ORDER_TO_CASH/integration:ORDER_LINES_WMS|01.00.0006');
    expect(ids({}, 'wms lines nothing')).toEqual([]);
  });

  it('are narrowed by kind, project, package, standing, date and failure', () => {
    const drawn = ids(
      { kinds: ['integration'], scopes: ['ORDER_TO_CASH'], changed: ['week'] },
      '_',
    );
    expect(drawn).toContain('ORDER_TO_CASH/integration:RETURN_AUTH_SYNC|01.00.0000');
    expect(drawn).not.toContain('ORDER_TO_CASH/integration:TAX_RATE_LOADER|01.00.0000');
    const inPackage = ids({ scopes: ['package:com.acme.order2cash'] });
    expect(inPackage).toContain('ORDER_TO_CASH/integration:ORDER_SYNC|01.02.0003');
    expect(inPackage.length).toBeLessThan(rows.length);
    for (const row of fitting(rows, '', { ...noFilters(), there: ['onlyLeft'] }, now))
      expect(row.what.verdict).toBe('onlyLeft');
    for (const row of fitting(rows, '', { ...noFilters(), there: ['failed'] }, now))
      expect(row.what.failedLastTime).toBe(true);
    expect(ids({ there: ['failed'] })).toContain(
      'ORDER_TO_CASH/integration:INVOICE_TO_ERP|02.00.0001',
    );
  });

  it('that differ are added to what is chosen, each once', () => {
    const drawn = rows.filter((row) => chosenIds.includes(row.id));
    expect(withDiffering(drawn, [chosenIds[0] ?? '', 'other']).sort()).toEqual(
      [...chosenIds, 'other'].sort(),
    );
  });

  it('say how they stand in the destination', () => {
    const [row] = whatRows(774).filter((one) => one.id.includes('COUPA_PO_TO_ERP'));
    if (!row) throw new Error('the double lacks it');
    expect(verdictWords(row)).toBe('Different, 1 step');
    expect(verdictWords({ ...row, verdict: 'same', summary: '', stateThere: 'configured' })).toBe(
      'Same, configured there',
    );
    expect(verdictWords({ ...row, verdict: undefined })).toBe('');
  });
});

describe('what is needed', () => {
  const group = (kind: string, over = policies) =>
    needGroups(needed, undefined, over).find((one) => one.kind === kind);

  it('stands in groups that tell what happens to it', () => {
    expect(needGroups(needed, undefined, policies).map((one) => one.kind)).toEqual([
      'connection',
      'lookup',
      'library',
      'integration',
      'certificate',
    ]);
    const lookups = group('lookup');
    expect(lookups && groupWords(lookups, 'PROD')).toBe('2 replaced, 3 the same');
    const connections = group('connection');
    expect(connections && groupWords(connections, 'PROD')).toBe('18 keep PROD’s values');
    const taken = group('connection', { ...policies, connections: 'fromSource' });
    expect(taken && groupWords(taken, 'PROD')).toBe('18 to set');
  });

  it('tells first what is left out', () => {
    const out = needed.map((one) =>
      one.id === 'lookup:CURRENCIES' ? { ...one, leftOut: true } : one,
    );
    const lookups = needGroups(out, undefined, policies).find((one) => one.kind === 'lookup');
    expect(lookups?.needs[0]?.row.id).toBe('lookup:CURRENCIES');
    expect(lookups && groupWords(lookups, 'PROD')).toBe('1 left out, 2 replaced, 2 the same');
  });
});

describe('policies', () => {
  it('make exceptions by the name in the destination', () => {
    const into = intoProject(policies, 'SALES');
    expect(idThere('lookup:TAX', into)).toBe('SALES/lookup:TAX');
    expect(idThere('OTHER/lookup:TAX', into)).toBe('OTHER/lookup:TAX');
    const one = withException(into, 'SALES/lookup:TAX', { existing: 'skip' });
    expect(intoProject(one, 'HR').exceptions).toEqual({ 'HR/lookup:TAX': { existing: 'skip' } });
    expect(intoProject(one, '').exceptions).toEqual({ 'lookup:TAX': { existing: 'skip' } });
    expect(intoProject(one, '').intoProject).toBeUndefined();
    expect(withException(one, 'SALES/lookup:TAX', {}).exceptions).toEqual({});
  });

  it('offer to an artifact what its kind knows', () => {
    expect(policiesFor('integration:A|01.00.0000')).toEqual(['existing', 'activate', 'schedules']);
    expect(policiesFor('connection:A')).toEqual(['existing', 'connections']);
    expect(policiesFor('schedule:A')).toEqual(['schedules']);
    expect(policiesFor('lookup:A')).toEqual(['existing']);
  });
});

describe('the step What', () => {
  /** The titles of the drawn rows; others of the double have the same codes in other versions. */
  const drawn = new Set(
    whatRows(0).map((row) => `${row.name} ${row.id.slice(row.id.indexOf(':') + 1)}`),
  );
  const table = () => screen.findByTestId('what-table');
  const rowOf = (code: string) =>
    within(screen.getByTestId('what-table'))
      .getByTitle((title) => title.includes(` ${code}|`) && drawn.has(title))
      .closest('tr') as HTMLElement;
  const tick = (code: string) => within(rowOf(code)).getByRole('checkbox');

  it('shows what is chosen, what is needed, and how many go along', async () => {
    openWindow(moving(), here);
    await table();
    expect(screen.getByTestId('what-count')).toHaveTextContent('9 of 774 chosen');
    expect(await screen.findByTestId('needs-title')).toHaveTextContent(
      '27 added because they are needed',
    );
    expect(tick('ORDER_SYNC')).toBeChecked();
    expect(tick('COMMON_ERROR_HANDLER')).toBeChecked();
    expect(tick('COMMON_ERROR_HANDLER')).toBeDisabled();
    expect(tick('PRICE_LIST_EXPORT')).not.toBeChecked();
    expect(screen.getByTestId('move-sentence')).toHaveTextContent(
      '36 artifacts: 9 chosen, 27 added',
    );
    expect(screen.getByTestId('move-next')).toHaveTextContent('Check 36 artifacts');
    await expectAccessible();
  });

  it('chooses with the keyboard: Space, Shift with arrows, all that is shown', async () => {
    const { user, double } = openWindow(moving(), here);
    await user.type(await screen.findByTestId('what-filter'), 'price_list');
    await waitFor(() => expect(screen.getAllByTestId('what-row')).toHaveLength(1));
    await user.keyboard('{ArrowDown}');
    expect(await table()).toHaveFocus();
    await user.keyboard(' ');
    expect(tick('PRICE_LIST_EXPORT')).toBeChecked();
    await user.keyboard(' ');
    expect(tick('PRICE_LIST_EXPORT')).not.toBeChecked();
    await user.clear(screen.getByTestId('what-filter'));
    await user.type(screen.getByTestId('what-filter'), 'orders_reconcile');
    await user.keyboard('{ArrowDown}');
    await user.keyboard('{Control>}a{/Control}');
    expect(tick('ORDERS_RECONCILE')).toBeChecked();
    await waitFor(() => expect(double.state.moves[0]?.chosen).toHaveLength(10));
    expect(double.state.moves[0]?.chosen).toContain(
      'ORDER_TO_CASH/integration:ORDERS_RECONCILE|01.00.0002',
    );
  });

  it('chooses all that differ among what is shown', async () => {
    const state = moving();
    state.moves = state.moves.map((one) => ({ ...one, chosen: [] }));
    const { user, double } = openWindow(state, here);
    await user.type(await screen.findByTestId('what-filter'), 'order');
    await user.click(screen.getByTestId('choose-differ'));
    await waitFor(() => expect(edits(double)).not.toEqual([]));
    const chosen = double.state.moves[0]?.chosen ?? [];
    expect(chosen).toContain('ORDER_TO_CASH/integration:ORDER_SYNC|01.02.0003');
    expect(chosen).not.toContain('ORDER_TO_CASH/integration:ORDERS_RECONCILE|01.00.0002');
    expect(chosen).not.toContain('ORDER_TO_CASH/integration:CUSTOMER_UPSERT|01.05.0002');
  });

  it('leaves out what is needed with a warning, and takes it along again', async () => {
    const { user, double } = openWindow(moving(), here);
    const libraries = await screen.findByTestId('needs-library');
    await user.click(within(libraries).getByRole('button', { name: 'Leave out ORDER_TEXT|01.00' }));
    expect(await screen.findByText('1 needed artifact is left out.')).toBeVisible();
    expect(screen.getByText(/these will fail there: ORDER_SYNC/)).toBeVisible();
    expect(screen.getByTestId('needs-title')).toHaveTextContent('26 added');
    expect(edits(double)).toEqual([{ leftOut: ['library:ORDER_TEXT|01.00'] }]);
    await user.click(screen.getByTestId('take-back'));
    await waitFor(() => expect(screen.getByTestId('needs-title')).toHaveTextContent('27 added'));
    expect(edits(double)[1]).toEqual({ leftOut: [] });
  });

  it('treats one artifact in a way of its own, from its menu', async () => {
    const { user, double } = openWindow(moving(), here);
    await table();
    await fireEvent.contextMenu(rowOf('ORDER_SYNC'));
    const menu = await screen.findByRole('menu', { hidden: true });
    within(menu).getByText('Treat in a way of its own…').closest<HTMLElement>('[role]')?.focus();
    await user.keyboard('{Enter}');
    await user.selectOptions(await screen.findByTestId('exception-activate'), 'none');
    await user.click(screen.getByTestId('exception-save'));
    const id = 'ORDER_TO_CASH/integration:ORDER_SYNC|01.02.0003';
    await waitFor(() =>
      expect(edits(double)).toEqual([
        { policies: { ...policies, exceptions: { [id]: { activate: 'none' } } } },
      ]),
    );
    expect(within(rowOf('ORDER_SYNC')).getByLabelText('Treated in a way of its own')).toBeVisible();
  });

  it('decides for all at its foot', async () => {
    const { user, double } = openWindow(moving(), here);
    await user.click(await screen.findByTestId('policies-more'));
    await user.selectOptions(await screen.findByTestId('dialog-existing'), 'replace');
    await user.type(screen.getByTestId('into-project'), 'SALES');
    await user.click(screen.getByTestId('policies-done'));
    await waitFor(() =>
      expect(double.state.moves[0]?.policies).toMatchObject({
        existing: 'replace',
        intoProject: 'SALES',
      }),
    );
  });

  it('works without a destination', async () => {
    const { user } = openWindow(moving(), '#/move/WB-0140/what');
    await table();
    expect(screen.queryByTestId('choose-differ')).toBeNull();
    expect(screen.queryByRole('columnheader', { name: /In PROD/ })).toBeNull();
    expect(screen.getByTestId('move-next')).toBeDisabled();
    await user.click(tick('ORDER_SYNC'));
    await user.click(screen.getByTestId('move-next'));
    await waitFor(() => expect(window.location.hash).toBe('#/move/WB-0140/destination'));
  });

  it('can be stopped while places are compared, and begun again', async () => {
    const state = { ...moving(), workPause: 50 };
    const { user } = openWindow(state, here);
    await user.click(await screen.findByTestId('work-cancel'));
    expect(await screen.findByText('It was stopped.')).toBeVisible();
    state.workPause = 0;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await table()).toBeVisible();
  });

  it('shows what a change that was refused leaves', async () => {
    const state = moving();
    const { user } = openWindow(state, here);
    await table();
    state.refuse = { moveEdit: refusal('internal', 'The disk is full.') };
    await user.click(tick('PRICE_LIST_EXPORT'));
    expect(await screen.findByText('The disk is full.')).toBeVisible();
    await waitFor(() => expect(tick('PRICE_LIST_EXPORT')).not.toBeChecked());
  });

  it('draws of 2,000 artifacts only those in view, and tells the true count', async () => {
    const state = { ...moving(), artifacts: 2000 };
    openWindow(state, here);
    expect(await table()).toHaveAttribute('aria-rowcount', '2001');
    expect(screen.getAllByTestId('what-row').length).toBeLessThan(60);
  });
});
