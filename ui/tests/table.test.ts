import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import TableOfArtifacts from './parts/TableOfArtifacts.svelte';
import { expectAccessible } from './axe';
import { artifacts } from './double/data';

function open(count: number) {
  const opened: string[] = [];
  render(TableOfArtifacts, { rows: artifacts(count), onopen: (id: string) => opened.push(id) });
  return { user: userEvent.setup(), opened, grid: screen.getByRole('grid', { name: 'Artifacts' }) };
}
const current = () => screen.getAllByRole('row', { selected: true })[0];
const chosen = () => Number(screen.getByTestId('chosen').textContent);

describe('a long table', () => {
  it('draws only the rows in view, and tells readers the true count', () => {
    const { grid } = open(2000);
    expect(grid).toHaveAttribute('aria-rowcount', '2001');
    expect(within(grid).getAllByRole('row').length).toBeLessThan(60);
  });

  it('draws every row of a short list', () => {
    const { grid } = open(120);
    expect(within(grid).getAllByRole('row')).toHaveLength(121);
  });

  it('goes with the keys from row to row, to the end and back', async () => {
    const { user, grid } = open(2000);
    await user.tab();
    expect(grid).toHaveFocus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(current()).toHaveAttribute('aria-rowindex', '4');
    expect(grid.getAttribute('aria-activedescendant')).toBe(current()?.id);
    await user.keyboard('{End}');
    expect(current()).toHaveAttribute('aria-rowindex', '2001');
    await user.keyboard('{PageUp}');
    expect(Number(current()?.getAttribute('aria-rowindex'))).toBeLessThan(1995);
    await user.keyboard('{Home}{ArrowUp}');
    expect(current()).toHaveAttribute('aria-rowindex', '2');
  });

  it('opens the current row with Enter', async () => {
    const { user, opened } = open(300);
    await user.tab();
    await user.keyboard('{ArrowDown}{Enter}');
    expect(opened).toEqual([artifacts(300)[0]?.id]);
  });

  it('chooses with Space, a range with Shift, all with the head', async () => {
    const { user } = open(2000);
    await user.tab();
    await user.keyboard('{ArrowDown} ');
    expect(chosen()).toBe(1);
    await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    expect(chosen()).toBe(3);
    const all = screen.getByRole('checkbox', { name: 'Choose all rows' });
    expect(all).toBePartiallyChecked();
    await user.click(all);
    expect(chosen()).toBe(2000);
    await user.click(all);
    expect(chosen()).toBe(0);
  });

  it('sorts by a head, and says which way', async () => {
    const { user } = open(300);
    const head = screen.getByRole('columnheader', { name: 'Name' });
    await user.click(within(head).getByRole('button'));
    expect(head).toHaveAttribute('aria-sort', 'ascending');
    await user.click(within(head).getByRole('button'));
    expect(head).toHaveAttribute('aria-sort', 'descending');
  });

  it('is accessible', async () => {
    open(2000);
    await expectAccessible();
  });
});
