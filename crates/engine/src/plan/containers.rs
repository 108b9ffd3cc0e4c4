//! Packages, projects and deployments: one archive that brings many. It goes as a whole or not at all.

use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::actions::{Decision, Decisions, new};
use super::closure::carries;
use super::world::World;
use super::{barred, told};
use crate::change::Severity;
use crate::waybill::{Action, Existing, Finding, Fix};

/// Decides about all packages, projects and deployments of the closure.
pub(super) fn decide(world: &World<'_>, decisions: &mut Decisions) {
    let order = [
        ArtifactKind::Project,
        ArtifactKind::Deployment,
        ArtifactKind::Package,
    ];
    for kind in order {
        let ids = world.closure.entries.keys();
        for from in ids.filter(|from| from.kind == kind) {
            let decision = one(world, from, decisions);
            decisions.all.insert(from.clone(), decision);
        }
    }
    tell_whole_projects(world, decisions);
}

/// The containers whose archives are sent, by name in the source: those that hold most come first.
pub(super) fn brought(world: &World<'_>, decisions: &Decisions) -> Vec<ArtifactId> {
    let mut brought: Vec<ArtifactId> = decisions
        .all
        .iter()
        .filter(|(id, decision)| {
            matches!(
                id.kind,
                ArtifactKind::Project | ArtifactKind::Deployment | ArtifactKind::Package
            ) && decision.action.brings()
                && decision.carried_by.is_none()
                && world.closure.entries.contains_key(&decision.from)
        })
        .map(|(_, decision)| decision.from.clone())
        .collect();
    brought.sort_by_key(|id| id.kind != ArtifactKind::Project);
    brought
}

fn one(world: &World<'_>, from: &ArtifactId, decisions: &mut Decisions) -> Decision {
    let there = world.destination().has(from);
    // Nothing of a package has to be renamed to go into a project, but nothing does it either.
    if from.kind == ArtifactKind::Deployment
        && let Some(project) = from.scope.project()
    {
        let project = ArtifactId::global(ArtifactKind::Project, project, None);
        if decisions.brings(&project) {
            let action = if there {
                Action::Replace
            } else {
                Action::Create
            };
            return Decision {
                carried_by: Some(project),
                ..Decision::new(from, action)
            };
        }
    }
    let policy = world.request.policies.existing(from);
    if there && policy == Existing::Skip {
        return Decision {
            untouched: true,
            ..Decision::new(from, Action::Keep)
        };
    }
    if let Some(why) = barred::why(world, from, from) {
        return Decision::new(from, Action::CannotGo { why });
    }
    let apart = stands_against(world, from);
    if let Some(why) = apart {
        return taken_apart(world, from, there, &why, decisions);
    }
    if !there {
        return Decision::new(from, new(world, from));
    }
    if policy != Existing::Replace && !differs(world, from) {
        return Decision::new(from, Action::Keep);
    }
    if policy == Existing::NewVersion {
        if from.kind == ArtifactKind::Package {
            // Its integrations go one by one, each under its own version.
            return Decision::new(from, Action::Keep);
        }
        let why = format!(
            "It is in {} already and differs. A project has no versions: it is replaced as a whole or stays.",
            world.title()
        );
        return Decision::new(from, Action::CannotGo { why });
    }
    Decision::new(from, Action::Replace)
}

/// What lies in an archive and can be different.
fn content<'a>(
    world: &'a World<'_>,
    container: &'a ArtifactId,
) -> impl Iterator<Item = &'a ArtifactId> {
    let catalogue = &world.request.source.catalogue;
    catalogue
        .artifacts
        .iter()
        .map(|artifact| &artifact.id)
        .filter(|id| {
            matches!(
                id.kind,
                ArtifactKind::Integration | ArtifactKind::Lookup | ArtifactKind::Library
            )
        })
        .filter(move |id| carries(catalogue, container, id))
}

fn differs(world: &World<'_>, container: &ArtifactId) -> bool {
    content(world, container).any(|id| !world.destination().has(id) || world.differs(id, id))
}

/// Why a container does not go in one piece.
fn stands_against(world: &World<'_>, container: &ArtifactId) -> Option<String> {
    let facts = world.facts(container);
    let own = facts.and_then(|facts| facts.archive.as_ref());
    if own.is_none_or(|archive| archive.carried_by.is_some()) {
        return Some("there is no archive of it".to_owned());
    }
    let policies = world.request.policies;
    if container.kind == ArtifactKind::Package && policies.into_project.is_some() {
        return Some("packages do not go into projects".to_owned());
    }
    let left_out = &world.left_out;
    if let Some(one) = content(world, container).find(|id| left_out.contains(*id)) {
        return Some(format!("`{}` was left out", one.wire()));
    }
    if let Some(one) = content(world, container).find(|id| policies.excepts_existing(id)) {
        return Some(format!("`{}` is an exception", one.wire()));
    }
    if container.kind != ArtifactKind::Package {
        return None;
    }
    let neighbour = neighbours(world, container)
        .into_iter()
        .find(|id| left_out.contains(id));
    neighbour.map(|one| format!("`{}` was left out", one.wire()))
}

/// A package goes in pieces; a project cannot.
fn taken_apart(
    world: &World<'_>,
    from: &ArtifactId,
    there: bool,
    why: &str,
    decisions: &mut Decisions,
) -> Decision {
    if from.kind == ArtifactKind::Package {
        decisions.find(
            Finding::new(
                "package-apart",
                Severity::Note,
                format!(
                    "Package `{}` does not go as one archive, because {why}: its integrations go one by one.",
                    from.code
                ),
            )
            .about(from),
        );
        let action = if there {
            Action::Keep
        } else {
            let why = "Its integrations go one by one, and name their package themselves.";
            Action::CannotGo {
                why: why.to_owned(),
            }
        };
        return Decision::new(from, action);
    }
    let excepted = world
        .left_out
        .iter()
        .any(|left| carries(&world.request.source.catalogue, from, left));
    let why = if excepted {
        format!(
            "Its archive goes as a whole, but {why}. Choose a deployment that does without, or take all of it."
        )
    } else {
        format!("Its archive goes as a whole, but {why}.")
    };
    Decision::new(from, Action::CannotGo { why })
}

/// Active integrations that are in a package or project of the destination and not in the archive that
/// replaces it or a part of it: the service replaces no package with an active integration in it
/// (documented), and no project (inferred; the archive of a deployment takes nothing away from it).
pub(super) fn neighbours(world: &World<'_>, container: &ArtifactId) -> Vec<ArtifactId> {
    if container.kind == ArtifactKind::Deployment {
        return beside_deployment(world, container);
    }
    if container.kind != ArtifactKind::Package {
        return Vec::new();
    }
    let destination = world.destination();
    let Some(own) = destination.catalogue.get(container) else {
        return Vec::new();
    };
    own.dependencies
        .iter()
        .filter(|need| need.role == "member" && destination.is_active(&need.id))
        .map(|need| need.id.clone())
        .filter(|id| !carries(&world.request.source.catalogue, container, id))
        .collect()
}

fn beside_deployment(world: &World<'_>, deployment: &ArtifactId) -> Vec<ArtifactId> {
    let destination = world.destination();
    let carried = &world.request.source.catalogue;
    let inside = destination.catalogue.artifacts.iter().filter(|artifact| {
        artifact.id.kind == ArtifactKind::Integration && artifact.id.scope == deployment.scope
    });
    inside
        .map(|artifact| &artifact.id)
        .filter(|id| destination.is_active(id) && !carries(carried, deployment, id))
        .cloned()
        .collect()
}

/// Whether the destination has what a container goes into, or replaces.
pub(super) fn is_there(world: &World<'_>, container: &ArtifactId) -> bool {
    match (container.kind, container.scope.project()) {
        (ArtifactKind::Deployment, Some(project)) => {
            let project = ArtifactId::global(ArtifactKind::Project, project, None);
            world.destination().has(&project)
        }
        _ => world.destination().has(container),
    }
}

/// What a person chose in a project, and that all of the project comes with it.
fn tell_whole_projects(world: &World<'_>, decisions: &mut Decisions) {
    for project in brought(world, decisions) {
        let entry = &world.closure.entries[&project];
        let inside = Scope::Project(project.code.clone());
        let chosen: Vec<&ArtifactId> = entry
            .needed_by
            .iter()
            .filter(|need| need.role == "carries" && need.id.scope == inside)
            .map(|need| &need.id)
            .filter(|id| world.closure.entries[*id].chosen)
            .collect();
        let (Some(first), false) = (chosen.first(), entry.chosen) else {
            continue;
        };
        if project.kind == ArtifactKind::Project {
            decisions.find(
                Finding::new(
                    "whole-project",
                    Severity::Warning,
                    format!(
                        "{} `{}` comes with all of project `{}`.",
                        told::kind(first.kind),
                        first.wire(),
                        project.code
                    ),
                )
                .about(&project)
                .guided(
                    "Oracle Integration gives out whole projects and their deployments, and nothing in them alone. Make a deployment with what is to go, and choose that.",
                )
                .fixed_by(Fix::LeaveOut {
                    artifact: project.clone(),
                }),
            );
        }
    }
}
