import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { inUse } from './double/state';
import { openWindow } from './window';

const section = '#/settings/notifications';

describe('notifications', () => {
  it('begin without mail, and mail is set up with its password in the place for secrets', async () => {
    const { double, user } = openWindow(inUse(), section);
    await screen.findByText(/No mail server is set/);
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Set up mail…' }));
    const dialog = await screen.findByRole('dialog');
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await within(dialog).findByText('Give the name of the mail server.')).toBeVisible();
    await user.type(within(dialog).getByLabelText('Mail server'), 'smtp.acme.com');
    await user.click(within(dialog).getByRole('button', { name: 'TLS' }));
    expect(within(dialog).getByLabelText('Port')).toHaveValue('465');
    await user.type(within(dialog).getByLabelText('User'), 'waybill');
    await user.type(within(dialog).getByLabelText('Password'), 'secret');
    await user.type(within(dialog).getByLabelText('Sender'), 'waybill@acme.com');
    await user.type(within(dialog).getByLabelText('Administrators'), 'a@acme.com, b@acme.com');
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(await screen.findByText(/a@acme.com, b@acme.com, through smtp.acme.com/)).toBeVisible();
    expect(double.state.word?.form?.mail).toMatchObject({
      port: 465,
      security: 'tls',
      user: 'waybill',
      to: ['a@acme.com', 'b@acme.com'],
    });
    expect(double.state.word?.password).toBe(true);
    expect(JSON.stringify(double.calls)).not.toContain('secret');
  });

  it('are tested stage by stage, and the stage that fails says what to do', async () => {
    const state = inUse();
    state.word = {
      form: {
        owners: false,
        ownerRules: [],
        hooks: [{ id: 'h1', name: 'ops', kind: 'slack', on: true, severity: 'warning' }],
        digest: { type: 'off' },
      },
      fails: {
        stage: 'accepted',
        passed: false,
        words: 'ops did not take it: it answered 404.',
        remedy: 'Have the receiver make a new one.',
        tookMs: 12,
      },
    };
    const { user } = openWindow(state, section);
    await user.click(await screen.findByRole('button', { name: 'Test ops' }));
    const dialog = await screen.findByRole('dialog');
    const stages = await within(dialog).findByRole('list', { name: 'Stages of the test' });
    await waitFor(() => expect(within(stages).getAllByRole('listitem')).toHaveLength(4));
    expect(within(stages).getByText('Have the receiver make a new one.')).toBeVisible();
    expect(await within(dialog).findByText('The test message was not taken.')).toBeVisible();
    await expectAccessible(dialog);
  });

  it('take webhooks whose address is a secret, and owners by rules', async () => {
    const { double, user } = openWindow(inUse(), section);
    await user.click(await screen.findByRole('button', { name: 'Add webhook' }));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText('Name'), 'ops');
    const address = within(dialog).getByLabelText('Address');
    expect(address).toHaveAttribute('type', 'password');
    await user.type(address, 'https://hooks.example.com/x');
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('switch', { name: 'ops' })).toBeChecked();
    expect(double.state.word?.addresses).toEqual(['h1']);
    await user.click(screen.getByRole('button', { name: 'Rules…' }));
    const rules = await screen.findByRole('dialog');
    await user.clear(within(rules).getByLabelText('Mail address'));
    await user.type(within(rules).getByLabelText('Mail address'), 'ops@acme.com');
    await user.click(within(rules).getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(double.state.word?.form?.ownerRules).toEqual([{ who: '*', to: 'ops@acme.com' }]),
    );
    await user.click(screen.getByRole('button', { name: 'Weekly' }));
    await waitFor(() =>
      expect(double.state.word?.form?.digest).toEqual({
        type: 'weekly',
        day: 'monday',
        at: '07:00',
      }),
    );
    await expectAccessible();
  });

  it('say what waits, why, and what was said', async () => {
    const state = inUse();
    state.word = {
      problem: '`smtp.acme.com` does not answer on port 587.',
      lines: [
        {
          id: 1,
          at: new Date().toISOString(),
          way: 'Mail to ops@acme.com',
          kind: 'began',
          severity: 'failure',
          title: 'Acme PROD: the backup failed',
          state: 'waiting',
          tries: 2,
          nextAt: new Date(Date.now() + 300_000).toISOString(),
          problem: '`smtp.acme.com` does not answer on port 587.',
        },
      ],
    };
    openWindow(state, section);
    expect(await screen.findByText('1 message waits to be sent')).toBeVisible();
    const list = await screen.findByRole('list', { name: 'What was said' });
    expect(within(list).getByText('Acme PROD: the backup failed')).toBeVisible();
    expect(within(list).getByText(/tried again/)).toBeVisible();
    await expectAccessible();
  });
});
