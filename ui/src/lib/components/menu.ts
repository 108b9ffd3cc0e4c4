/** What a menu offers. */
import type { IconName } from '$lib/icons/names';

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  /** Off, and why: the reason stands under the label. */
  off?: string | boolean;
  test?: string;
  onselect: () => unknown;
}
