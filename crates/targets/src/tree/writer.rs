//! Carrying the files of a copy, and making it count.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream};
use tokio::task::JoinSet;

use super::{
    content::Content,
    drop_all,
    lock::Lock,
    paths::{PARTIAL, PLAN, sha256},
};
use crate::{CopyFile, CopyNote, CopyWriter, Files, Finished, NOTE, Result, TargetError};

/// What went over for one file.
struct Carried {
    path: String,
    bytes: u64,
    /// SHA-256 of what lies there.
    raw: String,
}

/// A copy on its way into `base`.
pub struct TreeWriter<F: Files + ?Sized> {
    content: Arc<Content<F>>,
    base: String,
    plan: Arc<CopyNote>,
    whole: bool,
    have: BTreeSet<String>,
    parts: BTreeMap<String, u64>,
    running: JoinSet<Result<Carried>>,
    done: BTreeMap<String, String>,
    begun: BTreeSet<String>,
    carried: u64,
    lock: Option<Lock<F>>,
}

impl<F: Files + ?Sized> TreeWriter<F> {
    pub fn new(content: &Arc<Content<F>>, base: String, plan: CopyNote) -> Self {
        Self {
            content: Arc::clone(content),
            base,
            plan: Arc::new(plan),
            whole: false,
            have: BTreeSet::new(),
            parts: BTreeMap::new(),
            running: JoinSet::new(),
            done: BTreeMap::new(),
            begun: BTreeSet::new(),
            carried: 0,
            lock: None,
        }
    }

    /// With what an earlier try carried.
    pub fn with(mut self, have: BTreeSet<String>, parts: BTreeMap<String, u64>) -> Self {
        self.have = have;
        self.parts = parts;
        self
    }

    /// The copy is there already.
    pub fn whole(mut self, have: BTreeSet<String>) -> Self {
        self.have = have;
        self.whole = true;
        self
    }

    /// With the right to write.
    pub fn locked(mut self, lock: Lock<F>) -> Self {
        self.lock = Some(lock);
        self
    }

    fn planned(&self, path: &str) -> Option<&CopyFile> {
        let files = &self.plan.files;
        let at = files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()?;
        files.get(at)
    }

    /// Waits for one file that is on its way.
    async fn one(&mut self) -> Result<()> {
        match self.running.join_next().await {
            Some(Ok(carried)) => {
                let carried = carried?;
                self.carried += carried.bytes;
                self.done.insert(carried.path, carried.raw);
                Ok(())
            }
            Some(Err(_)) => Err(self.content.refused("Copying", "the work was ended")),
            None => Ok(()),
        }
    }

    async fn complete(&mut self) -> Result<Finished> {
        while !self.running.is_empty() {
            self.one().await?;
        }
        let left =
            self.plan.files.iter().find(|file| {
                !self.have.contains(&file.path) && !self.done.contains_key(&file.path)
            });
        if let Some(file) = left {
            return Err(self
                .content
                .missing(format!("`{}`: it was not carried", file.path)));
        }
        if let Some(lock) = &self.lock {
            lock.confirm().await?;
        }
        let bad = self.compare().await?;
        if let Some((first, detail)) = bad.first() {
            let error = self.content.damaged(first, &more(detail, bad.len()));
            self.give_up(bad.iter().map(|(path, _)| path.as_str()))
                .await?;
            return Err(error);
        }
        if !self.whole {
            self.promote().await?;
        }
        Ok(Finished {
            reference: format!(
                "{}/{}",
                self.content.files.title().trim_end_matches('/'),
                self.plan.head.folder
            ),
            carried: self.carried,
            kept: self.have.len() as u64,
        })
    }

    /// Reads everything back. Gives the files that are not as they should be, and why.
    async fn compare(&self) -> Result<Vec<(String, String)>> {
        if !self.content.files.can_read() {
            return Ok(Vec::new());
        }
        let sees = self.content.can_open().await?;
        let compared = stream::iter(self.plan.files.clone())
            .map(|file| async move {
                let _room = self.content.room(file.size * 2).await?;
                let found = if sees {
                    self.content.read_sound(&self.base, &file).await.map(drop)
                } else {
                    self.compare_raw(&file).await
                };
                match found {
                    Ok(()) => Ok(None),
                    Err(TargetError::Damaged { detail, .. }) => {
                        Ok(Some((file.path.clone(), detail)))
                    }
                    Err(TargetError::Missing { .. }) => {
                        Ok(Some((file.path.clone(), "it is gone".to_owned())))
                    }
                    Err(reason) => Err(reason),
                }
            })
            .buffer_unordered(self.content.files.at_once());
        let mut compared = std::pin::pin!(compared);
        let mut bad = Vec::new();
        while let Some(found) = compared.next().await {
            bad.extend(found?);
        }
        bad.sort();
        Ok(bad)
    }

    /// Where nothing can be decrypted: what lies there is what was sent.
    async fn compare_raw(&self, file: &CopyFile) -> Result<()> {
        let raw = self
            .content
            .files
            .read(&self.content.name(&self.base, &file.path))
            .await?;
        let found = self.content.apart(move || sha256(&raw)).await?;
        if self.done.get(&file.path) == Some(&found) {
            Ok(())
        } else {
            Err(self.content.damaged(&file.path, "it is not what was sent"))
        }
    }

    /// Takes damaged files away, so that the next try carries them.
    async fn give_up(&self, bad: impl Iterator<Item = &str>) -> Result<()> {
        let names: Vec<String> = bad
            .map(|path| self.content.name(&self.base, path))
            .collect();
        if self.whole {
            self.content.demote(&self.base, &self.plan, PLAN).await?;
        }
        drop_all(&*self.content.files, names).await?;
        if self.whole && self.content.files.can_rename() {
            let partial = format!("{}{PARTIAL}", self.base);
            self.content.files.rename(&self.base, &partial).await?;
        }
        Ok(())
    }

    /// Makes it a copy: the plan becomes the note, and the folder gets its name.
    async fn promote(&mut self) -> Result<()> {
        let content = Arc::clone(&self.content);
        if !content.files.can_rename() {
            self.carried += content.write_note(&self.base, NOTE, &self.plan).await?;
            if content.files.can_read() {
                content
                    .files
                    .remove(&content.name(&self.base, PLAN))
                    .await?;
            }
            return Ok(());
        }
        if content.can_open().await?
            && content.note(&self.base, PLAN).await?.as_ref() != Some(&*self.plan)
        {
            content.write_note(&self.base, PLAN, &self.plan).await?;
            return Err(content.damaged(PLAN, "it is not what was written"));
        }
        let folder = self.plan.head.folder.as_str();
        content.files.remove_empty(folder).await?;
        content
            .files
            .rename(
                &content.name(&self.base, PLAN),
                &content.name(&self.base, NOTE),
            )
            .await?;
        content.files.rename(&self.base, folder).await
    }
}

fn more(detail: &str, bad: usize) -> String {
    match bad {
        1 => detail.to_owned(),
        2 => format!("{detail}; one more file is damaged too"),
        bad => format!("{detail}; {} more files are damaged too", bad - 1),
    }
}

#[async_trait]
impl<F: Files + ?Sized> CopyWriter for TreeWriter<F> {
    fn has(&self, file: &CopyFile) -> bool {
        self.have.contains(&file.path)
            && self
                .planned(&file.path)
                .is_some_and(|planned| planned == file)
    }

    async fn put(&mut self, file: &CopyFile, bytes: Bytes) -> Result<()> {
        if self.planned(&file.path) != Some(file) {
            return Err(self
                .content
                .refused("Copying", &format!("`{}` was not announced", file.path)));
        }
        if self.have.contains(&file.path) || !self.begun.insert(file.path.clone()) {
            return Ok(());
        }
        while self.running.len() >= self.content.files.at_once() {
            self.one().await?;
        }
        // Room is taken for as long as the file is on its way: what would not fit waits for the others.
        while !self.running.is_empty() && self.content.is_crowded(file.size * 2) {
            self.one().await?;
        }
        let (content, base, file) = (Arc::clone(&self.content), self.base.clone(), file.clone());
        let there = self.parts.get(&file.path).copied().unwrap_or(0);
        self.running.spawn(async move {
            let _room = content.room(file.size * 2).await?;
            let (found, bytes) = content.apart(move || (sha256(&bytes), bytes)).await?;
            if found != file.sha256 || bytes.len() as u64 != file.size {
                let detail = format!("the content for `{}` is not the announced one", file.path);
                return Err(content.refused("Copying", &detail));
            }
            let raw = content.seal(bytes).await?;
            let sent = if content.is_sealed() {
                sha256(&raw)
            } else {
                found
            };
            let carried = content.write(&base, &file, raw, there).await?;
            Ok(Carried {
                path: file.path,
                bytes: carried,
                raw: sent,
            })
        });
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<Finished> {
        let finished = self.complete().await;
        self.running.shutdown().await;
        if let Some(lock) = self.lock.take() {
            lock.release().await;
        }
        finished
    }
}
