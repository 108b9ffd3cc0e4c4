//! Records of the service and entries of catalogues as facts. Names are those of the archive's form,
//! so that a connection of a file stands against one of an instance.

use std::collections::BTreeSet;

use serde_json::Value;
use waybill_archive::{Fact, Meaning};
use waybill_client::wire::{
    AccessGroup, AccessList, AgentGroup, Certificate, Connection, ConnectionProperty, Integration,
    Lookup, Schedule,
};
use waybill_model::{Area, ArtifactId, ArtifactKind, Catalogue, DifferenceClass, Scope};

use super::side::Side;
use crate::catalogue::names_a_secret;

use DifferenceClass::{Design, Environment, State};

/// What is put in place of values that are not given out.
const MASKS: [&str; 2] = ["*****", "** HIDDEN **"];

/// What a record tells of an artifact that has no archive.
pub(super) fn of_record(kind: ArtifactKind, record: &Value) -> Meaning {
    let facts = match kind {
        ArtifactKind::Connection => told(record, connection),
        ArtifactKind::Schedule => told(record, schedule),
        ArtifactKind::Certificate => told(record, certificate),
        ArtifactKind::AgentGroup => told(record, agent_group),
        ArtifactKind::AccessList => told(record, access_list),
        _ => Vec::new(),
    };
    Meaning::told(kind, facts)
}

/// What a record tells of an artifact beside its archive.
pub(super) fn beside_archive(kind: ArtifactKind, record: &Value) -> Vec<Fact> {
    match kind {
        ArtifactKind::Integration => told(record, integration),
        _ => Vec::new(),
    }
}

/// The rows of a lookup's record, written like its export.
pub(super) fn rows_as_csv(record: &Value) -> Option<String> {
    let lookup: Lookup = serde_json::from_value(record.clone()).ok()?;
    if lookup.columns.is_empty() {
        return None;
    }
    let description = lookup.description.unwrap_or_default();
    let head = ["DVM".to_owned(), lookup.name, description];
    let lines = [head.as_slice(), lookup.columns.as_slice()].into_iter();
    let rows = lookup.rows.iter().map(|row| row.row_data.as_slice());
    let mut text = String::new();
    for line in lines.chain(rows) {
        let cells: Vec<String> = line.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    Some(text)
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// What catalogues tell of artifacts that are no more than what they hold; none for other kinds.
pub(super) fn of_catalogues(
    left: &Side,
    ours: &ArtifactId,
    right: &Side,
    theirs: &ArtifactId,
) -> Option<(Meaning, Meaning)> {
    let holds = matches!(
        ours.kind,
        ArtifactKind::Package | ArtifactKind::Project | ArtifactKind::Deployment
    );
    holds.then(|| {
        (
            of_entry(left, ours, right, theirs),
            of_entry(right, theirs, left, ours),
        )
    })
}

/// What a catalogue tells of an artifact. All that one of the two holds is named: what a record
/// does not name counts as not told. So what the other place is silent about is not named.
fn of_entry(side: &Side, id: &ArtifactId, other: &Side, their: &ArtifactId) -> Meaning {
    let catalogue = side.catalogue();
    let own = catalogue.get(id);
    let mut facts = vec![
        fact(Area::About, "Name", own.map(|own| &own.name), Design),
        fact(
            Area::About,
            "Description",
            own.and_then(|own| own.description.as_ref()),
            Design,
        ),
    ];
    let held = members(catalogue, id);
    let theirs = members(other.catalogue(), their);
    for member in held.union(&theirs) {
        let present = held.contains(member);
        let silent = if present { other } else { side };
        if held.contains(member) != theirs.contains(member)
            && silent.catalogue().get(member).is_none()
            && silent.silence(member).is_some()
        {
            continue;
        }
        let name = format!("{} {}", member.kind, member.wire());
        let present = present.then(|| "present".to_owned());
        facts.push(fact(Area::Members, &name, present.as_ref(), Design));
    }
    Meaning::told(id.kind, facts)
}

/// What is in it: of a project what its lists hold, of others what they name.
fn members(catalogue: &Catalogue, id: &ArtifactId) -> BTreeSet<ArtifactId> {
    if id.kind != ArtifactKind::Project {
        let needs = catalogue.get(id).into_iter();
        return needs
            .flat_map(|artifact| &artifact.dependencies)
            .filter(|need| need.role == "member")
            .map(|need| need.id.clone())
            .collect();
    }
    let scope = Scope::Project(id.code.clone());
    let inside = catalogue.artifacts.iter().filter(|artifact| {
        artifact.id.scope == scope
            && matches!(
                artifact.id.kind,
                ArtifactKind::Integration | ArtifactKind::Connection | ArtifactKind::Lookup
            )
    });
    inside.map(|artifact| artifact.id.clone()).collect()
}

fn told<T: serde::de::DeserializeOwned>(
    record: &Value,
    facts: impl FnOnce(&T) -> Vec<Fact>,
) -> Vec<Fact> {
    serde_json::from_value(record.clone()).map_or_else(|_| Vec::new(), |wire| facts(&wire))
}

/// A fact that is told; without a value it is told to be empty.
fn fact(area: Area, name: &str, value: Option<&String>, class: DifferenceClass) -> Fact {
    Fact {
        area,
        name: name.to_owned(),
        value: Some(value.cloned().unwrap_or_default()),
        class,
        secret: false,
    }
}

fn connection(wire: &Connection) -> Vec<Fact> {
    let private = wire.private_endpoint.then(|| "yes".to_owned());
    let mut facts = vec![
        fact(Area::About, "Name", Some(&wire.name), Design),
        fact(
            Area::About,
            "Description",
            wire.description.as_ref(),
            Design,
        ),
        fact(
            Area::Connection,
            "Adapter",
            wire.adapter_type.name.as_ref(),
            Design,
        ),
        fact(Area::Connection, "Role", wire.role.as_ref(), Design),
        fact(
            Area::Connection,
            "Security policy",
            wire.security_policy.as_ref(),
            Design,
        ),
        fact(
            Area::Connection,
            "Agent group",
            wire.agent_group_id.as_ref(),
            Design,
        ),
        fact(
            Area::Connection,
            "Private endpoint",
            private.as_ref(),
            Design,
        ),
        fact(Area::State, "State", wire.status.as_ref(), State),
    ];
    let mut known = BTreeSet::new();
    for property in wire
        .connection_properties
        .iter()
        .chain(&wire.security_properties)
    {
        if known.insert(property.property_name.clone()) {
            facts.push(setting(property));
        }
    }
    facts
}

/// A setting of a connection. Of secrets and files nothing is told but that they are there.
fn setting(property: &ConnectionProperty) -> Fact {
    let name = &property.property_name;
    let kind = property.property_type.as_deref().unwrap_or_default();
    let secret = names_a_secret(name) || kind.to_ascii_uppercase().contains("PASSWORD");
    let value = property.property_value.as_deref().unwrap_or_default();
    let withheld = secret || property.has_attachment || MASKS.contains(&value);
    Fact {
        area: Area::Connection,
        name: name.clone(),
        value: (!withheld).then(|| value.to_owned()),
        class: if is_of_environment(name, kind) {
            Environment
        } else {
            Design
        },
        secret,
    }
}

/// Whether a setting says where something is or who signs in there.
fn is_of_environment(name: &str, kind: &str) -> bool {
    const PARTS: [&str; 17] = [
        "url",
        "uri",
        "host",
        "port",
        "user",
        "address",
        "server",
        "endpoint",
        "region",
        "zone",
        "servicename",
        "sid",
        "domain",
        "account",
        "clientid",
        "email",
        "wsdl",
    ];
    let name = name.to_lowercase().replace(['_', '-', '.', ' '], "");
    kind.eq_ignore_ascii_case("URL") || PARTS.iter().any(|part| name.contains(part))
}

fn schedule(wire: &Schedule) -> Vec<Fact> {
    let mut facts = vec![
        fact(Area::About, "Name", wire.name.as_ref(), Design),
        fact(
            Area::Schedule,
            "Recurrence",
            wire.ical_expression.as_ref(),
            Design,
        ),
        fact(
            Area::Schedule,
            "Time zone",
            wire.schedule_tz.as_ref(),
            Environment,
        ),
        fact(
            Area::Schedule,
            "Start",
            wire.start_date.as_ref(),
            Environment,
        ),
        fact(Area::Schedule, "End", wire.end_date.as_ref(), Environment),
        fact(Area::State, "State", wire.state.as_ref(), State),
    ];
    let rhythm = |name: &str| wire.frequency.get(name).map(text);
    for (name, own) in [("Frequency", "frequencyType"), ("Interval", "interval")] {
        facts.push(fact(Area::Schedule, name, rhythm(own).as_ref(), Design));
    }
    // Days, weeks, months: together, since their names vary with the form.
    let known = ["frequencyType", "interval"];
    let others = wire.frequency.as_object().into_iter().flatten();
    let others: Vec<String> = others
        .filter(|(name, value)| !known.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| format!("{name}: {}", text(value)))
        .collect();
    facts.push(fact(
        Area::Schedule,
        "Details",
        Some(&others.join(", ")),
        Design,
    ));
    facts
}

fn certificate(wire: &Certificate) -> Vec<Fact> {
    let expiry = wire.expiry_date.as_ref().or(wire.expiry.as_ref());
    vec![
        fact(Area::About, "Name", Some(&wire.name), Design),
        fact(Area::Other, "Type", wire.certificate_type.as_ref(), Design),
        fact(Area::Other, "Category", wire.category.as_ref(), Design),
        fact(Area::Other, "Valid until", expiry, Environment),
        fact(Area::State, "State", wire.status.as_ref(), State),
    ]
}

fn agent_group(wire: &AgentGroup) -> Vec<Fact> {
    vec![
        fact(Area::About, "Name", Some(&wire.name), Design),
        fact(
            Area::About,
            "Description",
            wire.description.as_ref(),
            Design,
        ),
        fact(Area::State, "State", wire.status.as_ref(), State),
    ]
}

/// Users and groups are those of an identity domain, which environments need not share.
fn access_list(wire: &AccessList) -> Vec<Fact> {
    let groups: [(&str, &AccessGroup); 4] = [
        ("Owners", &wire.administrators),
        ("Editors", &wire.editors),
        ("Viewers", &wire.viewers),
        ("Monitors", &wire.monitors),
    ];
    let mut facts = Vec::new();
    for (name, group) in groups {
        let all = group.allow_all.then(|| "everybody".to_owned());
        facts.push(fact(
            Area::Members,
            &format!("{name}: everybody"),
            all.as_ref(),
            Design,
        ));
        let who: BTreeSet<String> = group
            .allowed
            .iter()
            .map(|member| {
                let kind = member.member_kind.as_deref().unwrap_or("user");
                format!(
                    "{kind} {}",
                    member.display_name.as_ref().unwrap_or(&member.id)
                )
            })
            .collect();
        let who = who.into_iter().collect::<Vec<_>>().join(", ");
        facts.push(fact(Area::Members, name, Some(&who), Environment));
    }
    facts
}

/// How an integration stands. The values that runs of it begin with are of that sort: flows set them
/// themselves, without a change to the integration (documented).
fn integration(wire: &Integration) -> Vec<Fact> {
    let flag = |on: bool| Some(if on { "on" } else { "off" }.to_owned());
    let mut facts = vec![
        fact(
            Area::State,
            "Tracing",
            flag(wire.tracing_enabled_flag).as_ref(),
            State,
        ),
        fact(
            Area::State,
            "Payload tracing",
            flag(wire.payload_tracing_enabled_flag).as_ref(),
            State,
        ),
    ];
    for (name, value) in wire.schedule_params.as_object().into_iter().flatten() {
        facts.push(Fact {
            secret: names_a_secret(name),
            ..fact(
                Area::State,
                &format!("Parameter {name}"),
                Some(&text(value)),
                State,
            )
        });
    }
    facts
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn erp(url: &str, password: &str, policy: &str, locked: bool) -> Meaning {
        let record = json!({
            "id": "ERP", "name": "ERP", "securityPolicy": policy, "lockedFlag": locked,
            "lastUpdated": if locked { "1" } else { "2" },
            "connectionProperties": [
                {"propertyName": "connectionUrl", "propertyType": "URL", "propertyValue": url}
            ],
            "securityProperties": [
                {"propertyName": "password", "propertyType": "PASSWORD", "propertyValue": password},
                {"propertyName": "clientSecret", "propertyValue": password}
            ]
        });
        of_record(ArtifactKind::Connection, &record)
    }

    #[test]
    fn an_address_is_of_the_environment_a_policy_is_design_and_a_secret_is_not_told() {
        let own = erp("https://dev", "canary-1", "BASIC_AUTH", false);
        let same = erp("https://dev", "canary-2", "BASIC_AUTH", true);
        assert_eq!(own.fingerprint(), same.fingerprint());
        let moved = own.difference(&erp("https://test", "canary-2", "BASIC_AUTH", false));
        assert!(moved.has(Environment) && !moved.has(Design));
        let other = own.difference(&erp("https://dev", "canary-2", "NONE", false));
        assert!(other.has(Design));
        assert_eq!(waybill_archive::summary(&other), "security policy");
        let told = serde_json::to_string(&[moved, other]).unwrap();
        assert!(!told.contains("canary"), "{told}");
    }

    #[test]
    fn who_may_do_what_is_told_group_by_group() {
        let list = |all: bool, who: &str| {
            of_record(
                ArtifactKind::AccessList,
                &json!({"administrators": {"allowAll": all, "allowed": [{"id": "1", "displayName": who, "memberKind": "user"}]}}),
            )
        };
        let difference = list(false, "Ann").difference(&list(false, "Bob"));
        assert!(difference.has(Environment) && !difference.has(Design));
        assert!(
            list(false, "Ann")
                .difference(&list(true, "Ann"))
                .has(Design)
        );
    }

    #[test]
    fn rows_of_a_record_are_read_like_an_export() {
        let record = json!({"name": "TAX", "columns": ["a", "b"], "rows": [
            {"rowData": ["1, or more", "say \"x\""]}
        ]});
        let text = rows_as_csv(&record).unwrap();
        let opened = waybill_archive::read(text.as_bytes()).unwrap();
        assert_eq!(opened.contents.lookups[0].name, "TAX");
        assert_eq!(
            opened.contents.lookups[0].rows,
            [["1, or more", "say \"x\""]]
        );
    }
}
