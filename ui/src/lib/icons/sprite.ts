/** Puts the drawn icons into the page once, so that `<use href="#…">` finds them. */
import drawn from './icons.svg?raw';

export function installSprite(): void {
  if (document.getElementById('sprite')) return;
  const parsed = new DOMParser().parseFromString(drawn, 'image/svg+xml');
  const sprite = document.importNode(parsed.documentElement, true);
  sprite.id = 'sprite';
  sprite.setAttribute('class', 'sprite');
  sprite.setAttribute('aria-hidden', 'true');
  document.body.append(sprite);
}
