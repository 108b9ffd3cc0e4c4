//! From the snapshots down to the pieces of their files: which cannot be had, and whose they are.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use rustic_core::Id;
use rustic_core::repofile::{NodeType, SnapshotFile, Tree};

use super::HitFile;
use super::blobs::BlobMap;
use crate::error::Result;
use crate::vault::Vault;

/// A file or folder of a snapshot, and a piece of it that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Where it is hit.
    pub(crate) file: HitFile,
    /// The first piece that is missing.
    pub(crate) piece: Id,
    /// Whether the piece is a list of files.
    pub(crate) tree: bool,
}

/// A hit below some folder, seen from there.
#[derive(Clone)]
struct Below {
    path: String,
    piece: Id,
    tree: bool,
}

struct Walk<'a> {
    vault: &'a Vault,
    doing: &'static str,
    map: &'a BlobMap,
    lost: &'a HashSet<Id>,
    seen: HashMap<Id, Rc<Vec<Below>>>,
}

/// All files and folders of `snapshots` with a piece that is in `lost`, in no pack, or, for lists of
/// files, cannot be read. Each missing piece of a file gives a hit.
pub(crate) fn missing(
    vault: &Vault,
    doing: &'static str,
    map: &BlobMap,
    lost: &HashSet<Id>,
    snapshots: &[SnapshotFile],
) -> Result<Vec<Hit>> {
    let mut walk = Walk {
        vault,
        doing,
        map,
        lost,
        seen: HashMap::new(),
    };
    let mut hits = Vec::new();
    for snapshot in snapshots {
        let id = snapshot.id.to_hex().as_str().to_owned();
        for below in &*walk.tree(*snapshot.tree)? {
            let path = if below.path.is_empty() {
                "/".to_owned()
            } else {
                below.path.clone()
            };
            hits.push(Hit {
                file: HitFile {
                    snapshot: id.clone(),
                    path,
                },
                piece: below.piece,
                tree: below.tree,
            });
        }
    }
    Ok(hits)
}

impl Walk<'_> {
    fn tree(&mut self, id: Id) -> Result<Rc<Vec<Below>>> {
        if let Some(seen) = self.seen.get(&id) {
            return Ok(seen.clone());
        }
        let tree = if self.lost.contains(&id) {
            None
        } else {
            self.map
                .content(self.vault, self.doing, &id)?
                .and_then(|plain| serde_json::from_slice::<Tree>(&plain).ok())
        };
        let mut hits = Vec::new();
        if let Some(tree) = tree {
            for node in tree.nodes {
                let name = node.name().to_string_lossy().into_owned();
                for piece in node.content.iter().flatten().map(|id| **id) {
                    if node.node_type == NodeType::File
                        && (self.lost.contains(&piece) || !self.map.has(&piece))
                    {
                        hits.push(Below {
                            path: name.clone(),
                            piece,
                            tree: false,
                        });
                    }
                }
                if let Some(subtree) = node.subtree {
                    hits.extend(self.tree(*subtree)?.iter().map(|below| Below {
                        path: format!("{name}/{}", below.path),
                        ..below.clone()
                    }));
                }
            }
        } else {
            hits.push(Below {
                path: String::new(),
                piece: id,
                tree: true,
            });
        }
        let hits = Rc::new(hits);
        self.seen.insert(id, hits.clone());
        Ok(hits)
    }
}
