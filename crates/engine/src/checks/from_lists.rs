//! What the lists of the destination told: adapters, agent groups and their agents, certificates.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _};
use waybill_client::wire::Certificate;
use waybill_model::{ArtifactId, ArtifactKind};

use super::facts::{AgentGroupFacts, CertificateFacts, CheckFacts, NotChecked};
use super::gather::{AT_ONCE, CheckWork, not_this};
use crate::error::Result;
use crate::failure::{plural, sentence};

/// What the lists of the destination told, and what they did not.
pub(super) fn of_lists(work: &CheckWork<'_>, facts: &mut CheckFacts) {
    let catalogue = work.destination.catalogue();
    let title = &work.plan_destination.stamp.name;
    let of = |kind| {
        catalogue
            .artifacts
            .iter()
            .filter(move |own| own.id.kind == kind)
    };
    for own in of(ArtifactKind::Connection) {
        facts
            .adapters
            .extend(own.adapter.as_ref().map(|name| name.to_lowercase()));
        let listed = work.destination.listed(&own.id);
        let id = listed.and_then(|wire| wire.pointer("/adapterType/name")?.as_str());
        facts.adapters.extend(id.map(str::to_lowercase));
    }
    let hidden = |kind| catalogue.gaps.iter().find(|gap| gap.kind == kind);
    if hidden(ArtifactKind::AgentGroup).is_none() {
        let groups = of(ArtifactKind::AgentGroup).map(|own| {
            let facts = AgentGroupFacts {
                name: own.name.clone(),
                agents: None,
            };
            (own.id.code.clone(), facts)
        });
        facts.agent_groups = Some(groups.collect());
    }
    if hidden(ArtifactKind::Certificate).is_none() {
        let certificates = of(ArtifactKind::Certificate).map(|own| {
            let wire = work.destination.listed(&own.id).cloned();
            let wire: Certificate = wire
                .and_then(|wire| serde_json::from_value(wire).ok())
                .unwrap_or_default();
            let expired = wire.status.as_deref();
            let facts = CertificateFacts {
                name: own.name.clone(),
                expired: expired.is_some_and(|word| word.eq_ignore_ascii_case("EXPIRED")),
                ends: wire.expiry.or(wire.expiry_date),
            };
            (own.id.clone(), facts)
        });
        facts.certificates = Some(certificates.collect());
    }
    for gap in &catalogue.gaps {
        let rules = rules_of(gap.kind);
        // What a generation has no list of at all is worth a word where something would need it.
        let asked = !gap.not_offered || names_one(facts, gap.kind);
        if rules.is_empty() || !asked {
            continue;
        }
        let place = gap
            .project
            .as_ref()
            .map(|project| format!(", project `{project}`"));
        facts.unread.push(NotChecked {
            rules,
            subject: None,
            text: format!(
                "The {} of {title}{} could not be checked: {}",
                plural(gap.kind),
                place.unwrap_or_default(),
                gap.reason
            ),
        });
    }
}

/// The checks that rest on a list.
fn rules_of(kind: ArtifactKind) -> Vec<&'static str> {
    match kind {
        ArtifactKind::Connection => vec!["connection-draft", "connection-test", "adapter-missing"],
        ArtifactKind::AgentGroup => vec!["agent-group"],
        ArtifactKind::Certificate => vec!["certificate-missing", "certificate-ends"],
        ArtifactKind::Lookup => vec!["lookup-missing", "lookup-different"],
        ArtifactKind::Library => vec!["library-missing"],
        ArtifactKind::Integration => {
            vec!["called-missing", "called-inactive", "active-cap", "locked"]
        }
        _ => Vec::new(),
    }
}

/// Whether a connection of the move names one of this kind.
fn names_one(facts: &CheckFacts, kind: ArtifactKind) -> bool {
    let mut all = facts
        .connections
        .values()
        .chain(facts.source_connections.values());
    match kind {
        ArtifactKind::AgentGroup => all.any(|own| own.agent_group.is_some()),
        ArtifactKind::Certificate => all.any(|own| !own.certificates.is_empty()),
        _ => false,
    }
}

/// How many agents run in the groups that connections of the move go through.
pub(super) async fn agents(work: &CheckWork<'_>, facts: &mut CheckFacts) -> Result<()> {
    let Some(groups) = &mut facts.agent_groups else {
        return Ok(());
    };
    let bindings = work.waybill.bindings.connections.values();
    let entered = bindings.filter_map(|binding| binding.agent_group.as_deref());
    let archived = facts
        .archives
        .values()
        .flat_map(|archive| archive.connections.values());
    let known = facts
        .connections
        .values()
        .chain(facts.source_connections.values());
    let wanted: BTreeSet<&str> = known
        .chain(archived)
        .filter_map(|own| own.agent_group.as_deref())
        .chain(entered)
        .collect();
    let ids = groups
        .iter()
        .filter(|(id, own)| wanted.contains(id.as_str()) || wanted.contains(own.name.as_str()));
    let ids: Vec<String> = ids.map(|(id, _)| id.clone()).collect();
    let read: Vec<_> = futures::stream::iter(ids)
        .map(|group| async move {
            let agents = work.client.agents_of_group(&group).await;
            let id = ArtifactId::global(ArtifactKind::AgentGroup, &group, None);
            match agents {
                Ok(agents) => {
                    let runs = agents
                        .iter()
                        .filter(|one| runs(one.value.status.as_deref()));
                    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
                    let counts = (number(agents.len()), number(runs.count()));
                    Ok((group, Ok(counts)))
                }
                Err(error) => not_this(&id, error).map(|error| (group, Err(sentence(&error)))),
            }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    for (group, counts) in read {
        match (counts, groups.get_mut(&group)) {
            (Ok(counts), Some(own)) => own.agents = Some(counts),
            (Err(why), _) => facts.unread.push(NotChecked {
                rules: vec!["agent-group"],
                subject: None,
                text: format!(
                    "Whether an agent of group `{group}` runs could not be checked: {why}"
                ),
            }),
            _ => {}
        }
    }
    Ok(())
}

/// Whether an agent runs. The words are not documented; one without any counts as running.
fn runs(status: Option<&str>) -> bool {
    status.is_none_or(|word| {
        let word = word.to_ascii_uppercase();
        ![
            "DOWN",
            "STOP",
            "NOT",
            "INACTIVE",
            "OFF",
            "FAIL",
            "ERROR",
            "UNAVAILABLE",
            "UNREACHABLE",
        ]
        .iter()
        .any(|bad| word.contains(bad))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_that_are_down_do_not_run() {
        assert!(runs(None) && runs(Some("RUNNING")) && runs(Some("UP")) && runs(Some("Active")));
        assert!(!runs(Some("DOWN")) && !runs(Some("Not running")) && !runs(Some("INACTIVE")));
    }
}
