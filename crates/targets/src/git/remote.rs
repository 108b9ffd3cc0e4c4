//! What the other end does, whichever way leads to it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use git2::Oid;

use super::store::Store;
use crate::Result;

/// The names at the other end, and the commits they stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Refs {
    names: BTreeMap<String, Oid>,
}

impl Refs {
    pub(super) fn add(&mut self, name: &str, oid: Oid) {
        // What an annotated tag stands for comes as a second line; the tag itself is what is fetched.
        if !name.ends_with("^{}") {
            self.names.insert(name.to_owned(), oid);
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<Oid> {
        self.names.get(name).copied()
    }
}

/// A name that is set at the other end, if it is there as it was seen.
#[derive(Clone, Debug)]
pub(super) struct Update {
    pub(super) name: String,
    /// What it was seen at; none where it was not there.
    pub(super) old: Option<Oid>,
    /// What it becomes; none to remove it.
    pub(super) new: Option<Oid>,
}

/// How a push ended that nothing was wrong with.
#[derive(Debug)]
pub(super) enum Pushed {
    /// With so many bytes.
    Landed(u64),
    /// Somebody else was faster; nothing was changed.
    Raced,
}

/// A repository at the other end.
#[async_trait]
pub(super) trait Remote: Send + Sync {
    /// Its names.
    async fn refs(&self) -> Result<Refs>;

    /// Brings what hangs on `wants` here; what hangs on `haves` is here already.
    async fn fetch(&self, into: &Store, wants: &[Oid], haves: &[Oid]) -> Result<()>;

    /// Brings what hangs on the new values there and sets the names, all or none where the other end can.
    /// What hangs on `there` is there already. Never overwrites a name that is not as it was seen.
    async fn push(&self, from: &Store, updates: &[Update], there: &[Oid]) -> Result<Pushed>;

    /// Reads these objects at the other end and finds them whole, where that is possible without carrying
    /// them: a server of Git checks all that it takes in by itself, a plain folder does not.
    async fn reread(&self, blobs: Vec<Oid>) -> Result<()>;
}
