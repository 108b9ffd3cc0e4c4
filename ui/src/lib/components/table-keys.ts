/** What a key does in a table, told from where the person is. */
export type RowAct = { do: 'move'; to: number } | { do: 'choose' } | { do: 'open' } | { do: 'all' };

export function rowKey(
  event: KeyboardEvent,
  { at, count, page }: { at: number; count: number; page: number },
): RowAct | undefined {
  // Keys pressed on a button in the head are the button's own.
  if (event.target !== event.currentTarget) return undefined;
  if (event.ctrlKey || event.metaKey) {
    return event.key.toLowerCase() === 'a' && !event.shiftKey ? { do: 'all' } : undefined;
  }
  if (event.altKey) return undefined;
  switch (event.key) {
    case 'ArrowDown':
      return { do: 'move', to: at + 1 };
    case 'ArrowUp':
      return { do: 'move', to: Math.max(0, at - 1) };
    case 'Home':
      return { do: 'move', to: 0 };
    case 'End':
      return { do: 'move', to: count - 1 };
    case 'PageDown':
      return { do: 'move', to: Math.max(0, at) + page };
    case 'PageUp':
      return { do: 'move', to: at - page };
    case ' ':
      return { do: 'choose' };
    case 'Enter':
      return { do: 'open' };
    default:
      return undefined;
  }
}
