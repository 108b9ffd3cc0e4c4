//! Making and opening a vault at a remote place.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustic_core::{Credentials, WriteBackend};
use secrecy::{ExposeSecret, SecretString};

use super::{RemoteFiles, RemoteStore};
use crate::error::{Result, VaultError};
use crate::key::MasterSecret;
use crate::vault::{Vault, Where, usable};

const OPENING: &str = "Opening the remote vault";
const MAKING: &str = "Creating the remote vault";

impl Vault {
    /// Makes a new vault (a restic repository, version 2) at a remote place, where no part of one is
    /// yet.
    ///
    /// # Errors
    /// `NotEmpty`, `UnusablePassword`, `Io`, `DiskFull`.
    pub fn create_remote(files: Arc<dyn RemoteFiles>, password: &SecretString) -> Result<Self> {
        let text = usable(password)?;
        let place = Where::remote(files);
        let taken = Self::exists_remote(&*place.files)?
            || ["keys", "index", "snapshots", "data"]
                .into_iter()
                .map(|folder| place.files.list(folder))
                .collect::<io::Result<Vec<_>>>()
                .map_err(|error| VaultError::io(MAKING, &place.path, error))?
                .iter()
                .any(|files| !files.is_empty());
        if taken {
            return Err(VaultError::NotEmpty { path: place.path });
        }
        let store: Arc<dyn WriteBackend> = Arc::new(RemoteStore(place.files.clone()));
        Self::make(MAKING, place, store, text)
    }

    /// Opens the vault at a remote place. All that a vault in a folder does works there too, but for
    /// [`Self::staging`]. It costs as much as [`Self::open`], besides the way there.
    ///
    /// # Errors
    /// `NotAVault`, `WrongPassword`, `Damaged`, `Io`.
    pub fn open_remote(files: Arc<dyn RemoteFiles>, password: &SecretString) -> Result<Self> {
        Self::remote_with(files, &Credentials::password(password.expose_secret()))
    }

    /// Opens the vault at a remote place with the key that [`Self::export_key`] gave.
    ///
    /// # Errors
    /// As [`Self::open_remote`]; a key of another vault is `WrongPassword`.
    pub fn open_remote_with_key(files: Arc<dyn RemoteFiles>, key: &SecretString) -> Result<Self> {
        let Some(secret) = MasterSecret::import(key) else {
            return Err(VaultError::WrongPassword {
                path: PathBuf::from(files.location()),
            });
        };
        Self::remote_with(files, &secret.credentials())
    }

    /// Whether a vault lies at a remote place: its `config` can be read.
    ///
    /// # Errors
    /// `Io` where the place does not answer, which is not the same as holding no vault.
    pub fn exists_remote(files: &dyn RemoteFiles) -> Result<bool> {
        match files.get("config") {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(VaultError::io(OPENING, files.location().as_ref(), error)),
        }
    }

    fn remote_with(files: Arc<dyn RemoteFiles>, credentials: &Credentials) -> Result<Self> {
        let place = Where::remote(files);
        if !Self::exists_remote(&*place.files)? {
            return Err(VaultError::NotAVault { path: place.path });
        }
        let store: Arc<dyn WriteBackend> = Arc::new(RemoteStore(place.files.clone()));
        Self::unlock(OPENING, place, store, credentials)
    }
}
