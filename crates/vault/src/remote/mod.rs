//! A vault that does not lie in a folder of this computer: on SFTP, in object storage, anywhere
//! that keeps files under names. What lies there is the same restic repository, encrypted here.
//!
//! [`RemoteFiles`] is all that a place has to offer. The store library works on it through
//! [`RemoteStore`]; the lock files of every vault, also of one in a folder, go through it too.

mod folder;
mod open;
mod store;

use std::io;

use jiff::Timestamp;

pub(crate) use folder::FolderFiles;
pub(crate) use store::RemoteStore;

/// A place that keeps files. Paths are relative to the vault's root, with `/` between their parts.
/// All calls block, and come from several threads at once.
///
/// An error's kind is looked at: `NotFound` for what is not there, `StorageFull` or
/// `QuotaExceeded` for a full place, anything else for a refusal or a failed connection. Repeating
/// what may be repeated is up to the place; the vault does not try again.
pub trait RemoteFiles: Send + Sync {
    /// Where it is, for errors and never with a secret: `sftp://host/backups/vault`.
    fn location(&self) -> String;

    /// All files below a folder and its folders, half-written ones left out. A folder that is not
    /// there is empty.
    ///
    /// # Errors
    /// Where the list cannot be had, or not whole.
    fn list(&self, folder: &str) -> io::Result<Vec<RemoteFile>>;

    /// The content of a file.
    ///
    /// # Errors
    /// `NotFound`, and where it cannot be read whole.
    fn get(&self, path: &str) -> io::Result<Vec<u8>>;

    /// `length` bytes of a file from `offset` on.
    ///
    /// # Errors
    /// `NotFound`, `UnexpectedEof` where the file ends before, and where it cannot be read.
    fn get_part(&self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>>;

    /// Writes a file, making the folders it needs. Afterwards it is there whole, or, after an
    /// error, as before.
    ///
    /// # Errors
    /// `StorageFull`, and where it cannot be written whole.
    fn put(&self, path: &str, content: &[u8]) -> io::Result<()>;

    /// Removes a file. One that is not there is removed already.
    ///
    /// # Errors
    /// Where it may still be there.
    fn remove(&self, path: &str) -> io::Result<()>;
}

/// A file at a remote place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its path from the vault's root.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written, where the place knows.
    pub modified: Option<Timestamp>,
}

impl RemoteFile {
    /// The last part of its path, if that is an id as restic names files: 64 hexadecimal digits.
    pub(crate) fn id(&self) -> Option<&str> {
        let name = self.path.rsplit('/').next()?;
        let is_id = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then_some(name)
    }
}
