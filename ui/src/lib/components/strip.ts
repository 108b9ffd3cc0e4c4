/** A strip that is wider than its room: the wheel moves it sideways, and an edge that hides something fades. */
import type { Attachment } from 'svelte/attachments';

export const strip: Attachment<HTMLElement> = (node) => {
  const tell = () => {
    const hidden = node.scrollWidth - node.clientWidth;
    node.toggleAttribute('data-before', hidden > 2 && node.scrollLeft > 2);
    node.toggleAttribute('data-after', hidden > 2 && node.scrollLeft < hidden - 2);
  };
  const onwheel = (event: WheelEvent) => {
    if (event.ctrlKey || Math.abs(event.deltaX) >= Math.abs(event.deltaY)) return;
    if (node.scrollWidth <= node.clientWidth) return;
    event.preventDefault();
    node.scrollLeft += event.deltaY;
  };
  /** What is chosen is brought into view, however it was chosen. */
  const show = () => {
    const chosen = node.querySelector('[aria-selected="true"]');
    chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    tell();
  };
  const watch = new MutationObserver(show);
  const size = new ResizeObserver(tell);
  size.observe(node);
  watch.observe(node, { subtree: true, childList: true, attributeFilter: ['aria-selected'] });
  node.addEventListener('scroll', tell, { passive: true });
  node.addEventListener('wheel', onwheel, { passive: false });
  show();
  return () => {
    size.disconnect();
    watch.disconnect();
    node.removeEventListener('scroll', tell);
    node.removeEventListener('wheel', onwheel);
  };
};
