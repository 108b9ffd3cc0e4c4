/** Schedules of the double: kept in its state, due when the state says so. */
import type { Backend } from '../../src/lib/backend';
import type { BackupScheduleView } from '../../src/lib/backend/generated/BackupScheduleView';
import type { KeeperView } from '../../src/lib/backend/generated/KeeperView';
import type { Rhythm } from '../../src/lib/backend/generated/Rhythm';
import type { ScheduleForm } from '../../src/lib/backend/generated/ScheduleForm';
import type { NextBackup } from '../../src/lib/backend/generated/NextBackup';
import { DoubleClones } from './clones';
import { hour } from './data';
import { refusal, type DoubleState } from './state';

function words(rhythm: Rhythm): string {
  switch (rhythm.type) {
    case 'hourly':
      return 'every hour';
    case 'daily':
      return `daily at ${rhythm.at}`;
    case 'weekly':
      return `Mondays at ${rhythm.at}`;
    case 'cron':
      return `by cron, ${rhythm.text}`;
  }
}

function savedSchedule(state: DoubleState, form: ScheduleForm): BackupScheduleView {
  const { rhythm } = form;
  if ('at' in rhythm && !/^([01]\d|2[0-3]):[0-5]\d$/.test(rhythm.at)) {
    throw refusal('badInput', `\`${rhythm.at}\` is no time of day.`, { context: { field: 'at' } });
  }
  const all = (state.schedules ??= []);
  const before = all.find((one) => one.id === form.id);
  const instance = state.instances.find((one) => one.id === form.instance);
  if (!instance) throw refusal('unknownSubject', 'There is no such instance.');
  const id = form.id ?? `S${String(all.length + 1)}`;
  const saved: BackupScheduleView = {
    id,
    form: { ...form, id },
    instanceName: instance.name,
    environment: instance.environment,
    words: words(rhythm),
    state: form.on ? 'waiting' : 'off',
    next: form.on ? [new Date(Date.now() + 8 * hour).toISOString()] : [],
    past: before?.past ?? [],
  };
  state.schedules = before ? all.map((one) => (one === before ? saved : one)) : [...all, saved];
  return saved;
}

function turnedSchedule(state: DoubleState, id: string, on: boolean): BackupScheduleView {
  const known = state.schedules?.find((one) => one.id === id);
  if (!known) throw refusal('unknownSubject', 'There is no such schedule.');
  return savedSchedule(state, { ...known.form, on });
}

function removedSchedule(state: DoubleState, id: string): void {
  state.schedules = state.schedules?.filter((one) => one.id !== id) ?? [];
}

function keeperOf(state: DoubleState): KeeperView {
  return { platform: 'systemd', installed: state.keeps ?? false, files: [] };
}

/** The next backup of an instance, where it has a schedule. */
export function nextBackupOf(state: DoubleState, instance: string): { nextBackup?: NextBackup } {
  const schedule = state.schedules?.find((one) => one.form.instance === instance);
  if (!schedule) return {};
  const last = schedule.past[0];
  const open = last && last.state !== 'waiting' ? last : undefined;
  return {
    nextBackup: {
      words: schedule.words,
      state: schedule.form.on ? (open?.state ?? 'waiting') : 'off',
      ...(schedule.next[0] ? { at: schedule.next[0] } : {}),
      ...(open ? { dueAt: open.dueAt, ...(open.words ? { why: open.words } : {}) } : {}),
    },
  };
}

export abstract class DoubleSchedules extends DoubleClones {
  /** Tells the window that what belongs to instances changed. */
  protected abstract override told<Answer>(answer: Answer): Answer;

  schedules = () => this.answer('schedules', [], () => this.state.schedules ?? []);
  scheduleSave: Backend['scheduleSave'] = (form) =>
    this.answer('scheduleSave', [form], () => this.told(savedSchedule(this.state, form)));
  scheduleTurn: Backend['scheduleTurn'] = (id, on) =>
    this.answer('scheduleTurn', [id, on], () => this.told(turnedSchedule(this.state, id, on)));
  scheduleRemove: Backend['scheduleRemove'] = (id) =>
    this.answer('scheduleRemove', [id], () => this.told(removedSchedule(this.state, id)));
  atLogin = () => this.answer('atLogin', [], () => this.state.atLogin ?? false);
  atLoginSet: Backend['atLoginSet'] = (on) =>
    this.answer('atLoginSet', [on], () => (this.state.atLogin = on));
  keeper = () => this.answer('keeper', [], () => keeperOf(this.state));
  keeperSet: Backend['keeperSet'] = (on) =>
    this.answer('keeperSet', [on], () => {
      this.state.keeps = on;
      return keeperOf(this.state);
    });
}
