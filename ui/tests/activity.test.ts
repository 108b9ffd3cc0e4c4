import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { firstStart, inUse, refusal, scenarios } from './double/state';
import { openWindow } from './window';

const made = (name: string) => {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  return scenario();
};

describe('the list of runs', () => {
  it('groups past runs by day and says what came of each', async () => {
    openWindow(inUse(), '#/activity');
    const table = await screen.findByRole('grid', { name: 'Past runs' });
    const row = within(table).getByText('Partial, 2 not read').closest('tr');
    expect(row).toHaveTextContent('Backup');
    expect(row).toHaveTextContent('Acme TEST');
    expect(row).toHaveTextContent('1 min 02 s');
    expect(within(table).getAllByRole('rowheader').length).toBeGreaterThan(0);
    await expectAccessible();
  });

  it('filters by text and by result, and clears with Escape', async () => {
    const { user } = openWindow(inUse(), '#/activity');
    await screen.findByRole('grid', { name: 'Past runs' });
    await user.keyboard('{Control>}f{/Control}');
    await user.keyboard('vault check');
    await waitFor(() => expect(screen.getAllByTestId('run-row')).toHaveLength(1));
    await user.keyboard('x');
    expect(await screen.findByText('No run matches the filters')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    screen.getByRole('combobox', { name: 'Result: all' }).focus();
    await user.keyboard('{Enter}');
    await screen.findByText('Failed');
    await user.keyboard('failed{Enter}{Escape}');
    await waitFor(() => expect(screen.getAllByTestId('run-row')).toHaveLength(1));
    expect(screen.getByText('1 of 5 past runs')).toBeVisible();
  });

  it('opens a run by the keyboard', async () => {
    const { user } = openWindow(inUse(), '#/activity');
    const table = await screen.findByRole('grid', { name: 'Past runs' });
    table.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Enter}');
    expect(await screen.findByText('2 artifacts could not be read.')).toBeVisible();
    await user.keyboard('{Escape}');
    expect(await screen.findByRole('grid', { name: 'Past runs' })).toBeVisible();
  });

  it('shows a run under way and cancels it after a question', async () => {
    const { double, user } = openWindow(made('running'), '#/activity');
    const going = await screen.findByRole('list', { name: 'Not ended' });
    expect(within(going).getByRole('progressbar')).toHaveAccessibleName('Backing up Acme DEV');
    expect(await within(going).findByText(/2\.4 MB\/s, about/)).toBeVisible();
    await expectAccessible();
    await user.click(within(going).getByRole('button', { name: /^Cancel/ }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('No snapshot is made of it.');
    expect(double.calls.some(([name]) => name === 'runCancel')).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: 'Cancel the run' }));
    await waitFor(() => expect(screen.queryByRole('list', { name: 'Not ended' })).toBeNull());
    expect(double.calls).toContainEqual(['runCancel', 'r9']);
  });

  it('says what resuming does, and discards only after a question', async () => {
    const { double, user } = openWindow(made('interrupted'), '#/activity');
    expect(await screen.findByText(/resuming fetches only the other 464/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: /^Discard/ }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('can no longer be resumed');
    await user.click(within(dialog).getByRole('button', { name: 'Keep it' }));
    await user.click(screen.getByRole('button', { name: /^Resume/ }));
    const going = screen.getByRole('list', { name: 'Not ended' });
    expect(await within(going).findByRole('progressbar')).toHaveAccessibleName(
      'Backing up Acme TEST',
    );
    expect(double.calls).toContainEqual(['runResume', 'r8']);
    expect(double.calls.some(([name]) => name === 'runDiscard')).toBe(false);
  });

  it('leads from nothing to Home', async () => {
    openWindow(firstStart(), '#/activity');
    await screen.findByText('Nothing has run yet');
    await expectAccessible();
  });

  it('says why it cannot be read and tries again', async () => {
    const { double, user } = openWindow(made('error'), '#/activity');
    await screen.findByRole('alert');
    double.state.refuse = {};
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('grid', { name: 'Past runs' })).toBeVisible();
  });
});

describe('a run opened', () => {
  it('shows what failed first, with the reason, and leads to its snapshot', async () => {
    const { user } = openWindow(inUse(), '#/activity/r4');
    const table = await screen.findByRole('grid', { name: 'Artifacts of this run' });
    expect(within(table).getAllByTestId('run-item')).toHaveLength(2);
    expect(within(table).getAllByText('It is locked by M. Tanaka.')).toHaveLength(2);
    const log = screen.getByRole('complementary', { name: 'Log' });
    expect(within(log).getByText('Show the call behind it')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open snapshot' })).toHaveAttribute(
      'href',
      '#/backups/test/91ee0c55aa',
    );
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'All 774' }));
    expect(table).toHaveAttribute('aria-rowcount', '775');
    expect(within(table).getAllByTestId('run-item').length).toBeLessThan(100);
  });

  it('follows a run that was under way before the window was opened', async () => {
    const state = { ...made('running'), pace: 40 };
    openWindow(state, '#/activity/r9');
    expect(await screen.findByText('of 812 artifacts')).toBeVisible();
    expect(screen.getByRole('list', { name: 'Phases' })).toHaveTextContent('Fetching, under way');
    await expectAccessible();
    expect(
      await screen.findByText(/^Done, /, { selector: 'strong *' }, { timeout: 8000 }),
    ).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open snapshot' })).toBeVisible();
    expect(screen.queryByRole('button', { name: /^Cancel/ })).toBeNull();
  });

  it('says in a sentence that the instance asked for fewer calls', async () => {
    const { double } = openWindow(made('running'), '#/activity/r9');
    await screen.findByText('of 812 artifacts');
    double.slow('r9', 'Since 14:31, 4 at a time instead of 8.');
    expect(await screen.findByText(/4 at a time instead of 8/)).toBeVisible();
  });

  it('goes on live after an interrupted run was resumed', async () => {
    const { user } = openWindow({ ...made('interrupted'), pace: 50 }, '#/activity/r8');
    await user.click(await screen.findByRole('button', { name: /^Resume/ }));
    expect(
      await screen.findByText(/^Done, /, { selector: 'strong *' }, { timeout: 8000 }),
    ).toBeVisible();
  });

  it('tells why a run failed and what to do', async () => {
    openWindow(inUse(), '#/activity/r2');
    expect(await screen.findByText(/Enter the client secret in Instances/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open the instance' })).toHaveAttribute(
      'href',
      '#/instances/prod',
    );
    expect(screen.getByText('This run has no list of artifacts.')).toBeVisible();
  });

  it('says so when the run is not known', async () => {
    const state = inUse();
    state.refuse = { runWatch: refusal('unknownSubject', 'This run is not known.') };
    openWindow(state, '#/activity/r404');
    expect(await screen.findByText('This run is not known.')).toBeVisible();
  });
});

describe('the pacer', () => {
  it('says that the service slowed a run down, and when it recovered', async () => {
    const state = scenarios['running']?.() ?? inUse();
    const { double } = openWindow(state, '#/activity/r9');
    await screen.findByTestId('run-settled');
    double.slow('r9', 'Slowed down by the service: 429, now 3 at once.');
    const slowed = await screen.findByTestId('pace-slowed');
    expect(slowed).toHaveTextContent('Slowed down by the service: 429, now 3 at once.');
    expect(slowed).toHaveTextContent(/^Slower since/);
    double.slow('r9', undefined);
    expect(await screen.findByTestId('pace-recovered')).toHaveTextContent(/No longer slowed down/);
    expect(screen.queryByTestId('pace-slowed')).toBeNull();
  });
});

describe('the audit log', () => {
  it('is a tab of its own, and says that it is whole', async () => {
    const { user } = openWindow(inUse(), '#/activity');
    await user.click(await screen.findByRole('link', { name: 'Audit log' }));
    const table = await screen.findByRole('grid', { name: 'Audit log' });
    expect(within(table).getAllByTestId('audit-row')).toHaveLength(5);
    expect(within(table).getByText('Activate, failed')).toBeVisible();
    expect(await screen.findByTestId('audit-chain')).toHaveTextContent(
      'The log is whole: 47 entries, each fits the one before',
    );
    await expectAccessible();
  });

  it('says where its chain is broken', async () => {
    openWindow({ ...inUse(), auditBrokenAt: 12 }, '#/activity/audit');
    expect(await screen.findByText(/Entry 12 does not fit the one before/)).toBeVisible();
  });

  it('is filtered by instance and by words', async () => {
    const { user } = openWindow(inUse(), '#/activity/audit');
    await screen.findByRole('grid', { name: 'Audit log' });
    await user.click(screen.getByRole('combobox', { name: 'Instance: all' }));
    await waitFor(() => expect(screen.getAllByText('Acme PROD')).toHaveLength(4));
    await user.click(screen.getAllByText('Acme PROD').at(-1) ?? document.body);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.getAllByTestId('audit-row')).toHaveLength(2));
    await user.keyboard('{Escape}');
    await user.type(screen.getByRole('searchbox'), 'password');
    await waitFor(() => expect(screen.getAllByTestId('audit-row')).toHaveLength(2));
  });

  it('opens an entry with Enter, with all that was written down', async () => {
    const { user } = openWindow(inUse(), '#/activity/audit');
    (await screen.findByRole('grid', { name: 'Audit log' })).focus();
    await user.keyboard('{ArrowDown}{Enter}');
    const dialog = await screen.findByRole('dialog', { name: '47: Deactivate' });
    expect(dialog).toHaveTextContent('stopped first');
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Open the run' }));
    expect(window.location.hash).toBe('#/activity/r6');
  });
});
