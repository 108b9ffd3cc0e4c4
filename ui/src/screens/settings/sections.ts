/** The sections of Settings, in their order. */
import { m } from '$lib/paraglide/messages';

export const sections = [
  'general',
  'vault',
  'schedules',
  'targets',
  'notifications',
  'secrets',
  'proxy',
  'practice',
  'about',
] as const;
export type Section = (typeof sections)[number];

export const sectionWord: Record<Section, () => string> = {
  general: m.settings_general,
  vault: m.settings_vault,
  schedules: m.settings_schedules,
  targets: m.settings_targets,
  notifications: m.settings_notifications,
  secrets: m.settings_secrets,
  proxy: m.settings_proxy,
  practice: m.settings_practice,
  about: m.settings_about,
};

export function sectionOf(name: string | undefined): Section {
  return sections.find((section) => section === name) ?? 'general';
}
