import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { artifacts } from './double/data';
import { inUse, refusal } from './double/state';
import { openWindow } from './window';

/** An integration with the drawn flow. */
const order = 'integration:ORDER_NOTICE|01.00.0004';
/** An integration of more than 600 steps. */
const item = 'integration:ITEM_SYNC|01.02.0006';
const at = (id: string, tail = '') => `#/artifact/instance/dev/${encodeURIComponent(id)}${tail}`;
const diagram = () => screen.findByRole('listbox', { name: 'Steps of Order notice' });
const panel = () => screen.findByRole('complementary');

describe('the screen of an integration', () => {
  it('says what it is, shows its flow, and passes axe', async () => {
    openWindow(inUse(), at(order));
    const flow = await diagram();
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Explore / Order notice');
    expect(screen.getByRole('group', { name: 'Instance' })).toHaveTextContent('Acme DEV');
    expect(screen.getByRole('tab', { name: /^Flow/ })).toHaveTextContent('Flow13 steps');
    expect(within(flow).getAllByRole('option')).toHaveLength(17);
    expect(within(flow).getByRole('option', { name: /^Canadian tax ?, Map/ })).toHaveAttribute(
      'aria-posinset',
      '5',
    );
    await expectAccessible();
  });

  it('opens a step by keyboard, walks on with its panel open, and closes it', async () => {
    const { user } = openWindow(inUse(), at(order));
    const flow = await diagram();
    flow.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(screen.queryByRole('complementary')).toBeNull();
    await user.keyboard('{Enter}');
    expect(await panel()).toHaveAccessibleName('Step Canadian tax');
    const aside = await panel();
    expect(aside).toHaveTextContent('Map, step 4 of 13. Runs when shipTo/country = "CA".');
    expect(within(aside).getByText('order/lines/taxAmount')).toBeVisible();
    expect(within(aside).getByText('within if amount > 0')).toBeVisible();
    expect(await within(aside).findByRole('table', { name: 'EMPLOYEE_SYNC' })).toBeVisible();
    expect(within(aside).getByText('2 rows, 2 shown')).toBeVisible();
    await expectAccessible();
    await user.keyboard('{ArrowRight}');
    await waitFor(async () => expect(await panel()).toHaveAccessibleName('Step Get US tax'));
    expect(within(await panel()).getByRole('link', { name: 'INVOICE_SYNC' })).toHaveAttribute(
      'href',
      '#/artifact/instance/dev/connection%3AINVOICE_SYNC',
    );
    await waitFor(() => expect(window.location.hash).toContain('step=2.1.0'));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('complementary')).toBeNull();
    expect(flow).toHaveFocus();
    await waitFor(() => expect(window.location.hash).not.toContain('step='));
  });

  it('opens the step of the address, also as a list', async () => {
    const { user } = openWindow(inUse(), at(order, '/flow?step=3.1.0'));
    expect(await panel()).toHaveAccessibleName('Step Map line');
    await user.click(screen.getByRole('button', { name: 'As a list' }));
    const list = await screen.findByRole('list', { name: 'Steps of Order notice' });
    expect(list.tagName).toBe('OL');
    const inside = within(list).getByRole('list', { name: 'In For each line' });
    expect(within(inside).getAllByRole('listitem')).toHaveLength(2);
    await expectAccessible();
    await user.click(within(list).getByRole('button', { name: /Call error handler/ }));
    expect(await panel()).toHaveTextContent('COMMON_ERROR_HANDLER|01.00.0000');
    expect(await panel()).toHaveTextContent('Acme DEV does not hold it.');
    await user.click(screen.getByRole('button', { name: 'As a drawing' }));
    expect(await diagram()).toBeVisible();
  });

  it('gives the focus back to the flow when its panel is closed from inside', async () => {
    const { user } = openWindow(inUse(), at(order, '/flow?step=2.0.0'));
    (await panel()).querySelector<HTMLElement>('[data-test="map-text"]')?.focus();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('complementary')).toBeNull();
    await waitFor(async () => expect(await diagram()).toHaveFocus());
  });

  it('zooms by key and by button', async () => {
    const { user } = openWindow(inUse(), at(order));
    const flow = await diagram();
    flow.focus();
    const zoom = () => document.querySelector('[data-test="flow-zoom"]')?.textContent;
    expect(zoom()).toBe('100 %');
    await user.keyboard('-');
    expect(zoom()).toBe('80 %');
    await user.click(screen.getByRole('button', { name: 'Larger' }));
    await user.click(screen.getByRole('button', { name: 'Larger' }));
    expect(zoom()).toBe('125 %');
    flow.focus();
    await user.keyboard('0');
    expect(zoom()).toBe('100 %');
  });

  it('draws of more than 400 boxes only those near the view', async () => {
    openWindow(inUse(), at(item));
    const flow = await screen.findByRole('listbox');
    const drawn = within(flow).getAllByRole('option').length;
    expect(
      Number(within(flow).getAllByRole('option')[0]?.getAttribute('aria-setsize')),
    ).toBeGreaterThan(600);
    expect(drawn).toBeGreaterThan(5);
    expect(drawn).toBeLessThan(120);
  });

  it('shows all fields of a large map when asked, and its text', async () => {
    const { double, user } = openWindow(inUse(), at(order, '/flow?step=1'));
    const aside = await panel();
    const fields = within(aside).getByRole('list', { name: 'Mapped fields' });
    expect(within(fields).getAllByRole('listitem')).toHaveLength(12);
    await user.click(within(aside).getByRole('button', { name: 'Show all 340' }));
    expect(within(fields).getAllByRole('listitem')).toHaveLength(340);
    await user.click(within(aside).getByRole('button', { name: 'Show the text' }));
    const dialog = await screen.findByRole('dialog', { name: 'Text of Map to staging' });
    expect(await within(dialog).findByText('<xsl:stylesheet version="2.0">')).toBeVisible();
    expect(double.calls).toContainEqual([
      'designText',
      { type: 'instance', id: 'dev' },
      order,
      'resources/processor_12/req_staging.xsl',
    ]);
    await expectAccessible(dialog);
    await user.keyboard('{Control>}f{/Control}');
    expect(within(dialog).getByRole('searchbox')).toHaveFocus();
    await user.keyboard('for-each');
    expect(within(dialog).getByText('40 lines')).toBeVisible();
  });

  it('goes from tab to tab with the arrows; each passes axe', async () => {
    const { user } = openWindow(inUse(), at(order));
    await diagram();
    screen.getByRole('tab', { name: /^Flow/ }).focus();
    for (const name of [
      /^Dependencies/,
      /^Connection values/,
      /^Schedule/,
      /^Findings/,
      /^Variables/,
      /^About/,
    ]) {
      await user.keyboard('{ArrowRight}');
      const tab = await screen.findByRole('tab', { name, selected: true });
      expect(tab).toHaveFocus();
      await expectAccessible();
    }
    expect(window.location.hash).toContain('/about');
    await user.keyboard('{Home}');
    expect(screen.getByRole('tab', { name: /^Flow/ })).toHaveFocus();
  });

  it('shows what its archive gives away without showing it', async () => {
    openWindow(inUse(), at(order, '/findings'));
    expect(await screen.findByText('password=••••••')).toBeVisible();
    expect(screen.getByText('resources/application_7/service.jca, line 12')).toBeVisible();
    expect(screen.getByText('The archive was packed again after its export.')).toBeVisible();
  });

  it('leads to the comparison, to the graph and back to its row', async () => {
    const { user } = openWindow(inUse(), at(order, '/dependencies'));
    expect(
      await screen.findByRole('link', { name: 'Show it in the graph of Acme DEV' }),
    ).toHaveAttribute(
      'href',
      `#/graph/instance/dev?focus=${new URLSearchParams({ x: order }).toString().slice(2)}`,
    );
    await user.keyboard('{Escape}');
    expect(window.location.hash).toContain('#/explore/instance/dev?artifact=');
    window.location.hash = at(order);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    await user.click(await screen.findByRole('button', { name: 'Compare…' }));
    expect(window.location.hash).toContain('#/compare?left=instance%3Adev&id=');
  });

  it('offers the changes of the instance', async () => {
    const { user } = openWindow(inUse(), at(order));
    await user.click(await screen.findByRole('button', { name: 'Deactivate' }));
    expect(await screen.findByRole('dialog')).toBeVisible();
  });
});

describe('an archive that is not there', () => {
  it('says why, offers to try again, and still shows the rest', async () => {
    const state = inUse();
    state.refuse.design = refusal('unreachable', 'Acme DEV does not answer.', { retryable: true });
    const { user } = openWindow(state, at(order));
    expect(await screen.findByText(/Acme DEV does not answer/)).toBeVisible();
    await user.click(screen.getByRole('tab', { name: /^Dependencies/ }));
    expect(await screen.findByRole('list', { name: 'Uses' })).toBeVisible();
    await user.click(screen.getByRole('tab', { name: /^Flow/ }));
    delete state.refuse.design;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await diagram()).toBeVisible();
  });

  it('is told of an artifact that somebody has open in the console', async () => {
    const locked = artifacts(812).find((one) => one.lock && one.id.includes('integration:'));
    const state = inUse();
    state.refuse.design = refusal('notOffered', 'It cannot be exported.');
    openWindow(state, at(locked?.id ?? ''));
    expect(await screen.findByText('The flow cannot be read')).toBeVisible();
    expect(screen.getByText(/has it open in the console\./)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Export archive…' })).toBeDisabled();
    await expectAccessible();
  });

  it('is being fetched, in words', async () => {
    openWindow({ ...inUse(), latency: 900 }, at(order));
    expect(
      await screen.findByText(
        'Fetching the archive of Order notice from Acme DEV…',
        {},
        { timeout: 4000 },
      ),
    ).toBeVisible();
  });
});

describe('artifacts of other kinds', () => {
  it('show the rows of a lookup, and find in them', async () => {
    const { user } = openWindow(inUse(), at('lookup:EMPLOYEE_SYNC'));
    const table = await screen.findByRole('grid', { name: 'Rows of Employee sync' });
    expect(table).toHaveAttribute('aria-rowcount', '3');
    await user.keyboard('{Control>}f{/Control}vat7');
    expect(await screen.findByText('1 of 2 rows match')).toBeVisible();
    await expectAccessible();
  });

  it('show the values of a connection, secrets only as set', async () => {
    openWindow(inUse(), at('connection:INVOICE_SYNC'));
    expect(await screen.findByText('https://fa-dev1.fa.ocs.oraclecloud.com')).toBeVisible();
    expect(screen.getByText('Set')).toBeVisible();
  });

  it('show the functions of a library', async () => {
    openWindow(inUse(), at(artifacts(50).find(({ id }) => id.startsWith('library:'))?.id ?? ''));
    expect(await screen.findByRole('tab', { name: /^Functions ?3/ })).toBeVisible();
    expect(screen.getByText('toIsoDate')).toBeVisible();
    await expectAccessible();
  });

  it('show which files and certificates a connection of an archive has, never what is in them', async () => {
    const file = encodeURIComponent('/data/priya/com.acme.finance.par');
    openWindow(inUse(), `#/artifact/file/${file}/connection%3ASFTP_BANK`);
    const values = await screen.findByRole('tabpanel');
    expect(await within(values).findByText('bank_key.pem')).toBeVisible();
    expect(within(values).getByText(/, not shown/)).toBeVisible();
    expect(within(values).getByText('bank_host_2026')).toBeVisible();
  });

  it('are shown for archives on disk too', async () => {
    const file = encodeURIComponent('/data/priya/ORDER_SYNC_01.02.0003.iar');
    openWindow(
      inUse(),
      `#/artifact/file/${file}/${encodeURIComponent('integration:SUPPLIER_SYNC|01.02.0002')}`,
    );
    expect(await screen.findByRole('listbox', { name: 'Steps of Supplier sync' })).toBeVisible();
    expect(screen.getByRole('group', { name: 'Place' })).toHaveTextContent('Archive on disk');
    expect(screen.queryByRole('button', { name: 'Deactivate' })).toBeNull();
  });
});

describe('Explore', () => {
  it('opens the screen with Enter, and comes back to the row', async () => {
    const { user } = openWindow(inUse(), '#/explore/instance/dev?search=order_notice');
    (await screen.findByRole('grid')).focus();
    await user.keyboard('{ArrowDown}{Enter}');
    expect(window.location.hash).toMatch(/^#\/artifact\/instance\/dev\/integration%3AORDER_NOTICE/);
    await user.keyboard('{Escape}');
    expect(window.location.hash).toContain(
      '#/explore/instance/dev?artifact=integration%3AORDER_NOTICE',
    );
  });

  it('opens it from the panel', async () => {
    openWindow(inUse(), `#/explore/instance/dev?artifact=${encodeURIComponent(order)}`);
    const aside = await panel();
    expect(await within(aside).findByRole('link', { name: 'Open' })).toHaveAttribute(
      'href',
      at(order),
    );
  });
});
