/** The current route, kept in the window's hash so that Back and a reload work. */
import { href, parse, type Route } from './routes';

/** Asked before the route changes; false keeps the person where they are. */
type Guard = (next: Route) => boolean;

class Router {
  #route = $state<Route>(parse(window.location.hash));
  #guard: Guard | undefined;

  constructor() {
    window.addEventListener('hashchange', () => {
      const next = parse(window.location.hash);
      if (this.#held(next)) {
        window.history.replaceState(window.history.state, '', href(this.#route));
        return;
      }
      this.#route = next;
    });
  }

  /** Lets a screen with something unsaved be asked first; the answer ends that. */
  guard(guard: Guard): () => void {
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = undefined;
    };
  }

  #held(next: Route): boolean {
    return href(next) !== href(this.#route) && this.#guard?.(next) === false;
  }

  get route(): Route {
    return this.#route;
  }

  go(route: Route): void {
    const target = href(route);
    if (window.location.hash === target || this.#held(route)) return;
    this.#route = route;
    window.location.hash = target;
  }

  /** As `go`, without a step in the history: for filters and choices kept in the address. */
  replace(route: Route): void {
    this.#route = route;
    window.history.replaceState(window.history.state, '', href(route));
  }
}

export const router = new Router();
export { href, type Route };
