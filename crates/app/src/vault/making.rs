//! Makes the vault, so that there is never one whose password was lost: not by a program that ends
//! in between, and not by two programs of one data folder that both find none.
//!
//! The order: a lock; where the password will lie, in the settings; the password, read back; the
//! vault under another name; its real name. Whatever a program that was cut off had done is taken
//! up or made anew by the next one.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use waybill_vault::Vault;

use super::door::{VaultDoor, on_own_thread};
use super::password;
use crate::secrets::{Account, SecretError, Secrets};
use crate::storage::file_failed;
use crate::view::{CommandError, ErrorCode, SecretStoreKind};

impl VaultDoor {
    /// Makes the vault, or opens the one that another program was making.
    pub(super) async fn make(&self, secrets: &Secrets) -> Result<Vault, CommandError> {
        let _lock = self.lock().await?;
        if self.exists() {
            return self.open_stored(secrets).await;
        }
        let kind = secrets.chosen().await?;
        let given = secrets.given(&self.password_account());
        if given.is_none() && secrets.ends_with_this_call() {
            return Err(would_be_lost());
        }
        let account = self.settle_account(secrets, kind).await?;
        let left = secrets.get_from(kind, &account).await?;
        let password = given.or(left).unwrap_or_else(password::generate);
        secrets.set_in(kind, &account, &password).await?;
        let kept = secrets.get_from(kind, &account).await?;
        if kept.is_none_or(|kept| kept.expose_secret() != password.expose_secret()) {
            return Err(SecretError::KeychainFailed {
                reason: "the vault's password could not be read back".to_owned(),
            }
            .into());
        }
        let vault = match self.put_in_place(password).await {
            Ok(vault) => vault,
            // A vault that stands is opened with it, whatever kept it from being opened now.
            Err(error) if self.exists() => return Err(error),
            Err(error) => {
                if let Err(left) = secrets.remove_from(kind, &account).await {
                    tracing::warn!(
                        "the password of a vault that was not made is left behind: {left}"
                    );
                }
                return Err(error);
            }
        };
        self.keep_key(secrets, &vault).await;
        Ok(vault)
    }

    /// Chooses the account of the password and writes down that it belongs to this data folder.
    pub(super) async fn settle_account(
        &self,
        secrets: &Secrets,
        kind: SecretStoreKind,
    ) -> Result<Account, CommandError> {
        let stored = self.settings.read().vault;
        let account = Account::vault_password(stored.prefix());
        if stored.password_in == Some(kind) {
            return Ok(account);
        }
        // A name that is taken belongs to the vault of another data folder.
        let taken = secrets.get_from(kind, &account).await?.is_some();
        let own = taken.then(Account::fresh_vault_prefix);
        self.settings.change(|settings| {
            if own.is_some() {
                settings.vault.account = own;
            }
            settings.vault.password_in = Some(kind);
            Ok(())
        })?;
        Ok(self.password_account())
    }

    async fn put_in_place(&self, password: SecretString) -> Result<Vault, CommandError> {
        let folder = self.folder().to_owned();
        let unfinished = folder.with_extension("unfinished");
        remove_unfinished(&unfinished)
            .map_err(|source| file_failed("removed", &unfinished, &source))?;
        let place = unfinished.clone();
        let key = on_own_thread(move || Ok(Vault::create(&place, &password)?.export_key())).await?;
        // Only an empty folder may give way.
        if let Err(source) = fs::remove_dir(&folder)
            && source.kind() != ErrorKind::NotFound
        {
            return Err(file_failed("replaced by the new vault", &folder, &source));
        }
        fs::rename(&unfinished, &folder).map_err(|source| file_failed("made", &folder, &source))?;
        on_own_thread(move || Vault::open_with_key(&folder, &key)).await
    }

    /// Waits until no other program makes a vault here. The lock ends with the file.
    async fn lock(&self) -> Result<File, CommandError> {
        let path = self.folder().with_extension("lock");
        tokio::task::spawn_blocking(move || {
            lock_file(&path).map_err(|source| file_failed("locked", &path, &source))
        })
        .await
        .map_err(CommandError::internal)?
    }
}

fn lock_file(path: &PathBuf) -> io::Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    file.lock()?;
    Ok(file)
}

/// What a program left that was cut off while it made the vault: nothing was in it yet.
fn remove_unfinished(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// A password that nobody saw and nothing keeps would end with the program, and every backup with it.
fn would_be_lost() -> CommandError {
    CommandError::new(
        ErrorCode::SecretMissing,
        "The first backup makes the vault, and the password of a new vault would be lost when this command ends.",
    )
    .guide("Give the vault a password of your own with `--vault-password-stdin` and keep it, or choose the keychain or the secrets file.")
}
