/** Calls `act` for a click on a row of the table inside, save on its tick. */
export function onRowClick(act: () => void) {
  return (node: HTMLElement) => {
    const onclick = (event: MouseEvent) => {
      const cell = event.target instanceof Element ? event.target.closest('tbody td') : null;
      if (cell && cell !== cell.parentElement?.firstElementChild) act();
    };
    node.addEventListener('click', onclick);
    return () => node.removeEventListener('click', onclick);
  };
}
