//! Planning: what a place holds and a person chose, as a waybill for a destination.
//!
//! [`plan`] is a function of plain data: it reads no place, no file and no clock, and equal input gives
//! equal output. [`gather_source`] and [`gather_destination`] read that data from the places, for what
//! is chosen and needed and nothing else. `closure` adds what the choice needs; `containers`, `actions`,
//! `values` and `removals` decide about each artifact by the policies, `barred` says what cannot go,
//! `ends` which integrations and schedules are to run afterwards; `steps`, `settings`, `deletions` and
//! `order` make the steps, `estimate` and `checklist` what a person wants to know beside. Restoring and
//! rolling back are planning from a snapshot of the same instance; `rollback` says what to take from the
//! one that a run took before it wrote.

mod access;
mod actions;
mod barred;
mod changed;
mod checklist;
mod closure;
mod containers;
mod deletions;
mod ends;
mod estimate;
mod gather;
mod order;
mod removals;
mod restarts;
mod roles;
mod rollback;
mod settings;
mod steps;
#[cfg(test)]
pub(crate) mod tests;
mod told;
mod values;
mod world;

use std::collections::BTreeMap;

use waybill_archive::mask;
use waybill_model::{Artifact, ArtifactId, ArtifactKind, State};

pub use access::left_words;
pub(crate) use barred::generation as generation_name;
pub use changed::{Changed, changed_since, state_digest};
pub use closure::{Closure, Entry};
pub use estimate::{History, estimate};
pub use gather::{GatherWork, OnArchive, OnGathered, gather_destination, gather_source};
pub use roles::{RolesRequest, plan_roles, role_id, roles_back};
pub use rollback::{StepOutcome, rollback};
pub use world::target;
pub use world::{
    Choice, DestinationFacts, Details, PlanDestination, PlanRequest, PlanSource, SourceFacts,
};

use crate::change::Severity;
use crate::waybill::{
    Action, DestinationStamp, FORMAT, Finding, Fix, Item, Need, Reason, Standing, Waybill,
};
use actions::Decisions;
use ends::Ends;
use world::World;

/// Makes the waybill that brings what was chosen, and what it needs, into the destination.
#[must_use]
pub fn plan(request: &PlanRequest<'_>) -> Waybill {
    let world = World::of(*request);
    let decisions = Decisions::of(&world);
    let ends = Ends::of(&world, &decisions);
    let (steps, mut findings) = steps::steps(&world, &decisions, &ends);
    findings.extend(decisions.findings.iter().cloned());
    findings.extend(ends.findings.iter().cloned());
    findings.extend(of_choice(&world));
    let items = items(&world, &decisions, &ends);
    let details = request.details;
    let mut waybill = Waybill {
        format: FORMAT,
        id: details.id.clone(),
        name: mask(&details.name).into_owned(),
        made_at: details.made_at.clone(),
        made_by: details.made_by.clone(),
        tool_version: details.tool_version.clone(),
        source: request.source.stamp.clone(),
        destination: DestinationStamp {
            instance: request.destination.stamp.clone(),
            read_at: request.destination.catalogue.read_at.clone(),
            state_digest: String::new(),
        },
        choice: request.choice.chosen.iter().cloned().collect(),
        left_out: request.choice.left_out.iter().cloned().collect(),
        remove: request.choice.remove.iter().cloned().collect(),
        policies: request.policies.clone(),
        estimate_seconds: estimate(&steps, request.history),
        checklist: checklist::checklist(&world, &decisions, &steps),
        items: items.into_values().collect(),
        steps,
        findings,
        bindings: request.bindings.clone(),
        sign_offs: Vec::new(),
    };
    waybill.destination.state_digest = state_digest(&waybill, request.destination);
    waybill.sort_findings();
    waybill
}

fn items(world: &World<'_>, decisions: &Decisions, ends: &Ends) -> BTreeMap<ArtifactId, Item> {
    let mut items = BTreeMap::new();
    for (id, decision) in &decisions.all {
        let entry = world.closure.entries.get(&decision.from);
        let reason = match entry.and_then(|entry| entry.first.as_ref()) {
            Some(need) if !entry.is_some_and(|entry| entry.chosen) => {
                Reason::NeededBy(need.clone())
            }
            _ => Reason::Chosen,
        };
        let theirs = world.destination().catalogue.get(id);
        let known = world.artifact(&decision.from).or(theirs);
        let before = world.destination().standing(id);
        items.insert(
            id.clone(),
            Item {
                from: (decision.from != *id).then(|| decision.from.clone()),
                name: known.map_or_else(|| id.code.clone(), shown_name),
                reason,
                needed_by: entry
                    .map(|entry| entry.needed_by.iter().cloned().collect())
                    .unwrap_or_default(),
                action: decision.action.clone(),
                archive: decisions.archive(world, id),
                record: decisions.record(world, id),
                after: after(world, decisions, ends, id, &before),
                before,
                id: id.clone(),
            },
        );
    }
    for (id, end) in &ends.integrations {
        let for_it = end.neighbour_of.iter().map(|package| (package, "member"));
        let for_them = end.restarted_for.iter();
        let needs = for_it.chain(for_them.map(|connection| (connection, "restart")));
        let needed_by: Vec<Need> = needs
            .map(|(by, role)| Need {
                id: by.clone(),
                role: role.to_owned(),
            })
            .collect();
        let (Some(need), false) = (needed_by.first().cloned(), items.contains_key(id)) else {
            continue;
        };
        let theirs = world.destination().catalogue.get(id);
        let before = world.destination().standing(id);
        items.insert(
            id.clone(),
            Item {
                id: id.clone(),
                from: None,
                name: theirs.map_or_else(|| id.code.clone(), shown_name),
                reason: Reason::NeededBy(need),
                needed_by,
                action: Action::Keep,
                archive: None,
                record: None,
                after: before.clone(),
                before,
            },
        );
    }
    items
}

/// What people call it, without the secrets that they write into names.
fn shown_name(artifact: &Artifact) -> String {
    mask(&artifact.name).into_owned()
}

/// How an artifact is to stand afterwards.
fn after(
    world: &World<'_>,
    decisions: &Decisions,
    ends: &Ends,
    id: &ArtifactId,
    before: &Standing,
) -> Standing {
    let decision = &decisions.all[id];
    if decision.action == Action::Remove {
        return Standing::default();
    }
    let mut after = before.clone();
    // A deployment makes its project where there is none.
    after.present |= id.kind == ArtifactKind::Project && decisions.deploys_into(&id.code);
    if decision.action.brings() {
        let facts = world.facts(&decision.from);
        after.present = true;
        after.version.clone_from(&id.version);
        // When it is changed is not known before.
        after.updated = None;
        after.fingerprint = facts
            .and_then(|facts| facts.fingerprint)
            .map(|fingerprint| fingerprint.to_string());
        match id.kind {
            ArtifactKind::Integration => after.state = Some(State::Configured),
            ArtifactKind::Connection => {
                let set = world.takes_values(&decision.from, id) || world.enters(id);
                after.state = Some(if set { State::Configured } else { State::Draft });
            }
            ArtifactKind::Schedule => after.state = Some(State::Stopped),
            _ => {}
        }
    }
    if let Some(end) = ends.integrations.get(id) {
        if end.activate {
            after.tracing = end.tracing;
        }
        if end.active_after {
            after.state = Some(State::Active);
        } else if end.active_before {
            after.state = Some(State::Configured);
        }
    }
    if let Some(end) = ends.schedules.get(id) {
        if end.running_after {
            after.state = Some(State::Started);
        } else if end.stop {
            after.state = Some(State::Stopped);
        }
    }
    after
}

/// The finding that nothing may be changed in the destination, and why not.
#[must_use]
pub fn read_only(title: &str, why: &str) -> Finding {
    Finding::new(
        "read-only",
        Severity::Blocking,
        format!("{title} is read only."),
    )
    .guided(format!("{why} Allow changes there."))
    .fixed_by(Fix::AllowChanges)
}

/// What is to be said of the choice and the destination as such.
fn of_choice(world: &World<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let title = world.title();
    if let Some(why) = &world.destination().read_only {
        findings.push(read_only(title, why));
    }
    for id in &world.closure.unknown {
        findings.push(
            Finding::new(
                "not-in-source",
                Severity::Warning,
                format!(
                    "{} `{}` is not in {} any more.",
                    told::kind(id.kind),
                    id.wire(),
                    world.request.source.stamp.title
                ),
            )
            .about(&world.target(id)),
        );
    }
    for (id, need) in &world.closure.left_out {
        let to = world.target(id);
        let reason = Reason::NeededBy(need.clone()).words();
        let (severity, how) = if world.removed.contains(&to) {
            (
                Severity::Warning,
                format!("It is to be deleted in {title}."),
            )
        } else if world.destination().has(&to) {
            (Severity::Note, format!("{title} has one, which stays."))
        } else {
            (Severity::Warning, format!("{title} has none."))
        };
        findings.push(
            Finding::new(
                "left-out",
                severity,
                format!(
                    "{} `{}` was left out, {reason}. {how}",
                    told::kind(id.kind),
                    id.wire()
                ),
            )
            .about(&world.target(&need.id))
            .fixed_by(Fix::Add {
                artifact: id.clone(),
            }),
        );
    }
    for (id, need) in &world.closure.lacking {
        // Where the destination has it, nothing is lacking.
        if world.destination().has(&world.target(id)) || need.role == "carries" {
            continue;
        }
        findings.push(
            Finding::new(
                "need-missing",
                Severity::Warning,
                format!(
                    "{} `{}`, {}, is neither in {} nor in {title}.",
                    told::kind(id.kind),
                    id.wire(),
                    Reason::NeededBy(need.clone()).words(),
                    world.request.source.stamp.title
                ),
            )
            .about(&world.target(id))
            .guided("What needs it fails where it uses it. Bring it there first, or take it into the source."),
        );
    }
    findings
}
