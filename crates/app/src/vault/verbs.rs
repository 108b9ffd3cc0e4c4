//! What a person can do with the vault beside backups: look, unlock, and keep its password.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::recovery_sheet::{self, Sheet};
use crate::storage::save_file;
use crate::view::{CommandError, ErrorCode, SavedFile, SecretPlace, VaultState, VaultView};
use crate::{AppEvent, Waybill};

/// The fact in the journal that says when the recovery sheet was last saved.
const SHEET_SAVED: &str = "recoverySheetSavedAt";

impl Waybill {
    /// How the vault stands.
    pub async fn vault_status(&self) -> Result<VaultView, CommandError> {
        let shared = &self.shared;
        let door = &shared.vault;
        let stored = shared.settings.read().vault;
        let check = shared.journal.last_check("vault", "vault")?;
        let mut view = VaultView {
            state: VaultState::None,
            path: door.folder().display().to_string(),
            snapshots: 0,
            bytes: 0,
            free_bytes: 0,
            password: if door.exists() {
                shared
                    .secrets
                    .place(stored.password_in, &door.password_account())
            } else {
                SecretPlace::Missing
            },
            recovery_sheet_at: shared.journal.fact(SHEET_SAVED)?,
            checked_at: check.as_ref().map(|check| check.at.clone()),
            check_passed: check.map(|check| check.passed),
            problem: None,
        };
        if !door.exists() {
            return Ok(view);
        }
        let opened = match door.open(&shared.secrets).await {
            Ok(vault) => door.facts(&vault).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(facts) => {
                view.state = VaultState::Ready;
                view.snapshots = facts.snapshots;
                view.bytes = facts.bytes;
                view.free_bytes = facts.free;
            }
            Err(error) => {
                view.state = match error.code {
                    ErrorCode::SecretMissing
                    | ErrorCode::SecretsLocked
                    | ErrorCode::KeychainLocked
                    | ErrorCode::NoKeychain
                    | ErrorCode::WrongVaultPassword => VaultState::Locked,
                    _ => VaultState::Failed,
                };
                view.problem = Some(error.message);
            }
        }
        Ok(view)
    }

    /// Opens the vault with this password and keeps it in the place for secrets. Where there is no
    /// vault yet, the first backup makes it with this password.
    ///
    /// # Errors
    /// `WrongVaultPassword`, `VaultDamaged`.
    pub async fn vault_unlock(&self, password: SecretString) -> Result<VaultView, CommandError> {
        self.shared
            .vault
            .unlock(&self.shared.secrets, password)
            .await?;
        self.tell(AppEvent::VaultChanged);
        self.vault_status().await
    }

    /// The vault's password, to be shown because a person asked to see it.
    ///
    /// # Errors
    /// `NoVault`, `SecretMissing`, and the failures of the place for secrets.
    pub async fn vault_password_show(&self) -> Result<SecretString, CommandError> {
        let password = self.shared.vault.password(&self.shared.secrets).await?;
        self.audit("vault password shown", "vault")?;
        Ok(password)
    }

    /// The recovery sheet: a page of HTML that holds the vault's password.
    ///
    /// # Errors
    /// As [`Self::vault_password_show`].
    pub async fn recovery_sheet_html(&self) -> Result<SecretString, CommandError> {
        let shared = &self.shared;
        let password = shared.vault.password(&shared.secrets).await?;
        let vault = shared.vault.open(&shared.secrets).await?;
        Ok(recovery_sheet::html(&Sheet {
            vault: vault.path(),
            vault_id: vault.id(),
            password: &password,
            now: shared.clock.now(),
            asked_by: &shared.asked_by,
        }))
    }

    /// Writes the recovery sheet to a file, because a person asked for it.
    ///
    /// # Errors
    /// As [`Self::vault_password_show`]; `FileFailed`, `DiskFull`.
    pub async fn recovery_sheet_write(&self, path: &Path) -> Result<SavedFile, CommandError> {
        let page = self.recovery_sheet_html().await?;
        let saved = save_file(path, page.expose_secret().as_bytes())?;
        self.shared
            .journal
            .set_fact(SHEET_SAVED, &self.shared.clock.now().to_string())?;
        self.audit("recovery sheet saved", &saved.path)?;
        self.tell(AppEvent::VaultChanged);
        Ok(saved)
    }

    /// Writes down in the audit log who did what.
    pub(crate) fn audit(&self, action: &str, subject: &str) -> Result<(), CommandError> {
        self.shared.journal.audit(
            self.shared.clock.now(),
            &self.shared.asked_by,
            action,
            subject,
            &serde_json::Value::Null,
        )?;
        Ok(())
    }
}
