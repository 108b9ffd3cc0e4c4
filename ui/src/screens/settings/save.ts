/** Saves a change of the settings on top of what is set now. */
import type { SettingsView } from '$lib/backend/generated/SettingsView';
import { windowState } from '$lib/state/window.svelte';

export function saveChange(change: Partial<SettingsView>): Promise<void> {
  return windowState.saveSettings({ ...windowState.settings, ...change });
}
