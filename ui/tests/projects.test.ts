import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { artifacts } from './double/data';
import { inUse, refusal } from './double/state';
import { openWindow } from './window';

const project = artifacts(812).find((one) => one.id.startsWith('project:'));
const address = (place: string) =>
  `#/explore/${place}?artifact=${encodeURIComponent(project?.id ?? '')}`;

describe('a project', () => {
  it('shows what is in it, what it needs from outside, and how its deployments stand', async () => {
    openWindow(inUse(), address('instance/dev'));
    const facts = await screen.findByTestId('project-facts');
    expect(await within(facts).findByText('3 of 4 integrations active')).toBeVisible();
    const needs = within(facts).getByRole('list', { name: 'Needs from outside' });
    expect(within(needs).getByRole('button', { name: 'connection:ERP_CLOUD' })).toBeVisible();
    expect(within(needs).getByText('not in this place')).toBeVisible();
    const deployments = screen.getByTestId('project-deployments');
    expect(await within(deployments).findByText('1 changed since.')).toBeVisible();
    await expectAccessible();
  });

  it('gets a deployment that was looked at before it is made', async () => {
    const { double, user } = openWindow(inUse(), address('instance/dev'));
    await user.click(await screen.findByRole('button', { name: 'Change… Build 41' }));
    const dialog = await screen.findByRole('dialog', { name: 'Change deployment Build 41' });
    await expectAccessible(dialog);
    await user.clear(within(dialog).getByLabelText('Name'));
    await user.type(within(dialog).getByLabelText('Name'), 'Build 41 a');
    await user.click(within(dialog).getByRole('button', { name: 'Look at the change' }));
    await user.click(
      await screen.findByRole('button', { name: /^Change `?BUILD_41`? in Acme DEV/ }),
    );
    await screen.findByTestId('change-run');
    const asked = double.calls.find(([name]) => name === 'changeStart');
    expect(asked?.[2]).toMatchObject({
      type: 'updateDeployment',
      id: 'RETURNS_PORTAL/deployment:BUILD_41',
      name: 'Build 41 a',
    });
  });

  it('of a snapshot is shown, and nothing can be changed in it', async () => {
    const state = inUse();
    openWindow(state, address(`snapshot/${state.snapshots[0]?.id ?? ''}`));
    const deployments = await screen.findByTestId('project-deployments');
    await within(deployments).findByText('1 changed since.');
    expect(screen.queryByRole('button', { name: 'New deployment…' })).toBeNull();
  });
});

describe('integrations of a project', () => {
  // Of these, the first two are in a project.
  const [inside, too, outside] = [
    /^Choose .*SHIPMENT_RECONCILE\b/u,
    /^Choose .*SHIPMENT_RECONCILE_11\b/u,
    /^Choose .*SHIPMENT_RECONCILE_1\b/u,
  ];

  async function chosen(names: readonly RegExp[], state = inUse()) {
    const opened = openWindow(state, '#/explore/instance/dev?search=shipment_reconcile');
    for (const name of names) {
      await opened.user.click(await screen.findByRole('checkbox', { name }));
    }
    await screen.findByText(`${String(names.length)} chosen`);
    return opened;
  }
  const copyButton = () => screen.findByRole('button', { name: 'Copy into project…' });

  it('are copied into another one, once what that does was looked at', async () => {
    const { double, user } = await chosen([inside, too]);
    await user.click(await copyButton());
    const dialog = await screen.findByRole('dialog', {
      name: 'Copy 2 integrations of Acme DEV into another project',
    });
    const look = () => within(dialog).getByTestId('copy-look');
    expect(look()).toBeDisabled();
    const list = await within(dialog).findByLabelText('Into project');
    await expectAccessible(dialog);
    await user.selectOptions(list, project?.id ?? '');
    await user.click(look());
    await user.click(
      await screen.findByRole('button', { name: /^Copy integrations into .* in Acme DEV/ }),
    );
    await screen.findByTestId('change-run');
    const asked = double.calls.find(([name]) => name === 'changeStart');
    expect(asked?.[2]).toEqual({
      type: 'copyInto',
      id: project?.id,
      integrations: [
        expect.stringMatching(/^ORDER_TO_CASH\/integration:/u),
        expect.stringMatching(/^ORDER_TO_CASH\/integration:/u),
      ],
    });
  });

  it('cannot be copied together with others, and the reason is said', async () => {
    await chosen([inside, outside]);
    expect(await copyButton()).toBeDisabled();
    expect(await copyButton()).toHaveAccessibleDescription(
      'Choose integrations of one project only.',
    );
  });

  it('are not offered to be copied where none is in a project', async () => {
    await chosen([outside]);
    expect(screen.queryByRole('button', { name: 'Copy into project…' })).toBeNull();
  });

  it('tell why the projects could not be read, and read them again', async () => {
    const state = inUse();
    state.refuse.projects = refusal('unreachable', 'Acme DEV does not answer.');
    const { user } = await chosen([inside], state);
    await user.click(await copyButton());
    const dialog = await screen.findByRole('dialog', { name: /^Copy 1 integration of Acme DEV/ });
    expect(await within(dialog).findByRole('alert')).toHaveTextContent('Acme DEV does not answer.');
    delete state.refuse.projects;
    await user.click(within(dialog).getByRole('button', { name: 'Try again' }));
    await within(dialog).findByLabelText('Into project');
    await waitFor(() => expect(within(dialog).queryByRole('alert')).toBeNull());
  });
});
