//! Addresses of the source's environment that stand in designs and go along with them.

use std::collections::BTreeSet;

use waybill_model::ArtifactKind;

use super::archive::places;
use super::facts::{ConnectionFacts, FoundThere};
use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::{Severity, names};
use crate::waybill::Finding;

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "environment-strings",
        severity: Severity::Warning,
        title: "An archive holds addresses of the source's environment",
        remedy: "Move the address into a connection or a lookup, and plan again.",
        planned: false,
    },
    passed: "No archive holds an address of the source's environment",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    // Within one instance every address stays what it is.
    if scene.source.stamp.instance_id.as_ref() == Some(&scene.destination.stamp.id) {
        return Vec::new();
    }
    let hosts = hosts_of_source(scene);
    let mut findings = Vec::new();
    for (item, archive) in scene.archives().filter(|(item, _)| item.action.brings()) {
        let found: Vec<FoundThere> = archive
            .hosts
            .iter()
            .filter(|one| hosts.contains(&one.what) || is_of_instance(scene, &one.what))
            .cloned()
            .collect();
        if found.is_empty() {
            continue;
        }
        let which: BTreeSet<&str> = found.iter().map(|one| one.what.as_str()).collect();
        let rules = &scene.waybill.bindings.hosts;
        let covered = rules
            .iter()
            .any(|rule| which.contains(rule.from.to_lowercase().as_str()));
        let mut guidance = format!(
            "It goes along as it is: in {} the flow would still reach for {}. Move the address into a connection or a lookup.",
            scene.there(),
            scene.here()
        );
        if covered {
            guidance.push_str(" The rule for this host changes values of connections alone: archives are never rewritten.");
        }
        findings.push(
            CHECK
                .rule
                .finding(
                    Severity::Warning,
                    format!(
                        "{} holds addresses of {}: {} in {}.",
                        named(&item.id),
                        scene.here(),
                        names(which),
                        places(&found)
                    ),
                )
                .about(&item.id)
                .guided(guidance),
        );
    }
    findings
}

/// The hosts that belong to the source's environment: its own, those that rules name, and those of
/// connections that have another host in the destination.
fn hosts_of_source(scene: &Scene<'_>) -> BTreeSet<String> {
    let mut hosts = scene.facts.source_hosts.clone();
    let rules = &scene.waybill.bindings.hosts;
    hosts.extend(rules.iter().map(|rule| rule.from.to_lowercase()));
    for (id, users) in scene.needed(ArtifactKind::Connection) {
        let Some(ours) = scene.facts.source_connections.get(users.from) else {
            continue;
        };
        let Some(theirs) = scene.facts.connections.get(id) else {
            continue;
        };
        let theirs = hosts_in(theirs);
        hosts.extend(hosts_in(ours).difference(&theirs).cloned());
    }
    let binding = scene.waybill.bindings.connections.values();
    let entered: BTreeSet<String> = binding
        .flat_map(|binding| binding.values.values())
        .filter_map(|value| host(value))
        .collect();
    hosts.retain(|host| !entered.contains(host));
    hosts
}

/// Hosts of an instance begin with its name: `acme-test-axy123.integration.…`.
fn is_of_instance(scene: &Scene<'_>, host: &str) -> bool {
    let theirs = scene.destination.stamp.instance_name.as_deref();
    let begins = |name: &str| {
        let label = host.split('.').next().unwrap_or_default();
        let rest = label.strip_prefix(&name.to_lowercase());
        host.ends_with(".oraclecloud.com")
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    // One name may begin with the other.
    scene.facts.source_instance.as_deref().is_some_and(|ours| {
        begins(ours) && !theirs.is_some_and(|theirs| theirs.len() > ours.len() && begins(theirs))
    })
}

fn hosts_in(facts: &ConnectionFacts) -> BTreeSet<String> {
    let values = facts
        .properties
        .iter()
        .filter_map(|own| own.value.as_deref());
    values.filter_map(host).collect()
}

/// The host of an address.
pub(super) fn host(value: &str) -> Option<String> {
    let rest = value.split("://").nth(1)?;
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next()?;
    (host.contains('.')).then(|| host.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};
    use crate::waybill::HostRule;

    const TOTAL: &str = "integration:TOTAL|01.00.0000";

    fn holding(host: &str) -> Look {
        let mut look = Look::settled(orders());
        look.archive(TOTAL).hosts = vec![FoundThere {
            what: host.to_owned(),
            place: "req.xsl".to_owned(),
        }];
        look
    }

    #[test]
    fn the_address_of_the_source_itself_is_told_with_its_place() {
        let mut look = holding("test.acme.example");
        assert!(look.passed("environment-strings").is_some());
        look.facts
            .source_hosts
            .insert("test.acme.example".to_owned());
        let found = look.found("environment-strings");
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(
            found[0].text.contains("`test.acme.example` in req.xsl"),
            "{found:?}"
        );
        // Brought back to where it came from, it is right.
        look.stage.destination.stamp.id = "test".to_owned();
        assert_eq!(look.found("environment-strings"), []);
    }

    #[test]
    fn hosts_that_begin_with_the_name_of_the_source_are_its_own() {
        let mut look = holding("acme-test-axy1.integration.eu-frankfurt-1.ocp.oraclecloud.com");
        look.facts.source_instance = Some("acme".to_owned());
        assert_eq!(look.found("environment-strings").len(), 1);
        look.stage.destination.stamp.instance_name = Some("acme-test".to_owned());
        assert_eq!(
            look.found("environment-strings"),
            [],
            "it is the destination's"
        );
        look.facts.source_instance = Some("acm".to_owned());
        look.stage.destination.stamp.instance_name = None;
        assert_eq!(look.found("environment-strings"), []);
    }

    #[test]
    fn a_rule_for_the_host_changes_no_archive() {
        let mut look = holding("test.acme.example");
        look.stage.bindings.hosts.push(HostRule {
            from: "Test.acme.example".to_owned(),
            to: "prod.acme.example".to_owned(),
        });
        let found = look.found("environment-strings");
        assert!(
            found[0]
                .guidance
                .as_ref()
                .unwrap()
                .contains("never rewritten")
        );
    }

    #[test]
    fn the_host_of_a_connection_counts_where_the_destination_has_another() {
        let mut look = holding("erp-test.acme.example");
        let at = |host: &str| format!("https://{host}/x");
        let test = at("erp-test.acme.example");
        look.source_connection("connection:ERP", &[("url", true, false, &test)]);
        look.connection("connection:ERP", &[("url", true, false, &test)]);
        assert_eq!(look.found("environment-strings"), []);
        let prod = at("erp.acme.example");
        look.connection("connection:ERP", &[("url", true, false, &prod)]);
        assert_eq!(look.found("environment-strings").len(), 1);
    }
}
