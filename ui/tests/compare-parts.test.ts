import { screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { compareView } from '../src/screens/compare/comparison.svelte';
import { expectAccessible } from './axe';
import { artifacts } from './double/data';
import { inUse, moving, refusal } from './double/state';
import { openWindow } from './window';

type Opened = ReturnType<typeof openWindow>;
const called = ({ double }: Pick<Opened, 'double'>, name: string) =>
  double.calls.filter(([one]) => one === name).map(([, ...rest]) => rest);
const [dev, test] = ['dev', 'test'].map((id) => ({ type: 'instance', id }));
const returns = encodeURIComponent('project:RETURNS_PORTAL');
const alone = `#/compare?left=instance%3Adev&right=instance%3Atest&within=${returns}`;
const list = () => screen.findByRole('tree', { name: 'Artifacts that differ' });
const tab = (name: string) => screen.findByRole('tab', { name });

/** By the keyboard, as menus are chosen from in tests; a dialog may be open around it. */
async function choose({ user }: Pick<Opened, 'user'>, menu: string, item: string) {
  (await screen.findByRole('button', { name: menu })).focus();
  await user.keyboard('{Enter}');
  const shown = await screen.findByRole('menu', { hidden: true });
  within(shown).getByText(item).closest<HTMLElement>('[role="menuitem"]')?.focus();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('menu', { hidden: true })).toBeNull());
}

beforeEach(() => {
  compareView.hideEnvironment = true;
});

describe('a project', () => {
  const project = artifacts(812).find((one) => one.id.startsWith('project:'))?.id ?? '';
  const panel = `#/explore/instance/dev?artifact=${encodeURIComponent(project)}`;

  it('is compared with the same project of another place', async () => {
    const opened = openWindow(inUse(), panel);
    const button = await screen.findByTestId('project-compare');
    expect(button).toHaveTextContent('Compare with…');
    await choose(opened, button.getAttribute('aria-label') ?? '', 'Acme TEST');
    expect(within(await list()).getByText('CREDIT_NOTE')).toBeVisible();
    expect(await tab('All differences 2')).toBeVisible();
    expect(called(opened, 'projectCompare')).toEqual([[dev, test, project]]);
    expect(called(opened, 'compare')).toEqual([]);
    expect(screen.getByTestId('compare-within')).toHaveTextContent(
      `Project ${project.slice('project:'.length)} alone`,
    );
    expect(screen.queryByTestId('compare-save')).toBeNull();
    await expectAccessible();
  });

  it('is compared by what one of its deployments holds', async () => {
    const opened = openWindow(inUse(), panel);
    await choose(opened, 'Build 41: Compare with…', 'Acme TEST');
    expect(within(await list()).getByText('CREDIT_NOTE')).toBeVisible();
    const deployment = 'RETURNS_PORTAL/deployment:BUILD_41';
    expect(called(opened, 'projectCompare')).toEqual([[dev, test, deployment]]);
    expect(screen.getByTestId('compare-within')).toHaveTextContent(
      'Deployment BUILD_41 of Acme DEV alone',
    );
    expect(screen.getByRole('button', { name: 'Swap sides' })).toBeDisabled();
  });

  it('stays the one that is compared while its differences are walked through and turned', async () => {
    const opened = openWindow(inUse(), alone);
    await opened.user.click(await tab('Different 1'));
    await waitFor(() => expect(window.location.hash).toContain(`within=${returns}`));
    expect(called(opened, 'projectCompare')).toHaveLength(1);
    await opened.user.click(screen.getByRole('button', { name: 'Swap sides' }));
    await waitFor(() => expect(called(opened, 'projectCompare')).toHaveLength(2));
    expect(called(opened, 'projectCompare')[1]).toEqual([test, dev, 'project:RETURNS_PORTAL']);
    await opened.user.click(screen.getByRole('link', { name: 'Compare all of both places' }));
    await waitFor(() => expect(called(opened, 'compare')).toHaveLength(1));
    expect(screen.queryByTestId('compare-within')).toBeNull();
  });

  it('tells how far comparing is, and ends it', async () => {
    const opened = openWindow({ ...inUse(), comparePause: 50 }, alone);
    await opened.user.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText('Comparing was cancelled.')).toBeVisible();
    expect(called(opened, 'workCancel')).toHaveLength(1);
    expect(screen.queryByRole('tree')).toBeNull();
  });
});

describe('the access list of a project', () => {
  const open = async () => {
    const id = encodeURIComponent('project:ORDER_TO_CASH');
    const opened = openWindow(moving(), `#/explore/instance/test?artifact=${id}`);
    await opened.user.click(await screen.findByTestId('access-compare'));
    const shown = await screen.findByRole('dialog', {
      name: 'Compare the access of ORDER_TO_CASH',
    });
    return { ...opened, shown, dialog: within(shown) };
  };

  it('says who has which right here alone, there alone, and in both', async () => {
    const opened = await open();
    expect(opened.dialog.getByTestId('access-compare-begin')).toBeDisabled();
    await choose(opened, 'Other place: Choose a place', 'Acme PROD');
    await opened.user.click(opened.dialog.getByTestId('access-compare-begin'));
    const owners = await opened.dialog.findByRole('row', { name: /^Owners/u });
    const [left, both, right] = within(owners).getAllByRole('cell');
    expect(left).toHaveTextContent('User mvogel');
    expect(both).toHaveTextContent('User priya.raman@acme.example');
    expect(right).toHaveTextContent('User mei@acme.example');
    const viewers = opened.dialog.getByRole('row', { name: /^Viewers/u });
    expect(within(viewers).getAllByRole('cell')[1]).toHaveTextContent('Everyone');
    expect(
      opened.dialog.getByText(
        'Only in Acme TEST, live: 1. In both: 4. Only in Acme PROD, live: 1.',
      ),
    ).toBeVisible();
    expect(called(opened, 'accessCompare')).toEqual([
      [test, { type: 'instance', id: 'prod' }, 'ORDER_TO_CASH', undefined],
    ]);
    await expectAccessible(opened.shown);
  });

  it('is compared with that of a project of another code, and says why it cannot be', async () => {
    const opened = await open();
    await choose(opened, 'Other place: Choose a place', 'Acme TEST');
    const begin = opened.dialog.getByTestId('access-compare-begin');
    expect(begin).toBeDisabled();
    const code = opened.dialog.getByTestId('access-compare-code');
    await opened.user.clear(code);
    await opened.user.type(code, 'O2C');
    opened.double.state.refuse = { accessCompare: refusal('unknownSubject', 'No such project.') };
    await opened.user.click(begin);
    await opened.dialog.findByText('No such project.');
    opened.double.state.refuse = {};
    await opened.user.click(begin);
    await opened.dialog.findByTestId('side-by-side');
    expect(opened.dialog.queryByText('No such project.')).toBeNull();
    expect(called(opened, 'accessCompare')[1]).toEqual([test, test, 'ORDER_TO_CASH', 'O2C']);
  });
});

describe('service roles', () => {
  it('say who has which in one of two instances alone', async () => {
    const opened = openWindow(moving(), '#/instances/test');
    await opened.user.click(await screen.findByTestId('service-roles'));
    await opened.user.click(await screen.findByTestId('roles-compare'));
    const shown = await screen.findByRole('dialog', {
      name: 'Compare the service roles of Acme TEST',
    });
    const dialog = within(shown);
    await opened.user.selectOptions(dialog.getByLabelText('With the instance'), 'prod');
    await opened.user.click(dialog.getByTestId('roles-compare-begin'));
    const cells = async (role: string) =>
      within(await dialog.findByRole('row', { name: new RegExp(`^${role}`, 'u') })).getAllByRole(
        'cell',
      );
    const [monitors] = await cells('ServiceMonitor');
    expect(monitors).toHaveTextContent('Group Operations');
    const invokers = await cells('ServiceInvoker');
    expect(invokers[0]).toHaveTextContent('Nobody');
    expect(invokers[2]).toHaveTextContent('User mei@acme.example');
    expect(called(opened, 'rolesCompare')).toEqual([['test', 'prod']]);
    await expectAccessible(shown);
    await opened.user.keyboard('{Escape}');
    await waitFor(() => expect(shown).not.toBeInTheDocument());
    expect(screen.getByRole('dialog', { name: 'Service roles of Acme TEST' })).toBeVisible();
  });
});
