/** How a drawing is looked at: how large, and which part of it. */

const smallest = 0.03;
const largest = 2;
const steps = [0.03, 0.06, 0.1, 0.15, 0.25, 0.35, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2];
/** Room around the drawing, unscaled. */
export const margin = 24;
/** From so many boxes on only those near the view are drawn. */
const drawAllUpTo = 400;
/** Below this the words in the boxes of a large drawing are not drawn. */
const readableFrom = 0.3;
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface Drawn {
  width: number;
  height: number;
  nodes: readonly unknown[];
}

export class CanvasView {
  /** The view is told in strides, so that a short way of scrolling draws nothing anew. */
  readonly #stride: number;
  zoom = $state(1);
  /** Scrolled and shown, in strides of the window. */
  #x = $state(0);
  #y = $state(0);
  width = $state(0);
  height = $state(0);

  constructor(stride = 256) {
    this.#stride = stride;
  }

  scrolled(left: number, top: number): void {
    this.#x = Math.floor(left / this.#stride) * this.#stride;
    this.#y = Math.floor(top / this.#stride) * this.#stride;
  }

  /** The part of the drawing that is to be there; all of it where it is not large. */
  area(drawing: Drawn): Area | undefined {
    if (drawing.nodes.length <= drawAllUpTo) return undefined;
    const stride = this.#stride;
    const width = this.width || 1280;
    const height = this.height || 800;
    return {
      left: (this.#x - stride) / this.zoom - margin,
      top: (this.#y - stride) / this.zoom - margin,
      right: (this.#x + width + 2 * stride) / this.zoom,
      bottom: (this.#y + height + 2 * stride) / this.zoom,
    };
  }

  /** So many boxes, so small that no word in them can be read: their outlines are enough. */
  outlined(drawing: Drawn): boolean {
    return drawing.nodes.length > drawAllUpTo && this.zoom < readableFrom;
  }

  /** The next step in or out. */
  stepped(way: 1 | -1): number {
    const found =
      way === 1
        ? steps.find((step) => step > this.zoom + 0.005)
        : steps.findLast((step) => step < this.zoom - 0.005);
    return found ?? this.zoom;
  }

  /** So that all of it is seen, never larger than drawn. */
  fit(drawing: Pick<Drawn, 'width' | 'height'>): number {
    const wide = this.width / (drawing.width + 2 * margin);
    const high = this.height / (drawing.height + 2 * margin);
    return limit(Math.min(1, wide || 1, high || 1));
  }

  /** How far a drawing narrower than its canvas stands from its left edge: it is in the middle. */
  inset(drawing: Pick<Drawn, 'width'>): number {
    return Math.max(0, (this.width - (drawing.width + 2 * margin) * this.zoom) / 2);
  }
}

export function limit(zoom: number): number {
  return Math.max(smallest, Math.min(largest, zoom));
}

/** It touches the area; without one, everything does. */
export function isNear({ x, y, width, height }: Box, area: Area | undefined): boolean {
  return (
    !area || (y < area.bottom && y + height > area.top && x < area.right && x + width > area.left)
  );
}

/** As `isNear`, of what has a height alone. */
export function isBeside(
  { top, bottom }: { top: number; bottom: number },
  area: Area | undefined,
): boolean {
  return !area || (top < area.bottom && bottom > area.top);
}
