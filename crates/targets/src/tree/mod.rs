//! Copies as folders of plain files, in any place of [`Files`].
//!
//! Where a place can rename, a copy grows in `FOLDER.partial`, each file under a temporary name until it is
//! whole, and the folder gets its name at the end. Elsewhere files go to their own names. In both, a plan
//! (`waybill-copy.partial.json`, of the form of the note) is written first, so that the next try knows what lies there,
//! and becomes the note at the very end, when every file was read back and hashed. Taking a copy away
//! begins with the note becoming a plan again.
//!
//! One writer works in a target at a time ([`lock`]). Files may be encrypted (`crypt`).

mod begin;
mod check;
mod content;
mod lock;
mod paths;
mod reader;
mod writer;

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};

use self::{
    content::Content,
    lock::Lock,
    paths::{PARTIAL, PLAN, folder_of, growing},
    reader::TreeReader,
};
use crate::{
    Checked, CopyFile, CopyHead, CopyReader, CopyWriter, Encryption, Files, NOTE, Result, Stage,
    Target,
};

/// A target that keeps copies as folders of plain files.
///
/// ```no_run
/// # use std::sync::Arc;
/// # use waybill_targets::{Files, Target, Tree};
/// # async fn example(files: Arc<dyn Files>) -> waybill_targets::Result<()> {
/// let target = Tree::new(files).written_by("anna on nb-0815");
/// for copy in target.copies().await? {
///     let reader = target.open(&copy.folder).await?;
///     println!("{}: {} files", copy.title, reader.note().files.len());
/// }
/// # Ok(())
/// # }
/// ```
pub struct Tree<F: Files + ?Sized = dyn Files> {
    content: Arc<Content<F>>,
    owner: String,
    signs: PathBuf,
}

impl<F: Files + ?Sized> Tree<F> {
    /// Copies in this place, in plain.
    #[must_use]
    pub fn new(files: Arc<F>) -> Self {
        Self {
            content: Arc::new(Content::new(files, None)),
            owner: "Waybill".to_owned(),
            signs: std::env::temp_dir(),
        }
    }

    /// Encrypts the files. Copies that lie there in plain are not seen then, and the other way round.
    #[must_use]
    pub fn encrypted(mut self, encryption: Encryption) -> Self {
        self.content = Arc::new(Content::new(
            Arc::clone(&self.content.files),
            Some(encryption),
        ));
        self
    }

    /// Whom others are told to be writing, such as `anna on nb-0815`.
    #[must_use]
    pub fn written_by(mut self, owner: impl Into<String>) -> Self {
        self.owner = owner.into();
        self
    }

    /// A folder of this computer in which writers show that they live; else that of the system for temporary files.
    #[must_use]
    pub fn with_signs_in(mut self, folder: impl Into<PathBuf>) -> Self {
        self.signs = folder.into();
        self
    }

    /// What it lies in.
    #[must_use]
    pub fn files(&self) -> &Arc<F> {
        &self.content.files
    }

    async fn lock(&self) -> Result<Lock<F>> {
        Lock::take(&self.content.files, &self.owner, &self.signs).await
    }
}

#[async_trait]
impl<F: Files + ?Sized> Target for Tree<F> {
    fn title(&self) -> String {
        self.content.files.title()
    }

    async fn check(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<Checked> {
        check::check(&self.content, told).await
    }

    async fn begin(&self, head: &CopyHead, files: &[CopyFile]) -> Result<Box<dyn CopyWriter>> {
        paths::check(&head.folder, files)?;
        if !self.content.files.can_read() {
            return Ok(Box::new(begin::blindly(&self.content, head, files).await?));
        }
        let lock = self.lock().await?;
        Ok(Box::new(
            begin::begin(&self.content, lock, head, files).await?,
        ))
    }

    async fn copies(&self) -> Result<Vec<CopyHead>> {
        let files = &self.content.files;
        let name = self.content.name("", NOTE);
        let folders: Vec<String> = files
            .find(&name)
            .await?
            .into_iter()
            .map(|path| folder_of(&path).to_owned())
            .filter(|folder| !folder.is_empty() && !folder.ends_with(PARTIAL))
            .collect();
        let mut heads: Vec<CopyHead> = stream::iter(folders)
            .map(|folder| async move {
                let note = self.content.note(&folder, NOTE).await?;
                Ok::<_, crate::TargetError>(note.map(|note| CopyHead {
                    folder,
                    ..note.head
                }))
            })
            .buffer_unordered(files.at_once())
            .try_filter_map(|head| async move { Ok(head) })
            .try_collect()
            .await?;
        heads.sort_by(|one, other| (other.taken, &other.folder).cmp(&(one.taken, &one.folder)));
        Ok(heads)
    }

    async fn open(&self, folder: &str) -> Result<Box<dyn CopyReader>> {
        paths::check(folder, &[])?;
        match self.content.note(folder, NOTE).await? {
            Some(note) => Ok(Box::new(TreeReader::new(&self.content, folder, note))),
            None => Err(self.content.missing(format!("copy `{folder}`"))),
        }
    }

    async fn remove(&self, folder: &str) -> Result<()> {
        paths::check(folder, &[])?;
        let lock = self.lock().await?;
        let removed = remove(&self.content, folder).await;
        lock.release().await;
        removed
    }
}

async fn remove<F: Files + ?Sized>(content: &Content<F>, folder: &str) -> Result<()> {
    let plan = if let Some(note) = content.note(folder, NOTE).await? {
        content.demote(folder, &note, PLAN).await?;
        note
    } else if let Some(plan) = content.note(folder, PLAN).await? {
        // Removing it was cut before.
        plan
    } else {
        return Err(content.missing(format!("copy `{folder}`")));
    };
    let names = plan.files.iter().flat_map(|file| {
        [
            content.name(folder, &file.path),
            paths::below(folder, &growing(file)),
        ]
    });
    let there: std::collections::BTreeSet<String> = content
        .files
        .list(folder)
        .await?
        .into_iter()
        .map(|entry| entry.path)
        .collect();
    let gone: Vec<String> = names.filter(|name| there.contains(name)).collect();
    drop_all(&*content.files, gone).await?;
    content.files.remove(&content.name(folder, PLAN)).await?;
    content.files.remove_empty(folder).await
}

/// Removes files, several at once.
async fn drop_all<F: Files + ?Sized>(files: &F, paths: Vec<String>) -> Result<()> {
    stream::iter(paths)
        .map(|path| async move { files.remove(&path).await })
        .buffer_unordered(files.at_once())
        .try_collect::<()>()
        .await
}
