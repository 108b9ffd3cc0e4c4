//! Adapters that no connection of the destination has. No call of the service lists adapters, so that
//! whether one is there shows in the connections alone.

use std::collections::BTreeSet;

use waybill_model::ArtifactKind;

use super::registry::Check;
use super::report::Rule;
use super::scene::Scene;
use crate::change::{Severity, names};
use crate::waybill::Finding;

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "adapter-missing",
        severity: Severity::Warning,
        title: "A new connection has an adapter that no connection of the destination has",
        remedy: "Look in the console of the destination, under Adapters, whether it is there; install or publish it first.",
        planned: false,
    },
    passed: "The adapters of new connections are in use in the destination",
    find,
};

/// These come with every instance of every generation.
const EVERYWHERE: [&str; 3] = ["rest", "soap", "ftp"];

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let mut own = BTreeSet::new();
    let mut delivered = BTreeSet::new();
    for (id, users) in scene.needed(ArtifactKind::Connection) {
        if scene.destination.has(id) {
            continue;
        }
        let Some(facts) = scene.connection_of_source(users.from) else {
            continue;
        };
        let known = |name: &Option<String>| {
            name.as_ref().is_some_and(|name| {
                let name = name.to_lowercase();
                EVERYWHERE.contains(&name.as_str()) || scene.facts.adapters.contains(&name)
            })
        };
        let Some(name) = facts.adapter.as_ref().or(facts.adapter_id.as_ref()) else {
            continue;
        };
        if known(&facts.adapter) || known(&facts.adapter_id) {
            continue;
        }
        if facts.preinstalled {
            delivered.insert(name.as_str());
        } else {
            own.insert((name.as_str(), id));
        }
    }
    let title = scene.there();
    let mut findings: Vec<Finding> = own
        .into_iter()
        .map(|(name, id)| {
            CHECK
                .rule
                .finding(
                    Severity::Warning,
                    format!("Whether the adapter `{name}` is in {title} could not be found out: no connection there has it, and it is none that every instance has."),
                )
                .about(id)
                .guided(CHECK.rule.remedy)
        })
        .collect();
    if !delivered.is_empty() {
        findings.push(CHECK.rule.finding(
            Severity::Note,
            format!(
                "No connection of {title} has the adapters {} so far. They are delivered with the service; some need a licence of their own.",
                names(delivered)
            ),
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, id, orders};

    #[test]
    fn an_adapter_that_nobody_has_there_is_named() {
        let mut look = Look::at(orders());
        look.source_connection("connection:ERP", &[]);
        let facts = look
            .facts
            .source_connections
            .get_mut(&id("connection:ERP"))
            .unwrap();
        facts.adapter = Some("Warehouse".to_owned());
        facts.preinstalled = false;
        let found = look.found("adapter-missing");
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(found[0].text.contains("`Warehouse`"));

        look.facts
            .source_connections
            .get_mut(&id("connection:ERP"))
            .unwrap()
            .preinstalled = true;
        assert_eq!(look.found("adapter-missing")[0].severity, Severity::Note);
        look.facts.adapters.insert("warehouse".to_owned());
        assert_eq!(look.found("adapter-missing"), []);
        assert!(look.passed("adapter-missing").is_some());
    }
}
