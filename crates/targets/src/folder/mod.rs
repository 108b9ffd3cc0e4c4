//! A folder of this computer, or of a network share that it has.
//!
//! The root has to exist, and carries a mark (`.waybill-target`) from its first use on. A share that is not there leaves an empty folder, or
//! none, in its place: neither is then filled.

use std::{
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Entry, Files, Result, Stage, StageState, TargetError, Tree};

/// The mark in the root.
pub const MARK: &str = ".waybill-target";

const MARK_TEXT: &str = "Waybill keeps copies in this folder. It looks for this file, so that it does not fill an empty \
folder when a network share or disk is not there.\n";

/// Which folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderSettings {
    /// The root; absolute.
    pub root: PathBuf,
    /// Whether it was checked and carries its mark. Until then the mark is written.
    pub known: bool,
}

/// Copies in a folder.
pub type FolderTarget = Tree<FolderFiles>;

impl FolderTarget {
    /// Copies in this folder.
    pub fn in_folder(settings: FolderSettings) -> Result<Self> {
        Ok(Self::new(Arc::new(FolderFiles::new(settings)?)))
    }
}

/// The files of a folder.
#[derive(Clone, Debug)]
pub struct FolderFiles {
    root: PathBuf,
    known: bool,
}

impl FolderFiles {
    /// The files of this folder.
    pub fn new(settings: FolderSettings) -> Result<Self> {
        if !settings.root.is_absolute() {
            return Err(TargetError::Unusable {
                what: "The folder",
                detail: format!("`{}` is no full path", settings.root.display()),
            });
        }
        Ok(Self {
            root: settings.root,
            known: settings.known,
        })
    }

    /// Does something with the root at hand, on a thread that may wait for the disk.
    async fn on<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Path) -> std::io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || {
            this.present()?;
            work(&this.root).map_err(|reason| this.error(operation, &reason))
        })
        .await
        .map_err(|_| TargetError::Refused {
            target: self.title(),
            operation,
            detail: "the work was ended".to_owned(),
        })?
    }

    /// That the root is there, and is the one that was meant.
    fn present(&self) -> Result<()> {
        let mark = self.root.join(MARK);
        match std::fs::metadata(&mark) {
            Ok(_) => Ok(()),
            Err(reason) if reason.kind() == ErrorKind::NotFound => match std::fs::metadata(&self.root) {
                Ok(found) if !found.is_dir() => Err(self.away("it is no folder")),
                Ok(_) if self.known => Err(self.away(
                    "the folder is there without its mark, as if a network share or disk is not connected",
                )),
                Ok(_) => {
                    std::fs::write(&mark, MARK_TEXT).map_err(|reason| self.error("Marking the folder", &reason))
                }
                Err(reason) => Err(self.away(&reason.to_string())),
            },
            Err(reason) => Err(self.error("Looking at the folder", &reason)),
        }
    }

    fn away(&self, detail: &str) -> TargetError {
        TargetError::Unreachable {
            target: self.title(),
            detail: detail.to_owned(),
        }
    }

    fn error(&self, operation: &'static str, reason: &std::io::Error) -> TargetError {
        let (target, detail) = (self.title(), reason.to_string());
        match reason.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                TargetError::ReadOnly { target, detail }
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                TargetError::Full { target, detail }
            }
            ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::NotConnected
            | ErrorKind::StaleNetworkFileHandle
            | ErrorKind::TimedOut => TargetError::Unreachable { target, detail },
            _ => TargetError::Refused {
                target,
                operation,
                detail,
            },
        }
    }
}

fn at(root: &Path, path: &str) -> PathBuf {
    path.split('/')
        .filter(|part| !part.is_empty())
        .fold(root.to_owned(), |folder, part| folder.join(part))
}

/// Nothing where nothing is.
fn there<T>(found: std::io::Result<T>) -> std::io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(reason)
            if matches!(
                reason.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(reason) => Err(reason),
    }
}

/// All files below a folder; where a name is given, those of that name, and nothing below a folder that has one.
fn walk(root: &Path, folder: &str, name: Option<&str>) -> std::io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        let Some(entries) = there(std::fs::read_dir(at(root, &folder)))? else {
            continue;
        };
        let (mut folders, mut here) = (Vec::new(), false);
        for entry in entries {
            let entry = entry?;
            // A name that is no text is of another program.
            let Ok(own) = entry.file_name().into_string() else {
                continue;
            };
            let path = if folder.is_empty() {
                own.clone()
            } else {
                format!("{folder}/{own}")
            };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && name.is_none_or(|name| name == own) {
                here = name.is_some();
                let Some(data) = there(entry.metadata())? else {
                    continue;
                };
                found.push(Entry {
                    path,
                    size: data.len(),
                });
            }
        }
        if !here {
            left.append(&mut folders);
        }
    }
    Ok(found)
}

/// Removes what is empty, from the inside out. Says whether the folder is gone.
fn remove_empty(folder: &Path) -> std::io::Result<bool> {
    let Some(entries) = there(std::fs::read_dir(folder))? else {
        return Ok(true);
    };
    let mut empty = true;
    for entry in entries {
        let entry = entry?;
        empty &= entry.file_type()?.is_dir() && remove_empty(&entry.path())?;
    }
    if empty {
        there(std::fs::remove_dir(folder))?;
    }
    Ok(empty)
}

/// Writes and makes sure that it is on the disk.
fn write(mut file: std::fs::File, content: &[u8]) -> std::io::Result<()> {
    file.write_all(content)?;
    file.sync_data()
}

#[async_trait]
impl Files for FolderFiles {
    fn title(&self) -> String {
        self.root.display().to_string()
    }

    fn can_rename(&self) -> bool {
        true
    }

    fn can_append(&self) -> bool {
        true
    }

    fn creates_once(&self) -> bool {
        true
    }

    async fn connect(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<()> {
        let found = self
            .on("Looking at the folder", |root| {
                std::fs::read_dir(root).map(drop)
            })
            .await;
        told(Stage {
            name: "Connect",
            state: if found.is_ok() {
                StageState::Passed
            } else {
                StageState::Failed
            },
            words: found
                .as_ref()
                .err()
                .map(ToString::to_string)
                .unwrap_or_default(),
        });
        found?;
        told(Stage {
            name: "Sign in",
            state: StageState::Skipped,
            words: "The system has done that.".to_owned(),
        });
        Ok(())
    }

    async fn size(&self, path: &str) -> Result<Option<u64>> {
        let path = path.to_owned();
        self.on("Looking at a file", move |root| {
            Ok(there(std::fs::metadata(at(root, &path)))?.map(|found| found.len()))
        })
        .await
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>> {
        let folder = folder.to_owned();
        self.on("Listing", move |root| walk(root, &folder, None))
            .await
    }

    async fn find(&self, name: &str) -> Result<Vec<String>> {
        let name = name.to_owned();
        let found = self
            .on("Listing", move |root| walk(root, "", Some(&name)))
            .await?;
        Ok(found.into_iter().map(|entry| entry.path).collect())
    }

    async fn read(&self, path: &str) -> Result<Bytes> {
        let own = path.to_owned();
        self.on("Reading", move |root| there(std::fs::read(at(root, &own))))
            .await?
            .map(Bytes::from)
            .ok_or_else(|| TargetError::Missing {
                target: self.title(),
                what: format!("file `{path}`"),
            })
    }

    async fn read_part(&self, path: &str, offset: u64, length: usize) -> Result<Bytes> {
        let own = path.to_owned();
        let part = self
            .on("Reading", move |root| {
                use std::io::{Read as _, Seek as _};
                there(std::fs::File::open(at(root, &own)).and_then(|mut file| {
                    file.seek(std::io::SeekFrom::Start(offset))?;
                    let mut part = Vec::with_capacity(length);
                    file.take(length as u64).read_to_end(&mut part)?;
                    Ok(part)
                }))
            })
            .await?
            .ok_or_else(|| TargetError::Missing {
                target: self.title(),
                what: format!("file `{path}`"),
            })?;
        if part.len() < length {
            return Err(self.ends_before(path));
        }
        Ok(Bytes::from(part))
    }

    async fn write(&self, path: &str, content: Bytes) -> Result<()> {
        let path = path.to_owned();
        self.on("Writing", move |root| {
            write(std::fs::File::create(at(root, &path))?, &content)
        })
        .await
    }

    async fn create(&self, path: &str, content: Bytes) -> Result<bool> {
        let path = path.to_owned();
        self.on("Writing", move |root| {
            match std::fs::File::create_new(at(root, &path)) {
                Ok(file) => write(file, &content).map(|()| true),
                Err(reason) if reason.kind() == ErrorKind::AlreadyExists => Ok(false),
                Err(reason) => Err(reason),
            }
        })
        .await
    }

    async fn append(&self, path: &str, offset: u64, rest: Bytes) -> Result<()> {
        let path = path.to_owned();
        self.on("Writing", move |root| {
            let file = std::fs::OpenOptions::new()
                .write(true)
                .open(at(root, &path))?;
            file.set_len(offset)?;
            let mut end = &file;
            std::io::Seek::seek(&mut end, std::io::SeekFrom::Start(offset))?;
            write(file, &rest)
        })
        .await
    }

    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.on("Renaming", move |root| {
            std::fs::rename(at(root, &from), at(root, &to))
        })
        .await
    }

    async fn remove(&self, path: &str) -> Result<()> {
        let path = path.to_owned();
        self.on("Removing", move |root| {
            there(std::fs::remove_file(at(root, &path))).map(drop)
        })
        .await
    }

    async fn make_folder(&self, path: &str) -> Result<()> {
        let path = path.to_owned();
        self.on("Making a folder", move |root| {
            std::fs::create_dir_all(at(root, &path))
        })
        .await
    }

    async fn remove_empty(&self, path: &str) -> Result<()> {
        let path = path.to_owned();
        self.on("Removing a folder", move |root| {
            remove_empty(&at(root, &path)).map(drop)
        })
        .await
    }

    async fn free(&self) -> Result<Option<u64>> {
        self.on("Asking for free space", |root| {
            fs4::available_space(root).map(Some)
        })
        .await
    }
}
