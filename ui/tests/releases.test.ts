import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { inUse, moving, refusal, releasing } from './double/state';
import { openWindow } from './window';

describe('releases', () => {
  it('are begun from the empty list, of chosen integrations, and brought on to the warning', async () => {
    const { double, user } = openWindow(moving(), '#/move');
    await user.click(await screen.findByRole('button', { name: 'Releases' }));
    expect(await screen.findByText('No release yet')).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'New release' }));
    const dialog = await screen.findByRole('dialog');
    const deployment = within(dialog).getByLabelText('Deployment');
    await within(dialog).findByText(/Build 41/);
    await user.selectOptions(deployment, 'Chosen integrations, as a new deployment');
    const begin = within(dialog).getByRole('button', { name: 'Begin release' });
    expect(begin).toBeDisabled();
    await user.selectOptions(deployment, 'The whole project, as a new deployment');
    await user.type(within(dialog).getByLabelText('What changed'), 'Fixes the labels');
    await user.click(within(dialog).getByRole('checkbox', { name: /Acme TEST/ }));
    await user.click(within(dialog).getByRole('checkbox', { name: /Acme PROD/ }));
    expect(within(dialog).getByText(/Acme PROD · 2/)).toBeVisible();
    await user.click(within(dialog).getByRole('checkbox', { name: /Stop where the project/ }));
    await expectAccessible(dialog);
    await user.click(begin);
    expect(double.calls).toContainEqual([
      'releaseNew',
      {
        instance: 'dev',
        project: 'RETURNS_PORTAL',
        integrations: [],
        route: ['test', 'prod'],
        stopIfThere: true,
        message: 'Fixes the labels',
      },
    ]);
    await user.click(
      await screen.findByRole('button', { name: /Make deployment BUILD_1 in Acme DEV/ }),
    );
    await user.click(await screen.findByRole('button', { name: 'Say that it was read' }));
    expect(await screen.findByText('Read by priya')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Go on with RL-0001' }));
    expect(
      await screen.findByRole('button', { name: /Prepare promotion to Acme TEST/ }),
    ).toBeVisible();
    await expectAccessible();
  });

  it('wait for the instance before, and for a person who agrees', async () => {
    const { double, user } = openWindow(releasing(), '#/release');
    expect(await screen.findByRole('link', { name: 'Build 41' })).toBeVisible();
    const builds = await screen.findByRole('region', { name: 'Which build is where' });
    expect(await within(builds).findByText('Acme TEST')).toBeVisible();
    await expectAccessible();
    await user.click(within(builds).getByRole('link'));
    const prepare = await screen.findByRole('button', { name: 'Prepare promotion to Acme PROD' });
    await user.click(prepare);
    expect(await screen.findByText(/Nobody has agreed yet/)).toBeVisible();
    await user.type(screen.getByLabelText('Who agrees that it goes there'), 'Petra');
    await user.click(prepare);
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/move\/WB-\d+\/checks/));
    expect(double.calls).toContainEqual([
      'releasePromote',
      'RL-0001',
      { to: 'prod', approvedBy: 'Petra' },
    ]);
  });

  it('that stopped at a warning say where, and nothing after it can be begun', async () => {
    openWindow(releasing(), '#/release/RL-0002');
    const steps = await screen.findByRole('list', { name: 'Steps of this release' });
    expect(within(steps).getByText('2 found, 1 to be read')).toBeVisible();
    expect(screen.queryByRole('button', { name: /Prepare promotion/ })).toBeNull();
    expect(screen.getAllByText('RL-0002 is not ready yet.')).toHaveLength(2);
    await expectAccessible();
  });

  it('can be given up, and what failed is told with what to do', async () => {
    const state = releasing();
    state.refuse.releaseGoOn = refusal('serviceFailed', 'Deployment `BUILD_42` is locked.', {
      guidance: 'Have it closed in the console.',
    });
    const { user } = openWindow(state, '#/release/RL-0002');
    await user.click(await screen.findByRole('button', { name: 'Say that it was read' }));
    await user.click(await screen.findByRole('button', { name: 'Go on with RL-0002' }));
    expect(await screen.findByText('Have it closed in the console.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Give up' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Give up' })).toBeNull());
  });

  it('need an instance that has projects', async () => {
    const state = inUse();
    state.instances = state.instances.filter((one) => one.generation === 'gen2');
    const { user } = openWindow(state, '#/release');
    await user.click(await screen.findByRole('button', { name: 'New release' }));
    expect(await screen.findByText(/No instance of Oracle Integration 3 is saved/)).toBeVisible();
  });
});
