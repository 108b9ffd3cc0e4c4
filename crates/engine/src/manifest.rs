//! What a snapshot says of itself: `manifest.json`, `catalogue.json`, and the short form in the head
//! of the snapshot that lists need.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, ArtifactKind, Dependency, Environment, Gap, Generation};

use crate::journal::RunId;

/// The version of the manifest that this program writes.
pub const FORMAT: u32 = 1;

/// Which instance, as it was at that moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceStamp {
    /// Its id in the settings.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: Environment,
    /// Its generation.
    pub generation: Generation,
    /// Scheme, host and port of its design-time address.
    pub address: String,
    /// The name of the service instance (OIC 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_name: Option<String>,
}

impl InstanceStamp {
    /// Whether both name the same instance of the service. The address of a saved instance can be
    /// changed to that of another one; on this computer the port changes with each start.
    #[must_use]
    pub fn is_same_place(&self, other: &Self) -> bool {
        let here = |address: &str| {
            let host = address.split("://").nth(1).unwrap_or(address);
            ["127.", "localhost", "[::1]"]
                .iter()
                .any(|start| host.starts_with(start))
        };
        self.generation == other.generation
            && self.instance_name == other.instance_name
            && (self.address == other.address || (here(&self.address) && here(&other.address)))
    }
}

/// What of an instance was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type", content = "of")]
pub enum Selection {
    /// All that the instance holds.
    #[default]
    Everything,
    /// All artifacts of these kinds.
    Kinds(Vec<ArtifactKind>),
    /// These, with what belongs to them: an integration's schedule, all that is in a project.
    Only(Vec<ArtifactId>),
}

impl Selection {
    /// Whether the artifact was asked for.
    #[must_use]
    pub fn holds(&self, id: &ArtifactId) -> bool {
        match self {
            Self::Everything => true,
            Self::Kinds(kinds) => kinds.contains(&id.kind),
            Self::Only(ids) => ids.iter().any(|chosen| {
                let schedule_of = id.kind == ArtifactKind::Schedule
                    && chosen.kind == ArtifactKind::Integration
                    && (&chosen.scope, &chosen.code, &chosen.version)
                        == (&id.scope, &id.code, &id.version);
                let inside = chosen.kind == ArtifactKind::Project
                    && id.scope.project() == Some(chosen.code.as_str());
                chosen == id || schedule_of || inside
            }),
        }
    }

    /// Whether the artifact itself was named, not only what it belongs to.
    #[must_use]
    pub fn names(&self, id: &ArtifactId) -> bool {
        matches!(self, Self::Only(ids) if ids.contains(id))
    }

    /// Whether a list that could not be read leaves something out that was asked for.
    #[must_use]
    pub fn misses(&self, gap: &Gap) -> bool {
        if gap.not_offered {
            return false;
        }
        match self {
            Self::Everything => true,
            Self::Kinds(kinds) => {
                kinds.contains(&gap.kind)
                    || (gap.kind == ArtifactKind::Integration
                        && kinds.contains(&ArtifactKind::Schedule))
                    || (gap.kind == ArtifactKind::Project && gap.project.is_none())
            }
            // Artifacts that were chosen and are in no list are reported one by one.
            Self::Only(ids) => ids.iter().any(|id| {
                id.kind == ArtifactKind::Project && gap.project.as_deref() == Some(&id.code)
            }),
        }
    }
}

/// How a snapshot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SnapshotStatus {
    /// All that was planned is in it, read back and compared.
    Complete,
    /// Something is missing; the reasons are in it.
    Partial,
    /// Written, not read back: the run ended before that.
    Unverified,
}

impl SnapshotStatus {
    /// The word in the tag.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Unverified => "unverified",
        }
    }
}

/// The program that took the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    /// `waybill`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A file of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileStamp {
    /// Its path in the snapshot.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// One artifact of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactEntry {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Its archive, byte for byte as the instance served it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<FileStamp>,
    /// Its record: what the instance tells of it, as JSON without secrets.
    pub record: FileStamp,
    /// What has to be equal for it to be carried over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carry_key: Option<String>,
    /// The snapshot from which it was carried over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_from: Option<String>,
    /// When its bytes were read from the instance (RFC 3339).
    pub read_at: String,
    /// What its archive tells of the needs of the artifacts in it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub needs: BTreeMap<ArtifactId, Vec<Dependency>>,
}

impl ArtifactEntry {
    /// Its archive, else its record.
    #[must_use]
    pub fn main_file(&self) -> &FileStamp {
        self.archive.as_ref().unwrap_or(&self.record)
    }

    /// Its files.
    pub fn files(&self) -> impl Iterator<Item = &FileStamp> {
        self.archive.iter().chain([&self.record])
    }
}

/// An artifact that was planned and could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Why, in plain words.
    pub reason: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<String>,
    /// The kind of the failure, as the client names it (`locked`, `truncated`, …).
    pub code: String,
}

/// Who asked for the snapshot and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// Who.
    pub by: String,
    /// Why, in that person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The run.
    pub run: RunId,
}

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The version of this format.
    pub format: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// The instance.
    pub instance: InstanceStamp,
    /// When the lists of the instance were read (RFC 3339).
    pub taken_at: String,
    /// `complete` or `partial`, on condition that the snapshot's tag says the same: the tag is set
    /// once all files have been read back and compared.
    pub status: SnapshotStatus,
    /// What was asked for.
    pub selection: Selection,
    /// Who asked.
    pub asked: Asked,
    /// The snapshot before, which differences and carried artifacts refer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// `catalogue.json`.
    pub catalogue: FileStamp,
    /// What is in it, sorted by id.
    pub artifacts: Vec<ArtifactEntry>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Lists that could not be read, or that the instance does not offer.
    pub gaps: Vec<Gap>,
}

impl Manifest {
    /// The entry of an artifact.
    #[must_use]
    pub fn entry(&self, id: &ArtifactId) -> Option<&ArtifactEntry> {
        let found = self.artifacts.binary_search_by(|entry| entry.id.cmp(id));
        found.ok().and_then(|index| self.artifacts.get(index))
    }

    /// All files that the manifest vouches for.
    pub fn files(&self) -> impl Iterator<Item = &FileStamp> {
        let artifacts = self.artifacts.iter().flat_map(ArtifactEntry::files);
        artifacts.chain([&self.catalogue])
    }
}

/// The short form of a manifest, kept in the head of the snapshot so that a list of snapshots need
/// not open each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Brief {
    /// The version of this format.
    pub format: u32,
    /// The instance.
    pub instance: InstanceStamp,
    /// When the lists of the instance were read (RFC 3339).
    pub taken_at: String,
    /// Who asked.
    pub asked: Asked,
    /// The program's version.
    pub tool_version: String,
    /// A choice of artifacts was asked for, not everything.
    pub chosen: bool,
    /// The snapshot before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How many artifacts are in it.
    pub artifacts: u32,
    /// How many could not be read.
    pub unread: u32,
    /// How many lists could not be read though the instance offers them.
    pub gaps: u32,
    /// How many are new since the one before.
    pub added: u32,
    /// How many changed.
    pub changed: u32,
    /// How many are gone.
    pub removed: u32,
    /// How many were carried over.
    pub carried: u32,
    /// How many there are of each kind.
    pub kinds: BTreeMap<ArtifactKind, u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ArtifactId {
        text.parse().unwrap()
    }

    #[test]
    fn a_choice_draws_in_what_belongs_to_it() {
        let selection = Selection::Only(vec![id("integration:A|01.00.0000"), id("project:HR")]);
        for held in [
            "integration:A|01.00.0000",
            "schedule:A|01.00.0000",
            "project:HR",
            "HR/connection:C",
            "HR/accessList:HR",
        ] {
            assert!(selection.holds(&id(held)), "{held}");
        }
        assert!(selection.names(&id("project:HR")));
        assert!(!selection.names(&id("HR/connection:C")));
        for not in [
            "integration:A|02.00.0000",
            "schedule:B|01.00.0000",
            "connection:C",
            "FIN/connection:C",
        ] {
            assert!(!selection.holds(&id(not)), "{not}");
        }
    }

    #[test]
    fn a_list_that_is_not_offered_misses_nothing() {
        let gap = |not_offered| Gap {
            kind: ArtifactKind::Certificate,
            project: None,
            reason: String::new(),
            not_offered,
        };
        assert!(Selection::Everything.misses(&gap(false)));
        assert!(!Selection::Everything.misses(&gap(true)));
        let lookups = Selection::Kinds(vec![ArtifactKind::Lookup]);
        assert!(!lookups.misses(&gap(false)));
    }
}
