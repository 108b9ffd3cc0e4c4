import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { actionsOf } from '../src/lib/changes/actions';
import { ConnectionDraft } from '../src/lib/changes/connection-draft.svelte';
import { countdown, writesLeft } from '../src/lib/changes/writes';
import { expectAccessible } from './axe';
import { artifacts, instances } from './double/data';
import { inUse, refusal, type DoubleState } from './double/state';
import { openWindow } from './window';

/** Active, with a schedule that is started. */
const notice = 'integration:ORDER_NOTICE|01.00.0004';
const connection = 'connection:INVOICE_NOTICE';
const at = (id: string, instance = 'dev') =>
  `#/explore/instance/${instance}?artifact=${encodeURIComponent(id)}`;
const panel = () => screen.findByRole('complementary');
const button = async (name: string | RegExp) =>
  within(await panel()).findByRole('button', { name });

type Opened = ReturnType<typeof openWindow>;
const called = ({ double }: Opened, name: string) => double.calls.filter(([one]) => one === name);

async function openDialog(opened: Opened, action: string, title: string | RegExp) {
  await opened.user.click(await button(action));
  return screen.findByRole('dialog', { name: title });
}

/** By the keyboard: pointers need a layout, which jsdom lacks. */
async function choose({ user }: Opened, menu: string, item: string) {
  (await button(menu)).focus();
  await user.keyboard('{Enter}');
  (await screen.findByText(item)).focus();
  await user.keyboard('{Enter}');
}

describe('what can be done to an artifact', () => {
  it('is what fits its kind and its state', async () => {
    openWindow(inUse(), at(notice));
    expect(await button('Deactivate')).toBeEnabled();
    expect(await button('Pause schedule')).toBeEnabled();
    expect(within(await panel()).queryByRole('button', { name: 'Activate' })).toBeNull();
    expect(within(await panel()).queryByRole('button', { name: 'Test connection' })).toBeNull();
    await expectAccessible();
  });

  it('says as text why something cannot be done now', async () => {
    openWindow(inUse(), at('integration:ORDER_NOTICE_9|01.00.0000'));
    expect(await button('Pause schedule')).toBeDisabled();
    expect(within(await panel()).getByText(/It is not active\. Activate it first\./)).toBeVisible();
  });

  it('names who has it open, and how to have it unlocked', async () => {
    const locked = artifacts(812).find((one) => one.lock && one.id.startsWith('integration:'));
    openWindow(inUse(), at(locked?.id ?? ''));
    expect(await screen.findByTestId('unlock-hint')).toHaveTextContent(
      `Ask ${locked?.lock?.by} to close it in the console.`,
    );
  });

  it('is off for a delivered artifact, whatever its state', () => {
    const [one] = artifacts(812).filter(({ id }) => id.startsWith('package:'));
    const [dev] = instances;
    if (!one || !dev) throw new Error('the double has packages');
    const actions = actionsOf(dev, { ...one, prebuilt: true }, undefined, Date.now());
    expect(actions.map(({ id, off }) => [id, off])).toEqual([
      ['delete', 'It is delivered by Oracle and cannot be changed.'],
    ]);
  });

  it('is not there for a snapshot', async () => {
    openWindow(inUse(), `#/explore/snapshot/4f1c9a02d7?artifact=${encodeURIComponent(notice)}`);
    expect(await button('Export archive…')).toBeVisible();
    expect(within(await panel()).queryByRole('button', { name: 'Deactivate' })).toBeNull();
  });

  it('tells why the last activation failed', async () => {
    const failed = artifacts(812).find((one) => one.state === 'failed');
    openWindow(inUse(), at(failed?.id ?? ''));
    const note = await screen.findByTestId('activation-errors');
    expect(note).toHaveTextContent('Connection SFDC_CORE is not configured');
  });
});

describe('a change', () => {
  it('shows its plan, runs before the eyes and leaves the artifact read again', async () => {
    const opened = openWindow(inUse(), at(notice));
    const dialog = await openDialog(opened, 'Deactivate', 'Deactivate Order notice in Acme DEV');
    expect(await within(dialog).findByText(/takes no more messages/)).toBeVisible();
    expect(within(dialog).getByText(/a snapshot of it goes into the vault/)).toBeVisible();
    await expectAccessible(dialog);
    const start = within(dialog).getByRole('button', {
      name: 'Deactivate ORDER_NOTICE 01.00.0004 in Acme DEV',
    });
    expect(start).toHaveClass('env-dev');
    await opened.user.dblClick(start);
    expect(await within(dialog).findByTestId('change-result')).toHaveTextContent(
      'Deactivate Order notice in Acme DEV: done',
    );
    expect(within(dialog).getByText('Kept it in the vault.')).toBeVisible();
    expect(within(dialog).getByTestId('change-close')).toHaveFocus();
    await expectAccessible(dialog);
    expect(called(opened, 'changeStart')).toEqual([
      ['changeStart', 'dev', { type: 'deactivate', id: notice, stopSchedule: true }, [], undefined],
    ]);
    await opened.user.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(await button('Activate')).toBeEnabled();
  });

  it('plans anew when what is asked for changes', async () => {
    const opened = openWindow(inUse(), at(notice));
    const dialog = await openDialog(opened, 'Deactivate', /Deactivate/);
    await within(dialog).findByText(/The schedule of/);
    await opened.user.click(within(dialog).getByRole('checkbox', { name: /Stop its schedule/ }));
    await waitFor(() => expect(within(dialog).queryByText(/The schedule of/)).toBeNull());
    expect(called(opened, 'changePlan')).toHaveLength(2);
  });

  it('cannot be started against a blocking finding', async () => {
    const state: DoubleState = {
      ...inUse(),
      findings: [
        { severity: 'blocking', text: 'Priya has it open.', guidance: 'Ask her to close it.' },
        { severity: 'warning', text: '2 others call it.' },
      ],
    };
    const opened = openWindow(state, at(notice));
    const dialog = await openDialog(opened, 'Deactivate', /Deactivate/);
    expect(await within(dialog).findByText('Stands against it.')).toBeVisible();
    expect(within(dialog).getByText('Look at this first.')).toBeVisible();
    expect(within(dialog).getByTestId('change-start')).toBeDisabled();
    await expectAccessible(dialog);
  });

  it('tells the cause of a failure in words, with the call behind it', async () => {
    const exchange = { method: 'POST', path: '/ic/api/x', status: 412, body: '{"title":"no"}' };
    const state: DoubleState = {
      ...inUse(),
      changeFails: refusal('serviceFailed', 'The service refused: it is in use.', {
        guidance: 'Try again in a minute.',
        exchange,
      }),
    };
    const opened = openWindow(state, at(notice));
    const dialog = await openDialog(opened, 'Deactivate', /Deactivate/);
    await opened.user.click(await within(dialog).findByTestId('change-start'));
    const result = await within(dialog).findByTestId('change-result');
    expect(result).toHaveTextContent('The service refused: it is in use. Try again in a minute.');
    expect(result).toHaveTextContent('/ic/api/x → 412');
  });

  it('goes on when its dialog is closed, and the rail shows it', async () => {
    const opened = openWindow({ ...inUse(), changePause: 400 }, at(notice));
    const dialog = await openDialog(opened, 'Deactivate', /Deactivate/);
    await opened.user.click(await within(dialog).findByTestId('change-start'));
    await within(dialog).findByText('It goes on when this is closed.');
    await opened.user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const rail = screen.getByRole('navigation', { name: 'Main' });
    expect(await within(rail).findByText('Changing Acme DEV')).toBeVisible();
    expect(called(opened, 'runCancel')).toEqual([]);
  });

  it('deletes only after the code was typed', async () => {
    const opened = openWindow(inUse(), at(connection));
    await choose(opened, 'More for Invoice notice', 'Delete…');
    const dialog = await screen.findByRole('dialog', { name: /^Delete Invoice notice/ });
    const start = await within(dialog).findByTestId('change-start');
    await opened.user.type(within(dialog).getByLabelText(/Type INVOICE_NOTICE/), 'INVOICE');
    expect(start).toBeDisabled();
    await opened.user.type(within(dialog).getByLabelText(/Type INVOICE_NOTICE/), '_NOTICE');
    expect(start).toBeEnabled();
    await opened.user.click(start);
    await within(dialog).findByTestId('change-result');
    expect(called(opened, 'changeStart')[0]?.at(-1)).toBe('INVOICE_NOTICE');
  });

  it('sets the tracing level once one is chosen', async () => {
    const opened = openWindow(inUse(), at(notice));
    await choose(opened, 'More for Order notice', 'Tracing level…');
    const dialog = await screen.findByRole('dialog', { name: /tracing level/ });
    expect(within(dialog).getByText(/It is Audit now/)).toBeVisible();
    expect(within(dialog).getByTestId('change-start')).toBeDisabled();
    await opened.user.click(within(dialog).getByRole('button', { name: 'Debug' }));
    expect(within(dialog).getByText(/Payloads may hold personal data/)).toBeVisible();
    await waitFor(() => expect(within(dialog).getByTestId('change-start')).toBeEnabled());
    await expectAccessible(dialog);
  });
});

describe('by the keyboard alone', () => {
  it('the menu of a row opens with Shift F10 and gives the focus back', async () => {
    const opened = openWindow(inUse(), '#/explore/instance/dev?search=order_notice');
    const table = await screen.findByRole('grid', { name: 'Artifacts of Acme DEV' });
    table.focus();
    await opened.user.keyboard('{ArrowDown}{Shift>}{F10}{/Shift}');
    const menu = await screen.findByTestId('row-menu');
    expect(menu).toHaveAttribute('aria-label', 'More for Order notice');
    expect(await within(menu).findByText('Run now')).toBeInTheDocument();
    await expectAccessible(menu);
    await opened.user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('row-menu')).toBeNull());
    expect(table).toHaveFocus();
    await opened.user.keyboard('{ContextMenu}');
    const again = await screen.findByTestId('row-menu');
    within(again).getByText('Deactivate').focus();
    await opened.user.keyboard('{Enter}');
    expect(await screen.findByRole('dialog', { name: /^Deactivate Order notice/ })).toBeVisible();
  });

  it('the palette offers what can be done to the artifact that is open', async () => {
    const { user } = openWindow(inUse(), at(notice));
    await button('Deactivate');
    await user.keyboard('{Control>}k{/Control}');
    await user.keyboard('deact');
    const option = await screen.findByRole('option', { name: /Deactivate ORDER_NOTICE/ });
    expect(option).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('dialog', { name: /^Deactivate Order notice/ })).toBeVisible();
  });
});

describe('a read-only instance', () => {
  it('can be changed for a stated time once its name was typed, and closes again', async () => {
    const opened = openWindow(inUse(), at(notice, 'prod'));
    expect(await button('Deactivate')).toBeDisabled();
    expect(within(await panel()).getByText('Acme PROD is read only.')).toBeVisible();
    await opened.user.click(await button('Allow changes in Acme PROD for 1 hour…'));
    const dialog = await screen.findByRole('dialog', { name: /^Allow changes in Acme PROD/ });
    await expectAccessible(dialog);
    const allow = within(dialog).getByRole('button', {
      name: 'Allow changes in Acme PROD for 1 hour',
    });
    expect(allow).toBeDisabled();
    expect(allow).toHaveClass('env-prod');
    await opened.user.type(within(dialog).getByLabelText(/Type Acme PROD/), 'Acme PROD');
    await opened.user.click(allow);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(called(opened, 'writesAllow')).toEqual([['writesAllow', 'prod', 60, 'Acme PROD']]);
    expect(await screen.findByRole('timer')).toHaveTextContent(
      /^Changes allowed, (59:\d\d|1:00:00) left$/,
    );
    expect(await button('Deactivate')).toBeEnabled();
    await opened.user.click(screen.getByRole('button', { name: 'End now' }));
    await waitFor(() => expect(screen.queryByRole('timer')).toBeNull());
    expect(await button('Deactivate')).toBeDisabled();
  });

  it('is opened from its band and from the palette too', async () => {
    const { user } = openWindow(inUse(), '#/explore/instance/prod');
    await user.click(await screen.findByRole('button', { name: 'Allow changes…' }));
    await screen.findByRole('dialog', { name: /^Allow changes in Acme PROD/ });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.keyboard('{Control>}k{/Control}allow{Enter}');
    expect(
      await screen.findByRole('dialog', { name: /^Allow changes in Acme PROD/ }),
    ).toBeVisible();
  });

  it('shows what is left on Home and in the list of instances', async () => {
    const state = inUse();
    const until = new Date(Date.now() + 14.5 * 60_000).toISOString();
    state.instances = state.instances.map((one) =>
      one.id === 'prod' ? { ...one, writesAllowedUntil: until } : one,
    );
    openWindow(state);
    const card = await screen.findByRole('article', { name: 'Acme PROD' });
    expect(within(card).getByRole('timer')).toHaveTextContent(/^14:\d\d left$/);
    window.location.hash = '#/instances';
    const table = await screen.findByRole('grid', { name: 'Instances' });
    expect(within(table).getByRole('timer')).toHaveTextContent(/^14:\d\d left$/);
    await expectAccessible();
  });

  it('counts in hours, minutes and seconds, and never below nothing', () => {
    expect(countdown(14 * 60_000 + 32_000)).toBe('14:32');
    expect(countdown(9_000)).toBe('0:09');
    expect(countdown(3 * 3_600_000 + 59 * 60_000 + 7_000)).toBe('3:59:07');
    const [dev] = instances;
    expect(writesLeft(dev && { ...dev, writesAllowedUntil: '2020-01-01T00:00:00Z' }, 1e13)).toBe(0);
  });
});

describe('the values of a connection', () => {
  it('are edited, reviewed and sent as far as they differ; secrets apart', async () => {
    const opened = openWindow(inUse(), at(connection));
    const dialog = await openDialog(opened, 'Edit values…', /Edit the values of Invoice notice/);
    expect(within(dialog).getByLabelText('Security policy')).toHaveValue('Basic');
    const review = within(dialog).getByRole('button', { name: 'See what happens' });
    expect(review).toBeDisabled();
    const address = within(dialog).getByLabelText('Connection URL (required)');
    await opened.user.clear(address);
    await opened.user.type(address, 'not an address');
    await opened.user.click(review);
    expect(await within(dialog).findByText(/This is not an address/)).toBeVisible();
    expect(address).toHaveFocus();
    await opened.user.clear(address);
    await opened.user.type(address, 'https://fa-dev2.example.com');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Replace Password…' }));
    const secret = within(dialog).getByLabelText('Password (required)');
    expect(secret).toHaveFocus();
    expect(secret).toHaveValue('');
    await opened.user.type(secret, 'n3w');
    expect(within(dialog).getByText('2 values changed')).toBeVisible();
    await expectAccessible(dialog);
    await opened.user.click(review);
    expect(await within(dialog).findByText(/gets a new secret/)).toBeVisible();
    expect(dialog).not.toHaveTextContent('n3w');
    await opened.user.click(within(dialog).getByTestId('change-start'));
    await within(dialog).findByTestId('change-result');
    expect(called(opened, 'changeStart')).toEqual([
      [
        'changeStart',
        'dev',
        {
          type: 'editConnection',
          id: connection,
          values: [{ name: 'connectionUrl', value: 'https://fa-dev2.example.com' }],
          secrets: ['password'],
        },
        ['password'],
        undefined,
      ],
    ]);
  });

  it('are not lost by Escape without a question', async () => {
    const opened = openWindow(inUse(), at(connection));
    const dialog = await openDialog(opened, 'Edit values…', /Edit the values/);
    await opened.user.type(within(dialog).getByLabelText('User name (required)'), 'x');
    await opened.user.keyboard('{Escape}');
    const question = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await opened.user.click(within(question).getByRole('button', { name: 'Keep editing' }));
    expect(within(dialog).getByLabelText('User name (required)')).toHaveValue('svc_oic_devx');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await opened.user.click(await screen.findByRole('button', { name: 'Leave without saving' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('count as changed only where they differ from what is there', () => {
    const property = {
      ...{ name: 'url', label: 'URL', secret: false, set: true, required: false },
      ...{ kind: 'url' as const, options: [] },
    };
    const draft = new ConnectionDraft({
      attachments: [],
      properties: [{ ...property, value: 'https://a.b' }],
    });
    draft.values.set('url', 'https://a.c');
    expect(draft.changed).toEqual([{ name: 'url', value: 'https://a.c' }]);
    draft.values.set('url', 'https://a.b');
    expect(draft.changed).toEqual([]);
    expect(draft.dirty).toBe(false);
  });
});
