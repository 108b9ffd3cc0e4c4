//! A bare repository in a folder: on this computer, or on a share. Names are set under Git's own locks,
//! and only where they still stand for what was seen, so that nobody's push is lost. Its hooks do not run.

use async_trait::async_trait;
use git2::{ErrorCode, Oid, Repository};

use super::remote::{Pushed, Refs, Remote, Update};
use super::store::{Piece, Store};
use crate::Result;

pub(super) struct Local {
    there: Store,
}

impl Local {
    pub(super) fn new(there: Store) -> Self {
        Self { there }
    }
}

#[async_trait]
impl Remote for Local {
    async fn refs(&self) -> Result<Refs> {
        self.there
            .run(|store, repository| {
                let fault = |cause: git2::Error| store.fault(&cause, "a name");
                let mut refs = Refs::default();
                for reference in repository.references().map_err(fault)? {
                    let reference = reference.map_err(fault)?;
                    if let (Ok(name), Some(oid)) = (reference.name(), reference.target()) {
                        refs.add(name, oid);
                    }
                }
                Ok(refs)
            })
            .await
    }

    async fn fetch(&self, into: &Store, wants: &[Oid], haves: &[Oid]) -> Result<()> {
        carry(&self.there, into, wants, haves).await.map(|_| ())
    }

    async fn push(&self, from: &Store, updates: &[Update], there: &[Oid]) -> Result<Pushed> {
        let refs = self.refs().await?;
        if updates
            .iter()
            .any(|update| refs.get(&update.name) != update.old)
        {
            return Ok(Pushed::Raced);
        }
        let news: Vec<Oid> = updates.iter().filter_map(|update| update.new).collect();
        let bytes = if news.is_empty() {
            0
        } else {
            carry(from, &self.there, &news, there).await?
        };
        let updates = updates.to_vec();
        self.there
            .run(move |store, repository| {
                for update in &updates {
                    match set(repository, update) {
                        Ok(()) => {}
                        Err(cause)
                            if matches!(
                                cause.code(),
                                ErrorCode::Modified | ErrorCode::Locked | ErrorCode::Exists
                            ) =>
                        {
                            return Ok(Pushed::Raced);
                        }
                        Err(cause) => return Err(store.fault(&cause, &update.name)),
                    }
                }
                Ok(Pushed::Landed(bytes))
            })
            .await
    }

    async fn reread(&self, blobs: Vec<Oid>) -> Result<()> {
        self.there
            .run(move |store, repository| {
                let objects = repository
                    .odb()
                    .map_err(|cause| store.fault(&cause, "the repository"))?;
                for blob in blobs {
                    // Reading compares the content with its name.
                    objects
                        .read(blob)
                        .map_err(|cause| store.fault(&cause, &format!("The object {blob}")))?;
                }
                Ok(())
            })
            .await
    }
}

fn set(repository: &Repository, update: &Update) -> Result<(), git2::Error> {
    match update.new {
        Some(new) => repository
            .reference_matching(
                &update.name,
                new,
                true,
                update.old.unwrap_or(Oid::ZERO_SHA1),
                "copy",
            )
            .map(|_| ()),
        None => repository.find_reference(&update.name)?.delete(),
    }
}

/// Carries what hangs on `news` and not on `known` from one repository into the other.
async fn carry(from: &Store, into: &Store, news: &[Oid], known: &[Oid]) -> Result<u64> {
    let (mut pack, made) = from.make_pack(news.to_vec(), known.to_vec());
    let (pieces, taken) = into.take_pack();
    while let Some(bytes) = pack.recv().await {
        if pieces.send(Piece::Bytes(bytes)).await.is_err() {
            break;
        }
    }
    drop(pack);
    let bytes = made.await?;
    if bytes.is_some() {
        let _ = pieces.send(Piece::End).await;
    }
    drop(pieces);
    taken.await?;
    Ok(bytes.unwrap_or_default())
}
