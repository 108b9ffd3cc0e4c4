//! One writer at a time: the operating system's lock for Waybill's own processes on this computer,
//! and restic's lock file for everybody else.
//!
//! The first is a lock on `waybill.lock` inside the vault, a file that restic does not look at; it
//! ends with its process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};

use crate::error::{Result, VaultError};
use crate::repository_lock::{self, RepositoryLock};
use crate::vault::Vault;

/// Both locks, held until it is dropped.
pub(crate) struct WriterLock {
    // Dropped first: the lock file goes while the operating system's lock still stands.
    _repository: RepositoryLock,
    _file: File,
}

impl WriterLock {
    /// Takes both locks at once or neither; does not wait.
    pub(crate) fn acquire(vault: &Vault) -> Result<Self> {
        let doing = "Locking the vault";
        let path = vault.path().join("waybill.lock");
        let io = |error| VaultError::io(doing, &path, error);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let by = repository_lock::holder(vault.path(), vault.secret())
                    .unwrap_or_else(|| "another Waybill on this computer".to_owned());
                return Err(VaultError::Locked { by });
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let repository = RepositoryLock::acquire(vault.path(), vault.secret().clone())?;
        Ok(Self {
            _repository: repository,
            _file: file,
        })
    }
}
