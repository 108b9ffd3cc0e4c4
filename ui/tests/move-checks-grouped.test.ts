import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import type { MoveFinding } from '../src/lib/backend/generated/MoveFinding';
import FindingGroup from '../src/screens/move/checks/FindingGroup.svelte';
import { grouped } from '../src/screens/move/checks/grouped';

const warning = (rule: string, code: string): MoveFinding => ({
  rule,
  title: 'A connection was never tested',
  severity: 'warning',
  subject: `connection:${code}`,
  text: `Whether connection \`${code}\` works was never tested`,
});
const tested = Array.from({ length: 18 }, (_, at) => warning('connection-test', `C${at + 1}`));

describe('warnings of the same check', () => {
  it('stand together from three on, each kind where its first stands', () => {
    const two = ['A', 'B'].map((code) => warning('certificate-ends', code));
    const groups = grouped([...two.slice(0, 1), ...tested, ...two.slice(1)]);
    expect(groups.map(({ findings }) => findings.length)).toEqual([1, 1, 18]);
    expect(groups[2]?.first.subject).toBe('connection:C1');
  });

  it('are read with one tick, and unfold to each of them', async () => {
    const user = userEvent.setup();
    const onread = vi.fn();
    const children = createRawSnippet<[MoveFinding]>((one) => ({
      render: () => `<li data-test="one">${one().text}</li>`,
    }));
    const shown = render(FindingGroup, { findings: tested, busy: false, onread, children });
    expect(screen.getByText('18 times: A connection was never tested')).toBeVisible();
    expect(screen.getByText('14 more', { exact: false })).toHaveTextContent(
      'C1, C2, C3, C4 and 14 more',
    );
    expect(screen.queryAllByTestId('one')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Show all 18' }));
    expect(screen.getAllByTestId('one')).toHaveLength(18);
    await user.click(screen.getByRole('checkbox', { name: 'I have read these 18' }));
    expect(onread).toHaveBeenCalledWith(true);
    const half = tested.map((one, at) => (at < 9 ? { ...one, readBy: 'P. Raman' } : one));
    await shown.rerender({ findings: half });
    expect(
      screen.getByRole('checkbox', { name: 'I have read these 18, 9 so far' }),
    ).toBePartiallyChecked();
  });
});
