//! Copies in a Git repository: one commit for each, on a branch that nobody's work is ever overwritten on.
//!
//! Each instance has one folder, without a date, so that the differences between two commits are those of the
//! instance. It holds the files of the copy as they are given, unpacked ones beside archives too
//! ([`derived_file`]), and the note; what is no longer in the copy is no longer in the folder. Where nothing
//! changed there is no commit. Nothing can be removed: Git keeps its history.
//!
//! A copy is opened by the folder that its head names, by its commit, or by its tag. Where a folder was named
//! twice it stands for the newer copy; the older is listed, and opened, as `commit:folder`.
//!
//! The library of Git (`store.rs`, `history.rs`, `compose.rs`) keeps objects in a folder of this computer. It does
//! not go on the network: fetching and pushing are spoken here (`wire/`), over the same TLS and SSH as all else,
//! so that each target has its own trusted certificates, pinned host key, time limits, and ends when it is told to.

mod address;
mod carried;
mod check;
mod compose;
mod history;
mod local;
mod names;
mod reader;
mod remote;
mod repository;
mod settings;
mod store;
mod wire;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use history::History;
use reader::GitReader;
use repository::Shared;
use writer::GitWriter;

pub use settings::{GitSettings, GitSignIn, GitTags, OthersPushed};

use crate::{
    Checked, CopyFile, CopyHead, CopyReader, CopyWriter, Result, Stage, Target, TargetError,
};

/// A branch of a Git repository. Meanings of errors that are its own: `MovedOn` where the branch was rewritten,
/// files of a copy were changed by hand, or others pushed and the settings refuse that.
pub struct GitTarget {
    shared: Arc<Shared>,
}

impl GitTarget {
    /// Makes the folder for the objects where it is not there; nothing is called yet.
    pub fn new(settings: GitSettings) -> Result<Self> {
        Ok(Self {
            shared: Arc::new(Shared::new(settings)?),
        })
    }

    /// Takes the branch as it is now, after a person has looked: copies go on from there, even where its
    /// history was rewritten or others pushed.
    pub async fn accept(&self) -> Result<()> {
        self.shared.accept().await
    }
}

/// A file that is not in the snapshot but was made from it, such as one that was unpacked so that people can
/// read the differences.
#[must_use]
pub fn derived_file(path: impl Into<String>, content: &[u8]) -> CopyFile {
    CopyFile {
        path: path.into(),
        origin: String::new(),
        sha256: writer::hex(&Sha256::digest(content)),
        size: content.len() as u64,
    }
}

#[async_trait]
impl Target for GitTarget {
    fn title(&self) -> String {
        self.shared.store.title().to_owned()
    }

    async fn check(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<Checked> {
        check::check(&self.shared, told).await
    }

    async fn begin(&self, head: &CopyHead, files: &[CopyFile]) -> Result<Box<dyn CopyWriter>> {
        let writer = GitWriter::begin(Arc::clone(&self.shared), head, files).await?;
        Ok(Box::new(writer))
    }

    async fn copies(&self) -> Result<Vec<CopyHead>> {
        let Some(head) = self.shared.survey().await?.head else {
            return Ok(Vec::new());
        };
        let pattern = self.shared.settings.folder.clone();
        self.shared
            .store
            .run(move |store, repository| {
                let history = History {
                    store,
                    repository,
                    pattern: &pattern,
                };
                history.copies(head)
            })
            .await
    }

    async fn open(&self, folder: &str) -> Result<Box<dyn CopyReader>> {
        let reader = GitReader::open(Arc::clone(&self.shared), folder).await?;
        Ok(Box::new(reader))
    }

    async fn remove(&self, _: &str) -> Result<()> {
        Err(TargetError::Refused {
            target: self.title(),
            operation: "Removing a copy",
            detail: "Git keeps its history".to_owned(),
        })
    }
}
