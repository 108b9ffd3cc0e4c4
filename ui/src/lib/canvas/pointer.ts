/** What the pointer does on a drawing: Ctrl with the wheel zooms, a drag moves it. */

/** Calls with the factor and the point under the pointer. */
export function onZoomWheel(zoom: (by: number, at: { x: number; y: number }) => void) {
  return (node: HTMLElement) => {
    const onwheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY });
    };
    // The page itself would be zoomed, were the listener passive.
    node.addEventListener('wheel', onwheel, { passive: false });
    return () => node.removeEventListener('wheel', onwheel);
  };
}

/** Scrolls what is dragged; a short way is a click. */
export class Drag {
  /** The last press moved the drawing, so that its click means nothing. */
  moved = false;

  begin(event: PointerEvent): void {
    this.moved = false;
    const target = event.currentTarget;
    if (event.button !== 0 || event.pointerType === 'touch') return;
    if (!(target instanceof HTMLElement)) return;
    const { clientX, clientY } = event;
    const { scrollLeft, scrollTop } = target;
    const move = (next: PointerEvent) => {
      const x = next.clientX - clientX;
      const y = next.clientY - clientY;
      if (!this.moved && Math.abs(x) + Math.abs(y) < 5) return;
      this.moved = true;
      target.scrollLeft = scrollLeft - x;
      target.scrollTop = scrollTop - y;
    };
    const end = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', end);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', end);
  }
}
