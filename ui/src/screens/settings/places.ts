/** Where the vault's password lies, in words. */
import type { SecretPlace } from '$lib/backend/generated/SecretPlace';
import { m } from '$lib/paraglide/messages';

export const passwordPlace: Record<SecretPlace, () => string> = {
  keychain: m.settings_password_keychain,
  encryptedFile: m.settings_password_file,
  session: m.settings_password_session,
  missing: m.settings_password_missing,
  notNeeded: m.settings_password_missing,
};
