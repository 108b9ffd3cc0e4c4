//! What no call of the service carries, and a person has to see to.

use std::collections::BTreeSet;

use waybill_model::{ArtifactId, ArtifactKind, Generation};

use super::actions::Decisions;
use super::world::World;
use crate::waybill::{Step, StepKind};

/// The checklist: nothing for a plan without steps.
pub(super) fn checklist(world: &World<'_>, decisions: &Decisions, steps: &[Step]) -> Vec<String> {
    let mut list = Vec::new();
    if steps.is_empty() {
        return list;
    }
    let title = world.title();
    let brought = |kind: ArtifactKind| -> Vec<&ArtifactId> {
        let all = decisions.all.iter();
        all.filter(|(id, decision)| id.kind == kind && decision.action.brings())
            .map(|(id, _)| id)
            .collect()
    };
    if steps.iter().any(|step| step.kind == StepKind::Deactivate) {
        list.push(format!(
            "Instances in flight: what integrations of {title} have taken and not worked off is dropped when they are deactivated. Let them work it off first, or send it again afterwards."
        ));
    }
    let groups = decisions.all.keys();
    let groups: Vec<&str> = groups
        .filter(|id| id.kind == ArtifactKind::AgentGroup)
        .map(|id| id.code.as_str())
        .collect();
    if !groups.is_empty() {
        let need = if groups.len() == 1 { "needs" } else { "need" };
        list.push(format!(
            "Agents: {} {need} an agent that runs on a host and is registered with {title}.",
            crate::change::names(groups)
        ));
    }
    let certificates = decisions.all.keys();
    if certificates
        .into_iter()
        .any(|id| id.kind == ArtifactKind::Certificate)
    {
        list.push(format!(
            "Certificates: Oracle Integration gives out no private keys. Bring keys and their passwords to {title} yourself."
        ));
    }
    list.extend(of_archives(world, decisions));
    if world.same_instance {
        return list;
    }
    if world.request.source.stamp.generation == Some(Generation::Ics) {
        let scheduled = brought(ArtifactKind::Integration).into_iter().filter(|id| {
            let from = decisions.all.get(*id).map_or(*id, |own| &own.from);
            let own = world.artifact(from);
            let style = own.and_then(|own| own.style.as_deref());
            style.is_some_and(|style| style.to_ascii_lowercase().contains("schedul"))
        });
        let scheduled: Vec<&str> = scheduled.map(|id| id.code.as_str()).collect();
        if !scheduled.is_empty() {
            list.push(format!(
                "Schedules: Integration Cloud Service gives out none. Define those of {} in {title}.",
                named(scheduled)
            ));
        }
    }
    let connections = brought(ArtifactKind::Connection);
    if !connections.is_empty() {
        list.push(format!(
            "Allow-lists: systems behind connections have to let {title} in, by its outbound addresses or over its private endpoint."
        ));
    }
    let adapters: BTreeSet<String> = connections
        .iter()
        .filter_map(|id| world.artifact(&decisions.all.get(*id)?.from))
        .filter_map(|own| own.adapter.as_deref())
        .map(str::to_ascii_lowercase)
        .collect();
    if adapters
        .iter()
        .any(|adapter| adapter.contains("ftp") || adapter.contains("file"))
    {
        list.push(format!(
            "File Server: folders, users and files are not carried. Set them up in {title}."
        ));
    }
    if !brought(ArtifactKind::Integration).is_empty() {
        list.push(format!(
            "Callers: systems that call these integrations have to call {title}, by its address or its custom endpoint."
        ));
        list.push(format!(
            "Roles: users and applications that call or look after these integrations need their roles in {title}."
        ));
    }
    let from = world.request.source.stamp.generation;
    if from.is_some_and(|from| from < Generation::Oic3)
        && world.destination().stamp.generation == Generation::Oic3
    {
        list.push(
            "Addresses: endpoints of Oracle Integration 3 have other hosts than those of older generations."
                .to_owned(),
        );
    }
    list
}

/// What archives do not hold, of what they bring.
fn of_archives(world: &World<'_>, decisions: &Decisions) -> Vec<String> {
    let title = world.title();
    let mut list = Vec::new();
    let brought = decisions.all.iter().filter(|(_, own)| own.action.brings());
    let described = brought.clone().filter(|(id, own)| {
        let of =
            |text: Option<&String>| text.map(|text| text.trim().to_owned()).unwrap_or_default();
        let theirs = world.destination().catalogue.get(id);
        let theirs = of(theirs.and_then(|own| own.description.as_ref()));
        let ours = world.artifact(&own.from);
        let ours = of(ours.and_then(|own| own.description.as_ref()));
        matches!(id.kind, ArtifactKind::Package | ArtifactKind::Deployment)
            && !ours.is_empty()
            // A project that is replaced loses the descriptions of its deployments too.
            && (id.kind == ArtifactKind::Deployment || ours != theirs)
    });
    let described: Vec<String> = described
        .map(|(id, _)| match id.scope.project() {
            Some(project) => format!("{} of {project}", id.code),
            None => id.code.clone(),
        })
        .collect();
    if !described.is_empty() {
        list.push(format!(
            "Descriptions: archives hold none of packages and deployments. Enter those of {} in {title}.",
            named(described.iter().map(String::as_str))
        ));
    }
    let projects = brought
        .filter(|(id, _)| id.kind == ArtifactKind::Project)
        .map(|(id, _)| id.code.as_str());
    let projects: Vec<&str> = projects.collect();
    if !projects.is_empty() {
        list.push(format!(
            "Projects: {title} calls them drafts after an import, and no call changes that: {}.",
            named(projects)
        ));
    }
    list
}

/// All of them, however many: each is something to do.
fn named<'a>(codes: impl IntoIterator<Item = &'a str>) -> String {
    let codes: Vec<String> = codes.into_iter().map(|code| format!("`{code}`")).collect();
    match codes.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => codes.concat(),
    }
}
