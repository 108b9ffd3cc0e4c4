/** Words for why a snapshot stays. */
import type { KeepBadge } from '$lib/backend/generated/KeepBadge';
import { m } from '$lib/paraglide/messages';

export const badgeWord: Record<KeepBadge, () => string> = {
  kept: m.keep_badge_kept,
  run: m.keep_badge_run,
  yearly: m.keep_badge_yearly,
  monthly: m.keep_badge_monthly,
  weekly: m.keep_badge_weekly,
  daily: m.keep_badge_daily,
  hourly: m.keep_badge_hourly,
  last: m.keep_badge_last,
};
