/** Entries of the audit log: their words, and which are shown. */
import type { AuditView } from '$lib/backend/generated/AuditView';
import { artifactName } from '$lib/format/artifact-id';
import { whenFull } from '$lib/format/format';
import type { IconName } from '$lib/icons/names';
import { kindIcon } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';

/** How a change went, as it stands behind its name: `activate failed`. */
const endings: Partial<Record<string, () => string>> = {
  begun: m.audit_begun,
  failed: m.audit_failed,
  cancelled: m.audit_cancelled,
};

function parts({ action }: AuditView): { name: string; ending?: string } {
  const at = action.lastIndexOf(' ');
  const ending = action.slice(at + 1);
  return at > 0 && endings[ending] ? { name: action.slice(0, at), ending } : { name: action };
}

/** `Activate`, `Activate, failed`; the action as it was written down, and how it went. */
export function auditAction(entry: AuditView): string {
  const { name, ending } = parts(entry);
  const action = name.charAt(0).toUpperCase() + name.slice(1);
  const word = ending ? endings[ending]?.() : undefined;
  return word ? m.audit_action_ended({ action, ending: word }) : action;
}

/** How it looks: done, failed, or not yet at its end. */
export function auditTone(entry: AuditView): 'ok' | 'failed' | 'open' {
  const { ending } = parts(entry);
  if (ending === 'failed') return 'failed';
  return ending === undefined ? 'ok' : 'open';
}

/** As it was written down, moments in the words of this computer. */
export function auditText(text: string | undefined): string | undefined {
  return text?.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => whenFull(at));
}

/** `instanceId` as `Instance id`. */
export function auditDetail(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface AuditSubject {
  icon?: IconName;
  code: boolean;
  text: string;
}

/** An artifact with its kind; anything else as it was written down. */
export function auditSubject({ subject }: AuditView): AuditSubject {
  const { kind, code, version } = artifactName(subject);
  const icon: IconName | undefined = kindIcon[kind];
  if (!icon || !subject.includes(':')) return { code: false, text: subject };
  return { icon, code: true, text: version ? `${code}|${version}` : code };
}

interface AuditFilter {
  text: string;
  instances: readonly string[];
}

export function shownEntries(
  entries: readonly AuditView[],
  { text, instances }: AuditFilter,
): AuditView[] {
  const sought = text.trim().toLowerCase();
  return entries.filter(
    (entry) =>
      (instances.length === 0 || instances.includes(entry.instance ?? '')) &&
      (sought === '' || wordsOf(entry).includes(sought)),
  );
}

export function auditChoices(entries: readonly AuditView[]) {
  const counts: Record<string, number> = {};
  for (const { instance } of entries) if (instance) counts[instance] = (counts[instance] ?? 0) + 1;
  return Object.entries(counts).map(([value, count]) => ({ value, label: value, count }));
}

function wordsOf(entry: AuditView): string {
  const { who, subject, instance, before, after, result } = entry;
  return [auditAction(entry), who, subject, instance, before, after, result]
    .filter(Boolean)
    .join(' ')
    .toLowerCase();
}
