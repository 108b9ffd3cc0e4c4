//! Where objects lie: the folder of this target on this computer, or a repository in a folder elsewhere.
//!
//! The library of Git blocks: all of its work is done on threads for that, and packs go through channels.
//! Who drops the future of a piece of work closes its channel, and the work ends at the next piece.

use std::future::Future;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use git2::{ErrorClass, ErrorCode, ObjectType, Oid, PackBuilderStage, Repository};
use tokio::sync::mpsc;

use super::wire::one_line;
use crate::{Result, TargetError};

/// Bytes of a pack that go on their way at once.
const PIECE: usize = 64 * 1024;
/// Pieces that wait between the two ends of a channel.
const WAITING: usize = 16;

/// A piece of a pack that comes in.
#[derive(Debug)]
pub(super) enum Piece {
    Bytes(Bytes),
    /// That was all: only then does it count.
    End,
}

/// A repository in a folder.
#[derive(Clone, Debug)]
pub(super) struct Store {
    folder: PathBuf,
    title: String,
    /// Whether it is the target itself, and not what is kept of it on this computer.
    is_target: bool,
}

impl Store {
    /// What is kept on this computer; made where it is not there.
    pub(super) fn here(cache: &Path, title: &str) -> Result<Self> {
        let store = Self {
            folder: cache.join("objects.git"),
            title: title.to_owned(),
            is_target: false,
        };
        std::fs::create_dir_all(cache).map_err(|cause| TargetError::Unusable {
            what: "The folder for the objects of Git",
            detail: format!("`{}` cannot be made ({cause})", cache.display()),
        })?;
        store.repository()?;
        Ok(store)
    }

    /// The target itself, in a folder.
    pub(super) fn there(folder: &Path, title: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            title: title.to_owned(),
            is_target: true,
        }
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn repository(&self) -> Result<Repository> {
        let opened = match Repository::open(&self.folder) {
            Err(cause) if cause.code() == ErrorCode::NotFound && !self.is_target => {
                Repository::init_bare(&self.folder)
            }
            opened => opened,
        };
        opened.map_err(|cause| {
            let target = self.title.clone();
            if self.is_target && !self.folder.is_dir() {
                TargetError::Unreachable {
                    target,
                    detail: "the folder is not there".to_owned(),
                }
            } else if cause.code() == ErrorCode::NotFound && self.is_target {
                TargetError::Missing {
                    target,
                    what: "repository there".to_owned(),
                }
            } else if cause.code() == ErrorCode::Owner {
                TargetError::Refused {
                    target,
                    operation: "Opening the repository",
                    detail: "it belongs to another user of this computer; Git asks for an entry `safe.directory` in its settings".to_owned(),
                }
            } else {
                self.fault(&cause, "the repository")
            }
        })
    }

    /// Does blocking work.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self, &Repository) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.clone();
        self.joined(tokio::task::spawn_blocking(move || {
            let repository = store.repository()?;
            work(&store, &repository)
        }))
        .await
    }

    /// Does blocking work on objects that it has open itself.
    pub(super) async fn run_beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.clone();
        self.joined(tokio::task::spawn_blocking(move || work(&store)))
            .await
    }

    async fn joined<T>(&self, handle: tokio::task::JoinHandle<Result<T>>) -> Result<T> {
        handle.await.unwrap_or_else(|_| {
            Err(TargetError::Refused {
                target: self.title.clone(),
                operation: "Working with the repository",
                detail: "the work broke off".to_owned(),
            })
        })
    }

    /// Takes a pack in: what is sent before the end, once the end was sent.
    pub(super) fn take_pack(&self) -> (mpsc::Sender<Piece>, impl Future<Output = Result<()>>) {
        let (sender, mut pieces) = mpsc::channel(WAITING);
        let store = self.clone();
        let handle = tokio::task::spawn_blocking(move || {
            let repository = store.repository()?;
            let fault = |cause: &git2::Error| store.fault(cause, "a pack");
            let objects = repository.odb().map_err(|cause| fault(&cause))?;
            let mut writer = objects.packwriter().map_err(|cause| fault(&cause))?;
            while let Some(piece) = pieces.blocking_recv() {
                match piece {
                    Piece::Bytes(bytes) => writer
                        .write_all(&bytes)
                        .map_err(|cause| store.write_fault(&cause, "a pack"))?,
                    Piece::End => {
                        writer.commit().map_err(|cause| fault(&cause))?;
                        return Ok(());
                    }
                }
            }
            Err(TargetError::Unreachable {
                target: store.title.clone(),
                detail: "a pack broke off".to_owned(),
            })
        });
        let store = self.clone();
        (sender, async move { store.joined(handle).await })
    }

    /// Makes a pack of what hangs on `news` and not on `there`. Tells at the end how many bytes it was; nothing
    /// where nobody took them any more.
    pub(super) fn make_pack(
        &self,
        news: Vec<Oid>,
        there: Vec<Oid>,
    ) -> (
        mpsc::Receiver<Bytes>,
        impl Future<Output = Result<Option<u64>>>,
    ) {
        let (sender, pieces) = mpsc::channel(WAITING);
        let store = self.clone();
        let handle = tokio::task::spawn_blocking(move || {
            let repository = store.repository()?;
            match pack(&repository, &news, &there, &sender) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(_) if sender.is_closed() => Ok(None),
                Err(cause) => Err(store.fault(&cause, "a pack")),
            }
        });
        let store = self.clone();
        (pieces, async move { store.joined(handle).await })
    }

    /// A fault of the library, in the target's words.
    pub(super) fn fault(&self, cause: &git2::Error, what: &str) -> TargetError {
        let damaged = cause.code() == ErrorCode::HashsumMismatch
            || matches!(
                cause.class(),
                ErrorClass::Zlib | ErrorClass::Object | ErrorClass::Indexer
            ) && cause.code() == ErrorCode::GenericError;
        if damaged {
            return TargetError::Damaged {
                target: self.place(),
                what: what.to_owned(),
                detail: one_line(cause.message()),
            };
        }
        self.by_words(cause.message(), what)
    }

    /// Why a pack could not be written. The library does not say; a file that is tried in the same place does.
    fn write_fault(&self, cause: &io::Error, what: &str) -> TargetError {
        let tried = self.folder.join("objects").join(".waybill-tried");
        let words = match std::fs::write(&tried, vec![0; PIECE]) {
            Ok(()) => cause.to_string(),
            Err(reason) => match reason.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "no space left".to_owned()
                }
                io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                    "permission denied".to_owned()
                }
                _ => reason.to_string(),
            },
        };
        let _ = std::fs::remove_file(&tried);
        self.by_words(&words, what)
    }

    fn by_words(&self, words: &str, what: &str) -> TargetError {
        let detail = one_line(words);
        let low = detail.to_lowercase();
        let target = self.place();
        if low.contains("no space left")
            || low.contains("quota")
            || low.contains("not enough space")
        {
            TargetError::Full { target, detail }
        } else if [
            "permission denied",
            "read-only",
            "access is denied",
            "access denied",
        ]
        .iter()
        .any(|word| low.contains(word))
        {
            TargetError::ReadOnly { target, detail }
        } else if ["mismatch", "corrupt", "inflat", "zlib"]
            .iter()
            .any(|word| low.contains(word))
        {
            TargetError::Damaged {
                target,
                what: what.to_owned(),
                detail,
            }
        } else {
            TargetError::Refused {
                target,
                operation: "Working with the repository",
                detail,
            }
        }
    }

    fn place(&self) -> String {
        if self.is_target {
            self.title.clone()
        } else {
            format!("The folder for the objects of {}", self.title)
        }
    }
}

fn pack(
    repository: &Repository,
    news: &[Oid],
    there: &[Oid],
    sender: &mpsc::Sender<Bytes>,
) -> Result<u64, git2::Error> {
    let objects = repository.odb()?;
    let mut walk = repository.revwalk()?;
    let mut builder = repository.packbuilder()?;
    let still_wanted = sender.clone();
    builder.set_progress_callback(move |_: PackBuilderStage, _, _| !still_wanted.is_closed())?;
    for new in news {
        if objects.read_header(*new)?.1 == ObjectType::Tag {
            builder.insert_object(*new, None)?;
        }
        walk.push(*new)?;
    }
    for known in there.iter().filter(|oid| objects.exists(**oid)) {
        walk.hide(*known)?;
    }
    builder.insert_walk(&mut walk)?;
    let mut total = 0_u64;
    let mut waiting = BytesMut::with_capacity(PIECE * 2);
    builder.foreach(|bytes| {
        total += bytes.len() as u64;
        waiting.extend_from_slice(bytes);
        waiting.len() < PIECE || sender.blocking_send(waiting.split().freeze()).is_ok()
    })?;
    if !waiting.is_empty() && sender.blocking_send(waiting.freeze()).is_err() {
        return Err(git2::Error::from_str("nobody takes it"));
    }
    Ok(total)
}
