/**
 * The open move: how it stands, its plan, and what changes it. Changes are shown at once and sent
 * one after the other; what was changed meanwhile goes along with the next.
 */
import { asCommandError, backend } from '$lib/backend';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { MoveEdit } from '$lib/backend/generated/MoveEdit';
import type { MovePlan } from '$lib/backend/generated/MovePlan';
import type { MoveView } from '$lib/backend/generated/MoveView';
import type { NeedsView } from '$lib/backend/generated/NeedsView';
import type { RunSummary } from '$lib/backend/generated/RunSummary';
import type { WorkProgress } from '$lib/backend/generated/WorkProgress';
import { m } from '$lib/paraglide/messages';
import { withSecrets } from '$lib/state/asks.svelte';
import { isUnderWay } from '$lib/state/live-run.svelte';
import { outdate } from '$lib/state/reading.svelte';

let tickets = 0;

/** A name for a piece of work that can be cancelled. */
export function newTicket(): string {
  return `move-${++tickets}`;
}

class OpenMove {
  id = $state.raw<string>();
  view = $state.raw<MoveView>();
  /** Why the move could not be read or changed. */
  error = $state.raw<CommandError>();
  /** The plan as it was last made; undefined while there is none for what is chosen now. */
  planned = $state.raw<MovePlan>();
  /** What the present choice needs. */
  needs = $state.raw<NeedsView>();
  /** Both places are read and checked now. */
  planning = $state(false);
  /** How far planning is. */
  progress = $state.raw<WorkProgress>();
  /** Why planning failed. */
  planError = $state.raw<CommandError>();
  /** A change is on its way. */
  saving = $state(false);
  #ticket: string | undefined;
  /** How many changes were made: a plan of what was before counts no more. */
  #changes = 0;
  #waiting: MoveEdit | undefined;
  #sending: Promise<void> | undefined;
  /** The last warning that was sent as read, or as not read. */
  #reading: Promise<void> = Promise.resolve();

  /** Opens a move; what another one had is forgotten. */
  async open(id: string): Promise<void> {
    if (this.id !== id) {
      this.forget();
      this.id = id;
    }
    await this.reload();
  }

  /** Reads the move and its plan anew. */
  async reload(): Promise<void> {
    const id = this.id;
    if (id === undefined) return;
    try {
      const view = await backend().move(id);
      const plan = view.planned ? await backend().movePlanned(id) : null;
      if (this.id !== id) return;
      this.error = undefined;
      if (!this.saving) {
        this.view = { ...view, planned: plan !== null };
        if (!this.planning) this.planned = plan ?? undefined;
      }
      await this.#readNeeds(view);
    } catch (refusal) {
      if (this.id === id) this.error = asCommandError(refusal);
    }
  }

  /** Changes the move; what is shown changes at once. */
  async edit(edit: MoveEdit): Promise<void> {
    if (!this.view) return;
    this.#changes++;
    this.#waiting = { ...this.#waiting, ...edit };
    this.view = { ...this.view, ...shownOf(edit), planned: false };
    this.planned = undefined;
    this.planError = undefined;
    this.#sending ??= this.#send();
    await this.#sending;
  }

  async #send(): Promise<void> {
    const id = this.id;
    this.saving = true;
    try {
      while (this.#waiting && this.id === id && id !== undefined) {
        const edit = this.#waiting;
        this.#waiting = undefined;
        const view = await backend().moveEdit(id, edit);
        if (this.id === id && !this.#waiting) {
          this.take(view);
          await this.#readNeeds(view);
        }
      }
      this.error = undefined;
    } catch (refusal) {
      this.#waiting = undefined;
      if (this.id === id) {
        this.error = asCommandError(refusal);
        this.view = await backend()
          .move(id ?? '')
          .catch(() => this.view);
      }
    } finally {
      this.#sending = undefined;
      this.saving = false;
    }
  }

  async #readNeeds(view: MoveView): Promise<void> {
    const { id } = view.summary;
    const none = view.chosen.length === 0;
    const needs = none ? { rows: [], complete: true } : await backend().moveNeeds(id);
    if (this.id === id && !this.#waiting) this.needs = needs;
  }

  /** Takes the answer of a call that changed this move. */
  take(view: MoveView): void {
    if (view.summary.id !== this.id) return;
    this.view = view;
    if (!view.planned) this.planned = undefined;
    outdate('moves', `move:${view.summary.id}`);
  }

  /** Takes a plan that a call answered with. */
  takePlan(plan: MovePlan): void {
    if (plan.id === this.id) this.planned = plan;
  }

  /**
   * Says of a warning that it was read, or takes that back. Each waits for the one before: every answer
   * tells of all warnings, and a late one would take back what was said meanwhile.
   */
  acknowledge(rule: string, subject: ArtifactId | undefined, read: boolean): Promise<void> {
    const { id } = this;
    const sent = this.#reading.then(async () => {
      if (id === undefined || this.id !== id) return;
      const changes = this.#changes;
      const plan = await backend().moveAcknowledge(id, rule, subject, read);
      if (this.#changes === changes) this.takePlan(plan);
    });
    this.#reading = sent.catch(() => undefined);
    return sent;
  }

  /** Reads both places, plans and checks. False when that failed or was cancelled. */
  async plan(refresh = false): Promise<boolean> {
    await this.#sending;
    await this.#reading;
    const id = this.id;
    if (id === undefined || this.planning) return false;
    const ticket = newTicket();
    const changes = this.#changes;
    this.#ticket = ticket;
    this.planning = true;
    this.progress = undefined;
    this.planError = undefined;
    try {
      const plan = await withSecrets(() =>
        backend().movePlan(id, refresh, ticket, (progress) => {
          if (this.#ticket === ticket) this.progress = progress;
        }),
      );
      if (!plan) throw closedUnanswered();
      if (this.id !== id) return false;
      if (this.#changes !== changes) return false;
      this.planned = plan;
      if (this.view) this.view = { ...this.view, planned: true };
      this.planning = false;
      await this.reload();
      outdate('moves', `move:${id}`);
      return true;
    } catch (refusal) {
      if (this.id === id) this.planError = asCommandError(refusal);
      return false;
    } finally {
      if (this.#ticket === ticket) {
        this.#ticket = undefined;
        this.planning = false;
      }
    }
  }

  /** Ends planning before its time. */
  cancel(): void {
    if (this.#ticket) void backend().workCancel(this.#ticket);
  }

  /** Something changed about a run: whether that concerns this move, it is read anew. */
  runChanged(run: RunSummary): void {
    const mine = this.view?.runs.find((one) => one.id === run.id);
    if (run.kind !== 'move') return;
    if (!mine && run.instanceId !== this.view?.to) return;
    if (mine && isUnderWay(mine.status) === isUnderWay(run.status)) return;
    void this.reload();
  }

  forget(): void {
    this.cancel();
    this.id = undefined;
    this.view = undefined;
    this.error = undefined;
    this.planned = undefined;
    this.needs = undefined;
    this.planning = false;
    this.progress = undefined;
    this.planError = undefined;
    this.saving = false;
    this.#ticket = undefined;
    this.#waiting = undefined;
    this.#sending = undefined;
  }
}

/** What a change shows before the application has answered. */
function shownOf(edit: MoveEdit): Partial<MoveView> {
  const shown = { ...edit };
  delete shown.name;
  return shown;
}

export function closedUnanswered(): CommandError {
  return { code: 'cancelled', message: m.move_secrets_closed(), retryable: true, context: {} };
}

/** The move that is open, or was last. */
export const openMove = new OpenMove();
