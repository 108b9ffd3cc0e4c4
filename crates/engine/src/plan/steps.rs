//! The steps that make the destination hold what was decided, and what each has to wait for.
//!
//! On the way down schedules stop and callers are deactivated before what they call; then come
//! certificates, libraries, lookups, and integrations with their connections; then values and tests of
//! connections; on the way up what is called is activated before its callers; then schedules, access,
//! and last what is deleted.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{ArtifactId, ArtifactKind};

use super::actions::Decisions;
use super::closure::resolved;
use super::ends::Ends;
use super::order::{Calls, in_order};
use super::told;
use super::world::{World, schedule_of};
use crate::change::{Facts, Severity};
use crate::waybill::{Action, Finding, ImportHow, Step, StepKind};

/// All steps, in order, and what was found on the way.
pub(super) fn steps(
    world: &World<'_>,
    decisions: &Decisions,
    ends: &Ends,
) -> (Vec<Step>, Vec<Finding>) {
    let before = Calls::of(&calls_of_destination(world, decisions, ends));
    let after = Calls::of(&calls_of_source(world, decisions, ends));
    let findings = after.circles.iter().map(|circle| circular(circle));
    let findings: Vec<Finding> = findings.collect();
    let mut building = Building {
        world,
        decisions,
        ends,
        before,
        after,
        steps: BTreeMap::new(),
        findings,
    };
    building.way_down();
    building.imports();
    building.lookups();
    building.connections();
    building.way_up();
    building.schedules();
    building.access();
    building.deletions();
    (in_order(building.steps), building.findings)
}

fn circular(circle: &[ArtifactId]) -> Finding {
    let names = crate::change::names(circle.iter().map(|id| id.code.as_str()));
    let text = match circle {
        [_] => format!("{names} calls itself."),
        _ => format!("{names} call each other in a circle."),
    };
    let finding = Finding::new("call-cycle", Severity::Warning, text).guided(
        "None of them can be activated before all that it calls: they are activated in the order of their names, and the first calls may fail.",
    );
    match circle.first() {
        Some(first) => finding.about(first),
        None => finding,
    }
}

/// Who calls whom in the destination, as far as it is deactivated. Lists tell little of calls, so what
/// the source knows of the same integrations counts too.
fn calls_of_destination(
    world: &World<'_>,
    decisions: &Decisions,
    ends: &Ends,
) -> BTreeSet<(ArtifactId, ArtifactId)> {
    let mut calls = BTreeSet::new();
    let deactivated = ends.integrations.iter().filter(|(_, end)| end.deactivate);
    for (id, _) in deactivated {
        let theirs = world.destination().catalogue.get(id);
        for need in theirs.into_iter().flat_map(|own| &own.dependencies) {
            if need.role == "calls" {
                calls.insert((id.clone(), need.id.clone()));
            }
        }
        let from = decisions.all.get(id).map(|decision| &decision.from);
        let ours = from.and_then(|from| world.artifact(from));
        for need in ours.into_iter().flat_map(|own| &own.dependencies) {
            if need.role == "calls" {
                calls.insert((id.clone(), world.target(&need.id)));
            }
        }
    }
    calls
}

/// Who calls whom afterwards, by name in the destination.
fn calls_of_source(
    world: &World<'_>,
    decisions: &Decisions,
    ends: &Ends,
) -> BTreeSet<(ArtifactId, ArtifactId)> {
    let mut calls = BTreeSet::new();
    for id in ends.integrations.keys() {
        let decision = decisions.all.get(id);
        let from = decision.map(|decision| &decision.from);
        let ours = from.and_then(|from| world.artifact(from));
        let theirs = world.destination().catalogue.get(id);
        // What stays calls what it calls there.
        let stays = decision.is_none_or(|decision| !decision.action.brings());
        let (own, mapped) = if stays { (theirs, false) } else { (ours, true) };
        for need in own.into_iter().flat_map(|own| &own.dependencies) {
            if need.role == "calls" {
                let called = if mapped {
                    world.target(&need.id)
                } else {
                    need.id.clone()
                };
                calls.insert((id.clone(), called));
            }
        }
    }
    calls
}

pub(super) struct Building<'a> {
    pub world: &'a World<'a>,
    pub decisions: &'a Decisions,
    pub ends: &'a Ends,
    before: Calls,
    after: Calls,
    steps: BTreeMap<String, Step>,
    pub findings: Vec<Finding>,
}

pub(super) fn facts<const N: usize>(of: [(&str, &str); N]) -> Facts {
    of.into_iter()
        .filter(|(_, how)| !how.is_empty())
        .map(|(name, how)| (name.to_owned(), how.to_owned()))
        .collect()
}

impl Building<'_> {
    /// What an integration calls afterwards.
    pub fn called_after(&self, id: &ArtifactId) -> impl Iterator<Item = &ArtifactId> {
        self.after.called(id)
    }

    pub fn add(&mut self, kind: StepKind, subject: &ArtifactId, words: String) -> &mut Step {
        let key = kind.key(subject);
        self.steps.entry(key.clone()).or_insert_with(|| Step {
            key,
            kind,
            subject: subject.clone(),
            needs: Vec::new(),
            any_of: Vec::new(),
            before: Facts::new(),
            after: Facts::new(),
            words,
        })
    }

    fn way_down(&mut self) {
        for (id, end) in &self.ends.schedules {
            if end.stop {
                let step = self.add(
                    StepKind::StopSchedule,
                    id,
                    format!("Stop {}.", told::of_kind(id)),
                );
                step.before = facts([("state", "started")]);
                step.after = facts([("state", "stopped")]);
            }
        }
        for (id, end) in &self.ends.integrations {
            if !end.deactivate {
                continue;
            }
            let callers = self.before.callers(id);
            let mut needs: Vec<String> = callers.map(|one| StepKind::Deactivate.key(one)).collect();
            needs.push(StepKind::StopSchedule.key(&schedule_of(id)));
            let step = self.add(
                StepKind::Deactivate,
                id,
                format!("Deactivate {}.", told::of_kind(id)),
            );
            step.needs = needs;
            step.before = facts([("state", "active")]);
            step.after = facts([("state", "configured")]);
        }
    }

    fn imports(&mut self) {
        for (id, decision) in &self.decisions.all {
            if !decision.action.brings() || decision.carried_by.is_some() {
                continue;
            }
            let Some(how) = how(id) else {
                continue;
            };
            let replace = match (how, id.scope.project()) {
                // A deployment goes into its project.
                (ImportHow::Project, Some(project)) => {
                    let project = ArtifactId::global(ArtifactKind::Project, project, None);
                    self.world.destination().has(&project)
                }
                _ => decision.action == Action::Replace,
            };
            let kind = StepKind::Import { how, replace };
            let needs = self.import_needs(id, how);
            let standing = self.world.destination().standing(id);
            let archive = self.decisions.archive(self.world, id);
            let verb = if replace { "Replace" } else { "Import" };
            let step = self.add(kind, id, format!("{verb} {}.", told::of_kind(id)));
            step.needs = needs;
            let present = if standing.present {
                "present"
            } else {
                "absent"
            };
            step.before = facts([
                ("presence", present),
                ("version", standing.version.as_deref().unwrap_or_default()),
                ("updated", standing.updated.as_deref().unwrap_or_default()),
            ]);
            let archive = archive.map(|archive| archive.sha256).unwrap_or_default();
            step.after = facts([
                ("presence", "present"),
                ("version", id.version.as_deref().unwrap_or_default()),
                ("archive", &archive),
            ]);
        }
    }

    fn import_needs(&self, id: &ArtifactId, how: ImportHow) -> Vec<String> {
        let mut needs = Vec::new();
        if matches!(
            how,
            ImportHow::Certificate | ImportHow::Library | ImportHow::Lookup
        ) {
            return needs;
        }
        for (member, decision) in &self.decisions.all {
            if self.decisions.carrier(member) == Some(id) {
                needs.push(StepKind::Deactivate.key(member));
                needs.push(StepKind::StopSchedule.key(&schedule_of(member)));
                needs.extend(self.content_needs(&decision.from));
            }
        }
        let neighbours = self.ends.integrations.iter();
        needs.extend(
            neighbours
                .filter(|(_, end)| end.neighbour_of.as_ref() == Some(id))
                .map(|(neighbour, _)| StepKind::Deactivate.key(neighbour)),
        );
        needs
    }

    /// The imports of what an integration needs beside connections and other integrations. What it
    /// brings along itself is none of them.
    fn content_needs(&self, from: &ArtifactId) -> Vec<String> {
        if from.kind != ArtifactKind::Integration {
            return Vec::new();
        }
        let catalogue = &self.world.request.source.catalogue;
        let own = self.world.artifact(from).into_iter();
        own.flat_map(|own| &own.dependencies)
            .map(|need| self.world.target(&resolved(catalogue, &need.id)))
            .filter(|id| {
                matches!(
                    id.kind,
                    ArtifactKind::Lookup | ArtifactKind::Library | ArtifactKind::Certificate
                ) && self.decisions.carrier(id) == Some(id)
            })
            .filter_map(|id| self.import_of(&id))
            .collect()
    }

    /// The key of the import that brings an artifact.
    pub fn import_of(&self, id: &ArtifactId) -> Option<String> {
        let carrier = self.decisions.carrier(id)?;
        how(carrier)?;
        Some(format!("import {carrier}"))
    }

    fn way_up(&mut self) {
        let catalogue = &self.world.request.source.catalogue;
        for (id, end) in &self.ends.integrations {
            if !end.activate {
                continue;
            }
            let mut needs = vec![StepKind::Deactivate.key(id)];
            needs.extend(self.import_of(id));
            if let Some(package) = &end.neighbour_of {
                needs.push(format!("import {package}"));
            }
            for called in self.after.called(id) {
                needs.push(StepKind::Activate { tracing: None }.key(called));
                needs.extend(self.import_of(called));
            }
            for other in &end.displaces {
                needs.push(StepKind::StopSchedule.key(&schedule_of(other)));
            }
            let versions = self.world.destination().catalogue.versions(id);
            needs.extend(
                versions
                    .filter(|other| other.id != *id)
                    .map(|other| StepKind::Deactivate.key(&other.id)),
            );
            if let Some(decision) = self.decisions.all.get(id) {
                needs.extend(self.content_needs(&decision.from));
                let own = self.world.artifact(&decision.from).into_iter();
                for need in own.flat_map(|own| &own.dependencies) {
                    let needed = self.world.target(&resolved(catalogue, &need.id));
                    match needed.kind {
                        ArtifactKind::Connection => {
                            needs.push(StepKind::TestConnection.key(&needed));
                        }
                        ArtifactKind::Lookup => needs.push(StepKind::SetLookup.key(&needed)),
                        _ => {}
                    }
                }
            }
            let displaces = end.displaces.iter().map(ArtifactId::wire);
            let displaces = displaces.collect::<Vec<_>>().join(", ");
            let words = if displaces.is_empty() {
                format!("Activate {}.", told::of_kind(id))
            } else {
                format!(
                    "Activate {}; {displaces} is deactivated by it.",
                    told::of_kind(id)
                )
            };
            let state = told::state(self.world.destination().state(id));
            let kind = StepKind::Activate {
                tracing: end.tracing,
            };
            let restarted = (!end.restarted_for.is_empty() && !self.decisions.brings(id))
                .then(|| self.users_up(id, &end.restarted_for));
            let (needs, any_of) = restarted.unwrap_or((needs, Vec::new()));
            let step = self.add(kind, id, words);
            step.needs = needs;
            step.any_of = any_of;
            step.before = facts([("state", state), ("replaces", &displaces)]);
            step.after = facts([
                ("state", "active"),
                (
                    "tracing",
                    end.tracing.map_or("", crate::change::Tracing::word),
                ),
            ]);
        }
    }
}

/// In which form the archive of an artifact goes; none for what goes in no archive of its own.
const fn how(id: &ArtifactId) -> Option<ImportHow> {
    Some(match id.kind {
        ArtifactKind::Integration => ImportHow::Integration,
        ArtifactKind::Package => ImportHow::Package,
        ArtifactKind::Project | ArtifactKind::Deployment => ImportHow::Project,
        ArtifactKind::Lookup => ImportHow::Lookup,
        ArtifactKind::Library => ImportHow::Library,
        ArtifactKind::Certificate => ImportHow::Certificate,
        _ => return None,
    })
}
