/** Runs of the double: they move by a timer, as fast as the scenario says. */
import type { ChangePlan } from '../../src/lib/backend/generated/ChangePlan';
import type { ChangeRequest } from '../../src/lib/backend/generated/ChangeRequest';
import type { InstanceView } from '../../src/lib/backend/generated/InstanceView';
import type { RunDetail } from '../../src/lib/backend/generated/RunDetail';
import type { RunItem } from '../../src/lib/backend/generated/RunItem';
import type { RunKind } from '../../src/lib/backend/generated/RunKind';
import type { RunLogLine } from '../../src/lib/backend/generated/RunLogLine';
import type { RunPhase } from '../../src/lib/backend/generated/RunPhase';
import type { RunProgress } from '../../src/lib/backend/generated/RunProgress';
import type { RunStatus } from '../../src/lib/backend/generated/RunStatus';
import type { RunStep } from '../../src/lib/backend/generated/RunStep';
import type { RunSummary } from '../../src/lib/backend/generated/RunSummary';
import { stateAfter } from './changes';
import { artifacts, resumable, run, snapshot } from './data';
import { isCounted, isOver, turn } from './hauls';
import { refusal, type DoubleState } from './state';

type Watcher = (progress: RunProgress) => void;
interface Wanted {
  kind: RunKind;
  planned: number;
  instance?: InstanceView;
  snapshot?: string;
  title?: string;
}

export class DoubleRuns {
  /** What slows a run, in a sentence. */
  readonly slowed = new Map<string, string>();
  private readonly logs = new Map<string, RunLogLine[]>();
  private made = 100;
  private readonly watchers = new Map<string, Watcher[]>();
  private readonly timers = new Map<string, ReturnType<typeof setInterval>>();

  constructor(
    private readonly state: DoubleState,
    private readonly changed: (run: RunSummary) => void,
  ) {
    for (const going of state.runs.filter((one) => one.status === 'running'))
      if (going.kind === 'move') this.haul(going, () => undefined);
      else this.go(going.id);
  }

  start({ kind, planned, instance, snapshot: of, title }: Wanted): RunSummary {
    const busy = this.state.runs.find(
      (one) => one.status === 'running' && instance && one.instanceId === instance.id,
    );
    if (busy) throw refusal('alreadyRunning', `A run on ${instance?.name} is under way.`);
    const begun = run(`r${++this.made}`, {
      kind,
      title,
      instanceId: instance?.id,
      instanceName: instance?.name,
      environment: instance?.environment,
      status: 'running',
      phase: 'fetching',
      startedAt: new Date().toISOString(),
      endedAt: undefined,
      headline: undefined,
      snapshot: of,
      counts: { planned, fetched: 0, carried: 0, failed: 0, bytes: 0 },
    });
    this.state.runs = [begun, ...this.state.runs];
    this.changed(begun);
    this.go(begun.id);
    return begun;
  }

  ofSnapshot(kind: 'verify' | 'extract', id: string): RunSummary {
    const of = this.state.snapshots.find((one) => one.id === id);
    if (!of) throw refusal('unknownSubject', 'This snapshot is not in the vault.');
    const instance = this.state.instances.find((one) => one.id === of.instanceId);
    return this.start({ kind, planned: of.artifacts, instance, snapshot: id });
  }

  /** A change runs through its phases, then leaves its mark on the catalogue. */
  change(instance: InstanceView, request: ChangeRequest, plan: ChangePlan): RunSummary {
    const begun = this.start({ kind: 'change', planned: 0, instance });
    clearInterval(this.timers.get(begun.id));
    const steps: [RunPhase, string][] = [
      ['reading', `Looked at it in ${instance.name}.`],
      ...(plan.backsUp ? ([['writing', 'Kept it in the vault.']] as [RunPhase, string][]) : []),
      ['changing', 'The service took the change.'],
      ['settling', 'The service says that it is done.'],
    ];
    this.logs.set(begun.id, []);
    let at = 0;
    const step = () => {
      const [phase] = steps[at] ?? [];
      const done = steps[at - 1];
      const fails = this.state.changeFails && done?.[0] === 'changing';
      const log: RunLogLine[] = done
        ? [
            fails
              ? {
                  at: new Date().toISOString(),
                  weight: 'failure',
                  text: this.state.changeFails?.message ?? '',
                  exchange: this.state.changeFails?.exchange,
                }
              : { at: new Date().toISOString(), weight: 'note', text: done[1] },
          ]
        : [];
      this.logs.set(begun.id, [...(this.logs.get(begun.id) ?? []), ...log]);
      at++;
      if (phase && !fails) return this.tell(this.put(begun.id, { phase }), [], undefined, log);
      clearInterval(this.timers.get(begun.id));
      const left = fails ? undefined : stateAfter(request);
      if (left) this.state.changed = { ...this.state.changed, [request.id]: left };
      const ended = this.put(begun.id, {
        status: fails ? 'failed' : 'done',
        phase: 'ended',
        endedAt: new Date().toISOString(),
        headline: fails ? this.state.changeFails?.message : `${plan.title}: done`,
        guidance: fails ? this.state.changeFails?.guidance : undefined,
      });
      this.tell(ended, [], ended, log);
    };
    this.timers.set(begun.id, setInterval(step, this.state.changePause));
    return begun;
  }

  /** A run of a move goes on step by step. */
  haul(begun: RunSummary, ended: (run: RunSummary) => void): RunSummary {
    const { id } = begun;
    const going = this.put(id, {
      ...begun,
      status: 'running',
      endedAt: undefined,
      headline: undefined,
    });
    clearInterval(this.timers.get(id));
    const step = () => {
      const haul = this.state.hauls[id];
      if (!haul) return;
      const { steps, items, log } = turn(haul);
      const failed = haul.steps.filter((one) => one.state === 'failed').length;
      const fetched = haul.steps.filter((one) => isCounted(one) && one.state === 'done').length;
      const planned = haul.steps.filter(isCounted).length;
      const counts = { planned, fetched, carried: 0, failed, bytes: 0 };
      const now = this.put(id, { counts }, false);
      if (!isOver(haul)) return this.tell(now, items, undefined, log, steps);
      clearInterval(this.timers.get(id));
      const over = this.put(id, {
        status: failed > 0 ? 'partial' : 'done',
        phase: 'ended',
        endedAt: new Date().toISOString(),
        headline: failed > 0 ? `Done, ${failed} failed` : '12 replaced and 9 activated in PROD',
      });
      ended(over);
      this.tell(over, items, over, log, steps);
    };
    this.timers.set(id, setInterval(step, this.state.changePause));
    return going;
  }

  resume(id: string): RunSummary {
    if (this.state.hauls[id]) return this.haul(this.find(id), () => undefined);
    const resumed = this.put(id, { status: 'running', phase: 'fetching', headline: undefined });
    this.go(id);
    return resumed;
  }

  end(id: string, status: RunStatus, headline: string): RunSummary {
    clearInterval(this.timers.get(id));
    const ended = this.put(id, {
      status,
      phase: 'ended',
      headline,
      endedAt: new Date().toISOString(),
    });
    this.tell(ended, [], ended);
    return ended;
  }

  detail(id: string): RunDetail {
    const summary = this.find(id);
    const haul = this.state.hauls[id];
    if (haul) {
      const steps = haul.steps.map((step) => ({ ...step }));
      return { summary, items: haul.items, steps, log: haul.log };
    }
    const kept = this.logs.get(id);
    if (kept) return { summary, items: [], steps: [], log: kept };
    const { counts } = summary;
    const settled = counts.fetched + counts.carried;
    const items = artifacts(counts.planned).map((artifact, at): RunItem => {
      if (at < counts.failed)
        return { id: artifact.id, state: 'failed', bytes: 0, reason: 'It is locked by M. Tanaka.' };
      if (at < counts.failed + counts.fetched)
        return { id: artifact.id, state: 'fetched', bytes: 42_000 };
      if (at < counts.failed + settled) return { id: artifact.id, state: 'carried', bytes: 0 };
      const state =
        summary.status === 'running' && at < counts.failed + settled + 4 ? 'running' : 'waiting';
      return { id: artifact.id, state, bytes: 0 };
    });
    return {
      summary,
      steps: [],
      items,
      log: [
        {
          at: summary.startedAt,
          weight: 'note',
          text: `Reading ${summary.instanceName ?? 'the vault'}.`,
        },
        ...(counts.failed > 0
          ? [
              {
                at: summary.startedAt,
                weight: 'failure' as const,
                text: 'Invoice import could not be read: it is locked by M. Tanaka.',
                exchange: {
                  method: 'GET',
                  path: '/ic/api/integration/v1/integrations/INVOICE_IMPORT%7C01.00.0000/archive',
                  status: 423,
                  body: '{"title":"Locked"}',
                  requestId: '00a1-77',
                },
              },
            ]
          : []),
        ...(summary.endedAt
          ? [{ at: summary.endedAt, weight: 'note' as const, text: summary.headline ?? '' }]
          : []),
      ],
    };
  }

  watch(id: string, onProgress: Watcher): RunDetail {
    this.watchers.set(id, [...(this.watchers.get(id) ?? []), onProgress]);
    return this.detail(id);
  }

  unwatch(id: string): void {
    this.watchers.delete(id);
  }

  private go(id: string): void {
    this.timers.set(
      id,
      setInterval(() => this.step(id), 100),
    );
  }

  private step(id: string): void {
    const going = this.find(id);
    const { counts } = going;
    const left = counts.planned - counts.fetched - counts.carried - counts.failed;
    if (left <= 0) return this.finish(going);
    const fetched = Math.min(left, this.state.pace);
    const all = artifacts(counts.planned);
    const from = counts.planned - left;
    const items = all
      .slice(from, from + fetched)
      .map((artifact): RunItem => ({ id: artifact.id, state: 'fetched', bytes: 42_000 }));
    const next = this.put(
      id,
      {
        counts: {
          ...counts,
          fetched: counts.fetched + fetched,
          bytes: counts.bytes + fetched * 42_000,
        },
      },
      false,
    );
    this.tell(next, items);
  }

  private finish(going: RunSummary): void {
    const { fetched, carried, planned } = going.counts;
    if (going.kind === 'backup' && going.instanceId && going.instanceName && going.environment) {
      const taken = snapshot(`new${going.id}0000`, {
        instanceId: going.instanceId,
        instanceName: going.instanceName,
        environment: going.environment,
        takenAt: new Date().toISOString(),
        artifacts: planned,
        added: fetched,
        changed: 0,
        carried,
        bytes: going.counts.bytes,
      });
      this.state.snapshots = [taken, ...this.state.snapshots];
      this.state.vault = {
        ...this.state.vault,
        snapshots: this.state.snapshots.length,
        bytes: going.counts.bytes,
      };
      this.put(going.id, { snapshot: taken.id }, false);
    }
    this.end(going.id, 'done', `Done, ${fetched} fetched, ${carried} carried over`);
  }

  private tell(
    summary: RunSummary,
    items: RunItem[],
    ended?: RunSummary,
    log: RunLogLine[] = [],
    steps: RunStep[] = [],
  ): void {
    const left = summary.counts.planned - summary.counts.fetched - summary.counts.carried;
    for (const watcher of this.watchers.get(summary.id) ?? [])
      watcher({
        run: summary.id,
        status: summary.status,
        phase: summary.phase,
        counts: summary.counts,
        bytesPerSecond: 2_400_000,
        secondsLeft: Math.round(left / (this.state.pace * 10)),
        inFlight: ended ? 0 : 8,
        items,
        steps,
        log,
        slowed: this.slowed.get(summary.id),
        ...(ended ? { ended } : {}),
      });
  }

  private find(id: string): RunSummary {
    const found = this.state.runs.find((one) => one.id === id);
    if (!found) throw refusal('unknownSubject', 'This run is not known.');
    return found;
  }

  private put(id: string, change: Partial<RunSummary>, tell = true): RunSummary {
    const changed = { ...this.find(id), ...change };
    changed.resumable = resumable(changed);
    this.state.runs = this.state.runs.map((one) => (one.id === id ? changed : one));
    if (tell) this.changed(changed);
    return changed;
  }
}
