/** Schedules as a person has them after some days. */
import type { BackupScheduleView } from '../../src/lib/backend/generated/BackupScheduleView';
import type { InstanceView } from '../../src/lib/backend/generated/InstanceView';
import type { ScheduleState } from '../../src/lib/backend/generated/ScheduleState';
import { ago, hour, instances } from './data';

/** One that is on time, one that missed its last time, one that is off. */
export function exampleSchedules(): BackupScheduleView[] {
  const [dev, test, prod] = instances;
  if (!dev || !test || !prod) return [];
  const made = (
    id: string,
    of: InstanceView,
    at: string,
    more: Partial<BackupScheduleView>,
  ): BackupScheduleView => ({
    id,
    form: {
      id,
      instance: of.id,
      on: more.state !== 'off',
      rhythm: { type: 'daily', at },
      zone: 'Europe/Vienna',
      selection: { type: 'everything' },
      catchUp: true,
      onBattery: false,
    },
    instanceName: of.name,
    environment: of.environment,
    words: `daily at ${at}`,
    state: 'waiting',
    next: [ago(-9 * hour)],
    past: [],
    ...more,
  });
  const due = (hours: number, state: ScheduleState, words: string) => ({
    dueAt: ago(hours * hour),
    at: ago(hours * hour),
    state,
    words,
  });
  return [
    made('S1', dev, '06:00', {
      past: [due(3, 'waiting', '6 changed, 806 carried over'), due(27, 'waiting', 'No change')],
    }),
    made('S2', test, '06:00', {
      state: 'missed',
      past: [
        due(3, 'missed', 'Waybill was not running, or the computer was off or asleep.'),
        due(27, 'partial', '2 of 812 artifacts were not read'),
      ],
    }),
    made('S3', prod, '22:00', { state: 'off', next: [] }),
  ];
}
