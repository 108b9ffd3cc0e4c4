import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { stringsOf, whereOf } from '../src/screens/inspect/findings';
import { offsets, rowAt, windowOf } from '../src/screens/inspect/list-window';
import { missing } from '../src/screens/inspect/parts';
import { expectAccessible } from './axe';
import { drawn, folder, inspectionOf } from './double/inspect';
import { inUse, refusal } from './double/state';
import { choose, openWindow } from './window';

const [sound = '', leaking = '', damaged = '', table = ''] = drawn;
const list = () => screen.findByRole('listbox', { name: 'Files' });
const detail = () => document.querySelector<HTMLElement>('[data-region="panel"]') as HTMLElement;
const option = (name: RegExp) => screen.findByRole('option', { name });

async function dropped(state = inUse()) {
  const opened = openWindow(state, '#/home');
  await screen.findByRole('article', { name: 'Acme DEV' });
  opened.double.emit('files-dropped', { paths: [...drawn] });
  await option(/HIRE_TO_RETIRE.*Damaged/);
  return opened;
}

describe('holding files over the window', () => {
  it('says what dropping them does, and goes away with them', async () => {
    const { double } = openWindow(inUse(), '#/home');
    await screen.findByRole('article', { name: 'Acme DEV' });
    double.emit('files-over', { paths: ['/a/one.iar', '/a/two.par'] });
    expect(await screen.findByText(/^2 files\. They are only read/)).toBeVisible();
    await expectAccessible();
    double.emit('files-over', { paths: ['/a/one.iar', '/a/folder'] });
    expect(await screen.findByText(/^2 files and folders\./)).toBeVisible();
    double.emit('files-over', null);
    await waitFor(() => expect(screen.queryByText('Drop to look inside')).toBeNull());
  });

  it('is over once they are dropped', async () => {
    const { double } = openWindow(inUse(), '#/home');
    await screen.findByRole('article', { name: 'Acme DEV' });
    double.emit('files-over', { paths: [sound] });
    await screen.findByText('Drop to look inside');
    double.emit('files-dropped', { paths: [sound] });
    await waitFor(() => expect(screen.queryByText('Drop to look inside')).toBeNull());
    expect(await option(/ORDER_SYNC/)).toBeVisible();
  });
});

describe('the list of files', () => {
  it('shows each with its kind and what is wrong, the weightiest first', async () => {
    await dropped();
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('4 files');
    expect(await option(/ORDER_SYNC/)).toHaveTextContent('Opens, nothing wrong');
    const leak = await option(/com\.acme\.finance/);
    expect(leak).toHaveTextContent(
      /Package, 6 integrations, 1\.8 MB.*Gives away a private key.*1 certificate missing, and 1 more/,
    );
    expect(await option(/TAX_CODES/)).toHaveTextContent('Lookup, 412 B');
    expect(screen.getByText(/^2 open with nothing wrong, 2 give something away/)).toBeVisible();
    await expectAccessible();
  });

  it('is walked with the keys, and the address follows', async () => {
    const { user } = await dropped();
    (await list()).focus();
    await user.keyboard('{ArrowDown}');
    expect(await option(/com\.acme\.finance/)).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('{End}');
    expect(await option(/TAX_CODES/)).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('k');
    expect(await option(/HIRE_TO_RETIRE/)).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('{Enter}');
    expect(detail()).toHaveFocus();
    expect(window.location.hash).toBe(`#/inspect?file=${encodeURIComponent(damaged)}`);
  });

  it('loses a file with Delete and goes to the next; the others stay', async () => {
    const { user } = await dropped();
    (await list()).focus();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(3));
    expect(await option(/com\.acme\.finance/)).toHaveAttribute('aria-selected', 'true');
    expect(window.location.hash).toBe(`#/inspect?file=${encodeURIComponent(leaking)}`);
  });

  it('is cleared, and then says how to begin', async () => {
    const { user } = await dropped();
    await choose(user, 'More to do with these files', 'Clear the list');
    expect(await screen.findByText('Look into an archive')).toBeVisible();
    await expectAccessible();
  });

  it('gives a folder way to the files in it', async () => {
    const { user } = openWindow(inUse(), '#/inspect');
    await user.click(await screen.findByRole('button', { name: 'Open folder…' }));
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(4));
    expect(await option(/ORDER_SYNC/)).toHaveAttribute('aria-selected', 'true');
    expect(screen.queryByRole('option', { name: new RegExp(`${folder}$`) })).toBeNull();
  });

  it('draws what is in view of 2,000 files, and tells readers all', async () => {
    const { double } = openWindow(inUse(), '#/inspect');
    await screen.findByText('Look into an archive');
    double.emit('files-dropped', { paths: ['/data/many'] });
    await waitFor(() =>
      expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('2,000 files'),
    );
    const rows = screen.getAllByRole('option');
    expect(rows.length).toBeLessThan(40);
    expect(rows[0]).toHaveAttribute('aria-setsize', '2000');
    const began = performance.now();
    await fireEvent.keyDown(await list(), { key: 'End' });
    expect(performance.now() - began).toBeLessThan(500);
    expect(await screen.findByRole('heading', { level: 2 })).toHaveTextContent('Flow 1999');
  });

  it('counts while it goes on, and can be stopped', async () => {
    const { double, user } = openWindow({ ...inUse(), workPause: 30 }, '#/inspect');
    await screen.findByText('Look into an archive');
    const paths = Array.from({ length: 40 }, (_, at) => `/data/FLOW_${at}_01.00.0000.iar`);
    double.emit('files-dropped', { paths });
    await waitFor(() =>
      expect(document.querySelector('[data-test="inspect-progress"]')).toHaveTextContent(
        /^[1-9]\d* of 40 looked into$/,
      ),
    );
    (await list()).focus();
    await user.keyboard('{Escape}');
    expect(double.calls.some(([name]) => name === 'workCancel')).toBe(true);
    expect(await option(/FLOW_39_.*Not looked into: stopped/)).toBeVisible();
    expect(await option(/FLOW_0_.*Opens, nothing wrong/)).toBeVisible();
    await user.keyboard('{End}');
    await user.click(await screen.findByRole('button', { name: 'Look into it' }));
    expect(await option(/FLOW_39_.*Opens, nothing wrong/)).toBeVisible();
  });

  it('says of every file why nothing could be read, and tries again', async () => {
    const state = inUse();
    state.refuse.inspect = refusal('fileFailed', 'The disk is gone.', { guidance: 'Plug it in.' });
    const { double, user } = openWindow(state, '#/inspect');
    await screen.findByText('Look into an archive');
    double.emit('files-dropped', { paths: [sound] });
    expect(await option(/ORDER_SYNC.*Cannot be read/)).toBeVisible();
    expect(within(detail()).getByText('The disk is gone.')).toBeVisible();
    delete state.refuse.inspect;
    await user.click(within(detail()).getByRole('button', { name: 'Try again' }));
    expect(await option(/ORDER_SYNC.*Opens, nothing wrong/)).toBeVisible();
  });

  it('is there again after going away and back', async () => {
    const { user, double } = await dropped();
    await user.click(await option(/com\.acme\.finance/));
    const link = await screen.findByRole('link', { name: /BANK_STATEMENT_LOAD/ });
    expect(link).toHaveAttribute(
      'href',
      `#/artifact/file/${encodeURIComponent(leaking)}/${encodeURIComponent('integration:BANK_STATEMENT_LOAD|01.02.0000')}`,
    );
    window.location.hash = '#/home';
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    await screen.findByRole('article', { name: 'Acme DEV' });
    const before = double.calls.filter(([name]) => name === 'inspect').length;
    window.location.hash = `#/inspect?file=${encodeURIComponent(leaking)}`;
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    expect(await option(/com\.acme\.finance/)).toHaveAttribute('aria-selected', 'true');
    expect(double.calls.filter(([name]) => name === 'inspect')).toHaveLength(before);
  });
});

describe('a file', () => {
  it('says what it gives away, what that means, where, and what to do, without the value', async () => {
    const { user } = await dropped();
    await user.click(await option(/com\.acme\.finance/));
    const note = document.querySelector('[data-test="secret-private-key"]') as HTMLElement;
    expect(note).toHaveTextContent(/^A private key can be read by anyone who has this file\./);
    expect(note).toHaveTextContent('SFTP_BANK, privateKeyFile, used by 2 of 6 integrations');
    expect(note).toHaveTextContent('••••••');
    expect(note).toHaveTextContent('Also inside nothing more was found');
    expect(note).toHaveTextContent('What to do. Replace the key at the other side');
    expect(screen.getByText(/^Package exported by OIC 3, 26\.10/)).toBeVisible();
    expect(screen.getByText('6 integrations, 5 connections, 2 lookups, 1 library')).toBeVisible();
    expect(document.querySelector('[data-test="needs"]')).toHaveTextContent(
      'Needs certificate bank_host_2026, which no archive carries.',
    );
    await expectAccessible();
  });

  it('opens its parts, which are read then', async () => {
    const { user, double } = await dropped();
    await user.click(await option(/com\.acme\.finance/));
    const read = () => double.calls.filter(([name]) => name === 'artifactDetail').length;
    expect(read()).toBe(0);
    const connections = document.querySelector('[data-test="connections"]') as HTMLElement;
    await user.click(within(connections).getByText('ERP_CLOUD'));
    expect(await within(connections).findByText('Connection URL')).toBeVisible();
    expect(read()).toBe(1);
    await user.click(screen.getByText('fa-eqgj-dev1.fa.ocs.oraclecloud.com'));
    expect(screen.getByText(/ERP_CLOUD\.xml: connectionUrl/)).toBeVisible();
    await expectAccessible();
  });

  it('that is one lookup shows its rows at once', async () => {
    const { user } = await dropped();
    await user.click(await option(/TAX_CODES/));
    expect(await screen.findByRole('cell', { name: 'VAT19' })).toBeVisible();
  });

  it('that is damaged says what, why and what to do', async () => {
    const { user } = await dropped();
    await user.click(await option(/HIRE_TO_RETIRE/));
    expect(within(detail()).getByText(/ends too early: 4\.1 of 7\.7 MB/)).toBeVisible();
    expect(within(detail()).getByText(/Export it again/)).toBeVisible();
    await expectAccessible();
  });

  it('is compared with a place, each artifact leading to its difference', async () => {
    const { user, double } = await dropped();
    await user.click(await option(/com\.acme\.finance/));
    await choose(user, 'Compare with…', 'Acme TEST');
    const link = await screen.findByRole('link', { name: 'Different, 1 step' });
    expect(link.getAttribute('href')).toMatch(/^#\/compare\?left=file%3A.*right=instance%3Atest/);
    const grid = screen.getByRole('grid', { name: 'Integrations in com.acme.finance.par' });
    expect(within(grid).getByRole('columnheader', { name: 'In Acme TEST' })).toBeVisible();
    expect(within(grid).getByText('Not there')).toBeVisible();
    expect(await option(/TAX_CODES.*Differs from Acme TEST: 2 rows/)).toBeVisible();
    expect(await option(/com\.acme\.finance.*2 of 14 differ from Acme TEST/)).toBeVisible();
    const asked = double.calls.filter(([name]) => name === 'compare');
    expect(asked.map(([, left]) => left)).toEqual(
      [leaking, sound, table].map((path) => ({ type: 'file', path })),
    );
    await user.click(screen.getByRole('button', { name: 'Stop comparing with Acme TEST' }));
    await waitFor(() =>
      expect(screen.queryByRole('columnheader', { name: 'In Acme TEST' })).toBeNull(),
    );
  });

  it('keeps what it says when the comparison fails', async () => {
    const state = inUse();
    const { user } = await dropped(state);
    state.refuse.compare = refusal('unreachable', 'Acme TEST does not answer.');
    await choose(user, 'Compare with…', 'Acme TEST');
    expect(await within(detail()).findByText('Acme TEST does not answer.')).toBeVisible();
    expect(within(detail()).getByText('What it holds')).toBeVisible();
  });

  it('saves all that was read as a page', async () => {
    const { user, double } = await dropped();
    await choose(user, 'More to do with these files', 'Save as page…');
    expect(await screen.findByText(/^Saved report\.html/)).toBeVisible();
    expect(double.calls).toContainEqual(['inspectSave', [sound, leaking, table]]);
  });

  it('is reached from the palette', async () => {
    const { user } = openWindow(inUse(), '#/home');
    await screen.findByRole('article', { name: 'Acme DEV' });
    await user.keyboard('{Control>}k{/Control}');
    await user.keyboard('open a folder of{Enter}');
    await waitFor(() => expect(screen.getAllByRole('option').length).toBe(4));
    expect(window.location.hash).toMatch(/^#\/inspect/);
  });
});

describe('what files name and where', () => {
  const view = () => {
    const answer = inspectionOf(leaking);
    if (answer.outcome === 'failed') throw new Error('it opens');
    return structuredClone(answer.value);
  };

  it('tells what is named and not inside, and by whom', () => {
    const file = view();
    expect(missing(file)).toEqual([]);
    const [first] = file.integrations;
    first?.calls.push(
      'INVOICE_TO_ERP|02.00.0001',
      'INVOICE_TO_ERP|09.00.0000',
      'P/OTHER|01.00.0000',
    );
    first?.lookups.push('NOT_THERE');
    expect(missing(file).map(({ kind, name, by }) => [kind, name, ...by])).toEqual([
      ['integration', 'INVOICE_TO_ERP|09.00.0000', 'AP_AGING_EXTRACT'],
      ['integration', 'P/OTHER|01.00.0000', 'AP_AGING_EXTRACT'],
      ['lookup', 'NOT_THERE', 'AP_AGING_EXTRACT'],
    ]);
  });

  it('groups the strings of an environment by rule and value', () => {
    const [pods, ...others] = stringsOf(view());
    expect(pods?.title).toBe('Hosts of Oracle’s cloud');
    expect(pods?.values).toHaveLength(1);
    expect(pods?.values[0]?.where).toHaveLength(2);
    expect(others.map((group) => group.rule)).toEqual(['host', 'email-address', 'path', 'zone']);
  });

  it('finds the connection behind a place', () => {
    const at = (where: string) => whereOf({ severity: 'note', rule: 'host', where, shown: '' });
    expect(at('a.iar/icspackage/appinstances/ERP.xml: url')).toMatchObject({
      connection: 'ERP',
      place: 'url',
    });
    expect(at('row 3, column HOST')).toEqual({ place: 'row 3, column HOST' });
  });

  it('finds the rows in view among rows of different heights', () => {
    const starts = offsets(Array.from({ length: 2000 }, (_, at) => (at % 2 ? 100 : 50)));
    expect(starts.at(-1)).toBe(150_000);
    expect([rowAt(starts, 0), rowAt(starts, 49), rowAt(starts, 50), rowAt(starts, 75_000)]).toEqual(
      [0, 0, 1, 1000],
    );
    const { from, to } = windowOf(starts, 75_000, 600);
    expect(from).toBeLessThan(1000);
    expect(to).toBeGreaterThan(1008);
    expect(to - from).toBeLessThan(30);
  });
});
