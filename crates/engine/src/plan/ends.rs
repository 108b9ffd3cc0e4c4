//! How integrations and schedules are to end: active or not, running or not, and what has to be
//! stopped on the way.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{ArtifactId, ArtifactKind, State};

use super::actions::Decisions;
use super::containers;
use super::world::{World, integration_of, major, schedule_of};
use crate::change::{Severity, Tracing};
use crate::waybill::{Action, Activate, Finding, SchedulePolicy};

/// An integration of the destination, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct IntegrationEnd {
    pub active_before: bool,
    pub active_after: bool,
    pub deactivate: bool,
    pub activate: bool,
    /// Another version takes its place by being activated.
    pub displaced: bool,
    pub tracing: Option<Tracing>,
    /// What it displaces.
    pub displaces: Vec<ArtifactId>,
    /// It is of the destination alone, and in the package that is replaced, or in the project that takes
    /// this deployment.
    pub neighbour_of: Option<ArtifactId>,
    /// The connections that get other values while it is out of service for that.
    pub restarted_for: BTreeSet<ArtifactId>,
}

/// A schedule of the destination, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ScheduleEnd {
    pub running_before: bool,
    pub running_after: bool,
    pub stop: bool,
    pub set: bool,
    pub start: bool,
}

/// How all of them end.
#[derive(Debug, Default)]
pub(super) struct Ends {
    pub integrations: BTreeMap<ArtifactId, IntegrationEnd>,
    pub schedules: BTreeMap<ArtifactId, ScheduleEnd>,
    pub findings: Vec<Finding>,
}

impl Ends {
    pub fn of(world: &World<'_>, decisions: &Decisions) -> Self {
        let mut ends = Self::default();
        for id in decisions.all.keys() {
            if id.kind == ArtifactKind::Integration {
                let end = ends.integration(world, decisions, id);
                ends.integrations.insert(id.clone(), end);
            }
        }
        ends.add_neighbours(world, decisions);
        ends.add_users(world, decisions);
        ends.one_of_a_major();
        ends.decide_steps(world, decisions);
        ends.displace(world);
        ends.schedules(world, decisions);
        ends
    }

    fn integration(
        &mut self,
        world: &World<'_>,
        decisions: &Decisions,
        id: &ArtifactId,
    ) -> IntegrationEnd {
        let decision = &decisions.all[id];
        let destination = world.destination();
        let before = destination.is_active(id);
        let mut end = IntegrationEnd {
            active_before: before,
            active_after: before,
            tracing: destination.facts.get(id).and_then(|facts| facts.tracing),
            ..IntegrationEnd::default()
        };
        let gone = matches!(decision.action, Action::CannotGo { .. });
        if decision.action == Action::Remove {
            end.active_after = false;
            return end;
        }
        let prebuilt = destination
            .catalogue
            .get(id)
            .is_some_and(|own| own.prebuilt);
        if decision.untouched || gone || prebuilt {
            return end;
        }
        let brought = decision.action.brings();
        let from = &decision.from;
        if world.same_instance {
            let tracing = world.facts(from).and_then(|facts| facts.tracing);
            end.tracing = tracing.or(end.tracing);
        }
        end.active_after = match world.request.policies.activate(id) {
            Activate::All => true,
            Activate::None => before && !brought,
            Activate::AsInSource => match world.source_state(from) {
                Some(State::Active | State::Activating) => true,
                // What is merely needed is not taken out of service.
                Some(_) => before && !world.is_direct(from),
                None => before,
            },
        };
        if world.request.policies.activate(id) == Activate::AsInSource
            && brought
            && !before
            && world.source_state(from).is_none()
        {
            self.findings.push(
                Finding::new(
                    "state-unknown",
                    Severity::Note,
                    format!(
                        "`{}` stays inactive: the source does not tell whether it is active.",
                        id.wire()
                    ),
                )
                .about(id)
                .guided("To have it activated, choose to activate it or all."),
            );
        }
        end
    }

    /// Active integrations in a package that is replaced, or in a project that takes a deployment, and not
    /// in its archive.
    fn add_neighbours(&mut self, world: &World<'_>, decisions: &Decisions) {
        for package in containers::brought(world, decisions) {
            let neighbours = containers::neighbours(world, &package);
            if neighbours.is_empty() || !containers::is_there(world, &package) {
                continue;
            }
            for id in &neighbours {
                let facts = world.destination().facts.get(id);
                let end = self
                    .integrations
                    .entry(id.clone())
                    .or_insert_with(|| IntegrationEnd {
                        active_before: true,
                        active_after: true,
                        tracing: facts.and_then(|facts| facts.tracing),
                        ..IntegrationEnd::default()
                    });
                end.neighbour_of = Some(package.clone());
            }
            let names = crate::change::names(neighbours.iter().map(|id| id.code.as_str()));
            if let (ArtifactKind::Deployment, Some(project)) =
                (package.kind, package.scope.project())
            {
                self.findings.push(
                    Finding::new(
                        "project-neighbours",
                        Severity::Warning,
                        format!(
                            "Project `{project}` in {} also holds active integrations that are not in deployment `{}`: {names}.",
                            world.title(),
                            package.code
                        ),
                    )
                    .about(&package)
                    .guided(
                        "A project takes an archive only while nothing in it is active: these are deactivated and activated again, as they are. Choose a time at which they may rest.",
                    ),
                );
                continue;
            }
            self.findings.push(
                Finding::new(
                    "package-neighbours",
                    Severity::Warning,
                    format!(
                        "Package `{}` in {} also holds what is not in its archive: {names}.",
                        package.code,
                        world.title()
                    ),
                )
                .about(&package)
                .guided(
                    "A package is replaced only while nothing in it is active: these are deactivated and activated again. To leave them alone, choose the integrations rather than the package.",
                ),
            );
        }
    }

    /// Of several versions with the same major, one can be active: what becomes active by the plan
    /// comes before what is active already, and then the highest.
    fn one_of_a_major(&mut self) {
        let mut alike: BTreeMap<_, Vec<ArtifactId>> = BTreeMap::new();
        for (id, end) in &self.integrations {
            if end.active_after {
                let (scope, code, major) = major(id);
                let key = (scope.clone(), code.to_owned(), major.to_owned());
                alike.entry(key).or_default().push(id.clone());
            }
        }
        for ids in alike.into_values().filter(|ids| ids.len() > 1) {
            let rank = |id: &ArtifactId| (!self.integrations[id].active_before, id.version.clone());
            let winner = ids.iter().max_by_key(|id| rank(id)).cloned();
            for id in ids.iter().filter(|id| Some(*id) != winner.as_ref()) {
                if let Some(end) = self.integrations.get_mut(id) {
                    end.active_after = false;
                    end.displaced = end.active_before;
                }
                let winner = winner.as_ref().map(ArtifactId::wire).unwrap_or_default();
                self.findings.push(
                    Finding::new(
                        "one-of-a-major",
                        Severity::Note,
                        format!(
                            "`{}` is not active afterwards: `{winner}` has the same major version and is.",
                            id.wire()
                        ),
                    )
                    .about(id),
                );
            }
        }
    }

    fn decide_steps(&mut self, world: &World<'_>, decisions: &Decisions) {
        for (id, end) in &mut self.integrations {
            let changes =
                decisions.brings(id) || end.neighbour_of.is_some() || !end.restarted_for.is_empty();
            let there = world.destination().has(id) || decisions.brings(id);
            end.deactivate =
                end.active_before && (changes || (!end.active_after && !end.displaced));
            end.activate = there && end.active_after && (changes || !end.active_before);
        }
    }

    /// What an activation takes the place of.
    fn displace(&mut self, world: &World<'_>) {
        let activated: Vec<ArtifactId> = self
            .integrations
            .iter()
            .filter(|(_, end)| end.activate)
            .map(|(id, _)| id.clone())
            .collect();
        for id in activated {
            let versions = world.destination().catalogue.versions(&id);
            let displaced: Vec<ArtifactId> = versions
                .map(|other| &other.id)
                .filter(|other| **other != id && major(other) == major(&id))
                .filter(|other| world.destination().is_active(other))
                .filter(|other| {
                    !self
                        .integrations
                        .get(other)
                        .is_some_and(|end| end.deactivate)
                })
                .cloned()
                .collect();
            for other in &displaced {
                let end = self.integrations.entry(other.clone()).or_default();
                end.active_before = true;
                end.active_after = false;
                end.displaced = true;
                self.findings.push(
                    Finding::new(
                        "same-major",
                        Severity::Warning,
                        format!(
                            "`{}` takes the place of `{}`, which is active and has the same major version.",
                            id.wire(),
                            other.wire()
                        ),
                    )
                    .about(&id)
                    .guided(
                        "The older one is deactivated by it, and requests that it has not worked off are dropped. Let it work off what it has, or choose another time.",
                    ),
                );
            }
            if let Some(end) = self.integrations.get_mut(&id) {
                end.displaces = displaced;
            }
        }
    }

    fn schedules(&mut self, world: &World<'_>, decisions: &Decisions) {
        let of_integrations = self.integrations.keys().map(schedule_of);
        let own = decisions.all.keys();
        let ids: BTreeSet<ArtifactId> = own
            .filter(|id| id.kind == ArtifactKind::Schedule)
            .cloned()
            .chain(of_integrations)
            .collect();
        for id in ids {
            let end = self.schedule(world, decisions, &id);
            if end != ScheduleEnd::default() {
                self.schedules.insert(id, end);
            }
        }
    }

    fn schedule(&self, world: &World<'_>, decisions: &Decisions, id: &ArtifactId) -> ScheduleEnd {
        let destination = world.destination();
        let integration = integration_of(id);
        let of = self.integrations.get(&integration);
        let active_after = of.map_or_else(
            || destination.is_active(&integration),
            |end| end.active_after,
        );
        let before = destination.has(id) && destination.state(id) == Some(State::Started);
        let own = decisions.all.get(id);
        let set = own.is_some_and(|decision| decision.action.brings());
        let removed = decisions.removes(id) || decisions.removes(&integration);
        let disturbed = set || of.is_some_and(|end| end.deactivate || end.displaced);
        let exists = destination.has(id) || set;
        let left_alone = own.is_none_or(|decision| {
            decision.untouched || matches!(decision.action, Action::CannotGo { .. })
        });
        let as_it_was = before;
        let wanted = if left_alone {
            as_it_was
        } else {
            let from = own.map_or(id, |decision| &decision.from);
            let direct = world.is_direct(from) || is_direct(world, decisions, &integration);
            match world.request.policies.schedules(id) {
                SchedulePolicy::Start => true,
                SchedulePolicy::Stop => false,
                SchedulePolicy::LeaveStopped => before && !disturbed,
                SchedulePolicy::AsInSource => match world.source_state(from) {
                    Some(state) if direct || !destination.has(id) => state == State::Started,
                    _ => as_it_was,
                },
            }
        };
        let running_after = wanted && exists && active_after && !removed;
        let stop = before && (disturbed || removed || !running_after);
        ScheduleEnd {
            running_before: before,
            running_after,
            stop,
            set,
            start: running_after && (!before || stop),
        }
    }
}

/// Whether a person asked for an integration of the destination.
fn is_direct(world: &World<'_>, decisions: &Decisions, integration: &ArtifactId) -> bool {
    let decision = decisions.all.get(integration);
    decision.is_some_and(|decision| world.is_direct(&decision.from))
}
