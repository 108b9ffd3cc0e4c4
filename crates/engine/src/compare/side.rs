//! A place ready for comparing: its artifacts, and what it cannot tell.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use waybill_client::Client;
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Gap, Scope};

use super::held::{Holding, holdings};
use crate::catalogue::{Detail, LiveCatalogue, is_pseudo_connection};
use crate::error::Result;
use crate::failure::plural;
use crate::files::FilePlace;
use crate::manifest::{InstanceStamp, Selection};
use crate::snapshot::SnapshotPlace;

/// A place that is compared with another.
pub struct Side {
    title: String,
    catalogue: Catalogue,
    pub(super) place: Place,
}

/// Where its artifacts are read.
pub(super) enum Place {
    Live(Live),
    Snapshot(Box<Kept>),
    Files(Box<Files>),
}

/// A live instance.
pub(super) struct Live {
    pub client: Client,
    pub details: BTreeMap<ArtifactId, Detail>,
    pub stamp: InstanceStamp,
    pub identity: String,
}

/// A snapshot.
pub(super) struct Kept {
    pub place: SnapshotPlace,
    pub identity: String,
}

/// Archive files.
pub(super) struct Files {
    pub place: FilePlace,
    pub held: BTreeMap<ArtifactId, Holding>,
    /// Projects of which one deployment alone is there.
    pub parts: BTreeSet<String>,
}

/// Why a place is silent about an artifact that it does not list.
pub(super) enum Silence {
    /// It comes with the service and is no artifact of anybody.
    OfTheService,
    /// Nothing of it was asked for, so nothing can be said.
    NotCovered,
    /// It may be there; why nobody knows.
    Unknown(String),
}

impl std::fmt::Debug for Side {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let artifacts = self.catalogue.artifacts.len();
        formatter
            .debug_struct("Side")
            .field("title", &self.title)
            .field("artifacts", &artifacts)
            .finish_non_exhaustive()
    }
}

impl Side {
    /// A live instance with what its lists told. `title` is what people call it.
    #[must_use]
    pub fn live(client: Client, live: LiveCatalogue, stamp: &InstanceStamp, title: &str) -> Self {
        Self {
            title: title.to_owned(),
            catalogue: live.catalogue,
            place: Place::Live(Live {
                client,
                details: live.details,
                stamp: stamp.clone(),
                identity: identity(stamp),
            }),
        }
    }

    /// A snapshot. Blocks.
    pub fn snapshot(place: SnapshotPlace, title: &str) -> Result<Self> {
        let mut catalogue = place.catalogue()?;
        catalogue.read_at.clone_from(&place.manifest().taken_at);
        Ok(Self {
            title: title.to_owned(),
            catalogue,
            place: Place::Snapshot(Box::new(Kept {
                identity: identity(&place.manifest().instance),
                place,
            })),
        })
    }

    /// Archive files and folders. Blocks.
    #[must_use]
    pub fn files(place: FilePlace, title: &str) -> Self {
        let (held, parts) = holdings(&place);
        Self {
            title: title.to_owned(),
            catalogue: place.catalogue(),
            place: Place::Files(Box::new(Files { place, held, parts })),
        }
    }

    /// Its artifacts.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// It has records, which tell more than archives of how an artifact stands.
    pub(super) const fn tells_state(&self) -> bool {
        !matches!(self.place, Place::Files(_))
    }

    /// The instance that it is, or came from.
    pub(crate) fn stamp(&self) -> Option<&InstanceStamp> {
        match &self.place {
            Place::Live(live) => Some(&live.stamp),
            Place::Snapshot(kept) => Some(&kept.place.manifest().instance),
            Place::Files(_) => None,
        }
    }

    /// The entry of a live instance's list for an artifact, as it came, without secrets.
    pub(crate) fn listed(&self, id: &ArtifactId) -> Option<&Value> {
        match &self.place {
            Place::Live(live) => Some(&live.details.get(id)?.wire),
            _ => None,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Why it says nothing about an artifact that it does not list; none: it does not hold it.
    pub(super) fn silence(&self, id: &ArtifactId) -> Option<Silence> {
        if id.kind == ArtifactKind::Connection && is_pseudo_connection(&id.code) {
            return Some(Silence::OfTheService);
        }
        let gap = self.catalogue.gaps.iter().find(|gap| hides(gap, id));
        match &self.place {
            Place::Files(files) => {
                if id
                    .scope
                    .project()
                    .is_some_and(|project| files.parts.contains(project))
                {
                    return Some(Silence::NotCovered);
                }
                let never = matches!(
                    id.kind,
                    ArtifactKind::Certificate | ArtifactKind::AgentGroup | ArtifactKind::AccessList
                );
                never.then(|| Silence::Unknown(format!("Archives hold no {}.", plural(id.kind))))
            }
            Place::Snapshot(kept) => {
                let manifest = kept.place.manifest();
                if !manifest.selection.holds(id) {
                    return Some(Silence::NotCovered);
                }
                let unread = manifest.unread.iter().find(|unread| unread.id == *id);
                if let Some(unread) = unread {
                    return Some(Silence::Unknown(format!(
                        "It is not in the snapshot: {}",
                        unread.reason
                    )));
                }
                listed_by_none(id).or_else(|| gap.map(|gap| Silence::Unknown(gap.reason.clone())))
            }
            Place::Live(_) => {
                listed_by_none(id).or_else(|| gap.map(|gap| Silence::Unknown(gap.reason.clone())))
            }
        }
    }

    /// What holds for all of it, in plain words.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self
            .catalogue
            .gaps
            .iter()
            .filter(|gap| !gap.not_offered)
            .map(|gap| {
                let where_ = gap
                    .project
                    .as_ref()
                    .map(|project| format!(", project `{project}`"))
                    .unwrap_or_default();
                format!("{}{where_}: {}", self.title, gap.reason)
            })
            .collect();
        match &self.place {
            Place::Files(files) => notes.extend(files.parts.iter().map(|project| {
                format!(
                    "{} holds one deployment of project `{project}`, which is a part of it. What it lacks of the project is not taken for missing.",
                    self.title
                )
            })),
            Place::Snapshot(kept) if kept.place.manifest().selection != Selection::Everything => {
                notes.push(format!(
                    "The snapshot of {} holds a choice of artifacts. What was not chosen is not compared.",
                    self.title
                ));
            }
            _ => {}
        }
        notes
    }

    /// The other versions of the same code, kind and scope. The artifacts are sorted, so they lie
    /// side by side.
    pub(super) fn versions(&self, id: &ArtifactId) -> impl Iterator<Item = &Artifact> {
        let key =
            |artifact: &ArtifactId| (artifact.kind, artifact.scope.clone(), artifact.code.clone());
        let wanted = key(id);
        let artifacts = &self.catalogue.artifacts;
        let start = artifacts.partition_point(|artifact| {
            (
                artifact.id.kind,
                &artifact.id.scope,
                artifact.id.code.as_str(),
            ) < (wanted.0, &wanted.1, wanted.2.as_str())
        });
        artifacts
            .iter()
            .skip(start)
            .take_while(move |artifact| key(&artifact.id) == wanted)
    }
}

/// Which instance of the service a carry key belongs to. Addresses of this computer change with each
/// start.
pub(super) fn identity(stamp: &InstanceStamp) -> String {
    let host = stamp.address.split("://").nth(1).unwrap_or(&stamp.address);
    let here = ["127.", "localhost", "[::1]"]
        .iter()
        .any(|start| host.starts_with(start));
    let address = if here { "here" } else { stamp.address.as_str() };
    let name = stamp.instance_name.as_deref().unwrap_or_default();
    format!("{}\n{:?}\n{name}\n{address}", stamp.id, stamp.generation)
}

/// Whether the artifact may be in a list that could not be read.
fn hides(gap: &Gap, id: &ArtifactId) -> bool {
    if gap.not_offered && (id.scope != Scope::Global || id.kind == ArtifactKind::Project) {
        // Where there are no projects, nothing is in them.
        return false;
    }
    let same_kind = gap.kind == id.kind
        || (gap.kind == ArtifactKind::Integration && id.kind == ArtifactKind::Schedule);
    let same_place = gap.project.as_deref() == id.scope.project();
    let all_projects = gap.kind == ArtifactKind::Project && gap.project.is_none();
    (same_kind && same_place) || (all_projects && id.scope.project().is_some())
}

/// Libraries of projects are in no list (documented: libraries are listed outside projects alone).
fn listed_by_none(id: &ArtifactId) -> Option<Silence> {
    (id.kind == ArtifactKind::Library && id.scope != Scope::Global)
        .then(|| Silence::Unknown("Oracle Integration lists no libraries of projects.".to_owned()))
}
