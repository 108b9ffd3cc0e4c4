//! How much room some snapshots alone take.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustic_core::Id;
use rustic_core::repofile::Tree;

use crate::error::Result;
use crate::proof::BlobMap;
use crate::vault::Vault;

const DOING: &str = "Measuring snapshots";

impl Vault {
    /// Bytes in the vault that these snapshots (full ids) use and no other one does: what forgetting and
    /// then pruning them gives back, but for what rewriting packs costs or saves. Lists of files that
    /// cannot be read count as nothing.
    ///
    /// # Errors
    /// `Io`, `Damaged`.
    pub fn only_used_by(&self, snapshots: &BTreeSet<String>) -> Result<u64> {
        if snapshots.is_empty() {
            return Ok(0);
        }
        let map = BlobMap::read(self, DOING)?;
        let (going, staying): (Vec<_>, Vec<_>) = self
            .snapshot_files(DOING)?
            .into_iter()
            .partition(|one| snapshots.contains(one.id.to_hex().as_str()));
        let mut used = HashSet::new();
        for snapshot in &staying {
            self.pieces_below(&map, *snapshot.tree, &mut used)?;
        }
        let shared = used.len();
        let mut all = used.clone();
        for snapshot in &going {
            self.pieces_below(&map, *snapshot.tree, &mut all)?;
        }
        if all.len() == shared {
            return Ok(0);
        }
        let lengths: HashMap<Id, u32> = map
            .packs
            .values()
            .flatten()
            .map(|piece| (piece.id, piece.length))
            .collect();
        Ok(all
            .difference(&used)
            .filter_map(|piece| lengths.get(piece))
            .map(|length| u64::from(*length))
            .sum())
    }

    /// Adds the pieces of a folder and of all below it.
    fn pieces_below(&self, map: &BlobMap, root: Id, seen: &mut HashSet<Id>) -> Result<()> {
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let tree = map
                .content(self, DOING, &id)?
                .and_then(|plain| serde_json::from_slice::<Tree>(&plain).ok());
            for node in tree.into_iter().flat_map(|tree| tree.nodes) {
                seen.extend(node.content.iter().flatten().map(|piece| **piece));
                open.extend(node.subtree.map(|subtree| *subtree));
            }
        }
        Ok(())
    }
}
