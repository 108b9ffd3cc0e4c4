/** Word to people, as glyph and word. */
import type { HookKind } from '$lib/backend/generated/HookKind';
import type { MailSecurity } from '$lib/backend/generated/MailSecurity';
import type { WordSeverity } from '$lib/backend/generated/WordSeverity';
import type { WordStageName } from '$lib/backend/generated/WordStageName';
import type { WordState } from '$lib/backend/generated/WordState';
import type { Mark } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';

export const severities: readonly WordSeverity[] = ['info', 'warning', 'failure'];

export const severityWord: Record<WordSeverity, () => string> = {
  info: m.word_from_info,
  warning: m.word_from_warning,
  failure: m.word_from_failure,
};

export const hookKinds: readonly HookKind[] = ['slack', 'teams', 'json'];

export const hookWord: Record<HookKind, () => string> = {
  slack: m.word_hook_slack,
  teams: m.word_hook_teams,
  json: m.word_hook_json,
};

export const securities: readonly MailSecurity[] = ['tls', 'startTls', 'none'];

export const securityWord: Record<MailSecurity, () => string> = {
  tls: m.word_mail_tls,
  startTls: m.word_mail_starttls,
  none: m.word_mail_plain,
};

/** The port that servers usually have. */
export const usualPort: Record<MailSecurity, number> = { tls: 465, startTls: 587, none: 25 };

export const stageWord: Record<WordStageName, () => string> = {
  address: m.word_stage_address,
  tls: m.word_stage_tls,
  signIn: m.word_stage_sign_in,
  accepted: m.word_stage_accepted,
};

export const stageMark = (passed: boolean): Mark =>
  passed
    ? { icon: 's-ok', tone: 'ok', label: m.word_stage_passed }
    : { icon: 's-failed', tone: 'blocking', label: m.word_stage_failed };

export const lineMark: Record<WordState, Mark> = {
  waiting: { icon: 's-warning', tone: 'warning', label: m.word_line_waiting },
  sending: { icon: 's-running', tone: 'running', label: m.word_line_sending },
  sent: { icon: 's-ok', tone: 'ok', label: m.word_line_sent },
  givenUp: { icon: 's-failed', tone: 'blocking', label: m.word_line_given_up },
};
