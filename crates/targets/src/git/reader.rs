//! A copy that is read out of a repository.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use git2::{ErrorCode, Oid};
use sha2::{Digest, Sha256};

use super::history::{Brought, History};
use super::repository::Shared;
use super::writer::hex;
use crate::{CopyNote, CopyReader, NOTE, Result, TargetError};

pub(super) struct GitReader {
    shared: Arc<Shared>,
    note: CopyNote,
    blobs: BTreeMap<String, Oid>,
}

impl GitReader {
    /// Opens a copy by `commit:folder`, by a commit, by a tag, or by the folder that its note names.
    pub(super) async fn open(shared: Arc<Shared>, name: &str) -> Result<Self> {
        let remote = shared.survey().await?;
        let tag = remote.refs.get(&format!("refs/tags/{name}"));
        if let Some(tag) = tag {
            shared.bring(tag).await?;
        }
        let pattern = shared.settings.folder.clone();
        let name = name.to_owned();
        let opened = shared
            .store
            .run(move |store, repository| {
                let history = History {
                    store,
                    repository,
                    pattern: &pattern,
                };
                let missing = || TargetError::Missing {
                    target: store.title().to_owned(),
                    what: format!("copy `{name}`"),
                };
                let brought = find(&history, &name, remote.head, tag)?.ok_or_else(missing)?;
                let note = history.note(brought.place.note)?.ok_or_else(missing)?;
                let commit = history.commit(brought.commit)?;
                let folder = history
                    .folder_tree(&commit, &brought.place.folder)?
                    .ok_or_else(missing)?;
                Ok((note, history.blobs(folder)?))
            })
            .await?;
        let (note, blobs) = opened;
        Ok(Self {
            shared,
            note,
            blobs,
        })
    }
}

fn find(
    history: &History<'_>,
    name: &str,
    head: Option<Oid>,
    tag: Option<Oid>,
) -> Result<Option<Brought>> {
    if let Some(tag) = tag {
        let commit = history
            .repository
            .find_object(tag, None)
            .and_then(|object| object.peel_to_commit())
            .map_err(|cause| history.fault(&cause))?;
        return history.brought_by(commit.id());
    }
    let (commit, folder) = match name.split_once(':') {
        Some((commit, folder)) => (commit, Some(folder)),
        None => (name, None),
    };
    let is_commit =
        (7..=40).contains(&commit.len()) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_commit {
        match history.repository.find_commit_by_prefix(commit) {
            Ok(commit) => {
                return match folder {
                    None => history.brought_by(commit.id()),
                    Some(folder) => history.place(&commit, folder),
                };
            }
            Err(cause) if cause.code() == ErrorCode::NotFound => {}
            Err(cause) => return Err(history.fault(&cause)),
        }
    }
    let mut found = None;
    if let Some(head) = head {
        history.walk(head, |brought| {
            let is_it = history
                .note(brought.place.note)?
                .is_some_and(|note| note.head.folder == name);
            if is_it {
                found = Some(brought);
            }
            Ok(!is_it)
        })?;
    }
    Ok(found)
}

#[async_trait]
impl CopyReader for GitReader {
    fn note(&self) -> &CopyNote {
        &self.note
    }

    async fn read(&self, path: &str) -> Result<Bytes> {
        let missing = || TargetError::Missing {
            target: self.shared.store.title().to_owned(),
            what: format!("file `{path}` in this copy"),
        };
        let file = self
            .note
            .files
            .iter()
            .find(|file| file.path == path)
            .filter(|_| path != NOTE)
            .ok_or_else(missing)?
            .clone();
        let blob = *self.blobs.get(path).ok_or_else(missing)?;
        let shared = Arc::clone(&self.shared);
        self.shared
            .store
            .run(move |store, repository| {
                let content = repository
                    .odb()
                    .and_then(|objects| objects.read(blob).map(|object| object.data().to_vec()))
                    .map_err(|cause| {
                        // What is damaged here is fetched again by the next try.
                        shared.cast_out_all();
                        store.fault(&cause, &file.path)
                    })?;
                if hex(&Sha256::digest(&content)) == file.sha256 {
                    Ok(Bytes::from(content))
                } else {
                    Err(TargetError::Damaged {
                        target: store.title().to_owned(),
                        what: file.path,
                        detail: "its content is not what the note of the copy says".to_owned(),
                    })
                }
            })
            .await
    }
}
