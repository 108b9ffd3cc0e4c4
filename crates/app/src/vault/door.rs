//! Opens the vault once and shares it. Its password and master key lie in the chosen place for
//! secrets; with the key, opening skips the slow derivation from the password.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio::sync::Mutex;
use waybill_vault::{Vault, VaultError};

use crate::secrets::{Account, Secrets};
use crate::settings::SettingsStore;
use crate::view::{CommandError, ErrorCode};

/// How long counts and sizes of the vault are good for when nothing said they changed.
const FACTS_LAST: Duration = Duration::from_secs(30);

/// The way to the vault.
pub(crate) struct VaultDoor {
    folder: PathBuf,
    pub(super) settings: Arc<SettingsStore>,
    open: Mutex<Option<Arc<Vault>>>,
    facts: std::sync::Mutex<Option<(Instant, VaultFacts)>>,
}

/// Counts and sizes, which take a walk through the folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct VaultFacts {
    pub(super) snapshots: u32,
    pub(super) bytes: u64,
    pub(super) free: u64,
}

impl VaultDoor {
    pub(crate) fn new(folder: PathBuf, settings: Arc<SettingsStore>) -> Self {
        Self {
            folder,
            settings,
            open: Mutex::new(None),
            facts: std::sync::Mutex::new(None),
        }
    }

    pub(crate) fn exists(&self) -> bool {
        Vault::exists(&self.folder)
    }

    /// Whether a vault was made or opened here and is not here any more.
    ///
    /// # Errors
    /// The failures of the place for secrets.
    pub(crate) async fn is_gone(&self, secrets: &Secrets) -> Result<bool, CommandError> {
        // Its key is kept once it stands. Without a place of its own the account is that of another data
        // folder.
        let own = self.settings.read().vault.password_in.is_some();
        Ok(own && !self.exists() && secrets.get(&self.key_account()).await?.is_some())
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    pub(crate) fn password_account(&self) -> Account {
        Account::vault_password(self.settings.read().vault.prefix())
    }

    fn key_account(&self) -> Account {
        Account::vault_key(self.settings.read().vault.prefix())
    }

    /// The open vault.
    ///
    /// # Errors
    /// `NoVault`, `SecretMissing` and the failures of the place for secrets, `WrongVaultPassword`,
    /// `VaultDamaged`, `FileFailed`.
    pub(crate) async fn open(&self, secrets: &Secrets) -> Result<Arc<Vault>, CommandError> {
        let mut held = self.open.lock().await;
        if let Some(vault) = &*held {
            return Ok(Arc::clone(vault));
        }
        if !self.exists() {
            return Err(no_vault());
        }
        let vault = Arc::new(self.open_stored(secrets).await?);
        *held = Some(Arc::clone(&vault));
        Ok(vault)
    }

    /// The open vault, made first if there is none.
    pub(crate) async fn open_or_make(&self, secrets: &Secrets) -> Result<Arc<Vault>, CommandError> {
        if !self.exists() {
            let mut held = self.open.lock().await;
            if !self.exists() {
                let vault = Arc::new(self.make(secrets).await?);
                *held = Some(Arc::clone(&vault));
                self.forget_facts();
                return Ok(vault);
            }
        }
        self.open(secrets).await
    }

    /// Opens the vault with a password that was entered, and keeps it in the place for secrets.
    /// Where there is no vault yet, the password is the one it will be made with.
    pub(crate) async fn unlock(
        &self,
        secrets: &Secrets,
        password: SecretString,
    ) -> Result<Option<Arc<Vault>>, CommandError> {
        let mut held = self.open.lock().await;
        if !self.exists() {
            // The first backup makes a vault with it.
            secrets.give_for_session(&self.password_account(), &password);
            return Ok(None);
        }
        let vault = Arc::new(self.blocking_open(&password).await?);
        match self.keep_password(secrets, &password).await {
            Ok(()) => self.keep_key(secrets, &vault).await,
            // The vault is open for this session; the password will be asked for again.
            Err(error) => {
                tracing::warn!("the vault's password could not be kept: {error}");
                secrets.give_for_session(&self.password_account(), &password);
            }
        }
        *held = Some(Arc::clone(&vault));
        self.forget_facts();
        Ok(Some(vault))
    }

    /// Keeps the password under a name that is this data folder's own: the vault of another one may
    /// have its password under the usual name.
    async fn keep_password(
        &self,
        secrets: &Secrets,
        password: &SecretString,
    ) -> Result<(), CommandError> {
        let kind = secrets.chosen().await?;
        let account = self.settle_account(secrets, kind).await?;
        Ok(secrets.set_in(kind, &account, password).await?)
    }

    /// The password, for the recovery sheet.
    pub(crate) async fn password(&self, secrets: &Secrets) -> Result<SecretString, CommandError> {
        if !self.exists() {
            return Err(no_vault());
        }
        self.kept_password(secrets).await
    }

    /// The password from the place in use, else from where it was put: with "this session only" as
    /// the place in use it stays where it was.
    async fn kept_password(&self, secrets: &Secrets) -> Result<SecretString, CommandError> {
        let account = self.password_account();
        if let Some(password) = secrets.get(&account).await? {
            return Ok(password);
        }
        if let Some(kind) = self.settings.read().vault.password_in
            && let Ok(Some(password)) = secrets.get_from(kind, &account).await
        {
            return Ok(password);
        }
        Err(self.password_missing())
    }

    pub(super) async fn facts(&self, vault: &Arc<Vault>) -> Result<VaultFacts, CommandError> {
        let known = *self.facts_held();
        if let Some((at, facts)) = known
            && at.elapsed() < FACTS_LAST
        {
            return Ok(facts);
        }
        let vault = Arc::clone(vault);
        let facts = on_own_thread(move || {
            let size = vault.size()?;
            Ok(VaultFacts {
                snapshots: u32::try_from(vault.snapshots()?.len()).unwrap_or(u32::MAX),
                bytes: size.bytes,
                free: size.free,
            })
        })
        .await?;
        *self.facts_held() = Some((Instant::now(), facts));
        Ok(facts)
    }

    /// Says that the vault holds something else now.
    pub(crate) fn forget_facts(&self) {
        *self.facts_held() = None;
    }

    fn facts_held(&self) -> std::sync::MutexGuard<'_, Option<(Instant, VaultFacts)>> {
        self.facts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(super) async fn open_stored(&self, secrets: &Secrets) -> Result<Vault, CommandError> {
        if let Some(key) = secrets.get(&self.key_account()).await? {
            let folder = self.folder.clone();
            match on_own_thread_raw(move || Vault::open_with_key(&folder, &key)).await? {
                Err(VaultError::WrongPassword { .. }) => {
                    tracing::warn!(
                        "the stored master key does not open the vault; the password is tried"
                    );
                }
                other => return Ok(other?),
            }
        }
        let password = self.kept_password(secrets).await?;
        let vault = self.blocking_open(&password).await?;
        self.keep_key(secrets, &vault).await;
        Ok(vault)
    }

    async fn blocking_open(&self, password: &SecretString) -> Result<Vault, CommandError> {
        let (folder, password) = (self.folder.clone(), password.clone());
        on_own_thread(move || Vault::open(&folder, &password)).await
    }

    /// Keeps the master key. Without it the vault opens all the same, slower.
    pub(super) async fn keep_key(&self, secrets: &Secrets, vault: &Vault) {
        if let Err(error) = secrets.set(&self.key_account(), &vault.export_key()).await {
            tracing::warn!("the vault's master key could not be kept: {error}");
        }
    }

    fn password_missing(&self) -> CommandError {
        CommandError::new(
            ErrorCode::SecretMissing,
            format!(
                "The password of the vault in `{}` is not at hand.",
                self.folder.display()
            ),
        )
        .guide("Enter it under Settings, Vault: it stands on the recovery sheet. On the command line: `waybill vault unlock`.")
        .with("path", self.folder.display())
    }
}

fn no_vault() -> CommandError {
    CommandError::new(ErrorCode::NoVault, "There is no vault yet.")
        .guide("Back up an instance: the first backup makes the vault.")
}

/// Runs a blocking call of the vault off the threads of the async runtime.
pub(crate) async fn on_own_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, CommandError> {
    Ok(on_own_thread_raw(work).await??)
}

async fn on_own_thread_raw<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<Result<T, VaultError>, CommandError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(CommandError::internal)
}

impl fmt::Debug for VaultDoor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VaultDoor")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}
