//! What cannot be carried, and why, in plain words.

use waybill_model::{ArtifactId, ArtifactKind, Generation};

use super::world::World;

/// The name of a generation, as people say it.
pub(crate) const fn generation(generation: Generation) -> &'static str {
    match generation {
        Generation::Ics => "Integration Cloud Service",
        Generation::Gen2 => "Oracle Integration Gen 2",
        Generation::Oic3 => "Oracle Integration 3",
    }
}

/// Why the artifact cannot get into the destination; none if it can, as far as is known.
pub(super) fn why(world: &World<'_>, from: &ArtifactId, to: &ArtifactId) -> Option<String> {
    let destination = world.destination();
    let there = destination.stamp.generation;
    let title = world.title();
    let inside = to.scope.project();
    if there != Generation::Oic3 && (inside.is_some() || matches!(to.kind, ArtifactKind::Project)) {
        return Some(format!(
            "{title} is {}, which has no projects.",
            generation(there)
        ));
    }
    if from.scope != to.scope
        && let Some(project) = inside
        && !destination.has(&ArtifactId::global(ArtifactKind::Project, project, None))
    {
        return Some(format!(
            "Project `{project}` is not in {title}. Create it there in the console, then plan again."
        ));
    }
    match to.kind {
        ArtifactKind::AgentGroup => {
            return Some(
                "Agent groups are set up in the console, and their agents installed on hosts; no call of the service does it."
                    .to_owned(),
            );
        }
        ArtifactKind::Certificate if there != Generation::Oic3 => {
            return Some(format!(
                "{} takes certificates in its console alone.",
                generation(there)
            ));
        }
        ArtifactKind::Schedule if there == Generation::Ics => {
            return Some(format!(
                "{} offers no calls for schedules.",
                generation(there)
            ));
        }
        _ => {}
    }
    if world
        .artifact(from)
        .is_some_and(|artifact| artifact.prebuilt)
    {
        return Some("It is delivered by Oracle and cannot be exported.".to_owned());
    }
    let facts = world.facts(from);
    let unread = facts.and_then(|facts| facts.unread.as_ref());
    // A connection arrives with its integration, whatever is known of its values.
    if let Some(reason) = unread.filter(|_| to.kind != ArtifactKind::Connection) {
        return Some(reason.clone());
    }
    let written_by =
        facts
            .and_then(|facts| facts.generation)
            .or(world.request.source.stamp.generation);
    let has_generation = matches!(
        to.kind,
        ArtifactKind::Integration
            | ArtifactKind::Package
            | ArtifactKind::Project
            | ArtifactKind::Deployment
    );
    match written_by {
        Some(written_by) if has_generation && written_by > there => Some(format!(
            "Its archive was written by {}. {title} is {}, which reads no archives of a newer generation.",
            generation(written_by),
            generation(there)
        )),
        _ => None,
    }
}
