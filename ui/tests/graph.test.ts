import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { aroundSheet, easyHops, everywhere, reach } from '../src/screens/graph/around';
import { wholeSheet } from '../src/screens/graph/sheet';
import { stepFrom } from '../src/screens/graph/steps';
import { hasTrait, matching, noFilters, worldOf } from '../src/screens/graph/world';
import { expectAccessible } from './axe';
import { graphOf } from './double/graph';
import { inUse, refusal, type DoubleState } from './double/state';
import { openWindow } from './window';

const order = 'integration:ORDER_SYNC|01.02.0003';
const test = '#/graph/instance/test';
const around = (id: string) => `${test}?focus=${encodeURIComponent(id)}`;
const drawing = (name: RegExp = /./) => screen.findByRole('listbox', { name });
const panel = () => screen.findByRole('complementary');
const active = (list: HTMLElement) =>
  document.getElementById(list.getAttribute('aria-activedescendant') ?? '');

const small = () => worldOf(graphOf(inUse(), { type: 'instance', id: 'test' }));
const large = () => worldOf(graphOf(inUse(), { type: 'instance', id: 'dev' }));
const at = (world: ReturnType<typeof small>, id: string) => world.position.get(id) ?? -1;

describe('the surroundings of an artifact', () => {
  it('stand left of it where they need it, right of it where it needs them', () => {
    const world = small();
    const focus = at(world, order);
    const sheet = aroundSheet(world, focus, 1);
    const self = sheet.boxOf.get(focus);
    for (const link of world.usedBy[focus] ?? [])
      expect(sheet.boxOf.get(link.from)?.x).toBeLessThan(self?.x ?? 0);
    for (const link of world.uses[focus] ?? [])
      expect(sheet.boxOf.get(link.to)?.x).toBeGreaterThan(self?.x ?? 0);
    expect(sheet.nodes).toHaveLength(1 + 3 + 7);
  });

  it('reach as far as is asked, and a circle does not go on for ever', () => {
    const world = small();
    const focus = at(world, order);
    expect(reach(world, focus, 1).get(at(world, 'schedule:ORDER_REPLAY'))).toBeUndefined();
    expect(reach(world, focus, 2).get(at(world, 'schedule:ORDER_REPLAY'))).toBe(-2);
    expect(reach(world, focus, 2).get(at(world, 'agentGroup:ACME_AGENTS'))).toBe(2);
    const invoice = at(world, 'integration:INVOICE_TO_ERP|02.00.0001');
    expect(reach(world, invoice, everywhere).size).toBeLessThan(world.nodes.length);
  });

  it('of a hub are folded into a frame, none on another', () => {
    const world = large();
    const hub = at(world, 'connection:COUPA_LINK_1');
    expect(easyHops(world, hub)).toBe(1);
    const sheet = aroundSheet(world, hub, 1);
    expect(sheet.nodes.length).toBeGreaterThan(60);
    expect(sheet.frames).toHaveLength(1);
    const places = new Set(sheet.nodes.map(({ x, y }) => `${x} ${y}`));
    expect(places.size).toBe(sheet.nodes.length);
    expect(sheet.height).toBeLessThan(1600);
  });

  it('join several roles of the same pair', () => {
    const view = graphOf(inUse(), { type: 'instance', id: 'test' });
    const [edge] = view.edges;
    if (!edge) throw new Error('the double has no edges');
    const world = worldOf({ ...view, edges: [edge, { ...edge, role: 'fault handler' }] });
    expect(world.links).toHaveLength(1);
    expect(world.links[0]?.roles).toEqual([edge.role, 'fault handler']);
  });
});

describe('the arrows', () => {
  it('lead to what needs an artifact, to what it needs, and along its column', () => {
    const world = small();
    const focus = at(world, order);
    const sheet = aroundSheet(world, focus, 1);
    const left = stepFrom(world, sheet, focus, 'ArrowLeft') ?? -1;
    expect(world.usedBy[focus]?.map(({ from }) => from)).toContain(left);
    const right = stepFrom(world, sheet, focus, 'ArrowRight') ?? -1;
    expect(world.uses[focus]?.map(({ to }) => to)).toContain(right);
    const below = stepFrom(world, sheet, right, 'ArrowDown') ?? -1;
    expect(sheet.boxOf.get(below)?.x).toBe(sheet.boxOf.get(right)?.x);
    expect(stepFrom(world, sheet, below, 'ArrowUp')).toBe(right);
  });

  it('pass over what the filters leave out', () => {
    const world = small();
    const sheet = wholeSheet(world);
    const among = matching(world, { ...noFilters(), traits: ['missing'] });
    let current = stepFrom(world, sheet, undefined, 'Home', among);
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'End'] as const) {
      current = stepFrom(world, sheet, current, key, among) ?? current;
      expect(world.nodes[current ?? -1]?.present).toBe(false);
    }
  });
});

describe('the filters', () => {
  it('find what is missing, unused, in a circle, across projects', () => {
    const world = small();
    const codes = (trait: string) =>
      [...(matching(world, { ...noFilters(), traits: [trait] }) ?? [])].map(
        (one) => world.nodes[one]?.parts.code,
      );
    expect(codes('missing')).toEqual(['REPLAY_RULES', 'UNITS']);
    expect(codes('unused')).toEqual(['OLD_CRM', 'OLD_STATUS']);
    expect(codes('circle')).toEqual(['INVOICE_CHECK', 'INVOICE_TO_ERP']);
    expect(codes('across')).toContain('CASH_NOTICE');
    expect(matching(world, noFilters())).toBeUndefined();
    expect(world.nodes.filter((node) => hasTrait(world, node, 'across')).length).toBeLessThan(
      world.nodes.length / 2,
    );
  });
});

describe('the graph of a place', () => {
  it('is drawn whole, with what stands out beside it', async () => {
    openWindow(inUse(), test);
    const list = await drawing(/^What depends on what in Acme TEST/);
    expect(within(list).getAllByRole('option')).toHaveLength(22);
    expect(screen.getByTestId('graph-count')).toHaveTextContent('22 artifacts, 24 dependencies');
    const side = await panel();
    const missing = within(side).getByRole('table', { name: 'Missing' });
    expect(within(missing).getByText('missing, needed by Order replay')).toBeVisible();
    expect(within(side).getByRole('table', { name: 'Circle 1' })).toHaveTextContent(
      /Invoice check.*Invoice to ERP/,
    );
    expect(within(side).getByText(/Something outside may/)).toBeVisible();
    expect(within(side).getByTestId('not-seen')).toHaveTextContent(/worked out while/);
    await expectAccessible();
  });

  it('around an artifact tells what uses it, what it uses, and what a change reaches', async () => {
    const { double } = openWindow(inUse(), around(order));
    const list = await drawing(/^What needs Order sync/);
    expect(active(list)).toHaveAccessibleName(
      /^Integration, Order sync, ORDER_SYNC\|01.02.0003, Active, used by 3, uses 7/,
    );
    const side = await panel();
    await waitFor(() => expect(side).toHaveAccessibleName('About Order sync'));
    const uses = within(side).getByRole('table', { name: 'Uses' });
    expect(within(uses).getAllByTestId('graph-row')).toHaveLength(7);
    const reached = await within(side).findByTestId('impact');
    await waitFor(() => expect(reached).toHaveTextContent('2 of these are active or started.'));
    expect(within(reached).getByText(/through Order replay, 2 steps away/)).toBeVisible();
    expect(double.calls).toContainEqual(['impact', { type: 'instance', id: 'test' }, order]);
    await expectAccessible();
  });

  it('is walked by keyboard: follow, put in the middle, back to the whole, open', async () => {
    const { user } = openWindow(inUse(), around(order));
    const list = await drawing(/^What needs Order sync/);
    list.focus();
    await user.keyboard('{ArrowLeft}');
    const name = active(list)?.getAttribute('aria-label') ?? '';
    expect(name).toMatch(/calls it|holds it/);
    await waitFor(async () =>
      expect(await panel()).toHaveAccessibleName(`About ${name.split(', ')[1] ?? ''}`),
    );
    await user.keyboard('{ArrowRight}');
    expect(active(list)).toHaveAccessibleName(/Order sync/);
    await user.keyboard('{ArrowRight}f');
    await waitFor(() => expect(window.location.hash).not.toBe(around(order)));
    await user.keyboard('{Escape}');
    const whole = await drawing(/^What depends on what/);
    await waitFor(() => expect(window.location.hash).toBe(test));
    whole.focus();
    await user.keyboard('{Escape}');
    expect(whole).not.toHaveAttribute('aria-activedescendant');
    await user.keyboard('{End}{Enter}');
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/artifact\/instance\/test\//));
  });

  it('is searched: Ctrl F, a name, Enter', async () => {
    const { user } = openWindow(inUse(), test);
    const list = await drawing();
    await user.keyboard('{Control>}f{/Control}');
    await user.keyboard('tax codes');
    expect(screen.getByTestId('graph-count')).toHaveTextContent('1 of 22');
    expect(within(await panel()).getByRole('table', { name: 'Found' })).toBeVisible();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(list).toHaveFocus());
    expect(active(list)).toHaveAccessibleName(/Tax codes/);
  });

  it('goes on from its tables, with arrows along the rows', async () => {
    const { user } = openWindow(inUse(), test);
    const missing = within(await panel()).getByRole('table', { name: 'Missing' });
    const [first, second] = within(missing).getAllByTestId('graph-row');
    first?.focus();
    await user.keyboard('{ArrowDown}');
    expect(second).toHaveFocus();
    await user.keyboard('{Enter}');
    await waitFor(async () => expect(await panel()).toHaveAccessibleName('About UNITS'));
    expect(within(await panel()).getByText(/does not hold it/)).toBeVisible();
    await user.click(
      within(within(await panel()).getByRole('table', { name: 'Used by' })).getByRole('button', {
        name: 'Put Common error handler in the middle',
      }),
    );
    expect(await drawing(/^What needs Common error handler/)).toBeVisible();
  });

  it('is saved as a drawing', async () => {
    const { double, user } = openWindow(inUse(), test);
    await drawing();
    await user.click(screen.getByRole('button', { name: 'Save as drawing…' }));
    await waitFor(() =>
      expect(double.calls).toContainEqual(['graphSave', { type: 'instance', id: 'test' }]),
    );
    expect(await screen.findByText(/^Saved /)).toBeVisible();
  });

  it('of 1,500 artifacts draws what is near alone', async () => {
    const { user } = openWindow(inUse(), '#/graph/instance/dev');
    const list = await drawing();
    expect(screen.getByTestId('graph-count')).toHaveTextContent(/^1,5\d\d artifacts/);
    expect(within(list).getAllByRole('option').length).toBeLessThan(600);
    list.focus();
    await user.keyboard('{End}');
    expect(active(list)).toBeInTheDocument();
  });

  it('says what is not in it', async () => {
    openWindow(inUse(), around('lookup:NOWHERE'));
    expect(await screen.findByText(/^NOWHERE is not among the dependencies/)).toBeVisible();
  });

  it('says that it is empty', async () => {
    openWindow({ ...inUse(), artifacts: 0 }, test);
    expect(await screen.findByText('Nothing to draw in Acme TEST')).toBeVisible();
    await expectAccessible();
  });

  it('offers to try again', async () => {
    const state: DoubleState = { ...inUse(), refuse: { graph: refusal('internal', 'No answer.') } };
    const { user } = openWindow(state, test);
    expect(await screen.findByText('No answer.')).toBeVisible();
    state.refuse = {};
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await drawing()).toBeVisible();
  });
});
