//! Agent groups that connections go through: there, with an agent that runs.

use waybill_model::{ArtifactId, ArtifactKind};

use super::facts::ConnectionFacts;
use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::Severity;
use crate::waybill::{Finding, Fix};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "agent-group",
        severity: Severity::Blocking,
        title: "The agent group of a connection is not in the destination, or none of its agents runs",
        remedy: "Set up the agent group in the console and an agent on a host, or choose another group for the connection.",
        planned: false,
    },
    passed: "The agent groups of connections are there, with an agent that runs",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(groups) = &scene.facts.agent_groups else {
        return Vec::new();
    };
    let title = scene.there();
    let mut findings = Vec::new();
    for (id, users) in scene.needed(ArtifactKind::Connection) {
        let Some(group) = group_after(scene, id, users.from) else {
            continue;
        };
        let found = groups.get(group).or_else(|| {
            let mut named = groups.values().filter(|own| own.name == group);
            named.next()
        });
        let finding = match found.map(|found| found.agents) {
            None => CHECK
                .rule
                .finding(
                    Severity::Blocking,
                    format!("{} goes through agent group `{group}`, which is not in {title}.", named(id)),
                )
                .guided(
                    "Agent groups are set up in the console, and their agents installed on hosts: no call of the service does it. Set it up under this identifier, or choose another group for the connection.",
                ),
            Some(Some((agents, 0))) => {
                let how = if agents == 0 {
                    "which has no agent"
                } else {
                    "of which no agent runs"
                };
                CHECK
                    .rule
                    .finding(
                        Severity::Warning,
                        format!("{} goes through agent group `{group}` of {title}, {how}.", named(id)),
                    )
                    .guided("Start an agent of the group on its host. Until then the connection fails its test.")
            }
            Some(_) => continue,
        };
        findings.push(finding.about(id).fixed_by(Fix::EnterValues {
            connection: id.clone(),
        }));
    }
    findings
}

/// The agent group of a connection when all is done.
pub(super) fn group_after<'a>(
    scene: &Scene<'a>,
    id: &ArtifactId,
    from: &ArtifactId,
) -> Option<&'a str> {
    let binding = scene.waybill.bindings.connections.get(id);
    let entered = binding.and_then(|binding| binding.agent_group.as_deref());
    let group = |own: Option<&'a ConnectionFacts>| {
        own?.agent_group
            .as_deref()
            .filter(|group| !group.is_empty())
    };
    let there = group(scene.connection(id, from));
    let source = group(scene.connection_of_source(from));
    let same_instance =
        scene.source.stamp.instance_id.as_ref() == Some(&scene.destination.stamp.id);
    // Another instance's group is taken where the connection has none of its own.
    let taken = match (scene.takes_from_source(id, from), same_instance) {
        (true, true) => source.or(there),
        (true, false) => there.or(source),
        (false, _) => there,
    };
    let group = entered.or(taken)?;
    (!group.is_empty()).then_some(group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::AgentGroupFacts;
    use crate::checks::stage::{Look, id, orders};

    const ERP: &str = "connection:ERP";

    fn through(group: &str) -> Look {
        let mut look = Look::settled(orders());
        look.connection(ERP, &[]);
        look.facts
            .connections
            .get_mut(&id(ERP))
            .unwrap()
            .agent_group = Some(group.to_owned());
        look
    }

    #[test]
    fn a_group_that_is_not_there_blocks_until_another_is_chosen() {
        let mut look = through("PLANT");
        let found = look.found("agent-group");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(found[0].text.contains("`PLANT`, which is not in PROD"));
        look.bind(ERP).mode = crate::waybill::ConnectionMode::Enter;
        look.bind(ERP).agent_group = Some(String::new());
        assert_eq!(look.found("agent-group"), []);
    }

    #[test]
    fn the_group_of_the_source_is_taken_where_the_destination_has_none_of_its_own() {
        let mut look = through("OWN");
        look.stage
            .stands(ERP, Some(waybill_model::State::Configured), 2, &[]);
        look.source_connection(ERP, &[]);
        look.facts
            .source_connections
            .get_mut(&id(ERP))
            .unwrap()
            .agent_group = Some("THEIRS".to_owned());
        look.take_from_source(ERP);
        assert!(look.found("agent-group")[0].text.contains("`OWN`"));
        look.facts
            .connections
            .get_mut(&id(ERP))
            .unwrap()
            .agent_group = None;
        assert!(look.found("agent-group")[0].text.contains("`THEIRS`"));
    }

    #[test]
    fn a_group_without_an_agent_that_runs_is_a_warning() {
        let mut look = through("PLANT");
        for (agents, severity) in [
            (Some((2, 0)), Some(Severity::Warning)),
            (Some((2, 1)), None),
        ] {
            let group = AgentGroupFacts {
                name: "Plant".to_owned(),
                agents,
            };
            look.facts.agent_groups = Some([("PLANT".to_owned(), group)].into());
            let found = look.found("agent-group");
            assert_eq!(found.first().map(|one| one.severity), severity);
            assert_eq!(look.passed("agent-group").is_some(), severity.is_none());
        }
    }
}
