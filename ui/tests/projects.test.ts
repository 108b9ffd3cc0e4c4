import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { artifacts } from './double/data';
import { inUse } from './double/state';
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
