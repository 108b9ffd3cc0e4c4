/** How a schedule stands, as glyph and word. */
import type { BackupScheduleView } from '$lib/backend/generated/BackupScheduleView';
import type { Day } from '$lib/backend/generated/Day';
import type { ScheduleState } from '$lib/backend/generated/ScheduleState';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';

const marks: Record<ScheduleState, Mark> = {
  off: { icon: 's-skipped', tone: 'skipped', label: m.backup_schedule_state_off },
  waiting: { icon: 's-ok', tone: 'ok', label: m.backup_schedule_state_waiting },
  running: { icon: 's-running', tone: 'running', label: m.backup_schedule_state_running },
  postponed: { icon: 's-warning', tone: 'warning', label: m.backup_schedule_state_postponed },
  missed: { icon: 's-warning', tone: 'warning', label: m.backup_schedule_state_missed },
  failed: { icon: 's-failed', tone: 'blocking', label: m.backup_schedule_state_failed },
  partial: { icon: 's-warning', tone: 'warning', label: m.backup_schedule_state_partial },
};
const notDue: Mark = { icon: 's-skipped', tone: 'skipped', label: m.backup_schedule_state_new };

export function stateMark(state: ScheduleState): Mark {
  return marks[state];
}

/** Of one that was never due nothing can be said yet. */
export function scheduleMark(schedule: BackupScheduleView): Mark {
  return schedule.state === 'waiting' && schedule.past.length === 0
    ? notDue
    : marks[schedule.state];
}

export const days: readonly Day[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

export const dayWord: Record<Day, () => string> = {
  monday: m.backup_schedule_monday,
  tuesday: m.backup_schedule_tuesday,
  wednesday: m.backup_schedule_wednesday,
  thursday: m.backup_schedule_thursday,
  friday: m.backup_schedule_friday,
  saturday: m.backup_schedule_saturday,
  sunday: m.backup_schedule_sunday,
};
