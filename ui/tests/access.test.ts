import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { moving, refusal } from './double/state';
import { openWindow } from './window';

type Opened = ReturnType<typeof openWindow>;
const called = ({ double }: Pick<Opened, 'double'>, name: string) =>
  double.calls.filter(([one]) => one === name).map(([, ...rest]) => rest);
const project = `#/explore/instance/test?artifact=${encodeURIComponent('project:ORDER_TO_CASH')}`;

describe('the access list of a project', () => {
  it('says who has which right, and who is not known any more', async () => {
    openWindow(moving(), project);
    const facts = within(await screen.findByTestId('access-facts'));
    expect(await facts.findByRole('list', { name: 'Owners' })).toHaveTextContent('mvogel');
    const editors = facts.getByRole('list', { name: 'Editors' });
    expect(editors).toHaveTextContent('Old Testers');
    expect(editors).toHaveTextContent('Not known to the identity domain any more');
    expect(facts.getByText('Everyone')).toBeVisible();
    expect(facts.getByText('Nobody is named')).toBeVisible();
    await expectAccessible();
  });

  it('says why it cannot be read, and reads it again', async () => {
    const state = { ...moving(), refuse: { access: refusal('rightMissing', 'No right to it.') } };
    const { double, user } = openWindow(state, project);
    const facts = within(await screen.findByTestId('access-facts'));
    await facts.findByText('No right to it.');
    double.state.refuse = {};
    await user.click(facts.getByRole('button', { name: 'Try again' }));
    await facts.findByRole('list', { name: 'Owners' });
  });

  it('is copied by a move of its own', async () => {
    const opened = openWindow(moving(), project);
    await opened.user.click(await screen.findByTestId('access-copy'));
    const dialog = await screen.findByRole('dialog', { name: 'Copy the access of ORDER_TO_CASH' });
    await expectAccessible(dialog);
    await opened.user.selectOptions(within(dialog).getByLabelText('To the instance'), 'prod');
    await opened.user.click(within(dialog).getByTestId('access-copy-begin'));
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/move\/WB-/u));
    expect(called(opened, 'accessCopy')).toEqual([
      [{ from: { type: 'instance', id: 'test' }, to: 'prod', projects: ['ORDER_TO_CASH'] }],
    ]);
  });
});

describe('who is who', () => {
  it('is said for those in doubt, remembered, and the plan is made again', async () => {
    const opened = openWindow(moving(), '#/move/WB-0142/checks');
    await waitFor(() => expect(called(opened, 'movePlan')).toHaveLength(1));
    await opened.user.click(await screen.findByTestId('step-connections'));
    await screen.findByTestId('connection-COUPA_EVENTS');
    (await screen.findByRole('button', { name: 'More for these connections' })).focus();
    await opened.user.keyboard('{Enter}');
    const menu = await screen.findByRole('menu', { hidden: true });
    within(menu)
      .getByText('Who is who… (2 in doubt)')
      .closest<HTMLElement>('[role="menuitem"]')
      ?.focus();
    await opened.user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Who is who in PROD' });
    await expectAccessible(dialog);
    expect(within(dialog).getByText('1 found')).toBeVisible();
    await opened.user.selectOptions(
      within(dialog).getByTestId('person-mvogel'),
      'martin.vogel@acme.example',
    );
    const testers = within(dialog).getByTestId('person-Old Testers');
    await opened.user.selectOptions(testers, 'Somebody else…');
    await opened.user.type(within(dialog).getByTestId('person-name-Old Testers'), 'Testers');
    const plans = called(opened, 'movePlan').length;
    await opened.user.click(within(dialog).getByTestId('people-save'));
    await waitFor(() => expect(called(opened, 'movePlan')).toHaveLength(plans + 1));
    expect(called(opened, 'peopleSet')).toEqual([
      [
        'test',
        'prod',
        [
          { kind: 'group', from: 'Old Testers', to: 'Testers' },
          { kind: 'user', from: 'mvogel', to: 'martin.vogel@acme.example' },
        ],
      ],
    ]);
  });
});

describe('service roles', () => {
  const open = async () => {
    const opened = openWindow(moving(), '#/instances/test');
    await opened.user.click(await screen.findByTestId('service-roles'));
    const dialog = await screen.findByRole('dialog', { name: 'Service roles of Acme TEST' });
    await within(dialog).findByTestId('roles');
    return { ...opened, dialog: within(dialog), shown: dialog };
  };

  it('are shown, and given and taken away by a waybill', async () => {
    const opened = await open();
    await expectAccessible(opened.shown);
    expect(opened.dialog.getByTestId('roles-plan')).toBeDisabled();
    await opened.user.click(
      opened.dialog.getByLabelText('Take away ServiceMonitor from Operations'),
    );
    await opened.user.selectOptions(opened.dialog.getByTestId('roles-give'), 'ServiceInvoker');
    await opened.user.type(opened.dialog.getByTestId('roles-name'), 'mei@acme.example');
    await opened.user.click(opened.dialog.getByTestId('roles-plan'));
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/move\/WB-/u));
    expect(called(opened, 'rolesEdit')).toEqual([
      [
        {
          instance: 'test',
          give: [{ role: 'ServiceInvoker', kind: 'user', name: 'mei@acme.example' }],
          take: [{ role: 'ServiceMonitor', kind: 'group', name: 'Operations' }],
        },
      ],
    ]);
  });

  it('that cannot be planned leave no move behind', async () => {
    const opened = await open();
    opened.double.state.refuse = {
      movePlan: refusal('unknownSubject', 'There is no user `nobody`.'),
    };
    const moves = opened.double.state.moves.length;
    await opened.user.selectOptions(opened.dialog.getByTestId('roles-source'), 'dev');
    await opened.user.click(opened.dialog.getByTestId('roles-plan'));
    await opened.dialog.findByText(/There is no user/u);
    expect(opened.double.state.moves).toHaveLength(moves);
  });
});

describe('other values for connections in use', () => {
  const open = async () => {
    const opened = openWindow(moving(), '#/explore/instance/test');
    const grid = await screen.findByRole('grid', { name: 'Artifacts of Acme TEST' });
    await opened.user.click(screen.getByRole('combobox', { name: 'Kind: all' }));
    await opened.user.click(await screen.findByText('Connections'));
    await opened.user.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Clear Kind' })).toBeVisible());
    const ticks = await within(grid).findAllByRole('checkbox');
    await opened.user.click(ticks[1]!);
    await opened.user.click(await screen.findByTestId('change-values'));
    const dialog = await screen.findByRole('dialog', {
      name: 'Other values for 1 connection of Acme TEST',
    });
    await within(dialog).findByTestId('rotation');
    return { ...opened, dialog: within(dialog), shown: dialog };
  };

  it('are entered once for all, and become a waybill', async () => {
    const opened = await open();
    await expectAccessible(opened.shown);
    expect(opened.dialog.getByTestId('rotation-plan')).toBeDisabled();
    expect(opened.dialog.getByText(/deactivated and activated again/u)).toBeVisible();
    await opened.user.type(opened.dialog.getByTestId('rotation-replace'), 'erp.acme');
    await opened.user.type(opened.dialog.getByTestId('rotation-with'), 'new.acme');
    const preview = opened.dialog.getByRole('list', { name: 'Values as they would be' });
    expect(preview).toHaveTextContent('https://new.acme.example');
    await opened.user.type(opened.dialog.getByTestId('rotation-secret-password'), 'canary-1');
    await opened.user.click(opened.dialog.getByTestId('rotation-plan'));
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/move\/WB-/u));
    const [ask, secrets, keep] = called(opened, 'rotationNew')[0] ?? [];
    expect(ask).toMatchObject({ replace: 'erp.acme', with: 'new.acme', leaveRunning: false });
    expect([secrets, keep]).toEqual([['password'], false]);
    expect(document.body.innerHTML).not.toContain('canary-1');
  });

  it('that are nowhere to be replaced change nothing', async () => {
    const { dialog, user } = await open();
    await user.type(dialog.getByTestId('rotation-replace'), 'nowhere');
    await user.type(dialog.getByTestId('rotation-with'), 'x');
    expect(dialog.getByTestId('rotation-plan')).toHaveAttribute(
      'title',
      'What is to be replaced stands in none of them.',
    );
  });
});
