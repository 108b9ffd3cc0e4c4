//! The folders of snapshots that were read already, so that reading a thousand files of one reads its
//! folders once. Folders are named by their content: what is here never grows old.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustic_core::TreeId;
use rustic_core::repofile::{Node, NodeType, SnapshotFile};

use crate::error::{Result, VaultError};
use crate::vault::Reader;

/// So many entries of folders are held, about 50 MB; then all are let go.
const HELD: usize = 50_000;

#[derive(Default)]
pub(crate) struct Trees(Mutex<Held>);

#[derive(Default)]
struct Held {
    folders: HashMap<TreeId, Arc<Folder>>,
    entries: usize,
}

type Folder = HashMap<OsString, Node>;

impl Trees {
    /// Follows a path through the folders of a snapshot to a file.
    pub(crate) fn file(
        &self,
        vault: &Path,
        reader: &Reader,
        doing: &'static str,
        snapshot: &SnapshotFile,
        path: &str,
    ) -> Result<Node> {
        let missing = || VaultError::NoSuchFile {
            snapshot: snapshot.id.to_hex().as_str().to_owned(),
            path: path.to_owned(),
        };
        let mut tree = Some(snapshot.tree);
        let mut found = None;
        for part in path.split('/') {
            let folder = self
                .folder(reader, tree.ok_or_else(missing)?)
                .map_err(|error| VaultError::store(doing, vault, path, &error))?;
            let node = folder.get(OsStr::new(part)).cloned().ok_or_else(missing)?;
            tree = node.subtree;
            found = Some(node);
        }
        found
            .filter(|node| node.node_type == NodeType::File)
            .ok_or_else(missing)
    }

    /// Lets go of all, so that what is read next comes from the disk.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Held::default();
    }

    fn folder(
        &self,
        reader: &Reader,
        tree: TreeId,
    ) -> std::result::Result<Arc<Folder>, Box<rustic_core::RusticError>> {
        let held = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = held().folders.get(&tree) {
            return Ok(folder.clone());
        }
        let read = reader.get_tree(&tree)?;
        let named = |node: Node| (node.name().into_owned(), node);
        let folder: Arc<Folder> = Arc::new(read.nodes.into_iter().map(named).collect());
        let mut held = held();
        if held.entries + folder.len() > HELD {
            *held = Held::default();
        }
        held.entries += folder.len();
        held.folders.insert(tree, folder.clone());
        Ok(folder)
    }
}
