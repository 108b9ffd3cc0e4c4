//! What can go wrong in the engine. The kinds of the client and the vault stay readable, so that the
//! floor above can give each its code and its remedy.

use std::path::PathBuf;

use waybill_archive::ArchiveError;
use waybill_client::Error as ClientError;
use waybill_model::ArtifactId;
use waybill_targets::TargetError;
use waybill_vault::VaultError;

/// A failure of the engine: operation, subject and cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A call to the instance failed while something about the whole instance was read.
    #[error("{operation}: {source}")]
    Call {
        /// What was being done.
        operation: String,
        /// Why it failed.
        #[source]
        source: Box<ClientError>,
    },
    /// A call to the instance failed while one artifact was read.
    #[error("`{artifact}`: {source}")]
    ArtifactCall {
        /// Which artifact.
        artifact: Box<ArtifactId>,
        /// Why it failed.
        #[source]
        source: Box<ClientError>,
    },
    /// The vault failed.
    #[error("{operation}: {source}")]
    Vault {
        /// What was being done.
        operation: String,
        /// Why it failed.
        #[source]
        source: Box<VaultError>,
    },
    /// A target did not do what was asked.
    #[error("{source}")]
    Target {
        /// Why.
        #[source]
        source: Box<TargetError>,
    },
    /// An archive file could not be read.
    #[error("{}: {source}", path.display())]
    Archive {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<ArchiveError>,
    },
    /// The journal could not be read or written.
    #[error("The journal {}: {operation} failed: {source}", path.display())]
    Journal {
        /// The database.
        path: PathBuf,
        /// What was being done.
        operation: &'static str,
        /// Why it failed.
        #[source]
        source: rusqlite::Error,
    },
    /// The journal was written by a newer Waybill.
    #[error("The journal {} was written by a newer Waybill (version {found} of its tables; this one knows {known})", path.display())]
    JournalTooNew {
        /// The database.
        path: PathBuf,
        /// The version it has.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// A file or folder could not be read or written.
    #[error("{} could not be {action}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// `read`, `written`, `locked`, `made`.
        action: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Another run of the same instance is under way.
    #[error("A run of `{instance}` is under way already")]
    AlreadyRunning {
        /// The instance, by its name.
        instance: String,
        /// The run that is under way.
        run: String,
    },
    /// There is no such run.
    #[error("There is no run `{0}`")]
    UnknownRun(String),
    /// The run has ended for good, or is under way: it cannot be taken up again.
    #[error("Run `{run}` cannot be resumed: it is {status}")]
    NotResumable {
        /// The run.
        run: String,
        /// How it stands.
        status: String,
    },
    /// A document written by Waybill cannot be understood.
    #[error("`{what}` of snapshot {snapshot} cannot be understood: {cause}")]
    Unreadable {
        /// Which document.
        what: String,
        /// In which snapshot.
        snapshot: String,
        /// Why.
        cause: String,
    },
    /// The place does not hold the artifact, or holds no bytes of it.
    #[error("`{artifact}` is not in {place}")]
    NotInPlace {
        /// Which artifact.
        artifact: Box<ArtifactId>,
        /// Which place, in words.
        place: String,
    },
    /// A snapshot was written, but what was read back is not what was given. It was removed again.
    #[error(
        "The snapshot could not be confirmed: {count} of its files did not read back as they were written. The first: {first}"
    )]
    NotAsWritten {
        /// How many files differ.
        count: usize,
        /// The first, in words.
        first: String,
    },
    /// Not one of the planned artifacts could be read, so no snapshot was made.
    #[error("None of the {planned} artifacts could be read. The first: {first}")]
    NothingRead {
        /// How many were planned.
        planned: u32,
        /// The reason of the first.
        first: String,
    },
    /// The instance may not be written now.
    #[error("{message}")]
    WriteRefused {
        /// Why.
        message: String,
        /// What to do about it.
        guidance: String,
    },
    /// Bytes that a waybill needs are not those that their name says.
    #[error("`{sha256}`, which a waybill will send, is damaged {place}")]
    CargoDamaged {
        /// Their name: the SHA-256 that they should have.
        sha256: String,
        /// Where, in words.
        place: String,
    },
    /// The run was asked to stop.
    #[error("The run was cancelled")]
    Cancelled,
    /// A task of the engine ended without an answer.
    #[error("A part of the engine ended unexpectedly: {0}")]
    Internal(String),
}

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, EngineError>;

impl EngineError {
    /// The vault failed during `operation`.
    pub(crate) fn vault(operation: impl Into<String>) -> impl FnOnce(VaultError) -> Self {
        let operation = operation.into();
        move |source| Self::Vault {
            operation,
            source: Box::new(source),
        }
    }

    /// A target failed.
    pub(crate) fn target(source: TargetError) -> Self {
        Self::Target {
            source: Box::new(source),
        }
    }

    /// The target's error inside, if there is one; also where a vault lies at a target.
    #[must_use]
    pub fn target_error(&self) -> Option<&TargetError> {
        match self {
            Self::Target { source } => Some(source),
            Self::Vault { source, .. } => match &**source {
                VaultError::Io { source, .. } => crate::copies::target_error(source),
                _ => None,
            },
            _ => None,
        }
    }

    /// The client's error inside, if there is one.
    #[must_use]
    pub fn client(&self) -> Option<&ClientError> {
        match self {
            Self::Call { source, .. } | Self::ArtifactCall { source, .. } => Some(source),
            _ => None,
        }
    }

    /// The vault's error inside, if there is one.
    #[must_use]
    pub fn vault_error(&self) -> Option<&VaultError> {
        match self {
            Self::Vault { source, .. } => Some(source),
            _ => None,
        }
    }

    /// The journal could not be written because the disk is full. SQLite tells it by its own name, or, where
    /// it is the file beside the journal that found no room, by that.
    #[must_use]
    pub fn is_journal_without_room(&self) -> bool {
        match self {
            Self::Journal {
                source: rusqlite::Error::SqliteFailure(failure, _),
                ..
            } => {
                failure.code == rusqlite::ErrorCode::DiskFull
                    || failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
            }
            _ => false,
        }
    }

    /// The run stopped because it was asked to.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled => true,
            Self::Call { source, .. } | Self::ArtifactCall { source, .. } => {
                crate::failure::is_cancelled(source)
            }
            Self::Vault { source, .. } => matches!(**source, VaultError::Cancelled { .. }),
            _ => false,
        }
    }
}
