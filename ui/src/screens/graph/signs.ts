/** Names that stay readable where the boxes are too small for words: the most connected ones. */
import { cutMiddle } from '$lib/format/format';
import type { SheetBox } from './sheet';

export interface Sign {
  box: SheetBox;
  text: string;
  /** It is what the person is on: its whole name, above the others. */
  first: boolean;
}

const letters = 24;
/** About as wide as a letter of a sign is, and as high as a sign, in pixels of the screen. */
const letter = 6.6;
const height = 22;
const most = 40;

/** The most connected first; what stands alone has no sign. */
export function byWeight(boxes: readonly SheetBox[]): SheetBox[] {
  return boxes
    .filter(({ node }) => node.uses + node.usedBy > 0)
    .sort(
      (a, b) => b.node.uses + b.node.usedBy - a.node.uses - a.node.usedBy || a.node.at - b.node.at,
    );
}

/** `first`, then as many of the others, in their order, as find room beside these. */
export function signsOf(
  others: readonly SheetBox[],
  zoom: number,
  first: readonly SheetBox[],
): Sign[] {
  const taken: { left: number; right: number; top: number }[] = [];
  const signs: Sign[] = [];
  for (const box of [...first, ...others.filter((one) => !first.includes(one))]) {
    if (signs.length >= most) break;
    const ahead = first.includes(box);
    const text = ahead ? box.node.name : cutMiddle(box.node.name, letters);
    const middle = (box.x + box.width / 2) * zoom;
    const half = (text.length * letter) / 2 + 8;
    const top = box.y * zoom;
    const clear = taken.every(
      (one) =>
        middle + half < one.left ||
        middle - half > one.right ||
        Math.abs(one.top - top) > height * 1.6,
    );
    if (!clear && !ahead) continue;
    taken.push({ left: middle - half, right: middle + half, top });
    signs.push({ box, text, first: ahead });
  }
  return signs;
}
