/** A file in words: what it is, what is wrong with it by weight, and its parts by their ids. */
import type { ArchiveType } from '$lib/backend/generated/ArchiveType';
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { InspectView } from '$lib/backend/generated/InspectView';
import type { IconName } from '$lib/icons/names';
import { artifactName } from '$lib/format/artifact-id';
import { bytes, when } from '$lib/format/format';
import { generationWord } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import { fileName } from '$lib/places/opened-files.svelte';
import type { Inspected } from '$lib/places/inspection.svelte';
import { ruleWords, secretRules } from './findings';
import { missing } from './parts';

export interface FileMark {
  icon: IconName;
  tone: 'ok' | 'warning' | 'blocking' | 'running' | 'skipped' | 'different';
  text: string;
}

const typeWord: Record<ArchiveType, () => string> = {
  iar: m.kind_integration,
  par: m.kind_package,
  car: m.kind_project,
  zip: m.inspect_type_zip,
  dvm: m.kind_lookup,
  csv: m.kind_lookup,
  jar: m.kind_library,
  js: m.kind_library,
  clone: m.inspect_type_clone,
};

/** What stands on its sheet: `iar`; before it was read, the ending of its name. */
export function sheetWord({ view, file }: Inspected): string {
  return view?.type ?? /\.([a-z0-9]{1,5})$/i.exec(file)?.[1]?.toLowerCase() ?? '';
}

/** `Package, 6 integrations, 1.8 MB` */
export function kindLine({ view, file }: Inspected): string {
  if (!view)
    return (typeWord[sheetWord({ file, state: 'waiting' }) as ArchiveType] ?? (() => ''))();
  const several = view.integrations.length > 1 || ['par', 'car', 'zip'].includes(view.type);
  return [
    typeWord[view.type](),
    several ? m.inspect_integrations({ count: view.integrations.length }) : '',
    view.unpacked ? m.inspect_unpacked() : '',
    bytes(view.bytes),
  ]
    .filter(Boolean)
    .join(', ');
}

/** What the file is called by what it holds. */
export function title({ view, file }: Inspected): string {
  const only = view?.integrations.length === 1 ? view.integrations[0]?.name : undefined;
  if (view?.type === 'par') return view.package || fileName(file);
  if (view?.type === 'car') return view.project || fileName(file);
  if (view?.type === 'iar') return only || fileName(file);
  return fileName(file);
}

/** `Package exported by OIC 3, 26.10, on 12 Nov, 09:02` */
export function headline(view: InspectView, now: Date): string {
  const service = [view.generation && generationWord[view.generation], view.serviceVersion]
    .filter(Boolean)
    .join(', ');
  const kind = typeWord[view.type]();
  const at = view.exportedAt ? when(view.exportedAt, now, 'inSentence') : '';
  if (service && at) return m.inspect_exported_by_on({ kind, service, when: at });
  if (service) return m.inspect_exported_by({ kind, service });
  return at ? m.inspect_exported_on({ kind, when: at }) : kind;
}

/** `6 integrations, 5 connections, 2 lookups, 1 library` */
export function holdings(view: InspectView): string {
  const counts: Partial<Record<ArtifactKind, number>> = {};
  for (const { id } of view.artifacts) {
    const { kind } = artifactName(id);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const words: [ArtifactKind, (count: number) => string][] = [
    ['project', (count) => m.inspect_projects({ count })],
    ['integration', (count) => m.inspect_integrations({ count })],
    ['connection', (count) => m.inspect_connections({ count })],
    ['lookup', (count) => m.inspect_lookups({ count })],
    ['library', (count) => m.inspect_libraries({ count })],
    ['schedule', (count) => m.inspect_schedules({ count })],
    ['deployment', (count) => m.inspect_deployments({ count })],
  ];
  return words.flatMap(([kind, word]) => (counts[kind] ? [word(counts[kind])] : [])).join(', ');
}

const oddityMark: Record<string, () => string> = {
  repacked: m.inspect_odd_repacked,
  'file-manager-traces': m.inspect_odd_traces,
  renamed: m.inspect_odd_renamed,
  'seal-removed': m.inspect_odd_seal,
  'identity-differs': m.inspect_odd_identity,
  missing: m.inspect_odd_missing,
  unreadable: m.inspect_odd_unreadable,
  'symbolic-link': m.inspect_odd_link,
  incomplete: m.inspect_odd_incomplete,
  unknown: m.inspect_odd_unknown,
  recordings: m.inspect_odd_recordings,
};

const known = new WeakMap<Inspected, readonly FileMark[]>();

/** What is wrong with a file, the weightiest first; an entry never changes, so its marks are kept. */
export function marksOf(entry: Inspected): readonly FileMark[] {
  const before = known.get(entry);
  if (before) return before;
  const made = marks(entry);
  known.set(entry, made);
  return made;
}

function marks({ state, view, error }: Inspected): FileMark[] {
  if (state === 'waiting')
    return [{ icon: 's-waiting', tone: 'skipped', text: m.inspect_waiting() }];
  if (state === 'stopped')
    return [{ icon: 's-skipped', tone: 'skipped', text: m.inspect_stopped() }];
  if (!view) {
    const damaged = error?.code === 'archiveDamaged';
    const text = damaged ? m.inspect_damaged() : m.inspect_cannot_read();
    return [{ icon: 's-failed', tone: 'blocking', text }];
  }
  const found: FileMark[] = [];
  for (const rule of secretRules) {
    const count = view.findings.filter((one) => one.rule === rule).length;
    if (count === 0) continue;
    const { mark, icon, tone } = ruleWords(rule);
    found.push({ icon, tone, text: mark({ count }) });
  }
  if (view.notes.length > 0)
    found.push({ icon: 's-warning', tone: 'warning', text: m.inspect_not_all_read() });
  if (view.certificates.length > 0)
    found.push({
      icon: 's-warning',
      tone: 'warning',
      text: m.inspect_certificates_missing({ count: view.certificates.length }),
    });
  const lacking = missing(view).length;
  if (lacking > 0)
    found.push({
      icon: 's-note',
      tone: 'skipped',
      text: m.inspect_not_inside({ count: lacking }),
    });
  for (const kind of new Set(view.oddities.map((one) => one.kind)))
    found.push({
      icon: 's-note',
      tone: 'skipped',
      text: (oddityMark[kind] ?? m.inspect_odd_other)(),
    });
  if (found.length === 0) found.push({ icon: 's-ok', tone: 'ok', text: m.inspect_sound() });
  return found;
}

/** The file opens, and nothing in it has to be looked at. */
export function isSound(entry: Inspected): boolean {
  return marksOf(entry)[0]?.tone === 'ok';
}

/** It cannot be read, or it gives something away. */
export function isWrong(entry: Inspected): boolean {
  return marksOf(entry).some((mark) => mark.tone === 'blocking');
}
