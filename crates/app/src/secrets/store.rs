//! The place for secrets that is in use, and the change from one place to another.

use std::sync::Arc;

use secrecy::SecretString;

use super::encrypted_file::EncryptedFile;
use super::keychain::Keychain;
use super::session::SessionSecrets;
use super::{Account, SecretError};
use crate::settings::SettingsStore;
use crate::storage::HomeFolder;
use crate::view::{KeychainState, SecretPlace, SecretStoreKind, SecretStoreView};

/// All places for secrets; one of them is in use.
#[derive(Debug)]
pub(crate) struct Secrets {
    keychain: Option<Keychain>,
    file: Arc<EncryptedFile>,
    session: SessionSecrets,
    /// Given for this session; count over what is kept.
    given: SessionSecrets,
    /// What the command line demands, over what was chosen.
    forced: Option<SecretStoreKind>,
    settings: Arc<SettingsStore>,
}

impl Secrets {
    pub(crate) fn new(
        home: &HomeFolder,
        use_keychain: bool,
        forced: Option<SecretStoreKind>,
        settings: Arc<SettingsStore>,
    ) -> Result<Self, SecretError> {
        Ok(Self {
            keychain: use_keychain.then(Keychain::start).transpose()?,
            file: Arc::new(EncryptedFile::new(home.secrets())),
            session: SessionSecrets::default(),
            given: SessionSecrets::default(),
            forced,
            settings,
        })
    }

    pub(crate) async fn status(&self) -> SecretStoreView {
        let keychain = self.keychain_state().await;
        let chosen = self.chosen_given(keychain);
        let open = match chosen {
            Some(SecretStoreKind::Keychain) => keychain == KeychainState::Available,
            Some(SecretStoreKind::EncryptedFile) => self.file.is_open(),
            Some(SecretStoreKind::Session) => true,
            None => false,
        };
        SecretStoreView {
            keychain,
            chosen,
            open,
            wants_passphrase: chosen == Some(SecretStoreKind::EncryptedFile)
                && !self.file.is_open(),
        }
    }

    /// Makes a place ready for use: the keychain is asked to unlock, the file opened or made.
    pub(crate) async fn prepare(
        &self,
        kind: SecretStoreKind,
        passphrase: Option<&SecretString>,
    ) -> Result<(), SecretError> {
        match kind {
            SecretStoreKind::Keychain => match (&self.keychain, self.keychain_state().await) {
                (None, _) | (_, KeychainState::Absent) => Err(SecretError::NoKeychain),
                (Some(keychain), KeychainState::Locked) => keychain.unlock().await,
                (Some(_), KeychainState::Available) => Ok(()),
            },
            SecretStoreKind::EncryptedFile => match passphrase {
                Some(passphrase) => {
                    let (file, passphrase) = (Arc::clone(&self.file), passphrase.clone());
                    blocking(move || file.open(&passphrase)).await
                }
                None if self.file.is_open() => Ok(()),
                None => Err(SecretError::FileClosed),
            },
            SecretStoreKind::Session => Ok(()),
        }
    }

    /// The place in use.
    pub(crate) async fn chosen(&self) -> Result<SecretStoreKind, SecretError> {
        if let Some(kind) = self.forced.or(self.settings.read().secret_store) {
            return Ok(kind);
        }
        let keychain = self.keychain_state().await;
        self.chosen_given(keychain).ok_or(SecretError::NotChosen)
    }

    /// Takes a secret for this session alone; it counts over what is kept.
    pub(crate) fn give_for_session(&self, account: &Account, secret: &SecretString) {
        self.given.set(account, secret);
    }

    /// What was given for this session.
    pub(crate) fn given(&self, account: &Account) -> Option<SecretString> {
        self.given.get(account)
    }

    /// Whether a caller that lives for one command (the command line) demanded memory as the place:
    /// what is kept there ends with the command.
    pub(crate) fn ends_with_this_call(&self) -> bool {
        self.forced == Some(SecretStoreKind::Session)
    }

    /// Forgets what was given for this session.
    pub(crate) fn forget_given(&self, account: &Account) {
        self.given.remove(account);
    }

    /// Reads a secret: the one given for this session, else from the place in use.
    pub(crate) async fn get(&self, account: &Account) -> Result<Option<SecretString>, SecretError> {
        if let Some(secret) = self.given.get(account) {
            return Ok(Some(secret));
        }
        self.get_from(self.chosen().await?, account).await
    }

    /// Keeps a secret in the place in use, and says which that was.
    pub(crate) async fn set(
        &self,
        account: &Account,
        secret: &SecretString,
    ) -> Result<SecretStoreKind, SecretError> {
        let kind = self.chosen().await?;
        self.set_in(kind, account, secret).await?;
        Ok(kind)
    }

    pub(crate) async fn get_from(
        &self,
        kind: SecretStoreKind,
        account: &Account,
    ) -> Result<Option<SecretString>, SecretError> {
        match kind {
            SecretStoreKind::Keychain => self.keychain()?.get(account).await,
            SecretStoreKind::EncryptedFile => {
                let (file, account) = (Arc::clone(&self.file), account.clone());
                blocking(move || file.get(&account)).await
            }
            SecretStoreKind::Session => Ok(self.session.get(account)),
        }
    }

    pub(crate) async fn set_in(
        &self,
        kind: SecretStoreKind,
        account: &Account,
        secret: &SecretString,
    ) -> Result<(), SecretError> {
        match kind {
            SecretStoreKind::Keychain => self.keychain()?.set(account, secret).await,
            SecretStoreKind::EncryptedFile => {
                let (file, account, secret) =
                    (Arc::clone(&self.file), account.clone(), secret.clone());
                blocking(move || file.set(&account, &secret)).await
            }
            SecretStoreKind::Session => {
                self.session.set(account, secret);
                Ok(())
            }
        }
    }

    pub(crate) async fn remove_from(
        &self,
        kind: SecretStoreKind,
        account: &Account,
    ) -> Result<(), SecretError> {
        match kind {
            SecretStoreKind::Keychain => self.keychain()?.remove(account).await,
            SecretStoreKind::EncryptedFile => {
                let (file, account) = (Arc::clone(&self.file), account.clone());
                blocking(move || file.remove(&account)).await
            }
            SecretStoreKind::Session => {
                self.session.remove(account);
                Ok(())
            }
        }
    }

    /// Whether the encrypted file is there, open or not.
    pub(crate) fn file_exists(&self) -> bool {
        self.file.exists()
    }

    /// Where a secret lies that was put into `kept`, without asking the keychain.
    pub(crate) fn place(&self, kept: Option<SecretStoreKind>, account: &Account) -> SecretPlace {
        match kept {
            _ if self.given.get(account).is_some() => SecretPlace::Session,
            Some(SecretStoreKind::Keychain) => SecretPlace::Keychain,
            Some(SecretStoreKind::EncryptedFile) => SecretPlace::EncryptedFile,
            Some(SecretStoreKind::Session) if self.session.get(account).is_some() => {
                SecretPlace::Session
            }
            Some(SecretStoreKind::Session) | None => SecretPlace::Missing,
        }
    }

    fn keychain(&self) -> Result<&Keychain, SecretError> {
        self.keychain.as_ref().ok_or(SecretError::NoKeychain)
    }

    async fn keychain_state(&self) -> KeychainState {
        match &self.keychain {
            Some(keychain) => keychain.state().await,
            None => KeychainState::Absent,
        }
    }

    fn chosen_given(&self, keychain: KeychainState) -> Option<SecretStoreKind> {
        self.forced
            .or(self.settings.read().secret_store)
            .or((keychain != KeychainState::Absent).then_some(SecretStoreKind::Keychain))
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|failure| {
            Err(SecretError::FileDamaged {
                reason: failure.to_string(),
            })
        })
}
