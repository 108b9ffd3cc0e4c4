/** What the palette offers, and what of it matches what was typed. */
import { asCommandError } from '$lib/backend';
import type { Environment } from '$lib/backend/generated/Environment';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import { changes, type Offer } from '$lib/changes/changes.svelte';
import { isReadOnly } from '$lib/changes/writes';
import type { IconName } from '$lib/icons/names';
import { commandKey } from '$lib/keys/keys.svelte';
import { m } from '$lib/paraglide/messages';
import { chooseFiles, chooseFolder } from '$lib/places/inspection.svelte';
import { router, type Route } from '$lib/router/router.svelte';
import { railEntries, type RailEntry } from '$lib/router/routes';
import { openWaybill, startBackup, startMove } from '$lib/state/actions';
import { notices } from '$lib/state/notices.svelte';

export interface PaletteEntry {
  id: string;
  group: 'artifact' | 'screen' | 'instance' | 'command';
  label: string;
  icon: IconName;
  environment?: Environment;
  keys?: string;
  /** Why it cannot be done now. */
  off?: string;
  run: () => void;
}

const screenNames: Record<RailEntry, () => string> = {
  home: m.screen_home,
  instances: m.screen_instances,
  explore: m.screen_explore,
  backups: m.screen_backups,
  move: m.screen_move,
  compare: m.screen_compare,
  activity: m.screen_activity,
  settings: m.screen_settings,
};

export function paletteEntries(
  instances: readonly InstanceView[],
  onkeys: () => void,
  offer?: Offer,
): PaletteEntry[] {
  const goTo = (route: Route) => () => router.go(route);
  return [
    ...(offer?.actions ?? []).map((action): PaletteEntry => ({
      id: `artifact-${action.id}`,
      group: 'artifact',
      label: m.palette_artifact({ action: action.label, code: offer?.code ?? '' }),
      icon: action.icon,
      ...(offer ? { environment: offer.instance.environment } : {}),
      ...(action.off ? { off: action.off } : {}),
      run: () => offer?.ask(action.id),
    })),
    ...instances.map((instance): PaletteEntry => ({
      id: `explore-${instance.id}`,
      group: 'instance',
      label: m.palette_explore({ name: instance.name }),
      icon: 'explore',
      environment: instance.environment,
      run: goTo({ screen: 'explore', place: { type: 'instance', id: instance.id } }),
    })),
    ...instances.flatMap((instance): PaletteEntry[] => [
      {
        id: `backup-${instance.id}`,
        group: 'command',
        label: m.palette_backup({ name: instance.name }),
        icon: 'backups',
        environment: instance.environment,
        run: () => void tellRefusal(backUp(instance)),
      },
      {
        id: `move-${instance.id}`,
        group: 'command',
        label: m.palette_move_from({ name: instance.name }),
        icon: 'move',
        environment: instance.environment,
        run: () => void tellRefusal(startMove({ from: { type: 'instance', id: instance.id } })),
      },
      {
        id: `restore-${instance.id}`,
        group: 'command',
        label: m.palette_restore({ name: instance.name }),
        icon: 'undo',
        environment: instance.environment,
        run: goTo({ screen: 'backups', instance: instance.id }),
      },
      {
        id: `snapshots-${instance.id}`,
        group: 'command',
        label: m.palette_snapshots({ name: instance.name }),
        icon: 'book',
        environment: instance.environment,
        run: goTo({ screen: 'backups', instance: instance.id }),
      },
    ]),
    ...instances
      .filter((instance) => isReadOnly(instance, Date.now()))
      .map((instance): PaletteEntry => ({
        id: `allow-${instance.id}`,
        group: 'command',
        label: m.palette_allow({ name: instance.name }),
        icon: 'edit',
        environment: instance.environment,
        run: () => changes.allow(instance),
      })),
    {
      id: 'move',
      group: 'command',
      label: m.palette_move(),
      icon: 'move',
      run: () => void tellRefusal(startMove({})),
    },
    {
      id: 'open-waybill',
      group: 'command',
      label: m.palette_move_open(),
      icon: 'file',
      run: () => void tellRefusal(openWaybill()),
    },
    {
      id: 'add-instance',
      group: 'command',
      label: m.add_instance(),
      icon: 'plus',
      run: goTo({ screen: 'instance-new' }),
    },
    {
      id: 'open-files',
      group: 'command',
      label: m.palette_open_files(),
      icon: 'file',
      run: () => void tellRefusal(chooseFiles()),
    },
    {
      id: 'open-folder',
      group: 'command',
      label: m.palette_open_folder(),
      icon: 'folder',
      run: () => void tellRefusal(chooseFolder()),
    },
    {
      id: 'search',
      group: 'command',
      label: m.palette_search(),
      icon: 'search',
      run: goTo({ screen: 'search' }),
    },
    {
      id: 'compare',
      group: 'command',
      label: m.palette_compare(),
      icon: 'compare',
      run: goTo({ screen: 'compare' }),
    },
    { id: 'keys', group: 'command', label: m.keys_title(), icon: 'info', keys: '?', run: onkeys },
    ...railEntries.map((entry, index): PaletteEntry => ({
      id: `screen-${entry}`,
      group: 'screen',
      label: screenNames[entry](),
      icon: entry,
      keys: `${commandKey} ${index + 1}`,
      run: goTo({ screen: entry }),
    })),
  ];
}

async function backUp(instance: InstanceView): Promise<void> {
  const run = await startBackup(instance.id);
  if (run) router.go({ screen: 'activity', run: run.id });
}

/** The palette is closed by then, so a refusal is told as a notice. */
async function tellRefusal(action: Promise<unknown>): Promise<void> {
  try {
    await action;
  } catch (refusal) {
    const { message, guidance } = asCommandError(refusal);
    notices.say([message, guidance].filter(Boolean).join(' '));
  }
}

/** The entries under their headings, in the order they are shown. */
export function grouped(entries: readonly PaletteEntry[]) {
  const of = (group: PaletteEntry['group']) => entries.filter((entry) => entry.group === group);
  return [
    { name: m.palette_artifacts(), entries: of('artifact') },
    { name: m.palette_instances(), entries: of('instance') },
    { name: m.palette_commands(), entries: of('command') },
    { name: m.palette_screens(), entries: of('screen') },
  ].filter((group) => group.entries.length > 0);
}

/** Every word typed has to be in the entry, in any order. */
export function matching(entries: readonly PaletteEntry[], sought: string): PaletteEntry[] {
  const words = sought.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const label = entry.label.toLocaleLowerCase();
    return words.every((word) => label.includes(word));
  });
}
