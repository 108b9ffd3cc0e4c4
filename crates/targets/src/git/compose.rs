//! The commit of a copy.

use std::collections::HashMap;

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Oid, Signature, Time};

use super::history::{Held, History};
use super::settings::GitSettings;
use crate::{CopyFile, CopyHead, CopyNote, NOTE, Result, TargetError};

/// A copy as it is to be committed.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) head: CopyHead,
    /// Sorted by path.
    pub(super) files: Vec<CopyFile>,
    /// The folder of the instance.
    pub(super) folder: String,
    /// The tag it gets.
    pub(super) tag: Option<String>,
    /// Where the contents lie, by SHA-256.
    pub(super) known: HashMap<String, Oid>,
}

/// What has to be pushed.
#[derive(Debug)]
pub(super) enum Composed {
    /// Nothing: this commit holds the same files.
    Same(Oid),
    /// A commit, and the tag's object or the commit again.
    New { commit: Oid, tag: Option<Oid> },
}

impl Draft {
    /// Where the content of a file lies.
    pub(super) fn blob(&self, file: &CopyFile) -> Option<Oid> {
        self.known.get(&file.sha256).copied()
    }

    /// The objects of all files, and an error that names the first that was not carried.
    pub(super) fn blobs(&self, title: &str) -> Result<Vec<(CopyFile, Oid)>> {
        self.files
            .iter()
            .map(|file| {
                let blob = self.blob(file).ok_or_else(|| TargetError::Refused {
                    target: title.to_owned(),
                    operation: "Finishing the copy",
                    detail: format!("`{}` was not carried", file.path),
                })?;
                Ok((file.clone(), blob))
            })
            .collect()
    }

    /// Makes the commit on top of `parent`.
    pub(super) fn compose(
        &self,
        history: &History<'_>,
        settings: &GitSettings,
        parent: Option<Oid>,
        held: Option<&Held>,
        tag: Option<&str>,
    ) -> Result<Composed> {
        if let Some(held) = held
            && self.is_same(held)
        {
            return Ok(Composed::Same(held.commit));
        }
        if let Some(held) = held
            && held.note.head.snapshot == self.head.snapshot
            && held.note.head.folder == self.head.folder
        {
            return Err(TargetError::Refused {
                target: history.store.title().to_owned(),
                operation: "Copying",
                detail: format!(
                    "`{}` is there with other files of the same snapshot",
                    self.head.folder
                ),
            });
        }
        let blobs = self.blobs(history.store.title())?;
        let made = || -> Result<Composed, git2::Error> {
            let repository = history.repository;
            let empty = repository.find_tree(repository.treebuilder(None)?.write()?)?;
            let mut mine = TreeUpdateBuilder::new();
            for (file, blob) in &blobs {
                mine.upsert(file.path.as_str(), *blob, FileMode::Blob);
            }
            let note = repository.blob(self.note().as_bytes())?;
            mine.upsert(NOTE, note, FileMode::Blob);
            let mine = mine.create_updated(repository, &empty)?;

            let parent = parent.map(|oid| repository.find_commit(oid)).transpose()?;
            let base = match &parent {
                Some(parent) => parent.tree()?,
                None => empty,
            };
            let root = TreeUpdateBuilder::new()
                .upsert(self.folder.as_str(), mine, FileMode::Tree)
                .create_updated(repository, &base)?;

            // The same copy on the same commit is the same commit, on whichever try.
            let when = Time::new(self.head.taken.as_second(), 0);
            let who = Signature::new(&settings.author, &settings.email, &when)?;
            let commit = repository.commit(
                None,
                &who,
                &who,
                &self.message(),
                &repository.find_tree(root)?,
                &parent.iter().collect::<Vec<_>>(),
            )?;
            let annotated = settings.tags.as_ref().is_some_and(|tags| tags.annotated);
            let tag = match tag {
                Some(name) if annotated => {
                    let object = repository.find_object(commit, None)?;
                    Some(repository.tag_annotation_create(name, &object, &who, &self.message())?)
                }
                Some(_) => Some(commit),
                None => None,
            };
            Ok(Composed::New { commit, tag })
        };
        made().map_err(|cause| match cause.code() {
            git2::ErrorCode::Directory => self.unusable(&cause),
            _ if cause.message().contains("D/F conflict") => self.unusable(&cause),
            _ => history.fault(&cause),
        })
    }

    fn unusable(&self, cause: &git2::Error) -> TargetError {
        TargetError::Unusable {
            what: "A file name",
            detail: format!(
                "in `{}` a folder and a file have the same name ({})",
                self.folder,
                cause.message()
            ),
        }
    }

    fn is_same(&self, held: &Held) -> bool {
        held.note.files.len() == self.files.len()
            && self.files.iter().all(|file| {
                held.blobs.get(&file.path).copied() == self.blob(file) && self.blob(file).is_some()
            })
    }

    fn note(&self) -> String {
        let note = CopyNote {
            format: 1,
            head: self.head.clone(),
            files: self.files.clone(),
        };
        let mut text = serde_json::to_string_pretty(&note).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Title, text, and lines that programs find again.
    fn message(&self) -> String {
        let title = self
            .head
            .title
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let title = if title.is_empty() {
            format!("Copy {} of {}", self.head.build, self.head.instance)
        } else {
            title
        };
        let body = self.head.body.trim();
        let gap = if body.is_empty() { "" } else { "\n\n" };
        let instance = self.head.instance.replace(char::is_control, " ");
        format!(
            "{title}{gap}{body}\n\nWaybill-Instance: {instance}\nWaybill-Build: {}\nWaybill-Snapshot: {}\nWaybill-Taken: {}\n",
            self.head.build, self.head.snapshot, self.head.taken,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_tells_what_changed_and_which_copy_it_is() {
        let draft = Draft {
            head: CopyHead {
                folder: "2026/11/21/ERP".to_owned(),
                title: "ERP: 2 changed\nby anna".to_owned(),
                body: "changed HELLO 01.00.0000, by anna\n".to_owned(),
                instance: "ERP".to_owned(),
                snapshot: "ab12".to_owned(),
                taken: "2026-11-21T20:00:00Z".parse().unwrap(),
                build: 17,
            },
            files: Vec::new(),
            folder: "ERP".to_owned(),
            tag: None,
            known: HashMap::new(),
        };
        assert_eq!(
            draft.message(),
            "ERP: 2 changed by anna\n\nchanged HELLO 01.00.0000, by anna\n\nWaybill-Instance: ERP\nWaybill-Build: 17\nWaybill-Snapshot: ab12\nWaybill-Taken: 2026-11-21T20:00:00Z\n"
        );
    }
}
