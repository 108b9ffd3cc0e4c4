/** A run as it goes on. All parts of the window that show one run share one watch of it. */
import { onDestroy } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { asCommandError, backend } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { RunDetail } from '$lib/backend/generated/RunDetail';
import type { RunItem } from '$lib/backend/generated/RunItem';
import type { RunLogLine } from '$lib/backend/generated/RunLogLine';
import type { RunProgress } from '$lib/backend/generated/RunProgress';
import type { RunStatus } from '$lib/backend/generated/RunStatus';
import type { RunStep } from '$lib/backend/generated/RunStep';
import type { RunStepState } from '$lib/backend/generated/RunStepState';
import type { RunSummary } from '$lib/backend/generated/RunSummary';

export function isUnderWay(status: RunStatus): boolean {
  return status === 'running' || status === 'cancelling';
}

const openStates: readonly RunStepState[] = ['waiting', 'running'];

/** The steps of the waybill: without the snapshot before them and the reading back after them. */
const counted = (steps: readonly RunStep[]) =>
  steps.filter(({ kind }) => kind !== 'capture' && kind !== 'verify');

export interface Pace {
  /** In one sentence. */
  text: string;
  since: Date;
  recovered?: Date;
}

function paceAfter(pace: Pace | undefined, { slowed, ended }: RunProgress): Pace | undefined {
  if (slowed) {
    const since = pace && !pace.recovered ? pace.since : new Date();
    return pace?.text === slowed && !pace.recovered ? pace : { text: slowed, since };
  }
  return pace && !pace.recovered && !ended ? { ...pace, recovered: new Date() } : pace;
}

export class LiveRun {
  summary = $state.raw<RunSummary | undefined>(undefined);
  /** The newest message; rate, time left and what slows the run. */
  progress = $state.raw<RunProgress | undefined>(undefined);
  items = new SvelteMap<string, RunItem>();
  /** The steps, where it carries out a waybill, in the order of the plan. */
  steps = $state.raw<readonly RunStep[]>([]);
  log = $state.raw<readonly RunLogLine[]>([]);
  /** The service asked for fewer calls; and when it no longer did. */
  pace = $state.raw<Pace | undefined>(undefined);
  error = $state.raw<CommandError | undefined>(undefined);
  users = 0;
  private readonly counted = $derived(counted(this.steps));
  /** Steps that have ended; without steps, artifacts fetched, carried over or failed. */
  settled = $derived.by(() => {
    if (this.counted.length > 0)
      return this.counted.filter(({ state }) => !openStates.includes(state)).length;
    const counts = this.summary?.counts;
    return counts ? counts.fetched + counts.carried + counts.failed : 0;
  });
  planned = $derived(this.counted.length || (this.summary?.counts.planned ?? 0));
  failed = $derived(
    this.counted.length > 0
      ? this.counted.filter((step) => step.state === 'failed').length
      : (this.summary?.counts.failed ?? 0),
  );

  constructor(readonly id: string) {}

  async watch(): Promise<void> {
    this.error = undefined;
    try {
      const early: RunProgress[] = [];
      let known = false;
      const detail = await backend().runWatch(this.id, (progress) => {
        if (known) this.take(progress);
        else early.push(progress);
      });
      this.begin(detail);
      known = true;
      early.forEach((progress) => this.take(progress));
    } catch (refusal) {
      this.error = asCommandError(refusal);
    }
  }

  private begin(detail: RunDetail): void {
    this.summary = detail.summary;
    this.items.clear();
    for (const item of detail.items) this.items.set(item.id, item);
    this.steps = detail.steps;
    this.log = detail.log;
  }

  private take(progress: RunProgress): void {
    this.progress = progress;
    this.pace = paceAfter(this.pace, progress);
    for (const item of progress.items) this.items.set(item.id, item);
    if (progress.steps.length > 0) this.takeSteps(progress.steps);
    if (progress.log.length > 0) this.log = [...this.log, ...progress.log];
    if (progress.ended) this.summary = progress.ended;
    else if (this.summary) {
      const { status, phase, counts } = progress;
      this.summary = { ...this.summary, status, phase, counts };
    }
  }

  private takeSteps(changed: readonly RunStep[]): void {
    const news: Partial<Record<string, RunStep>> = {};
    for (const step of changed) news[step.key] = step;
    const unheard = changed.filter(({ key }) => !this.steps.some((step) => step.key === key));
    this.steps = [...this.steps.map((step) => news[step.key] ?? step), ...unheard];
  }
}

const watched: Record<string, LiveRun | undefined> = {};

/** The shared watch of a run; for a component while it is being set up (`{#key run}` around it). */
export function liveRun(id: string): LiveRun {
  let live = watched[id];
  if (!live) {
    live = new LiveRun(id);
    watched[id] = live;
    void live.watch();
  }
  const shared = live;
  shared.users++;
  onDestroy(() => {
    shared.users--;
    if (shared.users > 0) return;
    delete watched[id];
    void backend()
      .runUnwatch(id)
      .catch(() => undefined);
  });
  return shared;
}
