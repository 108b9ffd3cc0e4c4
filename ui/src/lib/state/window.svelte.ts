/** What the whole window knows: runs, settings, the clock; and which events outdate what. */
import { asCommandError, backend } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { RunSummary } from '$lib/backend/generated/RunSummary';
import type { SettingsView } from '$lib/backend/generated/SettingsView';
import { isUnderWay } from './live-run.svelte';
import { forgetReadings, outdate } from './reading.svelte';

const initialSettings: SettingsView = {
  theme: 'system',
  density: 'comfortable',
  letterKeys: true,
  notify: true,
  keepInTray: false,
  staleAfterMinutes: 30,
};

class WindowState {
  /** All runs, newest first; undefined until read. */
  runs = $state.raw<RunSummary[] | undefined>(undefined);
  runsError = $state.raw<CommandError | undefined>(undefined);
  settings = $state.raw<SettingsView>(initialSettings);
  /** Moves every half minute, so that "3 min ago" stays true. */
  now = $state.raw(new Date());
  running = $derived((this.runs ?? []).filter((run) => isUnderWay(run.status)));
  interrupted = $derived((this.runs ?? []).filter((run) => run.status === 'interrupted'));

  /** Begins to listen and to read; the answer ends it. */
  start(): () => void {
    const stops = [
      backend().on('runs-changed', ({ run }) => this.takeRun(run)),
      backend().on('instances-changed', () =>
        outdate(
          'instances',
          'home',
          'catalogue',
          'artifact',
          'design',
          'secrets',
          'signIn',
          'audit',
          'schedules',
          'targets',
          'word',
        ),
      ),
      backend().on('vault-changed', () => outdate('vault', 'home', 'snapshot', 'secrets', 'word')),
    ];
    const clock = setInterval(() => (this.now = new Date()), 30_000);
    void this.readRuns();
    void this.readSettings();
    return () => {
      clearInterval(clock);
      stops.forEach((stop) => stop());
      forgetReadings();
      this.runs = undefined;
      this.settings = initialSettings;
    };
  }

  async readRuns(): Promise<void> {
    try {
      this.runs = await backend().runs();
      this.runsError = undefined;
    } catch (refusal) {
      this.runsError = asCommandError(refusal);
    }
  }

  /** Puts a run in its place in the list, and outdates what rests on it. */
  takeRun(run: RunSummary): void {
    const runs = this.runs ?? [];
    const known = runs.some((other) => other.id === run.id);
    this.runs = known ? runs.map((other) => (other.id === run.id ? run : other)) : [run, ...runs];
    outdate('home', 'schedules');
    if (run.kind === 'copy') outdate('targets');
    if (isUnderWay(run.status)) return;
    outdate('vault', 'snapshot', 'catalogue', 'audit', 'targets');
    if (run.kind === 'change' || run.kind === 'move') outdate('artifact', 'design');
    if (run.kind === 'move') outdate(`report:${run.id}`);
  }

  /** Takes the answer of a start, unless events have told of the run already, and maybe of its end. */
  takeStarted(run: RunSummary): void {
    if (!this.runs?.some((other) => other.id === run.id)) this.takeRun(run);
  }

  async readSettings(): Promise<void> {
    try {
      this.settings = await backend().settingsGet();
    } catch {
      // The look falls back to the system's; Settings itself shows the failure.
    }
  }

  /** Saves settings; rejects with a `CommandError`. */
  async saveSettings(settings: SettingsView): Promise<void> {
    this.settings = await backend().settingsSet(settings);
  }
}

export const windowState = new WindowState();

/** Follows theme and density on the root element, without fading from one to the other. */
export function applyLook(settings: SettingsView): void {
  const root = document.documentElement;
  root.classList.add('theme-changing');
  if (settings.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = settings.theme;
  root.dataset.density = settings.density;
  requestAnimationFrame(() => root.classList.remove('theme-changing'));
}
