/** How the weight of a finding looks and reads. */
import type { FindingSeverity } from '$lib/backend/generated/FindingSeverity';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';

interface FindingMark {
  icon: IconName;
  tone: 'blocking' | 'warning' | 'plain';
  label: () => string;
}

export const findingMark: Record<FindingSeverity, FindingMark> = {
  blocking: { icon: 's-blocking', tone: 'blocking', label: m.finding_blocking },
  warning: { icon: 's-warning', tone: 'warning', label: m.finding_warning },
  note: { icon: 's-note', tone: 'plain', label: m.finding_note },
};
