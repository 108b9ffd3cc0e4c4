/** The words for rights, and for those who can have one. */
import type { AccessRight } from '$lib/backend/generated/AccessRight';
import type { HolderKind } from '$lib/backend/generated/HolderKind';
import { m } from '$lib/paraglide/messages';

export const rightWords: Record<AccessRight, () => string> = {
  owner: m.access_owners,
  editor: m.access_editors,
  viewer: m.access_viewers,
  monitor: m.access_monitors,
};

export const holderWords: Record<HolderKind, () => string> = {
  user: m.access_user,
  group: m.access_group,
  app: m.access_application,
};
