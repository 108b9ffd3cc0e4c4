//! A copy on its way into a repository.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use git2::{Oid, Repository};
use sha2::{Digest, Sha256};

use super::compose::{Composed, Draft};
use super::history::{History, short};
use super::names;
use super::remote::{Pushed, Update};
use super::repository::Shared;
use crate::{CopyFile, CopyHead, CopyWriter, Finished, Result, TargetError};

/// How often a push is tried that others were faster than.
const TRIES: u32 = 5;

pub(super) struct GitWriter {
    shared: Arc<Shared>,
    draft: Arc<Draft>,
    repository: Arc<Mutex<Repository>>,
    /// Files that were here when it began.
    kept: u64,
}

impl GitWriter {
    pub(super) async fn begin(
        shared: Arc<Shared>,
        head: &CopyHead,
        files: &[CopyFile],
    ) -> Result<Self> {
        names::check_files(files)?;
        let folder = names::folder(&shared.settings.folder, &head.instance)?;
        let tag = shared
            .settings
            .tags
            .as_ref()
            .map(|tags| names::tag(&tags.pattern, head))
            .transpose()?;
        let mut files = files.to_vec();
        files.sort_by(|one, other| one.path.cmp(&other.path));

        let remote = shared.survey().await?;
        let before = shared.held(remote.head, &folder).await?;
        let mut known = shared.carried.read();
        if let Some(before) = before {
            for file in &before.note.files {
                if let Some(blob) = before.blobs.get(&file.path) {
                    known.insert(file.sha256.clone(), *blob);
                }
            }
        }
        let wanted: HashSet<String> = files.iter().map(|file| file.sha256.clone()).collect();
        let (repository, known) = shared
            .store
            .run(move |store, repository| {
                let objects = repository
                    .odb()
                    .map_err(|cause| store.fault(&cause, "the objects"))?;
                known.retain(|sha256, blob| wanted.contains(sha256) && objects.exists(*blob));
                Ok((store.repository()?, known))
            })
            .await?;
        let kept = files
            .iter()
            .filter(|file| known.contains_key(&file.sha256))
            .count() as u64;
        Ok(Self {
            draft: Arc::new(Draft {
                head: head.clone(),
                files,
                folder,
                tag,
                known,
            }),
            shared,
            repository: Arc::new(Mutex::new(repository)),
            kept,
        })
    }

    /// Reads every file again where it lies here and compares it with what it should be.
    async fn compare(&self) -> Result<()> {
        let blobs = self.draft.blobs(self.shared.store.title())?;
        let shared = Arc::clone(&self.shared);
        let found = self
            .shared
            .store
            .run(move |store, repository| {
                let objects = repository
                    .odb()
                    .map_err(|cause| store.fault(&cause, "the objects"))?;
                for (file, blob) in &blobs {
                    let sound = objects
                        .read(*blob)
                        .is_ok_and(|object| hex(&Sha256::digest(object.data())) == file.sha256);
                    if !sound {
                        shared.cast_out(*blob);
                        return Ok(Some(file.path.clone()));
                    }
                }
                Ok(None)
            })
            .await?;
        match found {
            None => Ok(()),
            Some(path) => Err(TargetError::Damaged {
                target: self.shared.store.title().to_owned(),
                what: path,
                detail: "what was carried is not what was handed over; it was removed".to_owned(),
            }),
        }
    }

    /// Makes the commit on top of what the branch holds now, and pushes it.
    async fn push(&self) -> Result<Outcome> {
        let remote = self.shared.survey().await?;
        let held = self.shared.held(remote.head, &self.draft.folder).await?;
        let tag = self
            .draft
            .tag
            .clone()
            .filter(|tag| remote.refs.get(&format!("refs/tags/{tag}")).is_none());
        let parent = remote.head;
        let shared = Arc::clone(&self.shared);
        let draft = Arc::clone(&self.draft);
        let name = tag.clone();
        let composed = self
            .shared
            .store
            .run(move |store, repository| {
                let history = History {
                    store,
                    repository,
                    pattern: &shared.settings.folder,
                };
                draft.compose(
                    &history,
                    &shared.settings,
                    parent,
                    held.as_ref(),
                    name.as_deref(),
                )
            })
            .await?;
        let (commit, tag_object) = match composed {
            Composed::Same(commit) => return Ok(Outcome::Same(commit)),
            Composed::New { commit, tag } => (commit, tag),
        };
        let mut updates = vec![Update {
            name: self.shared.branch(),
            old: parent,
            new: Some(commit),
        }];
        if let (Some(tag), Some(object)) = (&tag, tag_object) {
            updates.push(Update {
                name: format!("refs/tags/{tag}"),
                old: None,
                new: Some(object),
            });
        }
        let there: Vec<Oid> = parent.into_iter().collect();
        let pushed = self
            .shared
            .remote
            .push(&self.shared.store, &updates, &there)
            .await?;
        Ok(match pushed {
            Pushed::Landed(bytes) => Outcome::Landed { commit, tag, bytes },
            Pushed::Raced => Outcome::Raced,
        })
    }

    /// Looks again what the branch stands for, and reads the files where that is cheap.
    async fn confirm(&self, commit: Oid) -> Result<()> {
        self.shared.confirm(commit).await?;
        let blobs = self.draft.blobs(self.shared.store.title())?;
        self.shared
            .remote
            .reread(blobs.into_iter().map(|(_, blob)| blob).collect())
            .await
    }
}

enum Outcome {
    Same(Oid),
    Landed {
        commit: Oid,
        tag: Option<String>,
        bytes: u64,
    },
    Raced,
}

#[async_trait]
impl CopyWriter for GitWriter {
    fn has(&self, file: &CopyFile) -> bool {
        self.draft.blob(file).is_some()
    }

    async fn put(&mut self, file: &CopyFile, content: Bytes) -> Result<()> {
        let listed = self
            .draft
            .files
            .binary_search_by(|listed| listed.path.cmp(&file.path))
            .is_ok_and(|at| self.draft.files[at].sha256 == file.sha256);
        if !listed {
            return Err(TargetError::Unusable {
                what: "A file",
                detail: format!("`{}` is not one of this copy", file.path),
            });
        }
        if self.has(file) {
            return Ok(());
        }
        let repository = Arc::clone(&self.repository);
        let shared = Arc::clone(&self.shared);
        let file = file.clone();
        let (sha256, blob) = self
            .shared
            .store
            .run_beside(move |store| {
                if hex(&Sha256::digest(&content)) != file.sha256 {
                    return Err(TargetError::Damaged {
                        target: store.title().to_owned(),
                        what: file.path,
                        detail: "what was handed over is not what the list of the copy says"
                            .to_owned(),
                    });
                }
                let repository = repository.lock().unwrap_or_else(PoisonError::into_inner);
                let blob = repository
                    .blob(&content)
                    .map_err(|cause| store.fault(&cause, &file.path))?;
                // Not knowing it again only means that it is carried again.
                if let Err(cause) = shared.carried.add(&file.sha256, blob) {
                    tracing::warn!(%cause, "a carried file will not be known again");
                }
                Ok((file.sha256, blob))
            })
            .await?;
        Arc::make_mut(&mut self.draft).known.insert(sha256, blob);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<Finished> {
        self.compare().await?;
        let branch = self.shared.settings.branch.clone();
        for attempt in 0..TRIES {
            match self.push().await? {
                Outcome::Same(commit) => {
                    self.confirm(commit).await?;
                    return Ok(Finished {
                        reference: format!(
                            "nothing changed since commit {} on {branch}",
                            short(commit)
                        ),
                        carried: 0,
                        kept: self.draft.files.len() as u64,
                    });
                }
                Outcome::Landed { commit, tag, bytes } => {
                    self.confirm(commit).await?;
                    let tagged = tag.map(|tag| format!(", tag {tag}")).unwrap_or_default();
                    return Ok(Finished {
                        reference: format!("commit {} on {branch}{tagged}", short(commit)),
                        carried: bytes,
                        kept: self.kept,
                    });
                }
                Outcome::Raced => {
                    // Two that push at the same time are unlikely to meet again after different waits.
                    let spread = u64::from(std::process::id()) % 97;
                    let wait = Duration::from_millis((100 << attempt) + spread);
                    tokio::time::sleep(wait).await;
                }
            }
        }
        Err(TargetError::Busy {
            target: self.shared.store.title().to_owned(),
            detail: format!("others pushed to {branch} each time that this copy was to be"),
        })
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
