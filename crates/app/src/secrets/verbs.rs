//! What a person can do with the place for secrets: look, choose, unlock.

use secrecy::{ExposeSecret as _, SecretString};

use super::{Account, SecretError};
use crate::settings::{StoredSettings, StoredVault};
use crate::view::{CommandError, ErrorCode, KeychainState, SecretStoreKind, SecretStoreView};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// How the place for secrets stands.
    pub async fn secrets_status(&self) -> Result<SecretStoreView, CommandError> {
        Ok(self.shared.secrets.status().await)
    }

    /// Chooses the place for secrets and moves there what lies in the one before.
    ///
    /// # Errors
    /// `NoKeychain`, `KeychainLocked`, `WrongPassphrase`, `BadInput` (passphrase missing or short).
    pub async fn secrets_choose(
        &self,
        kind: SecretStoreKind,
        passphrase: Option<SecretString>,
    ) -> Result<SecretStoreView, CommandError> {
        let secrets = &self.shared.secrets;
        match secrets.prepare(kind, passphrase.as_ref()).await {
            Err(SecretError::FileClosed) => {
                return Err(CommandError::field(
                    "passphrase",
                    "The secrets file needs a passphrase.",
                ));
            }
            other => other?,
        }
        self.take_along(kind).await?;
        self.shared.settings.change(|stored| {
            stored.secret_store = Some(kind);
            Ok(())
        })?;
        self.tell(AppEvent::InstancesChanged);
        self.tell(AppEvent::VaultChanged);
        self.secrets_status().await
    }

    /// Opens the place for secrets: the encrypted file with this passphrase, which is made if it is
    /// not there. Where the keychain is in use and locked, the system asks for its password itself.
    ///
    /// # Errors
    /// `WrongPassphrase`, `KeychainLocked`, `BadInput` for a new passphrase that is too short.
    pub async fn secrets_unlock(
        &self,
        passphrase: SecretString,
    ) -> Result<SecretStoreView, CommandError> {
        let secrets = &self.shared.secrets;
        let status = secrets.status().await;
        match status.chosen {
            Some(SecretStoreKind::EncryptedFile) => {
                secrets
                    .prepare(SecretStoreKind::EncryptedFile, Some(&passphrase))
                    .await?;
                self.shared.settings.change(|stored| {
                    stored
                        .secret_store
                        .get_or_insert(SecretStoreKind::EncryptedFile);
                    Ok(())
                })?;
            }
            Some(SecretStoreKind::Keychain) if status.keychain == KeychainState::Locked => {
                secrets.prepare(SecretStoreKind::Keychain, None).await?;
            }
            Some(_) => {}
            None => return Err(SecretError::NotChosen.into()),
        }
        self.tell(AppEvent::InstancesChanged);
        self.tell(AppEvent::VaultChanged);
        self.secrets_status().await
    }

    /// Copies all secrets to the new place, and only then removes them from the old ones. The
    /// vault's password stays where it lies when the new place ends with this program: nobody may
    /// have seen it, and every backup would end with it.
    async fn take_along(&self, to: SecretStoreKind) -> Result<(), CommandError> {
        let secrets = &self.shared.secrets;
        let stored = self.shared.settings.read();
        let own_prefix = self.prefix_in(to, &stored.vault).await?;
        let mut moved = Vec::new();
        for (from, account) in kept(&stored) {
            if from == to {
                continue;
            }
            match secrets.get_from(from, &account).await {
                Ok(Some(secret)) => {
                    let there = match &own_prefix {
                        Some(prefix) => account.under(stored.vault.prefix(), prefix),
                        None => account.clone(),
                    };
                    secrets.set_in(to, &there, &secret).await?;
                    if to != SecretStoreKind::Session || !account.is_of_vault() {
                        moved.push((from, account));
                    }
                }
                // Nothing is there any more: it will be asked for.
                Ok(None) | Err(SecretError::NoKeychain) => {}
                Err(SecretError::FileClosed) if !secrets.file_exists() => {}
                Err(error) => {
                    let error = CommandError::from(error);
                    return Err(CommandError::new(
                        ErrorCode::SecretsLocked,
                        format!(
                            "The secrets were not moved: the place where they lie now cannot be read. {}",
                            error.message
                        ),
                    )
                    .guide(error.guidance.unwrap_or_default()));
                }
            }
        }
        self.shared.settings.change(|stored| {
            for (_, account) in &moved {
                mark(stored, account, to);
            }
            if own_prefix.is_some() {
                stored.vault.account = own_prefix;
            }
            Ok(())
        })?;
        for (from, account) in moved {
            if let Err(error) = secrets.remove_from(from, &account).await {
                tracing::warn!(
                    "a secret that was moved could not be removed from its old place: {error}"
                );
            }
        }
        Ok(())
    }

    /// Another beginning for the accounts of the vault, where the usual one holds the password of
    /// the vault of another data folder there.
    async fn prefix_in(
        &self,
        to: SecretStoreKind,
        vault: &StoredVault,
    ) -> Result<Option<String>, CommandError> {
        let Some(from) = vault.password_in.filter(|from| *from != to) else {
            return Ok(None);
        };
        let secrets = &self.shared.secrets;
        let account = Account::vault_password(vault.prefix());
        let Some(there) = secrets.get_from(to, &account).await? else {
            return Ok(None);
        };
        let ours = secrets.get_from(from, &account).await.ok().flatten();
        let is_ours = ours.is_none_or(|ours| ours.expose_secret() == there.expose_secret());
        Ok((!is_ours && to != SecretStoreKind::Session).then(Account::fresh_vault_prefix))
    }
}

/// All secrets that were kept, and where.
fn kept(stored: &StoredSettings) -> Vec<(SecretStoreKind, Account)> {
    let mut all = Vec::new();
    for instance in &stored.instances {
        for (slot, kind) in &instance.secrets_in {
            all.push((*kind, Account::of_instance(&instance.id, *slot)));
        }
    }
    for (account, kind) in &stored.waybill_secrets {
        all.push((*kind, Account::of_waybill(account)));
    }
    for target in &stored.targets {
        for (slot, kind) in &target.secrets_in {
            all.push((*kind, Account::of_target(&target.id, *slot)));
        }
    }
    if let Some(kind) = stored.vault.password_in {
        let prefix = stored.vault.prefix();
        all.push((kind, Account::vault_password(prefix)));
        all.push((kind, Account::vault_key(prefix)));
    }
    all
}

fn mark(stored: &mut StoredSettings, account: &Account, to: SecretStoreKind) {
    if *account == Account::vault_password(stored.vault.prefix()) {
        stored.vault.password_in = Some(to);
    }
    if let Some(kind) = stored.waybill_secrets.get_mut(account.as_str()) {
        *kind = to;
    }
    for target in &mut stored.targets {
        for (slot, kind) in &mut target.secrets_in {
            if Account::of_target(&target.id, *slot) == *account {
                *kind = to;
            }
        }
    }
    for instance in &mut stored.instances {
        for (slot, kind) in &mut instance.secrets_in {
            if Account::of_instance(&instance.id, *slot) == *account {
                *kind = to;
            }
        }
    }
}
