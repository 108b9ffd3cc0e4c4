//! What planning rests on: plain data about source and destination, gathered beforehand.

use std::collections::{BTreeMap, BTreeSet};

use waybill_archive::{Fingerprint, Likeness};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Generation, Scope, State};

use super::closure::Closure;
use super::estimate::History;
use crate::change::Tracing;
use crate::manifest::InstanceStamp;
use crate::waybill::{ArchiveStamp, Bindings, PlaceStamp, Policies, Standing};

/// What is known of an artifact of the source beyond its catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// The bytes that hold it: its own archive, or, with `carried_by`, one that lies around it.
    pub archive: Option<ArchiveStamp>,
    /// What the place tells of it beyond its archive, without secrets.
    pub record: Option<ArchiveStamp>,
    /// What it means.
    pub fingerprint: Option<Fingerprint>,
    /// Its state, where the catalogue does not tell: that of a schedule.
    pub state: Option<State>,
    /// The values of the parameters of a schedule.
    pub parameters: BTreeMap<String, String>,
    /// Its tracing level.
    pub tracing: Option<Tracing>,
    /// The generation of the service that wrote its archive.
    pub generation: Option<Generation>,
    /// Why it could not be read, in plain words.
    pub unread: Option<String>,
}

/// A place from which artifacts are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSource {
    /// Which place.
    pub stamp: PlaceStamp,
    /// Its artifacts, with what the archives tell of their needs.
    pub catalogue: Catalogue,
    /// What is known of those that are chosen or needed.
    pub facts: BTreeMap<ArtifactId, SourceFacts>,
}

/// What is known of an artifact of the destination beyond its catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DestinationFacts {
    /// What it means.
    pub fingerprint: Option<Fingerprint>,
    /// Its state, where the catalogue does not tell: that of a schedule.
    pub state: Option<State>,
    /// The values of the parameters of a schedule.
    pub parameters: BTreeMap<String, String>,
    /// Its tracing level.
    pub tracing: Option<Tracing>,
}

/// The instance to which artifacts go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDestination {
    /// Which instance.
    pub stamp: InstanceStamp,
    /// Its artifacts.
    pub catalogue: Catalogue,
    /// What is known of those that the plan may touch.
    pub facts: BTreeMap<ArtifactId, DestinationFacts>,
    /// Why nothing may be changed there, in plain words; none if it may.
    pub read_only: Option<String>,
}

/// What a person chose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is to go along, by name in the source.
    pub chosen: BTreeSet<ArtifactId>,
    /// What is not to go along, though something that was chosen needs it.
    pub left_out: BTreeSet<ArtifactId>,
    /// What is to be deleted, by name in the destination.
    pub remove: BTreeSet<ArtifactId>,
}

/// What the document says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Its number.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// When it is made (RFC 3339).
    pub made_at: String,
    /// Who makes it.
    pub made_by: String,
    /// The version of the program.
    pub tool_version: String,
}

/// Everything that a plan is made of.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// What the document says of itself.
    pub details: &'a Details,
    /// Where the cargo comes from.
    pub source: &'a PlanSource,
    /// What was chosen.
    pub choice: &'a Choice,
    /// Where it goes.
    pub destination: &'a PlanDestination,
    /// What was decided for all of it.
    pub policies: &'a Policies,
    /// The values that artifacts take in the destination.
    pub bindings: &'a Bindings,
    /// How long steps took in the past.
    pub history: &'a History,
}

/// How an artifact of the source stands against the one in the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Against {
    Same,
    /// What differs belongs to the environment.
    Environment,
    Different,
    Unknown,
}

impl PlanDestination {
    /// How an artifact stands there.
    #[must_use]
    pub fn standing(&self, id: &ArtifactId) -> Standing {
        let Some(artifact) = self.catalogue.get(id) else {
            let others = self.catalogue.versions(id);
            let highest = others.filter_map(|other| other.id.version.clone()).max();
            return Standing {
                version: highest,
                ..Standing::default()
            };
        };
        let facts = self.facts.get(id);
        Standing {
            present: true,
            version: id.version.clone(),
            state: self.state(id),
            fingerprint: facts
                .and_then(|facts| facts.fingerprint)
                .map(|fingerprint| fingerprint.to_string()),
            tracing: facts.and_then(|facts| facts.tracing),
            updated: artifact.updated.clone(),
        }
    }

    pub(crate) fn has(&self, id: &ArtifactId) -> bool {
        self.catalogue.get(id).is_some()
    }

    pub(crate) fn state(&self, id: &ArtifactId) -> Option<State> {
        let told = self.facts.get(id).and_then(|facts| facts.state);
        told.or_else(|| self.catalogue.get(id).and_then(|artifact| artifact.state))
    }

    pub(crate) fn is_active(&self, id: &ArtifactId) -> bool {
        matches!(self.state(id), Some(State::Active | State::Activating))
    }
}

/// The request with what it comes to: the closure of the choice.
pub(super) struct World<'a> {
    pub request: PlanRequest<'a>,
    pub closure: Closure,
    /// What does not go along, by name in the source: left out by a person, or to be deleted.
    pub left_out: BTreeSet<ArtifactId>,
    /// What is to be deleted, with all that goes with it, by name in the destination.
    pub removed: BTreeSet<ArtifactId>,
    /// Source and destination are the same instance: restoring, rolling back.
    pub same_instance: bool,
}

impl<'a> World<'a> {
    pub fn of(request: PlanRequest<'a>) -> Self {
        let destination = request.destination;
        let removed = with_what_goes_along(&destination.catalogue, &request.choice.remove);
        let mut choice = request.choice.clone();
        let source = &request.source.catalogue;
        let doomed = source.artifacts.iter().map(|own| &own.id).filter(|id| {
            let to = target(request.policies, id);
            let home = to.scope.project().map(project);
            let scheduled = to.kind == ArtifactKind::Schedule;
            removed.contains(&to)
                || home.is_some_and(|home| removed.contains(&home))
                || (scheduled && removed.contains(&integration_of(&to)))
        });
        choice.left_out.extend(doomed.cloned());
        let closure = Closure::of(source, &choice, &|id| {
            destination.has(&target(request.policies, id))
        });
        let from = request.source.stamp.instance_id.as_ref();
        Self {
            request,
            closure,
            left_out: choice.left_out,
            removed,
            same_instance: from == Some(&destination.stamp.id),
        }
    }

    /// The name in the destination of an artifact of the source.
    pub fn target(&self, from: &ArtifactId) -> ArtifactId {
        target(self.request.policies, from)
    }

    pub fn artifact(&self, from: &ArtifactId) -> Option<&'a Artifact> {
        self.request.source.catalogue.get(from)
    }

    pub fn facts(&self, from: &ArtifactId) -> Option<&'a SourceFacts> {
        self.request.source.facts.get(from)
    }

    pub fn source_state(&self, from: &ArtifactId) -> Option<State> {
        let told = self.facts(from).and_then(|facts| facts.state);
        told.or_else(|| self.artifact(from).and_then(|artifact| artifact.state))
            .filter(|state| *state != State::Unknown)
    }

    pub fn destination(&self) -> &'a PlanDestination {
        self.request.destination
    }

    pub fn title(&self) -> &'a str {
        &self.request.destination.stamp.name
    }

    pub fn against(&self, from: &ArtifactId, to: &ArtifactId) -> Against {
        let ours = self.facts(from).and_then(|facts| facts.fingerprint);
        let theirs = self.destination().facts.get(to);
        let theirs = theirs.and_then(|facts| facts.fingerprint);
        match ours.zip(theirs).map(|(ours, theirs)| ours.verdict(&theirs)) {
            Some(Some(Likeness::Same)) => Against::Same,
            Some(Some(Likeness::Environment)) => Against::Environment,
            Some(Some(Likeness::Different)) => Against::Different,
            Some(None) | None => Against::Unknown,
        }
    }

    /// Whether the difference is one to carry over: where both are one instance, all are.
    pub fn differs(&self, from: &ArtifactId, to: &ArtifactId) -> bool {
        match self.against(from, to) {
            Against::Same => false,
            Against::Environment => self.same_instance,
            Against::Different | Against::Unknown => true,
        }
    }

    /// Whether the parameters of a schedule differ. Like other values of an environment they are carried
    /// over where both are one instance.
    pub fn parameters_differ(&self, from: &ArtifactId, to: &ArtifactId) -> bool {
        let ours = self.facts(from).map(|facts| &facts.parameters);
        let theirs = self.destination().facts.get(to);
        self.same_instance && ours != theirs.map(|facts| &facts.parameters)
    }

    /// Whether a person asked for it, itself or as a part of something.
    pub fn is_direct(&self, from: &ArtifactId) -> bool {
        self.closure.entries.get(from).is_some_and(|entry| {
            entry.chosen || entry.needed_by.iter().any(|need| need.role == "member")
        })
    }
}

fn project(code: &str) -> ArtifactId {
    ArtifactId::global(ArtifactKind::Project, code, None)
}

/// What is deleted and there, and what goes with it: all that is in a project, the integrations of a
/// package, the schedule of an integration.
pub(super) fn with_what_goes_along(
    catalogue: &Catalogue,
    remove: &BTreeSet<ArtifactId>,
) -> BTreeSet<ArtifactId> {
    let mut removed = BTreeSet::new();
    let mut waiting: Vec<ArtifactId> = remove.iter().cloned().collect();
    while let Some(id) = waiting.pop() {
        let Some(own) = catalogue.get(&id).filter(|_| !removed.contains(&id)) else {
            continue;
        };
        match id.kind {
            ArtifactKind::Project => {
                let inside = catalogue.artifacts.iter().map(|other| &other.id);
                let inside = inside.filter(|other| other.scope.project() == Some(&*id.code));
                waiting.extend(inside.cloned());
            }
            ArtifactKind::Package => {
                let members = own.dependencies.iter().filter(|need| need.role == "member");
                waiting.extend(members.map(|need| need.id.clone()));
            }
            ArtifactKind::Integration => waiting.push(schedule_of(&id)),
            _ => {}
        }
        removed.insert(id);
    }
    removed
}

/// The name in the destination of an artifact of the source.
#[must_use]
pub fn target(policies: &Policies, from: &ArtifactId) -> ArtifactId {
    let goes_inside = from.scope == Scope::Global
        && matches!(
            from.kind,
            ArtifactKind::Integration
                | ArtifactKind::Connection
                | ArtifactKind::Lookup
                | ArtifactKind::Library
                | ArtifactKind::Schedule
        );
    match &policies.into_project {
        Some(project) if goes_inside => ArtifactId {
            scope: Scope::Project(project.clone()),
            ..from.clone()
        },
        _ => from.clone(),
    }
}

/// The schedule of an integration.
pub(super) fn schedule_of(integration: &ArtifactId) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::Schedule,
        ..integration.clone()
    }
}

/// The integration of a schedule.
pub(super) fn integration_of(schedule: &ArtifactId) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::Integration,
        ..schedule.clone()
    }
}

/// Code and major version: of these, one version can be active.
pub(super) fn major(integration: &ArtifactId) -> (&Scope, &str, &str) {
    let version = integration.version.as_deref().unwrap_or_default();
    let major = version.split('.').next().unwrap_or_default();
    (&integration.scope, &integration.code, major)
}
