//! What every kind of target does.

use async_trait::async_trait;
use bytes::Bytes;

use crate::{CopyFile, CopyHead, CopyNote, Result};

/// A place that copies of snapshots are carried to, and read from. What is under way ends when its future
/// is dropped; what was carried until then stays for the next try.
#[async_trait]
pub trait Target: Send + Sync {
    /// How people know it, such as `sftp://backup@nas/oic`. Never a secret.
    fn title(&self) -> String;

    /// Tries it out: connects, signs in, and really writes, lists, reads and removes a small file. Tells each
    /// stage as it ends; the first that fails ends it.
    async fn check(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<Checked>;

    /// Begins or takes up again the copy into `head.folder`. The files are all that it will hold.
    ///
    /// A whole copy of the same files that is already there is left as it is: every file is there and
    /// finishing compares it. One of other files is an error.
    async fn begin(&self, head: &CopyHead, files: &[CopyFile]) -> Result<Box<dyn CopyWriter>>;

    /// The whole copies that lie here, newest first; those of other programs are not seen.
    async fn copies(&self) -> Result<Vec<CopyHead>>;

    /// Opens a whole copy by its folder.
    async fn open(&self, folder: &str) -> Result<Box<dyn CopyReader>>;

    /// Removes a copy, its note first, so that a cut never leaves half a copy that looks whole.
    async fn remove(&self, folder: &str) -> Result<()>;
}

/// A copy on its way.
#[async_trait]
pub trait CopyWriter: Send {
    /// Whether the file was carried whole by an earlier try. Its content is compared when finishing.
    fn has(&self, file: &CopyFile) -> bool;

    /// Carries a file under a temporary name, and gives it its own when it is whole. Several may be on their
    /// way at once: the failure of one may come with a later one, or when finishing.
    async fn put(&mut self, file: &CopyFile, content: Bytes) -> Result<()>;

    /// Compares every file by hash at the other end, and then makes this a copy that counts. A file that
    /// is not as it should be is removed there and named in the error, so that the next try carries it.
    async fn finish(self: Box<Self>) -> Result<Finished>;
}

/// A copy that is read.
#[async_trait]
pub trait CopyReader: Send + Sync {
    /// What it says of itself.
    fn note(&self) -> &CopyNote;

    /// The content of a file, by its path in the copy; what does not hash to what the note says is an error.
    async fn read(&self, path: &str) -> Result<Bytes>;
}

/// How a copy ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Where it is, for people: a folder, an address, a commit.
    pub reference: String,
    /// Bytes that went over this time.
    pub carried: u64,
    /// Files that an earlier try or copy had carried already.
    pub kept: u64,
}

/// What a check found beside that all went well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Bytes that are free there, where it tells.
    pub free: Option<u64>,
    /// What is worth knowing, in sentences.
    pub notes: Vec<String>,
}

/// One stage of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What was tried: `Connect`, `Sign in`, `Write`, `List`, `Read`, `Remove`.
    pub name: &'static str,
    /// How it ended.
    pub state: StageState,
    /// What was found, in one sentence; may be empty.
    pub words: String,
}

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// As it should.
    Passed,
    /// It did not; the error says why.
    Failed,
    /// Not needed here.
    Skipped,
}
