//! The few things that a place of files has to be able to do, so that [`Tree`](crate::Tree) can keep copies in it.
//!
//! All paths are below the root of the target, with `/` between their parts; the root itself is the empty path.
//! A call ends when its future is dropped. Nothing here knows of copies, notes or encryption.

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Result, Stage, TargetError};

/// A place of files: a folder, a server, a bucket.
#[async_trait]
pub trait Files: Send + Sync + 'static {
    /// How people know it. Never a secret.
    fn title(&self) -> String;

    /// Whether [`rename`](Self::rename) works. Where it does, a copy grows under another name than its own.
    fn can_rename(&self) -> bool {
        false
    }

    /// Whether [`append`](Self::append) works, so that a cut file goes on where it was cut.
    fn can_append(&self) -> bool {
        false
    }

    /// Whether anything can be listed and read. Where it cannot, `write` has to make sure by itself that what
    /// lies there is what was sent.
    fn can_read(&self) -> bool {
        true
    }

    /// Whether [`create`](Self::create) looks and writes in one step.
    fn creates_once(&self) -> bool {
        false
    }

    /// How many calls may be under way at once.
    fn at_once(&self) -> usize {
        8
    }

    /// Connects and signs in, and tells `Connect` and `Sign in` as they end, the failed one too. Other calls
    /// connect by themselves where it is needed.
    async fn connect(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<()>;

    /// The size of a file, or nothing where there is none.
    async fn size(&self, path: &str) -> Result<Option<u64>>;

    /// All files below a folder, however deep, with their paths from the root; none where it does not exist.
    async fn list(&self, folder: &str) -> Result<Vec<Entry>>;

    /// The paths of all files of this name. What lies below a folder that holds one need not be looked at.
    async fn find(&self, name: &str) -> Result<Vec<String>> {
        let all = self.list("").await?;
        Ok(all
            .into_iter()
            .map(|entry| entry.path)
            .filter(|path| path.rsplit('/').next() == Some(name))
            .collect())
    }

    /// The content of a file. `Missing` where there is none.
    async fn read(&self, path: &str) -> Result<Bytes>;

    /// `length` bytes of a file from `offset` on. Where a place can only read whole files, it is read whole.
    async fn read_part(&self, path: &str, offset: u64, length: usize) -> Result<Bytes> {
        let whole = self.read(path).await?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = start.saturating_add(length);
        if end > whole.len() {
            return Err(self.ends_before(path));
        }
        Ok(whole.slice(start..end))
    }

    /// Writes a file whole, in place of what is there. Its folder exists where [`make_folder`](Self::make_folder)
    /// does something.
    async fn write(&self, path: &str, content: Bytes) -> Result<()>;

    /// Writes a file only where there is none of that name, and says whether it did. Where a place cannot do
    /// both in one step, two at once may both be told that they did.
    async fn create(&self, path: &str, content: Bytes) -> Result<bool> {
        if self.size(path).await?.is_some() {
            return Ok(false);
        }
        self.write(path, content).await?;
        Ok(true)
    }

    /// Writes the rest of a file whose first `offset` bytes are there.
    async fn append(&self, path: &str, offset: u64, rest: Bytes) -> Result<()> {
        let _ = (offset, rest);
        Err(self.cannot("Going on with a file", path))
    }

    /// Gives a file or a folder another name. A file takes the place of one that has it; a folder does not.
    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let _ = to;
        Err(self.cannot("Renaming", from))
    }

    /// Removes a file. That there is none is fine.
    async fn remove(&self, path: &str) -> Result<()>;

    /// Makes a folder and those above it. That it is there already is fine; where folders are only a part of
    /// names, nothing is done.
    async fn make_folder(&self, path: &str) -> Result<()> {
        let _ = path;
        Ok(())
    }

    /// Removes a folder and those below it as far as they are empty.
    async fn remove_empty(&self, path: &str) -> Result<()> {
        let _ = path;
        Ok(())
    }

    /// Bytes that are free, where it tells.
    async fn free(&self) -> Result<Option<u64>> {
        Ok(None)
    }

    /// The error for a file that ends before the part that was asked for.
    fn ends_before(&self, path: &str) -> TargetError {
        TargetError::Damaged {
            target: self.title(),
            what: format!("`{path}`"),
            detail: "it is shorter than it has to be".to_owned(),
        }
    }

    /// The error for what this place cannot do.
    fn cannot(&self, operation: &'static str, path: &str) -> TargetError {
        TargetError::Refused {
            target: self.title(),
            operation,
            detail: format!("this kind of target cannot do it, asked for `{path}`"),
        }
    }
}

/// A file in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it lies, from the root.
    pub path: String,
    /// Its bytes.
    pub size: u64,
}
