import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe';
import { inUse, refusal } from './double/state';
import { choose, openWindow } from './window';

const host = 'fa-eqgj-dev1.fa.ocs';
const field = () => screen.findByRole('searchbox', { name: 'Text to look for' });
const hits = () => screen.findAllByTestId('hit');
const asked = (calls: unknown[][]) =>
  calls.filter(([name]) => name === 'search').map(([, one]) => one);

describe('searching backups', () => {
  it('says what it is for, with an example', async () => {
    const { user } = openWindow(inUse(), '#/search');
    expect(await screen.findByText('Where is this used?')).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Fill in this example' }));
    expect(await field()).toHaveValue('fa-dev1.fa.ocs.oraclecloud.com');
  });

  it('starts with Enter and shows each artifact with its place and its matches', async () => {
    const { user, double } = openWindow(inUse(), '#/search');
    expect(await field()).toHaveFocus();
    await user.keyboard(`${host}{Enter}`);
    const [connection, integration] = await hits();
    expect(connection).toHaveTextContent(/ERP_CLOUD.*Acme.*also in 3 snapshots/);
    const marked = [...(connection?.querySelectorAll('mark') ?? [])].map((one) => one.textContent);
    expect(marked).toEqual([host, host]);
    expect(connection).toHaveTextContent('password=••••••');
    expect(integration).toHaveTextContent('63 matches');
    expect(asked(double.calls)).toEqual([{ text: host, matchCase: false, places: [] }]);
    expect(window.location.hash).toBe(`#/search?text=${host}`);
    await expectAccessible();
  });

  it('leads to the artifact and to Explore', async () => {
    openWindow(inUse(), `#/search?text=${host}`);
    const [connection] = await hits();
    const hit = within(connection as HTMLElement);
    expect(hit.getByRole('link', { name: 'ERP_CLOUD' }).getAttribute('href')).toMatch(
      /^#\/artifact\/snapshot\/[^/]+\/connection%3AERP_CLOUD$/,
    );
    expect(hit.getByRole('link', { name: 'ERP_CLOUD in Explore' }).getAttribute('href')).toMatch(
      /^#\/explore\/snapshot\/[^/]+\?artifact=connection%3AERP_CLOUD$/,
    );
  });

  it('shows the further matches when asked, and says when there are more than it has', async () => {
    const { user } = openWindow(inUse(), `#/search?text=${host}`);
    const [, integration] = await hits();
    const hit = within(integration as HTMLElement);
    expect(integration?.querySelectorAll('mark')).toHaveLength(3);
    await user.click(hit.getByRole('button', { name: 'Show the first 7 of 63' }));
    expect(integration?.querySelectorAll('mark')).toHaveLength(7);
    expect(hit.getByText('The first 7 of 63 matches are shown.')).toBeVisible();
  });

  it('counts capital letters when asked to', async () => {
    const { user, double } = openWindow(inUse(), '#/search');
    await field();
    await user.click(screen.getByRole('checkbox', { name: 'Capital letters count' }));
    (await field()).focus();
    await user.keyboard(`${host.toUpperCase()}{Enter}`);
    expect(
      await screen.findByRole('heading', { name: `“${host.toUpperCase()}” was not found` }),
    ).toBeVisible();
    expect(screen.getByText('812 artifacts in 1 place were looked through.')).toBeVisible();
    expect(asked(double.calls)).toEqual([
      { text: host.toUpperCase(), matchCase: true, places: [] },
    ]);
  });

  it('looks in one place, once it is chosen', async () => {
    const { user, double } = openWindow(inUse(), '#/search');
    await field();
    await user.keyboard(host);
    await user.click(screen.getByRole('button', { name: 'One place' }));
    expect(screen.getByRole('button', { name: 'Search' })).toBeDisabled();
    expect(screen.getByText('Choose the place to search.')).toBeVisible();
    await choose(user, 'Place to search: Choose a place', 'Acme TEST');
    await user.click(screen.getByRole('button', { name: 'Search' }));
    await hits();
    expect(asked(double.calls)).toEqual([
      { text: host, matchCase: false, places: [{ type: 'instance', id: 'test' }] },
    ]);
  });

  it('counts while it searches, and Escape stops it', async () => {
    const { user, double } = openWindow({ ...inUse(), workPause: 200 }, '#/search');
    await field();
    await user.keyboard(`${host}{Enter}`);
    const told = () => document.querySelector('[data-test="search-progress"]');
    await waitFor(() => expect(told()).toHaveTextContent(/^Searching, \d+ of 812$/));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(told()).toBeNull());
    expect(double.calls.some(([name]) => name === 'workCancel')).toBe(true);
    expect(screen.queryByTestId('hit')).toBeNull();
  });

  it('offers what was searched before', async () => {
    const { user, double } = openWindow(inUse(), `#/search?text=${host}`);
    await hits();
    const input = await field();
    await user.clear(input);
    await user.type(input, 'zzz{Enter}');
    await screen.findByRole('heading', { name: '“zzz” was not found' });
    await user.click(screen.getByRole('button', { name: `Search for ${host}` }));
    await hits();
    expect(asked(double.calls)).toHaveLength(3);
  });

  it('is there again after going away and back', async () => {
    const { double } = openWindow(inUse(), `#/search?text=${host}`);
    await hits();
    window.location.hash = '#/home';
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    await screen.findByRole('article', { name: 'Acme DEV' });
    window.location.hash = `#/search?text=${host}`;
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    await hits();
    expect(asked(double.calls)).toHaveLength(1);
  });

  it('says when there is more, and what could not be looked through', async () => {
    openWindow(inUse(), '#/search?text=order');
    expect(await screen.findByText(/There are more artifacts with this text/)).toBeVisible();
    expect(screen.getByText(/1 archive could not be opened/)).toBeVisible();
    expect(await hits()).toHaveLength(500);
  });

  it('keeps the question when it fails, and tries again', async () => {
    const state = inUse();
    state.refuse.search = refusal('vaultDamaged', 'The vault cannot be read.');
    const { user } = openWindow(state, `#/search?text=${host}`);
    expect(await screen.findByText('The vault cannot be read.')).toBeVisible();
    expect(await field()).toHaveValue(host);
    delete state.refuse.search;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await hits()).toHaveLength(3);
  });
});
