import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { MoveConnection } from '../src/lib/backend/generated/MoveConnection';
import { withCell } from '../src/screens/move/connections/carried';
import { changedBy, faultOf, hostIn, rewritten } from '../src/screens/move/connections/hosts';
import { endsOf } from '../src/screens/move/connections/places';
import { expectAccessible } from './axe';
import { moving, refusal, reviewing, type DoubleState } from './double/state';
import { choose, openWindow } from './window';

const at = (code?: string) =>
  `#/move/WB-0142/connections${code ? `?connection=${encodeURIComponent(`connection:${code}`)}` : ''}`;
type Opened = ReturnType<typeof openWindow>;
const called = ({ double }: Opened, name: string) => double.calls.filter(([one]) => one === name);
const panel = (code: string) => screen.findByRole('region', { name: code });
const field = (name: string) => screen.findByTestId(`bind-${name}`);

/** As `choose`, where a dialog opens, which takes the clicks then. */
async function ask({ user }: Opened, item: string) {
  (await screen.findByRole('button', { name: 'More for these connections' })).focus();
  await user.keyboard('{Enter}');
  const menu = await screen.findByRole('menu', { hidden: true });
  within(menu).getByText(item).closest<HTMLElement>('[role="menuitem"]')?.focus();
  await user.keyboard('{Enter}');
  return screen.findByRole('dialog');
}

async function open(code?: string, state: DoubleState = moving()) {
  const opened = openWindow(state, at(code));
  await screen.findByTestId('bind-settled');
  await screen.findByTestId('connection-COUPA_EVENTS');
  return opened;
}

describe('the connections of a move', () => {
  it('are those to set and those that stay, with how each stands', async () => {
    await open();
    expect(screen.getByTestId('bind-settled')).toHaveTextContent('16 of 18 settled');
    const toSet = screen.getByRole('region', { name: 'To set' });
    expect(within(toSet).getAllByRole('button')).toHaveLength(4);
    expect(within(toSet).getByTestId('connection-WMS_REST')).toHaveTextContent('To enter');
    expect(within(toSet).getByTestId('connection-SFTP_BANK')).toHaveTextContent('Ready');
    const kept = screen.getByRole('region', { name: 'Keep PROD’s values' });
    expect(within(kept).getAllByRole('button')).toHaveLength(14);
    expect(within(kept).getByTestId('connection-ERP_CLOUD')).toHaveTextContent('Passed');
    expect(within(kept).getByTestId('connection-BI_EXTRACT')).toHaveTextContent('Not tested');
    expect(screen.getByTestId('connection-COUPA_EVENTS')).toHaveAttribute('aria-current', 'true');
    expect(screen.getByTestId('bind-review')).toBeDisabled();
    await expectAccessible();
  });

  it('are walked with the arrow keys', async () => {
    const { user } = await open();
    screen.getByTestId('connection-COUPA_EVENTS').focus();
    await user.keyboard('{ArrowDown}');
    expect(screen.getByTestId('connection-WMS_REST')).toHaveFocus();
    expect(await panel('WMS_REST')).toBeVisible();
    expect(window.location.hash).toContain('WMS_REST');
  });

  it('may be none at all', async () => {
    const state = moving();
    const opened = openWindow(state, '#/home');
    opened.double.moveConnections = () =>
      Promise.resolve({ connections: [], agentGroups: [], hosts: [], hostsSeen: [] });
    window.location.hash = at();
    expect(await screen.findByText('No connection goes along')).toBeVisible();
  });
});

describe('values that are entered', () => {
  it('begin with those of the source, and are sent when the focus leaves them', async () => {
    const opened = await open('COUPA_EVENTS');
    const { user } = opened;
    const address = await field('connectionUrl');
    expect(address).toHaveValue('https://acme-test.coupahost.com');
    await user.clear(address);
    await user.type(address, 'https://acme.coupahost.com');
    await user.type(await field('clientSecret'), 'made-up-secret');
    expect(called(opened, 'moveBind')).toHaveLength(0);
    screen.getByTestId('connection-COUPA_EVENTS').focus();
    await waitFor(() => expect(called(opened, 'moveBind')).toHaveLength(1));
    expect(called(opened, 'moveBind')[0]).toEqual([
      'moveBind',
      'WB-0142',
      'connection:COUPA_EVENTS',
      {
        mode: 'enter',
        values: {
          connectionUrl: 'https://acme.coupahost.com',
          clientId: '9c1e55d207',
          scope: 'core.purchase_order.read',
        },
        securityPolicy: 'OAUTH_CLIENT_CREDENTIALS',
        files: [],
        forget: [],
      },
      ['clientSecret'],
      false,
    ]);
    expect(await screen.findByText('17 of 18 settled')).toBeVisible();
    expect(screen.getByTestId('bind-saved')).toHaveTextContent('Saved with WB-0142');
    expect(screen.getByTestId('bind-save')).toBeDisabled();
  });

  it('say where each comes from', async () => {
    const { user } = await open('COUPA_EVENTS');
    const row = async () => (await field('connectionUrl')).closest('tr');
    expect(await row()).toHaveTextContent('as in TEST');
    await user.type(await field('connectionUrl'), '/v2');
    expect(await row()).toHaveTextContent('entered');
    await user.clear(await field('connectionUrl'));
    expect(await row()).toHaveTextContent('missing');
  });

  it('keep a secret in the keychain when that is chosen', async () => {
    const opened = await open('COUPA_EVENTS');
    await opened.user.type(await field('clientSecret'), 'made-up-secret');
    await opened.user.click(screen.getByRole('button', { name: 'Keep in the keychain' }));
    await waitFor(() => expect(called(opened, 'moveBind').at(-1)?.at(-1)).toBe(true));
    expect(called(opened, 'moveBind').at(-1)?.[4]).toEqual(['clientSecret']);
  });

  it('forget a secret that is kept', async () => {
    const opened = await open('SFTP_BANK');
    expect(await field('passphrase')).toHaveAttribute('placeholder', 'Kept from before');
    await opened.user.click(screen.getByRole('button', { name: 'Forget Passphrase' }));
    await waitFor(() => expect(called(opened, 'moveBind')).toHaveLength(1));
    expect(called(opened, 'moveBind')[0]?.[3]).toMatchObject({ forget: ['passphrase'] });
    expect(await field('passphrase')).toHaveAttribute('placeholder', 'PROD has one; it stays');
  });

  it('are still there after a look at another connection', async () => {
    const { user } = await open('COUPA_EVENTS');
    await user.type(await field('clientSecret'), 'made-up-secret');
    await user.click(screen.getByTestId('connection-ERP_CLOUD'));
    await panel('ERP_CLOUD');
    await user.click(screen.getByTestId('connection-COUPA_EVENTS'));
    await panel('COUPA_EVENTS');
    expect(await field('clientSecret')).toHaveValue('made-up-secret');
  });

  it('show a refusal at their field, and are not lost without a question', async () => {
    const opened = await open('COUPA_EVENTS');
    const { user } = opened;
    await user.clear(await field('connectionUrl'));
    await user.type(await field('connectionUrl'), 'coupa');
    await user.keyboard('{Enter}');
    await waitFor(async () => expect(await field('connectionUrl')).toBeInvalid());
    expect(await field('connectionUrl')).toHaveAccessibleDescription(
      'The address has no scheme such as https.',
    );
    expect(await field('connectionUrl')).toHaveFocus();
    await user.click(screen.getByTestId('move-back'));
    const question = await screen.findByRole('dialog');
    await user.click(within(question).getByRole('button', { name: /Stay|Keep/u }));
    expect(await field('connectionUrl')).toHaveValue('coupa');
    await user.click(screen.getByTestId('move-back'));
    await user.click(await screen.findByTestId('leave-unsaved'));
    await waitFor(() => expect(window.location.hash).toContain('checks'));
  });

  it('come from the source, all but secrets', async () => {
    const opened = await open('COUPA_EVENTS');
    await opened.user.click(screen.getByRole('button', { name: 'Take from TEST' }));
    await waitFor(() =>
      expect(called(opened, 'moveBind')[0]?.[3]).toEqual({
        mode: 'fromSource',
        values: {},
        securityPolicy: 'OAUTH_CLIENT_CREDENTIALS',
        files: [],
        forget: [],
      }),
    );
    expect(screen.queryByTestId('bind-connectionUrl')).toBeNull();
    expect(await field('clientSecret')).toBeVisible();
    await expectAccessible();
  });

  it('take a file, and say whether it is still the same', async () => {
    const opened = await open('WMS_REST');
    await opened.user.click(await screen.findByTestId('file-identityKeystore'));
    expect(await screen.findByText('wms_root_2027.cer')).toBeVisible();
    expect(await screen.findByTestId('file-same')).toHaveTextContent('The same');
    expect(called(opened, 'moveBind')[0]?.[3]).toMatchObject({
      files: [['identityKeystore', '/data/priya/keys/wms_root_2027.cer']],
    });
  });

  it('go to another agent group', async () => {
    const opened = await open('SFTP_BANK');
    await opened.user.selectOptions(await screen.findByTestId('bind-agents'), 'ACME_DMZ');
    await opened.user.click(screen.getByTestId('bind-save'));
    await waitFor(() =>
      expect(called(opened, 'moveBind')[0]?.[3]).toMatchObject({ agentGroup: 'ACME_DMZ' }),
    );
  });

  it('come from a file and go into one', async () => {
    const opened = await open('COUPA_EVENTS');
    await opened.user.click(screen.getByTestId('bind-file-load'));
    expect(await screen.findByText(/Secrets are never in it/u)).toBeVisible();
    await waitFor(async () => expect(await field('clientId')).toHaveValue('b4471f0ad2e94c11'));
    await choose(opened.user, 'More for these connections', 'Save values to a file…');
    expect(await screen.findByText(/acme-prod-bindings\.json/u)).toBeVisible();
  });

  it('lead from one open connection to the next, then to the review with a new plan', async () => {
    const opened = await open('COUPA_EVENTS');
    const { user } = opened;
    await user.type(await field('clientSecret'), 'made-up-secret');
    await user.click(screen.getByTestId('bind-next'));
    await panel('WMS_REST');
    await user.click(await screen.findByTestId('file-identityKeystore'));
    await user.type(await field('keystorePassword'), 'another');
    await user.click(screen.getByTestId('bind-save'));
    await waitFor(() => expect(screen.getByTestId('bind-review')).toBeEnabled());
    await user.dblClick(screen.getByTestId('bind-review'));
    await screen.findByTestId('paper');
    expect(called(opened, 'movePlan')).toHaveLength(1);
  });
});

describe('a test from the destination', () => {
  it('is of what is there, and shows its steps', async () => {
    const opened = await open('BI_EXTRACT');
    await opened.user.dblClick(await screen.findByTestId('test-now'));
    expect(await screen.findByTestId('change-result')).toHaveTextContent('done');
    expect(called(opened, 'changeStart')).toEqual([
      [
        'changeStart',
        'prod',
        { type: 'testConnection', id: 'connection:BI_EXTRACT' },
        [],
        undefined,
      ],
    ]);
    await waitFor(() =>
      expect(screen.getByTestId('connection-BI_EXTRACT')).toHaveTextContent('Passed'),
    );
  });

  it('says of what is not there yet when it is tested', async () => {
    await open('WMS_REST');
    expect(await screen.findByTestId('bind-test')).toHaveTextContent(
      'The run sets its values, then tests it before anything that uses it is activated.',
    );
    expect(screen.queryByTestId('test-now')).toBeNull();
  });

  it('goes through all of them one after the other, and can be cancelled', async () => {
    const opened = await open('ERP_CLOUD', { ...moving(), changePause: 15 });
    await opened.user.click(screen.getByTestId('test-all'));
    expect(await screen.findByTestId('tests-going')).toHaveTextContent('of 14 done');
    await waitFor(() =>
      expect(screen.getByTestId('tests-going')).toHaveTextContent('Testing, 2 of 14 done'),
    );
    await opened.user.click(screen.getByTestId('tests-cancel'));
    await screen.findByTestId('test-all');
    expect(called(opened, 'changeStart').length).toBeLessThan(6);
    expect(screen.queryByText('Waiting')).toBeNull();
  });

  it('says why it could not begin', async () => {
    const state = moving();
    state.refuse.changeStart = refusal('alreadyRunning', 'A run on Acme PROD is under way.');
    const opened = await open('ERP_CLOUD', state);
    await opened.user.click(await screen.findByTestId('test-now'));
    expect(await screen.findByText('A run on Acme PROD is under way.')).toBeVisible();
    expect(screen.getByTestId('connection-ERP_CLOUD')).toHaveTextContent('Failed');
  });

  it('sets what was entered first, with a snapshot before, when that is asked for', async () => {
    const opened = await open('SFTP_BANK', { ...reviewing(), changePause: 10 });
    const { user } = opened;
    await user.type(await field('passphrase'), 'made-up-secret');
    await user.click(screen.getByTestId('test-now'));
    const dialog = await screen.findByRole('dialog', { name: /Set SFTP_BANK in Acme PROD/u });
    expect(await within(dialog).findByText(/a snapshot of it goes into the vault/u)).toBeVisible();
    const start = within(dialog).getByTestId('set-start');
    expect(start).toHaveClass('env-prod');
    expect(start).toBeDisabled();
    await expectAccessible(dialog);
    await user.type(within(dialog).getByTestId('typed-name'), 'Acme PROD');
    await user.dblClick(start);
    await waitFor(() => expect(called(opened, 'changeStart')).toHaveLength(2));
    expect(called(opened, 'changeStart')).toEqual([
      [
        'changeStart',
        'prod',
        {
          type: 'editConnection',
          id: 'connection:SFTP_BANK',
          values: [{ name: 'username', value: 'acme_p' }],
          secrets: ['passphrase'],
        },
        ['passphrase'],
        'Acme PROD',
      ],
      [
        'changeStart',
        'prod',
        { type: 'testConnection', id: 'connection:SFTP_BANK' },
        [],
        undefined,
      ],
    ]);
    await waitFor(() =>
      expect(screen.getByTestId('connection-SFTP_BANK')).toHaveTextContent('Passed'),
    );
  });

  it('cannot set anything in an instance that may only be read, and says how to allow it', async () => {
    const { user } = await open('SFTP_BANK');
    await user.click(await screen.findByTestId('test-now'));
    const dialog = await screen.findByTestId('set-and-test');
    expect(await within(dialog).findByText(/Acme PROD is read only/u)).toBeVisible();
    expect(screen.getByTestId('set-start')).toBeDisabled();
  });
});

describe('values that hold for several', () => {
  it('are hosts with another name, with what they change', async () => {
    const opened = await open('ORDER_REST');
    const { user } = opened;
    await ask(opened, 'Hosts with another name…');
    await user.click(await screen.findByTestId('host-seen'));
    expect(screen.getByTestId('host-to-0')).toHaveFocus();
    await user.click(screen.getByTestId('hosts-save'));
    expect(await screen.findByText('Both hosts have to be named.')).toBeVisible();
    await user.type(screen.getByTestId('host-to-0'), 'acme.integration.example');
    const preview = await screen.findByRole('region', { name: '1 value changes' });
    expect(preview).toHaveTextContent('https://acme.integration.example/ic/api/orders');
    await expectAccessible(screen.getByRole('dialog'));
    await user.click(screen.getByTestId('hosts-save'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(called(opened, 'moveEdit')[0]?.[2]).toEqual({
      hosts: [{ from: 'acme-test.integration.example', to: 'acme.integration.example' }],
    });
    await user.click(screen.getByRole('button', { name: 'Take from TEST' }));
    expect(await screen.findByText('TEST, rewritten')).toBeVisible();
  });

  it('are cells of lookups', async () => {
    const opened = await open('ERP_CLOUD');
    const { user } = opened;
    opened.double.artifactDetail = () =>
      Promise.resolve({
        artifact: { id: 'lookup:TAX_CODES', name: 'Tax codes', prebuilt: false, dependencies: [] },
        uses: [],
        usedBy: [],
        versions: [],
        libraryFunctions: [],
        activationErrors: [],
        actions: [],
        canExport: true,
        lookup: {
          columns: ['ERP', 'COUPA'],
          rows: [
            ['DE19', 'VAT19'],
            ['DE7', 'VAT7'],
          ],
          rowCount: 2,
        },
      });
    await ask(opened, 'Lookup cells…');
    await user.selectOptions(await screen.findByTestId('cells-lookup'), 'TAX_CODES');
    const cell = await screen.findByTestId('cell-DE19-COUPA');
    await user.clear(cell);
    await user.type(cell, 'VAT20');
    await expectAccessible(screen.getByRole('dialog'));
    await user.click(screen.getByTestId('cells-save'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(called(opened, 'moveEdit')[0]?.[2]).toEqual({
      lookupCells: [{ lookup: 'lookup:TAX_CODES', row: 'DE19', column: 'COUPA', value: 'VAT20' }],
    });
  });

  it('are values of schedules', async () => {
    const state = moving();
    const schedule = 'ORDER_TO_CASH/schedule:TAX_RATE_LOADER|01.00.0000';
    state.moves = state.moves.map((one) => ({
      ...one,
      schedules: { [schedule]: { timeZone: 'Europe/Berlin', parameters: { batch: '50' } } },
    }));
    const opened = await open('ERP_CLOUD', state);
    const { user } = opened;
    await ask(opened, 'Values of schedules…');
    const zone = await screen.findByTestId('schedule-zone');
    expect(zone).toHaveValue('Europe/Berlin');
    await user.clear(zone);
    await user.click(screen.getByTestId('parameter-add'));
    await user.type(screen.getByTestId('parameter-name-1'), 'mode');
    await user.type(screen.getByTestId('parameter-value-1'), 'full');
    await expectAccessible(screen.getByRole('dialog'));
    await user.click(screen.getByTestId('schedules-save'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(called(opened, 'moveEdit')[0]?.[2]).toEqual({
      schedules: { [schedule]: { parameters: { batch: '50', mode: 'full' } } },
    });
  });
});

describe('rules for hosts', () => {
  const rule = { from: 'test.acme.example', to: 'prod.acme.example' };

  it('replace a host as a whole name alone', () => {
    expect(rewritten('https://Test.acme.example:443/x?y=test.acme.example', [rule])).toBe(
      'https://prod.acme.example:443/x?y=prod.acme.example',
    );
    expect(rewritten('https://my-test.acme.example/', [rule])).toBe(
      'https://my-test.acme.example/',
    );
    expect(rewritten('https://test.acme.example.org/', [rule])).toBe(
      'https://test.acme.example.org/',
    );
  });

  it('are wrong when empty, no host, or named twice', () => {
    expect(faultOf([{ from: 'a.example', to: '' }], 0)).toBe('empty');
    expect(faultOf([{ from: 'https://a.example/x', to: 'b' }], 0)).toBe('notAHost');
    expect(faultOf([rule, { from: 'TEST.acme.example', to: 'c.example' }], 1)).toBe('twice');
    expect(faultOf([rule], 0)).toBeUndefined();
    expect(hostIn('https://a.example:443/ic')).toBe('a.example');
    expect(hostIn(' a.example ')).toBe('a.example');
  });

  it('never look at secrets', () => {
    const property = {
      name: 'p',
      label: 'P',
      credential: true,
      required: true,
      kind: 'secret' as const,
      options: [],
      setThere: true,
      held: 'no' as const,
      source: 'test.acme.example',
    };
    const connection = { id: 'connection:A', properties: [{ ...property, secret: true }] };
    expect(changedBy([rule], [connection as unknown as MoveConnection])).toEqual([]);
  });
});

it('a cell that is again what the source has needs no binding', () => {
  const cell = { lookup: 'lookup:A', row: 'r', column: 'c', value: '2' };
  expect(withCell([], cell, '1')).toEqual([cell]);
  expect(withCell([cell], { ...cell, value: '1' }, '1')).toEqual([]);
});

it('names two instances of one environment by their names', () => {
  const summary = {
    ...(moving().moves[0]?.summary ?? {
      id: '',
      name: '',
      savedAt: '',
      stage: 'chosen',
      chosen: 0,
    }),
    toEnvironment: 'test' as const,
    toTitle: 'Acme TEST 2',
  };
  expect(endsOf({ summary })).toEqual({ from: 'Acme TEST', to: 'Acme TEST 2' });
});
