//! What changed from one snapshot to the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use waybill_model::ArtifactId;

use crate::manifest::{ArtifactEntry, Manifest, Selection};

/// How an artifact stands against the snapshot before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemChange {
    /// Not in the one before.
    Added,
    /// Changed.
    Changed,
    /// The same.
    Same,
    /// In the one before, not in this one.
    Removed,
}

/// A snapshot against the one before.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// Every artifact of the later one.
    pub changes: BTreeMap<ArtifactId, ItemChange>,
    /// What is in the earlier one alone. What could not be read is not gone.
    pub removed: Vec<ArtifactEntry>,
}

impl Difference {
    /// How many are new.
    #[must_use]
    pub fn added(&self) -> usize {
        self.count(ItemChange::Added)
    }

    /// How many changed.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.count(ItemChange::Changed)
    }

    fn count(&self, wanted: ItemChange) -> usize {
        self.changes
            .values()
            .filter(|change| **change == wanted)
            .count()
    }
}

/// Compares two manifests. Without one before, everything is new.
#[must_use]
pub fn difference(before: Option<&Manifest>, after: &Manifest) -> Difference {
    let mut difference = Difference::default();
    for entry in &after.artifacts {
        let change = match before.map(|before| before.entry(&entry.id)) {
            None | Some(None) => ItemChange::Added,
            Some(Some(known)) if is_same(known, entry) => ItemChange::Same,
            Some(Some(_)) => ItemChange::Changed,
        };
        difference.changes.insert(entry.id.clone(), change);
    }
    let Some(before) = before else {
        return difference;
    };
    // A snapshot of a choice says nothing about what was not chosen.
    let covered = |entry: &&ArtifactEntry| match before.selection {
        Selection::Everything => after.selection.holds(&entry.id),
        _ => after.selection == Selection::Everything || after.selection.holds(&entry.id),
    };
    difference.removed = before
        .artifacts
        .iter()
        .filter(covered)
        .filter(|entry| after.entry(&entry.id).is_none())
        .filter(|entry| !after.unread.iter().any(|unread| unread.id == entry.id))
        .filter(|entry| !in_a_gap(after, &entry.id))
        .cloned()
        .collect();
    difference
}

/// Carried over, or equal by carry key; where the lists told no key, by the bytes.
fn is_same(before: &ArtifactEntry, after: &ArtifactEntry) -> bool {
    if let (Some(before), Some(after)) = (&before.carry_key, &after.carry_key) {
        return before == after;
    }
    let hashes = |entry: &ArtifactEntry| -> Vec<String> {
        entry.files().map(|file| file.sha256.clone()).collect()
    };
    after.carried_from.is_some() || hashes(before) == hashes(after)
}

/// Its list could not be read, so nobody knows whether it is still there.
fn in_a_gap(manifest: &Manifest, id: &ArtifactId) -> bool {
    manifest
        .gaps
        .iter()
        .filter(|gap| !gap.not_offered)
        .any(|gap| {
            let same_kind = gap.kind == id.kind;
            let same_place = gap.project.as_deref() == id.scope.project();
            let all_projects =
                gap.kind == waybill_model::ArtifactKind::Project && gap.project.is_none();
            (same_kind && same_place) || (all_projects && id.scope.project().is_some())
        })
}

#[cfg(test)]
mod tests {
    use waybill_model::{Environment, Gap, Generation};

    use super::*;
    use crate::journal::RunId;
    use crate::manifest::{Asked, FileStamp, InstanceStamp, SnapshotStatus, Tool, Unread};

    fn file(sha256: &str) -> FileStamp {
        FileStamp {
            path: "x.json".into(),
            size: 1,
            sha256: sha256.into(),
        }
    }

    fn entry(code: &str, key: Option<&str>, sha256: &str) -> ArtifactEntry {
        ArtifactEntry {
            id: format!("lookup:{code}").parse().unwrap(),
            name: code.into(),
            archive: None,
            record: file(sha256),
            carry_key: key.map(str::to_owned),
            carried_from: None,
            read_at: String::new(),
            needs: std::collections::BTreeMap::new(),
        }
    }

    fn manifest(artifacts: Vec<ArtifactEntry>) -> Manifest {
        Manifest {
            format: 1,
            tool: Tool {
                name: "waybill".into(),
                version: "0".into(),
            },
            instance: InstanceStamp {
                id: "i".into(),
                name: "I".into(),
                environment: Environment::Test,
                generation: Generation::Oic3,
                address: String::new(),
                instance_name: None,
            },
            taken_at: String::new(),
            status: SnapshotStatus::Complete,
            selection: Selection::Everything,
            asked: Asked {
                by: String::new(),
                note: None,
                run: RunId::named("r"),
            },
            before: None,
            catalogue: file("c"),
            artifacts,
            unread: vec![],
            gaps: vec![],
        }
    }

    #[test]
    fn keys_decide_and_bytes_where_there_is_no_key() {
        let before = manifest(vec![
            entry("A", Some("1"), "a"),
            entry("B", Some("1"), "b"),
            entry("C", None, "c"),
            entry("D", None, "d"),
            entry("E", Some("1"), "e"),
        ]);
        let after = manifest(vec![
            entry("A", Some("1"), "other bytes of the same thing"),
            entry("B", Some("2"), "b"),
            entry("C", None, "c"),
            entry("D", None, "changed"),
            entry("F", Some("1"), "f"),
        ]);
        let difference = difference(Some(&before), &after);
        let changes: Vec<_> = difference.changes.values().copied().collect();
        assert_eq!(
            changes,
            [
                ItemChange::Same,
                ItemChange::Changed,
                ItemChange::Same,
                ItemChange::Changed,
                ItemChange::Added
            ]
        );
        assert_eq!(difference.removed.len(), 1);
        assert_eq!(difference.removed[0].name, "E");
    }

    #[test]
    fn what_could_not_be_read_is_not_gone() {
        let before = manifest(vec![entry("A", Some("1"), "a"), entry("B", Some("1"), "b")]);
        let mut after = manifest(vec![]);
        after.unread.push(Unread {
            id: "lookup:A".parse().unwrap(),
            name: "A".into(),
            reason: String::new(),
            guidance: None,
            code: "locked".into(),
        });
        assert_eq!(difference(Some(&before), &after).removed.len(), 1);
        after.gaps.push(Gap {
            kind: waybill_model::ArtifactKind::Lookup,
            project: None,
            reason: String::new(),
            not_offered: false,
        });
        assert!(difference(Some(&before), &after).removed.is_empty());
    }

    #[test]
    fn a_choice_says_nothing_about_the_rest() {
        let before = manifest(vec![entry("A", Some("1"), "a"), entry("B", Some("1"), "b")]);
        let mut after = manifest(vec![]);
        after.selection = Selection::Only(vec!["lookup:A".parse().unwrap()]);
        let removed = difference(Some(&before), &after).removed;
        assert_eq!(removed.len(), 1);
        assert_eq!(removed[0].name, "A");
    }
}
