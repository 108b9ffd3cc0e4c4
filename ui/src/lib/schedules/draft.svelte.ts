/** A schedule while a person fills it in. */
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { BackupScheduleView } from '$lib/backend/generated/BackupScheduleView';
import type { Day } from '$lib/backend/generated/Day';
import type { Rhythm } from '$lib/backend/generated/Rhythm';
import type { ScheduleForm } from '$lib/backend/generated/ScheduleForm';
import type { SelectionView } from '$lib/backend/generated/SelectionView';

export type Often = Rhythm['type'];

export class ScheduleDraft {
  instance = $state('');
  often = $state<Often>('daily');
  minute = $state('0');
  at = $state('05:30');
  days = $state<Day[]>(['monday', 'tuesday', 'wednesday', 'thursday', 'friday']);
  line = $state('30 5 * * 1-5');
  catchUp = $state(true);
  onBattery = $state(false);
  what = $state<SelectionView['type']>('everything');
  kinds = $state<ArtifactKind[]>([]);
  private readonly before: BackupScheduleView | undefined;

  constructor(instance: string, before?: BackupScheduleView) {
    this.instance = before?.form.instance ?? instance;
    this.before = before;
    if (!before) return;
    const { rhythm, catchUp, onBattery, selection } = before.form;
    this.what = selection.type;
    if (selection.type === 'kinds') this.kinds = [...selection.kinds];
    this.often = rhythm.type;
    this.catchUp = catchUp;
    this.onBattery = onBattery;
    if (rhythm.type === 'hourly') this.minute = String(rhythm.minute);
    if (rhythm.type === 'daily' || rhythm.type === 'weekly') this.at = rhythm.at;
    if (rhythm.type === 'weekly') this.days = [...rhythm.days];
    if (rhythm.type === 'cron') this.line = rhythm.text;
  }

  get zone(): string {
    return this.before?.form.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  turn(day: Day): void {
    this.days = this.days.includes(day)
      ? this.days.filter((one) => one !== day)
      : [...this.days, day];
  }

  form(): ScheduleForm {
    return {
      ...(this.before ? { id: this.before.id } : {}),
      instance: this.instance,
      on: this.before?.form.on ?? true,
      rhythm: this.rhythm(),
      zone: this.zone,
      selection: this.selection(),
      catchUp: this.catchUp,
      onBattery: this.onBattery,
    };
  }

  turnKind(kind: ArtifactKind): void {
    this.kinds = this.kinds.includes(kind)
      ? this.kinds.filter((one) => one !== kind)
      : [...this.kinds, kind];
  }

  /** How many artifacts were named one by one, on the command line. */
  get named(): number {
    const selection = this.before?.form.selection;
    return selection?.type === 'only' ? selection.ids.length : 0;
  }

  private selection(): SelectionView {
    const before = this.before?.form.selection;
    if (this.what === 'kinds') return { type: 'kinds', kinds: this.kinds };
    return this.what === 'only' && before?.type === 'only' ? before : { type: 'everything' };
  }

  private rhythm(): Rhythm {
    switch (this.often) {
      case 'hourly':
        // What is no number is refused with its field.
        return { type: 'hourly', minute: /^\d{1,2}$/.test(this.minute) ? Number(this.minute) : 99 };
      case 'daily':
        return { type: 'daily', at: this.at };
      case 'weekly':
        return { type: 'weekly', days: this.days, at: this.at };
      case 'cron':
        return { type: 'cron', text: this.line };
    }
  }
}
