/** All rules of axe over what is shown; colours are judged in the window itself. */
import axe from 'axe-core';
import { expect } from 'vitest';

export async function expectAccessible(root: Element = document.body): Promise<void> {
  const found = await axe.run(root, {
    rules: { 'color-contrast': { enabled: false } },
  });
  const told = found.violations.map(
    (one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join('\n  ')}`,
  );
  expect(told).toEqual([]);
}
