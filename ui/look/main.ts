/**
 * Looks at screens in a browser, with invented data and no application behind them:
 * `npm run look`, then `http://localhost:5174/look/?scenario=running&theme=dark#/home`.
 */
import { mount } from 'svelte';
import App from '../src/App.svelte';
import { provideBackend } from '../src/lib/backend';
import { installSprite } from '../src/lib/icons/sprite';
import '../src/styles/window.css';
import { DoubleBackend } from '../tests/double/backend';
import { scenarios, inUse } from '../tests/double/state';

const asked = new URLSearchParams(window.location.search);
const state = (scenarios[asked.get('scenario') ?? 'used'] ?? inUse)();
const theme = asked.get('theme');
if (theme === 'light' || theme === 'dark') state.settings = { ...state.settings, theme };
if (asked.get('density') === 'compact') state.settings = { ...state.settings, density: 'compact' };

const double = new DoubleBackend(state);
provideBackend(double);
installSprite();
const target = document.getElementById('app');
if (target) mount(App, { target });

/** Presses what is named in `?press=` by its test name or its words, so that a picture can show what comes after. */
const press = asked.get('press');
if (press) {
  setTimeout(async () => {
    for (const test of press.split(',')) {
      const named = [...document.querySelectorAll<HTMLElement>('button, [role="menuitem"]')];
      const found =
        document.querySelector<HTMLElement>(`[data-test="${test}"]`) ??
        named.find((one) => one.textContent?.trim() === test);
      found?.click();
      await new Promise((go) => setTimeout(go, 300));
    }
  }, 300);
}

/** With `?axe`, judges what is shown, colours included, and writes the findings into the page. */
if (asked.has('axe')) {
  setTimeout(async () => {
    const { default: axe } = await import('axe-core');
    const { violations } = await axe.run();
    const told = document.createElement('pre');
    told.id = 'axe';
    told.textContent =
      violations.length === 0
        ? 'nothing found'
        : violations
            .flatMap((one) =>
              one.nodes.map((node) => `${one.id}: ${node.failureSummary} ${node.html}`),
            )
            .join('\n');
    document.body.append(told);
  }, 2500);
}
