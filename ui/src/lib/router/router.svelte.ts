/** The current route, kept in the window's hash so that Back and a reload work. */
import { href, parse, type Route } from './routes';

class Router {
  #route = $state<Route>(parse(window.location.hash));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.#route = parse(window.location.hash);
    });
  }

  get route(): Route {
    return this.#route;
  }

  go(route: Route): void {
    const target = href(route);
    if (window.location.hash === target) return;
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
