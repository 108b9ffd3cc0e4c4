//! What all checks look at, with what follows from it at once: which integrations are carried or
//! activated, what they need in the destination, and how things stand there afterwards.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{ArtifactId, ArtifactKind, State};

use super::facts::{ArchiveFacts, CheckFacts, ConnectionFacts};
use crate::catalogue::is_pseudo_connection;
use crate::change::names;
use crate::failure::singular;
use crate::plan::{PlanDestination, PlanSource, target};
use crate::waybill::{Action, Item, StepKind, Waybill};

/// What an integration of the waybill needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needed {
    /// Which integration, by its name in the destination.
    pub user: ArtifactId,
    /// What it needs, by its name in the destination.
    pub id: ArtifactId,
    /// The same by its name in the source.
    pub from: ArtifactId,
}

/// The waybill between its two places.
pub(super) struct Scene<'a> {
    pub waybill: &'a Waybill,
    pub source: &'a PlanSource,
    pub destination: &'a PlanDestination,
    pub facts: &'a CheckFacts,
    /// What integrations need that are carried or activated.
    pub needs: Vec<Needed>,
    steps: BTreeSet<&'a str>,
}

impl<'a> Scene<'a> {
    pub fn of(
        waybill: &'a Waybill,
        source: &'a PlanSource,
        destination: &'a PlanDestination,
        facts: &'a CheckFacts,
    ) -> Self {
        let mut scene = Self {
            waybill,
            source,
            destination,
            facts,
            needs: Vec::new(),
            steps: waybill.steps.iter().map(|step| step.key.as_str()).collect(),
        };
        let items = scene.integrations();
        scene.needs = items
            .flat_map(|item| needs_of(waybill, source, destination, item))
            .collect();
        scene
    }

    /// What people call the destination.
    pub fn there(&self) -> &'a str {
        &self.destination.stamp.name
    }

    /// What people call the source.
    pub fn here(&self) -> &'a str {
        &self.source.stamp.title
    }

    /// The integrations that are carried or activated.
    pub fn integrations(&self) -> impl Iterator<Item = &'a Item> + use<'a> {
        moved(self.waybill)
    }

    /// What the destination has when all is done: it has it now, or it is brought.
    pub fn will_have(&self, id: &ArtifactId) -> bool {
        match self.waybill.item(id).map(|item| &item.action) {
            Some(Action::Remove) => false,
            Some(action) if action.brings() => true,
            _ => self.destination.has(id),
        }
    }

    /// Whether an archive that goes along holds a lookup, library or connection: the service takes it
    /// in with the integration where it has none.
    pub fn comes_within(&self, from: &ArtifactId) -> bool {
        let mut archives = self.archives();
        archives.any(|(item, archive)| {
            item.action.brings()
                && (archive.holds.contains(from) || archive.connections.contains_key(from))
        })
    }

    /// Whether an integration is active when all is done.
    pub fn active_after(&self, id: &ArtifactId) -> bool {
        let after = match self.waybill.item(id) {
            Some(item) => item.after.state,
            None => self.destination.state(id),
        };
        matches!(after, Some(State::Active | State::Activating))
    }

    /// Whether the waybill takes such a step.
    pub fn takes(&self, kind: StepKind, id: &ArtifactId) -> bool {
        self.steps.contains(kind.key(id).as_str())
    }

    /// What is needed of a kind, with the integrations that need it.
    pub fn needed(&self, kind: ArtifactKind) -> BTreeMap<&ArtifactId, Users<'_>> {
        let mut all: BTreeMap<&ArtifactId, Users<'_>> = BTreeMap::new();
        for need in self.needs.iter().filter(|need| need.id.kind == kind) {
            let entry = all.entry(&need.id).or_insert_with(|| Users {
                from: &need.from,
                all: BTreeSet::new(),
                any_active: false,
            });
            entry.any_active |= self.active_after(&need.user);
            entry.all.insert(&need.user);
        }
        all
    }

    /// A connection as it stands in the destination; where it is not there, as the source or the
    /// archive that brings it tells.
    pub fn connection(&self, id: &ArtifactId, from: &ArtifactId) -> Option<&'a ConnectionFacts> {
        let facts = self.facts;
        let there = facts
            .connections
            .get(id)
            .filter(|_| self.destination.has(id));
        there.or_else(|| self.connection_of_source(from))
    }

    /// A connection as the source tells, or else the archive that brings it.
    pub fn connection_of_source(&self, from: &ArtifactId) -> Option<&'a ConnectionFacts> {
        let own = self.facts.source_connections.get(from);
        own.or_else(|| {
            let mut archives = self.facts.archives.values();
            archives.find_map(|archive| archive.connections.get(from))
        })
    }

    /// Where the values of a connection come from that the waybill sets.
    pub fn takes_from_source(&self, id: &ArtifactId, from: &ArtifactId) -> bool {
        let binding = self.waybill.bindings.connections.get(id);
        let entered =
            binding.is_some_and(|binding| binding.mode == crate::waybill::ConnectionMode::Enter);
        self.takes(StepKind::SetConnection, id)
            && !entered
            && self.facts.source_connections.contains_key(from)
    }

    /// The archives that go along, each with the artifact whose own it is.
    pub fn archives(&self) -> impl Iterator<Item = (&'a Item, &'a ArchiveFacts)> + use<'a> {
        let facts = self.facts;
        self.waybill.items.iter().filter_map(move |item| {
            let stamp = item
                .archive
                .as_ref()
                .filter(|stamp| stamp.carried_by.is_none())?;
            Some((item, facts.archives.get(&stamp.sha256)?))
        })
    }
}

/// The integrations that need something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Users<'a> {
    /// What is needed, by its name in the source.
    pub from: &'a ArtifactId,
    /// Which need it.
    pub all: BTreeSet<&'a ArtifactId>,
    /// One of them is active when all is done.
    pub any_active: bool,
}

impl Users<'_> {
    /// Who they are: `ORDER_SYNC` and `TOTAL`.
    pub fn names(&self) -> String {
        let codes: BTreeSet<&str> = self.all.iter().map(|id| id.code.as_str()).collect();
        names(codes)
    }

    /// `ORDER_SYNC` needs it.
    pub fn need_it(&self) -> String {
        let need = if self.all.len() == 1 { "needs" } else { "need" };
        format!("{} {need} it.", self.names())
    }
}

/// The integrations that are carried or activated.
fn moved(waybill: &Waybill) -> impl Iterator<Item = &Item> {
    let activated: BTreeSet<&ArtifactId> = waybill
        .steps
        .iter()
        .filter(|step| matches!(step.kind, StepKind::Activate { .. }))
        .map(|step| &step.subject)
        .collect();
    waybill.items.iter().filter(move |item| {
        item.id.kind == ArtifactKind::Integration
            && (item.action.brings()
                || (item.action == Action::Keep && activated.contains(&item.id)))
    })
}

fn needs_of(
    waybill: &Waybill,
    source: &PlanSource,
    destination: &PlanDestination,
    item: &Item,
) -> Vec<Needed> {
    let (catalogue, brought) = if item.action.brings() {
        (&source.catalogue, true)
    } else {
        (&destination.catalogue, false)
    };
    let name = if brought { item.source_id() } else { &item.id };
    let own = catalogue.get(name).into_iter();
    own.flat_map(|own| &own.dependencies)
        .filter(|need| {
            need.id.kind != ArtifactKind::Connection || !is_pseudo_connection(&need.id.code)
        })
        .map(|need| {
            let from = catalogue.meant(&need.id);
            let id = if brought {
                destination_name(waybill, destination, &from)
            } else {
                from.clone()
            };
            Needed {
                user: item.id.clone(),
                id,
                from,
            }
        })
        .collect()
}

/// The name in the destination of what the source calls so. What a project lacks and the destination
/// has outside of it is meant there.
pub(super) fn destination_name(
    waybill: &Waybill,
    destination: &PlanDestination,
    from: &ArtifactId,
) -> ArtifactId {
    let to = target(&waybill.policies, from);
    if waybill.item(&to).is_some() {
        return to;
    }
    destination.catalogue.meant(&to)
}

/// "Integration `ORDER|01.00.0000`", with its project.
pub(super) fn named(id: &ArtifactId) -> String {
    let kind = singular(id.kind);
    match id.scope.project() {
        Some(project) => format!("{kind} `{}` of project `{project}`", id.wire()),
        None => format!("{kind} `{}`", id.wire()),
    }
}

/// How many of what, with the word as it is then.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}
