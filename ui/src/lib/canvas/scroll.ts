/** Moving over a drawing that is larger than its canvas. */
import { tick } from 'svelte';
import { margin, type Box, type CanvasView } from './view.svelte';

/** Keeps the point under the pointer, else the middle, where it is. */
export async function zoomTo(
  canvas: HTMLElement | undefined,
  view: CanvasView,
  next: number,
  at?: { x: number; y: number },
): Promise<void> {
  if (!canvas || next === view.zoom) return;
  const box = canvas.getBoundingClientRect();
  const x = at ? at.x - box.left : box.width / 2;
  const y = at ? at.y - box.top : box.height / 2;
  const ratio = next / view.zoom;
  const left = (canvas.scrollLeft + x) * ratio - x;
  const top = (canvas.scrollTop + y) * ratio - y;
  view.zoom = next;
  await tick();
  canvas.scrollLeft = left;
  canvas.scrollTop = top;
}

/** Scrolls as little as needed, so that all of the box is seen. */
export function bringIntoView(
  canvas: HTMLElement,
  { zoom }: CanvasView,
  box: Box,
  inset: number,
): void {
  const pad = 32;
  const left = (box.x + margin) * zoom + inset;
  const top = (box.y + margin) * zoom;
  const right = left + Math.min(box.width, 240) * zoom;
  const bottom = top + box.height * zoom;
  if (left - pad < canvas.scrollLeft) canvas.scrollLeft = left - pad;
  else if (right + pad > canvas.scrollLeft + canvas.clientWidth)
    canvas.scrollLeft = right + pad - canvas.clientWidth;
  if (top - pad < canvas.scrollTop) canvas.scrollTop = top - pad;
  else if (bottom + pad > canvas.scrollTop + canvas.clientHeight)
    canvas.scrollTop = bottom + pad - canvas.clientHeight;
}
