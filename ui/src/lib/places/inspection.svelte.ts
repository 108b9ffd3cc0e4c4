/**
 * What was looked into since the window is there: every file with its answer. It outlives the
 * screen, so that Back leads to what was there. Answers arrive one by one and are shown in batches.
 */
import { asCommandError, backend } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { InspectAnswer } from '$lib/backend/generated/InspectAnswer';
import type { InspectView } from '$lib/backend/generated/InspectView';
import { m } from '$lib/paraglide/messages';
import { router } from '$lib/router/router.svelte';
import { fileName, openedFiles } from './opened-files.svelte';

export interface Inspected {
  file: string;
  state: 'waiting' | 'read' | 'failed' | 'stopped';
  view?: InspectView;
  error?: CommandError;
}

/** Answers that come within this time are shown together. */
const batchMs = 60;
let last = 0;

class Inspection {
  entries = $state.raw<readonly Inspected[]>([]);
  /** The file the person is on. */
  chosen = $state<string>();
  openedAt = $state.raw<Date>();
  /** Files in folders that look like archives and are none. */
  passedOver = $state(0);
  /** Some of what is looked through is a folder: how many files there will be is not known. */
  folders = $state(false);
  /** What ended an inspection before its end. */
  error = $state.raw<CommandError>();
  #running = $state.raw<readonly string[]>([]);
  #byFile: Record<string, Inspected> = {};
  /** Folders that answered with the files in them, and the first of these. */
  #within: Record<string, string> = {};
  #removed: Record<string, boolean> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly current = $derived(
    this.entries.find((one) => one.file === this.chosen) ?? this.entries[0],
  );

  get busy(): boolean {
    return this.#running.length > 0;
  }

  /** Looks into what was dropped or chosen and shows it. */
  open(paths: readonly string[]): void {
    const [first] = paths;
    if (first === undefined) return;
    openedFiles.keep(...paths);
    this.chosen = first;
    void this.look(paths);
    router.go({ screen: 'inspect', file: first });
  }

  /** A file named by the address; looked into unless it was taken from the list. */
  arrive(file: string): void {
    if (this.#byFile[file] || this.#within[file]) {
      this.chosen = this.#byFile[file] ? file : this.#within[file];
    } else if (!this.#removed[file]) {
      this.chosen = file;
      openedFiles.keep(file);
      void this.look([file]);
    }
  }

  /** Looks into paths; those that were read before are left as they are. */
  async look(paths: readonly string[]): Promise<void> {
    const fresh = paths.filter((path) => {
      const known = this.#byFile[path];
      return !known || known.state === 'failed' || known.state === 'stopped';
    });
    if (fresh.length === 0) return;
    for (const file of fresh) {
      delete this.#removed[file];
      this.#byFile[file] = { file, state: 'waiting' };
    }
    this.openedAt = new Date();
    this.error = undefined;
    this.#show();
    const ticket = `inspect-${Date.now()}-${++last}`;
    this.#running = [...this.#running, ticket];
    const goesOn = () => this.#running.includes(ticket);
    let failure: CommandError | undefined;
    try {
      const { passedOver } = await backend().inspect([...fresh], ticket, (answer) => {
        if (goesOn()) this.#take(answer, fresh);
      });
      if (goesOn()) this.passedOver += passedOver;
    } catch (refusal) {
      failure = asCommandError(refusal);
    }
    if (!goesOn()) return;
    this.#running = this.#running.filter((one) => one !== ticket);
    if (failure && failure.code !== 'cancelled') this.error = failure;
    this.#settle(fresh, failure);
  }

  /** Stops what is under way; what was read stays. */
  cancel(): void {
    for (const ticket of this.#running) void backend().workCancel(ticket);
    this.#running = [];
    const open = this.entries.filter((one) => one.state === 'waiting').map((one) => one.file);
    this.#settle(open, { code: 'cancelled', message: '', retryable: true, context: {} });
  }

  remove(file: string): void {
    const at = this.entries.findIndex((one) => one.file === file);
    const next = this.entries[at + 1] ?? this.entries[at - 1];
    delete this.#byFile[file];
    this.#removed[file] = true;
    if (this.current?.file === file) this.chosen = next?.file;
    this.#show();
  }

  /** Takes everything from the list; the files themselves stay where they are. */
  clear(): void {
    this.cancel();
    for (const { file } of this.entries) this.#removed[file] = true;
    this.#byFile = {};
    this.#within = {};
    this.chosen = undefined;
    this.passedOver = 0;
    this.error = undefined;
    this.folders = false;
    this.#show();
  }

  /** For tests: a fresh window. */
  forget(): void {
    this.clear();
    this.#removed = {};
  }

  #take(answer: InspectAnswer, asked: readonly string[]): void {
    const { file } = answer.value;
    if (this.#removed[file]) return;
    if (!this.#byFile[file]) {
      const folder = asked.find((path) => lies(file, path));
      if (folder !== undefined) this.#giveWay(folder, file);
    }
    this.#byFile[file] =
      answer.outcome === 'read'
        ? { file, state: 'read', view: answer.value }
        : { file, state: 'failed', error: asCommandError(answer.value.error) };
    this.#timer ??= setTimeout(() => this.#show(), batchMs);
  }

  /** A folder gives way to the files in it. */
  #giveWay(folder: string, file: string): void {
    this.folders = true;
    this.#within[folder] ??= file;
    delete this.#byFile[folder];
    if (this.chosen === folder) this.chosen = file;
  }

  /** Says of what got no answer why there is none. */
  #settle(asked: readonly string[], failure: CommandError | undefined): void {
    for (const file of asked) {
      if (this.#byFile[file]?.state !== 'waiting') continue;
      if (failure?.code === 'cancelled') this.#byFile[file] = { file, state: 'stopped' };
      else this.#byFile[file] = { file, state: 'failed', error: failure ?? nothingIn(file) };
    }
    this.#show();
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.entries = Object.values(this.#byFile);
  }
}

export const inspection = new Inspection();

function lies(file: string, folder: string): boolean {
  const root = folder.replace(/[\\/]+$/, '');
  return file.startsWith(root) && /^[\\/]/.test(file.slice(root.length));
}

function nothingIn(file: string): CommandError {
  return {
    code: 'notOracleIntegration',
    message: m.inspect_nothing_in({ file: fileName(file) }),
    guidance: m.inspect_nothing_in_guidance(),
    retryable: false,
    context: {},
  };
}

/** Lets the person choose files and looks into them. */
export async function chooseFiles(): Promise<void> {
  inspection.open(await backend().filesChoose());
}

/** Lets the person choose a folder and looks into what lies in it. */
export async function chooseFolder(): Promise<void> {
  const folder = await backend().folderChoose();
  if (folder !== null) inspection.open([folder]);
}
