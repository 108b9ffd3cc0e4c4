import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { inUse } from './double/state';
import { openWindow } from './window';

type Opened = ReturnType<typeof openWindow>;

async function dialogAt(hash: string, button: string) {
  const opened = openWindow(inUse(), hash);
  await opened.user.click(await screen.findByRole('button', { name: button }));
  return { ...opened, dialog: await screen.findByRole('dialog', { name: 'A whole instance' }) };
}

/** Chooses by the words that are shown. */
async function pick({ user }: Pick<Opened, 'user'>, label: RegExp | string, words: RegExp) {
  const list = await screen.findByLabelText(label);
  const option = await within(list).findByRole('option', { name: words });
  await user.selectOptions(list, option);
}

describe('a whole instance', () => {
  it('is cloned once what has to be read was read, and shown with what is left to see to', async () => {
    const { double, user, dialog } = await dialogAt('#/move', 'A whole instance…');
    const begin = () => within(dialog).getByTestId('clone-begin');
    expect(begin()).toBeDisabled();
    await pick({ user }, 'Source', /Acme DEV/);
    await pick({ user }, 'Destination', /Acme TEST$/);
    await pick({ user }, 'Container', /Archives/);
    await within(dialog).findByText('An import of a whole instance cannot be taken back.');
    await expectAccessible(dialog);
    expect(begin()).toBeDisabled();
    await user.click(within(dialog).getByLabelText('This was read'));
    // Another choice has to be read anew.
    await user.click(within(dialog).getByLabelText(/^Certificates and the credentials/));
    await within(dialog).findByText(/holds certificates and the credentials/);
    expect(within(dialog).getByLabelText('This was read')).not.toBeChecked();
    await user.click(within(dialog).getByLabelText('This was read'));
    await waitFor(() => expect(begin()).toHaveTextContent('Import into Acme TEST'));
    await user.click(begin());
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/activity\/r/));
    const [, ask] = double.calls.findLast(([name]) => name === 'cloneStart') ?? [];
    expect(ask).toMatchObject({ withSecrets: true, mode: 'importOnly', container: 'c1' });

    await screen.findByRole('heading', { name: 'Left to see to: 2 of 2' });
    expect(
      await screen.findByText('Job 6d3446ed, Waybill-Acme_DEV-2026-11-18-5e1d0a3c'),
    ).toBeVisible();
    await expectAccessible();
    await user.click(
      screen.getByRole('button', { name: /^Sign off: Systems that call these integrations/ }),
    );
    const sign = await screen.findByRole('dialog', { name: 'Sign off' });
    await user.click(within(sign).getByRole('button', { name: 'Sign off' }));
    await within(sign).findByText('No name of a person is given.');
    await user.type(within(sign).getByLabelText('Who saw to it'), 'Mei');
    await user.click(within(sign).getByRole('button', { name: 'Sign off' }));
    await screen.findByRole('heading', { name: 'Left to see to: 1 of 2' });
    await user.click(await screen.findByRole('button', { name: /^Take back/ }));
    await screen.findByRole('heading', { name: 'Left to see to: 2 of 2' });
  });

  it('is imported from an archive that lies in the container, and Production is typed', async () => {
    const { double, user, dialog } = await dialogAt('#/move', 'A whole instance…');
    await user.click(within(dialog).getByRole('button', { name: 'Import' }));
    await pick({ user }, 'Destination', /Acme PROD/);
    await pick({ user }, 'Container', /Archives/);
    await pick({ user }, 'Archive', /Waybill-Acme_DEV/);
    await user.click(await within(dialog).findByLabelText('This was read'));
    await user.type(await within(dialog).findByLabelText(/^Type Acme PROD/), 'Acme PROD');
    await expectAccessible(dialog);
    await user.click(within(dialog).getByTestId('clone-begin'));
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/activity\/r/));
    const [, ask, agreed] = double.calls.findLast(([name]) => name === 'cloneStart') ?? [];
    expect(ask).toMatchObject({ archive: expect.stringContaining('Waybill-Acme_DEV') });
    expect(agreed).toMatchObject({ typedName: 'Acme PROD' });
  });

  it('is exported from its backups, and keeps a new container by region and namespace', async () => {
    const { double, user, dialog } = await dialogAt('#/backups/dev', 'Export whole…');
    expect(within(dialog).getByLabelText('Source')).toHaveValue('dev');
    expect(within(dialog).queryByLabelText('Destination')).toBeNull();
    await user.click(within(dialog).getByRole('button', { name: 'Add container' }));
    await user.type(within(dialog).getByLabelText('Region'), 'eu-frankfurt-1');
    await user.type(within(dialog).getByLabelText('Namespace of object storage'), 'axfgb2ktl0vd');
    await user.type(within(dialog).getByLabelText('Auth token'), 'a token');
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Keep container' }));
    await waitFor(() =>
      expect(double.calls.some(([name]) => name === 'cloneContainerSave')).toBe(true),
    );
    expect(JSON.stringify(double.calls)).not.toContain('a token');
  });
});
