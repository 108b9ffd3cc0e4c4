//! The one error of this crate. A variant names what was being done, to what, and why it failed;
//! [`VaultError::guidance`] adds what a person can do next. Neither a password nor a key is ever
//! part of a text here.

use std::io;
use std::path::{Path, PathBuf};

use rustic_core::RusticError;

/// The result of everything in this crate.
pub type Result<T, E = VaultError> = std::result::Result<T, E>;

/// Why an operation on a vault failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The folder holds no vault.
    #[error("There is no vault in {}.", path.display())]
    NotAVault {
        /// The folder that was looked at.
        path: PathBuf,
    },
    /// The folder for a new vault already holds something.
    #[error("A new vault cannot be made in {}: the folder is not empty.", path.display())]
    NotEmpty {
        /// The folder that was to become a vault.
        path: PathBuf,
    },
    /// The password, or the stored key, does not open the vault.
    #[error("The vault in {} does not open with this password.", path.display())]
    WrongPassword {
        /// The vault's folder.
        path: PathBuf,
    },
    /// The password cannot be used for a new vault.
    #[error("The password cannot be used for a vault: {reason}.")]
    UnusablePassword {
        /// What is wrong with it, without the password itself.
        reason: &'static str,
    },
    /// Something stored is not what was written.
    #[error("{operation} failed: {subject} is damaged ({detail}).")]
    Damaged {
        /// What was being done.
        operation: &'static str,
        /// The file, snapshot or part that is damaged.
        subject: String,
        /// What was found.
        detail: String,
    },
    /// The operating system refused an access.
    #[error("{operation} failed at {}: {source}.", path.display())]
    Io {
        /// What was being done.
        operation: &'static str,
        /// The file or folder concerned.
        path: PathBuf,
        /// The answer of the operating system.
        source: io::Error,
    },
    /// The disk is full. What was in the vault before is still whole.
    #[error("{operation} failed: the disk that holds {} is full.", path.display())]
    DiskFull {
        /// What was being done.
        operation: &'static str,
        /// A path on the full disk.
        path: PathBuf,
    },
    /// Somebody else is working on the vault.
    #[error("The vault is in use by {by}.")]
    Locked {
        /// Who, in plain words.
        by: String,
    },
    /// No snapshot has this id.
    #[error("The vault holds no snapshot {id}.")]
    NoSuchSnapshot {
        /// The id that was asked for.
        id: String,
    },
    /// More than one snapshot begins with this id.
    #[error("{count} snapshots begin with {id}.")]
    AmbiguousSnapshot {
        /// The beginning that was asked for.
        id: String,
        /// How many snapshots it fits.
        count: usize,
    },
    /// The snapshot holds no such file.
    #[error("Snapshot {snapshot} holds no file {path}.")]
    NoSuchFile {
        /// The snapshot.
        snapshot: String,
        /// The path inside it.
        path: String,
    },
    /// An entry cannot be stored under its path.
    #[error("{path:?} cannot be stored: {reason}.")]
    InvalidEntry {
        /// The entry's path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The content of an entry could not be had while the snapshot was written.
    #[error("The snapshot was not written: the content of {path} could not be read ({detail}).")]
    ContentUnreadable {
        /// The entry's path.
        path: String,
        /// Why.
        detail: String,
    },
    /// The store took in less, or other, than it was given. The snapshot was dropped.
    #[error("The snapshot was not kept: {detail}.")]
    Incomplete {
        /// What differs.
        detail: String,
    },
    /// The caller asked to stop.
    #[error("{operation} was cancelled.")]
    Cancelled {
        /// What was stopped.
        operation: &'static str,
    },
}

impl VaultError {
    /// What a person can do next, in one or two sentences.
    #[must_use]
    pub fn guidance(&self) -> &'static str {
        match self {
            Self::NotAVault { .. } => {
                "Choose the folder that holds the vault (it contains a file named config and folders named data, index and keys), or create a new vault."
            }
            Self::NotEmpty { .. } => {
                "Choose an empty folder or a new one. If the folder already is a vault, open it instead."
            }
            Self::WrongPassword { .. } => {
                "Enter the password printed on the recovery sheet of this vault. Capital letters and spaces count."
            }
            Self::UnusablePassword { .. } => "Choose another password.",
            Self::Damaged { .. } => {
                "Check the vault with reading of all data to see what else is affected. Snapshots that do not use the damaged part can still be read; take a new backup and look after the disk."
            }
            Self::Io { .. } => {
                "Check that the disk is connected and that this account may read and write the folder, then try again."
            }
            Self::DiskFull { .. } => {
                "Free some space on the disk, then try again. Snapshots that were already in the vault are whole."
            }
            Self::Locked { .. } => {
                "Wait until the other work has ended, then try again. If nothing else runs, `restic unlock` removes a lock left by a computer that is gone."
            }
            Self::NoSuchSnapshot { .. } => {
                "List the snapshots again: it may have been removed in the meantime."
            }
            Self::AmbiguousSnapshot { .. } => "Give more characters of the id.",
            Self::NoSuchFile { .. } => "List the files of the snapshot and choose one of them.",
            Self::InvalidEntry { .. } => {
                "Nothing was written. The name of this artifact has to be made safe before it can be stored."
            }
            Self::ContentUnreadable { .. } => {
                "Nothing was added to the vault. Run the backup again; what was already stored is used again."
            }
            Self::Incomplete { .. } => {
                "Run the backup again. If it happens twice, check the vault with reading of all data."
            }
            Self::Cancelled { .. } => {
                "Nothing was lost: what was already stored is used again by the next backup."
            }
        }
    }

    /// Whether the same call may succeed later without anything being put right in between.
    #[must_use]
    pub fn retryable(&self) -> bool {
        matches!(
            self,
            Self::Locked { .. } | Self::Cancelled { .. } | Self::ContentUnreadable { .. }
        )
    }

    /// An answer of the operating system, told apart into a full disk and the rest.
    pub(crate) fn io(operation: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        if is_full(&source) {
            Self::DiskFull { operation, path }
        } else {
            Self::Io {
                operation,
                path,
                source,
            }
        }
    }

    /// An error of the store library. `path` is the vault, `subject` what was being read or written.
    pub(crate) fn store(
        operation: &'static str,
        path: &Path,
        subject: &str,
        error: &RusticError,
    ) -> Self {
        if let Some(cause) = io_cause(error) {
            // A file that is gone, or shorter than the index says, is damage, not a refusal.
            let damage = matches!(
                cause.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof
            );
            if !damage {
                // The cause cannot be taken out of the library's error, so its kind and text are copied.
                let copy = cause.raw_os_error().map_or_else(
                    || io::Error::new(cause.kind(), cause.to_string()),
                    io::Error::from_raw_os_error,
                );
                return Self::io(operation, path, copy);
            }
        }
        Self::damaged(operation, subject, describe(error))
    }

    pub(crate) fn damaged(
        operation: &'static str,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::Damaged {
            operation,
            subject: subject.into(),
            detail: detail.into(),
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// The first answer of the operating system in the chain of causes.
fn io_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a io::Error> {
    chain(error).find_map(|cause| cause.downcast_ref::<io::Error>())
}

/// Whether an error of the store library says that something is not there, or ends too early.
pub(crate) fn is_gone(error: &RusticError) -> bool {
    io_cause(error).is_some_and(|cause| {
        matches!(
            cause.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof
        )
    })
}

/// Whether an error of the store library, or one that it came from, has this code of the library.
pub(crate) fn has_code(error: &RusticError, code: &str) -> bool {
    chain(error).any(|cause| as_store_error(cause).is_some_and(|error| error.is_code(code)))
}

/// What the store library says, and what it came from, in one line. Its own rendering repeats
/// whole reports, with advice for another program.
fn describe(error: &RusticError) -> String {
    let mut said: Vec<String> = Vec::new();
    for cause in chain(error) {
        let text = match as_store_error(cause) {
            Some(error) => {
                let log = error.display_log();
                let text = log.split(" (kind: related to").next().unwrap_or(&log);
                text.trim_start_matches("Error: ").to_owned()
            }
            None => cause.to_string(),
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.trim_end_matches('.').to_owned();
        if !text.is_empty() && !said.contains(&text) {
            said.push(text);
        }
    }
    said.join(": ")
}

fn chain<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

fn as_store_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a RusticError> {
    error.downcast_ref::<RusticError>().or_else(|| {
        error
            .downcast_ref::<Box<RusticError>>()
            .map(|error| &**error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustic_core::ErrorKind;

    #[test]
    fn a_full_disk_is_told_apart_from_other_refusals() {
        let full = RusticError::with_source(
            ErrorKind::InputOutput,
            "writing",
            io::Error::from(io::ErrorKind::StorageFull),
        );
        let refused = RusticError::with_source(
            ErrorKind::InputOutput,
            "writing",
            io::Error::from(io::ErrorKind::PermissionDenied),
        );
        let gone = RusticError::with_source(
            ErrorKind::Backend,
            "reading",
            io::Error::from(io::ErrorKind::NotFound),
        );
        let path = Path::new("/vault");
        let map = |error: &RusticError| VaultError::store("Writing", path, "a pack", error);
        assert!(matches!(map(&full), VaultError::DiskFull { .. }));
        assert!(matches!(map(&refused), VaultError::Io { .. }));
        assert!(matches!(map(&gone), VaultError::Damaged { .. }));
        assert_eq!(
            map(&gone).to_string(),
            "Writing failed: a pack is damaged (reading: entity not found)."
        );
        let nested = RusticError::with_source(ErrorKind::Internal, "outside", gone);
        assert_eq!(describe(&nested), "outside: reading: entity not found");
    }
}
