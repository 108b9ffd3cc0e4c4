//! What the graph of a place cannot know, in plain words.

use waybill_engine::{Selection, complete_needs};
use waybill_model::{ArtifactKind, Catalogue, Gap};

use crate::Waybill;
use crate::places::{Place, blocking};
use crate::view::{CommandError, PlaceRef};

const RUN_TIME: &str = "Integrations, lookups and libraries whose names are worked out while an integration runs are not seen.";
const CERTIFICATES: &str = "A certificate counts as used where a connection or an integration names it in a setting that is known for this. One that seems to be used by nothing may be in use all the same.";

impl Waybill {
    /// Says what is not known, and completes the catalogue of an instance with what the archives of
    /// its newest snapshot tell of artifacts that are unchanged since.
    pub(super) async fn graph_notes(
        &self,
        place: &PlaceRef,
        catalogue: &mut Catalogue,
    ) -> Vec<String> {
        let mut notes = vec![RUN_TIME.to_owned()];
        if has(catalogue, ArtifactKind::Certificate) {
            notes.push(CERTIFICATES.to_owned());
        }
        match place {
            PlaceRef::Instance { id } => notes.extend(self.complete_from_backup(id, catalogue).await),
            PlaceRef::Snapshot { .. } | PlaceRef::Copy { .. } => {
                notes.extend(self.left_out(place).await);
            }
            PlaceRef::File { .. } | PlaceRef::Files { .. } => notes.push(
                "Archives hold no agent groups and no certificates: those that are named are shown as missing.".to_owned(),
            ),
        }
        let gaps = catalogue.gaps.iter().filter(|gap| !gap.not_offered);
        notes.extend(gaps.map(unread));
        notes
    }

    async fn complete_from_backup(&self, id: &str, catalogue: &mut Catalogue) -> Option<String> {
        let wanted = |kind| matches!(kind, ArtifactKind::Integration);
        let total = catalogue
            .artifacts
            .iter()
            .filter(|artifact| wanted(artifact.id.kind))
            .count();
        if total == 0 {
            return None;
        }
        let known = match self.newest_backup(id).await {
            Ok(Some(known)) => known,
            Ok(None) => {
                return Some("There is no backup of this instance yet. Its lists tell which connections are used; which lookups, libraries and integrations are used stands in the archives alone. Back it up to see them.".to_owned());
            }
            Err(error) => {
                tracing::info!(error = %error.message, "the needs of a live instance were not completed");
                return Some("The vault could not be opened. Which lookups, libraries and integrations are used stands in the archives alone, so some may be shown as used by nothing.".to_owned());
            }
        };
        complete_needs(catalogue, &known);
        let unknown = catalogue
            .artifacts
            .iter()
            .filter(|artifact| wanted(artifact.id.kind) && !artifact.prebuilt)
            .filter(|artifact| {
                known.get(&artifact.id).is_none_or(|known| {
                    known.updated.is_none() || known.updated != artifact.updated
                })
            })
            .count();
        match unknown {
            0 => None,
            1 => Some("One integration was changed since the last backup. What it needs besides connections is seen after the next one.".to_owned()),
            several => Some(format!("{several} integrations were changed since the last backup. What they need besides connections is seen after the next one.")),
        }
    }

    /// The catalogue of the newest snapshot of an instance, one of everything if there is any.
    async fn newest_backup(&self, id: &str) -> Result<Option<Catalogue>, CommandError> {
        let instance = self.stored_instance(id)?.id;
        match self.newest_snapshot(&instance).await? {
            Some(newest) => blocking(move || newest.catalogue()).await.map(Some),
            None => Ok(None),
        }
    }

    async fn left_out(&self, place: &PlaceRef) -> Option<String> {
        let Ok(Place::Snapshot(opened)) = self.open_place(place).await else {
            return None;
        };
        let manifest = opened.manifest();
        if manifest.selection != Selection::Everything {
            return Some("This snapshot holds a choice of artifacts: what was not chosen is shown as missing, and what it needs may be shown as used by nothing.".to_owned());
        }
        match manifest.unread.len() {
            0 => None,
            1 => Some("One artifact could not be read when this snapshot was taken; what it needs is not seen.".to_owned()),
            several => Some(format!("{several} artifacts could not be read when this snapshot was taken; what they need is not seen.")),
        }
    }
}

fn has(catalogue: &Catalogue, kind: ArtifactKind) -> bool {
    catalogue
        .artifacts
        .iter()
        .any(|artifact| artifact.id.kind == kind)
}

fn unread(gap: &Gap) -> String {
    let place = gap
        .project
        .as_ref()
        .map(|project| format!(" of project `{project}`"))
        .unwrap_or_default();
    let what = match gap.kind {
        ArtifactKind::Integration => "integrations",
        ArtifactKind::Connection => "connections",
        ArtifactKind::Lookup => "lookups",
        ArtifactKind::Library => "libraries",
        ArtifactKind::Package => "packages",
        ArtifactKind::Certificate => "certificates",
        ArtifactKind::Schedule => "schedules",
        ArtifactKind::Project => "projects",
        ArtifactKind::Deployment => "deployments",
        ArtifactKind::AgentGroup => "agent groups",
        ArtifactKind::AccessList => "access lists",
    };
    format!(
        "The {what}{place} could not be read, so some may be shown as missing or as used by nothing. {}",
        gap.reason
    )
}
