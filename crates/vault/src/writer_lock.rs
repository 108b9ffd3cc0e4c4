//! One writer at a time: the operating system's lock for Waybill's own processes on this computer,
//! and restic's lock file for everybody else.
//!
//! The first is a lock on `waybill.lock` inside the vault, a file that restic does not look at; it
//! ends with its process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};

use crate::error::{Result, VaultError};
use crate::repository_lock::{self, RepositoryLock, Terms};
use crate::vault::Vault;

/// Both locks, held until it is dropped. A remote vault has the second alone.
pub(crate) struct WriterLock {
    // Dropped first: the lock file goes while the operating system's lock still stands.
    _repository: RepositoryLock,
    _file: Option<File>,
}

impl WriterLock {
    /// Takes both locks at once or neither, restic's as a shared one; does not wait.
    pub(crate) fn acquire(vault: &Vault) -> Result<Self> {
        Self::take(vault, false)
    }

    /// The same with an exclusive lock, beside which nobody holds another: neither a backup by
    /// restic that may count on what is about to be taken away, nor anybody who reads.
    pub(crate) fn exclusive(vault: &Vault) -> Result<Self> {
        Self::take(vault, true)
    }

    fn take(vault: &Vault, exclusive: bool) -> Result<Self> {
        let file = if vault.is_remote() {
            None
        } else {
            Some(lock_of_the_system(vault)?)
        };
        let terms = Terms {
            exclusive,
            only_writer: file.is_some(),
        };
        let files = vault.raw_files().clone();
        let repository = RepositoryLock::acquire(files, vault.secret().clone(), terms)?;
        Ok(Self {
            _repository: repository,
            _file: file,
        })
    }
}

fn lock_of_the_system(vault: &Vault) -> Result<File> {
    let path = vault.path().join("waybill.lock");
    let io = |error| VaultError::io("Locking the vault", &path, error);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let by = repository_lock::holder(&**vault.raw_files(), vault.secret())
                .unwrap_or_else(|| "another Waybill on this computer".to_owned());
            Err(VaultError::Locked { by })
        }
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}
