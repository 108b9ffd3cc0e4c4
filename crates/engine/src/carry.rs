//! Carry keys: what has to be equal for an artifact to be taken over from an earlier snapshot
//! without a download.
//!
//! A key is made from what the lists tell: version, state, time of the last change. Locks, usage
//! counts and links do not count. Where a list leaves out what is needed, there is no key, and the
//! artifact is fetched. Kinds whose record is the list entry itself have its content as their key.

use serde_json::{Map, Value, json};
use waybill_client::wire::{Connection, Integration, Library, Lookup, Project};

use crate::digest::sha256;

/// Members of the wire that change without the artifact changing.
const VOLATILE: [&str; 9] = [
    "links",
    "lockedFlag",
    "lockedBy",
    "lockedDate",
    "lockedDVMFlag",
    "usage",
    "usageActive",
    "tempCopyExists",
    "apiDeploymentInprogress",
];

/// The value as text that does not depend on the order of members.
pub(crate) fn canonical(value: &Value) -> String {
    fn write(value: &Value, text: &mut String) {
        match value {
            Value::Object(members) => {
                let mut names: Vec<_> = members.keys().collect();
                names.sort_unstable();
                text.push('{');
                for name in names {
                    text.push_str(&Value::from(name.as_str()).to_string());
                    text.push(':');
                    write(&members[name], text);
                    text.push(',');
                }
                text.push('}');
            }
            Value::Array(items) => {
                text.push('[');
                for item in items {
                    write(item, text);
                    text.push(',');
                }
                text.push(']');
            }
            plain => text.push_str(&plain.to_string()),
        }
    }
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn key(value: &Value) -> String {
    sha256(canonical(value).as_bytes())[..32].to_owned()
}

/// The key of something whose record is all there is of it: its content.
pub(crate) fn of_content(raw: &Value) -> String {
    key(&steady(raw))
}

/// The value without its volatile members, at any depth.
pub(crate) fn steady(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(name, _)| !VOLATILE.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), steady(value)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(steady).collect()),
        plain => plain.clone(),
    }
}

/// The key of an integration.
pub(crate) fn of_integration(integration: &Integration) -> Option<String> {
    let updated = integration.last_updated.as_ref()?;
    Some(key(&json!([
        integration.id,
        integration.name,
        integration.status,
        updated,
        integration.package_name,
        integration.tracing_enabled_flag,
        integration.payload_tracing_enabled_flag,
        integration.record_enabled_flag,
        integration.soft_deactivated,
        integration.schedule_defined_flag,
        // Their values may be set without a new version or time (documented).
        integration.schedule_params,
    ])))
}

/// The key of a connection: beside the time also its values, as far as the list has them.
pub(crate) fn of_connection(connection: &Connection, raw: &Value) -> Option<String> {
    let updated = connection.last_updated.as_ref()?;
    Some(key(&json!([
        connection.id,
        connection.name,
        connection.status,
        updated,
        connection.role,
        connection.agent_group_id,
        connection.security_policy,
        steady(&raw["connectionProperties"]),
        steady(&raw["securityProperties"]),
    ])))
}

/// The key of a lookup. Its `status` says whether it is locked and does not count.
pub(crate) fn of_lookup(lookup: &Lookup, raw: &Value) -> Option<String> {
    let updated = lookup.last_updated.as_ref()?;
    Some(key(&json!([
        lookup.name,
        lookup.description,
        updated,
        lookup.row_count,
        steady(&raw["columns"]),
        steady(&raw["rows"]),
    ])))
}

/// The key of a library.
pub(crate) fn of_library(library: &Library) -> Option<String> {
    let updated = library.last_updated.as_ref()?;
    Some(key(&json!([
        library.id,
        library.name,
        library.description,
        library.status,
        updated
    ])))
}

/// The key of a package: its own members and the keys of the integrations in it.
pub(crate) fn of_package(raw: &Value, members: Vec<Option<String>>) -> Option<String> {
    let members = members.into_iter().collect::<Option<Vec<_>>>()?;
    Some(key(&json!([steady(raw), members])))
}

/// The key of a project: its revision and the keys of all that is in it.
pub(crate) fn of_project(project: &Project, members: Vec<Option<String>>) -> Option<String> {
    let members = members.into_iter().collect::<Option<Vec<_>>>()?;
    let state = &project.state;
    state
        .project_revision_id
        .map(|_| ())
        .or(state.updated.date.as_ref().map(|_| ()))?;
    Some(key(&json!([
        project.code,
        project.name,
        project.description,
        state.status,
        state.project_revision_id,
        state.updated.date,
        state.latest.date,
        members,
    ])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integration(change: &[(&str, Value)]) -> Option<String> {
        let mut raw = json!({"id": "A|01.00.0000", "status": "ACTIVATED", "lastUpdated": "2026-01-01T00:00:00.000+0000"});
        for (name, value) in change {
            raw[*name] = value.clone();
        }
        of_integration(&serde_json::from_value(raw).unwrap())
    }

    #[test]
    fn a_lock_does_not_count_and_a_change_does() {
        let before = integration(&[]);
        assert!(before.is_some());
        assert_eq!(
            before,
            integration(&[("lockedFlag", json!(true)), ("usage", json!(3))])
        );
        for change in [
            ("status", json!("CONFIGURED")),
            ("lastUpdated", json!("2026-01-01T00:00:00.001+0000")),
            ("tracingEnabledFlag", json!(true)),
            ("scheduleParams", json!({"p1": "v2"})),
        ] {
            assert_ne!(before, integration(&[change]));
        }
    }

    #[test]
    fn without_a_time_there_is_no_key() {
        assert_eq!(integration(&[("lastUpdated", Value::Null)]), None);
    }

    #[test]
    fn a_changed_value_of_a_connection_counts_also_at_the_same_time() {
        let keyed = |url: &str| {
            let raw = json!({"id": "C", "lastUpdated": "t", "connectionProperties": [{"propertyName": "url", "propertyValue": url}]});
            of_connection(&serde_json::from_value(raw.clone()).unwrap(), &raw)
        };
        assert_ne!(keyed("https://a"), keyed("https://b"));
        assert_eq!(keyed("https://a"), keyed("https://a"));
    }

    #[test]
    fn a_package_changes_with_its_members() {
        let raw = json!({"name": "P", "links": [1]});
        let one = of_package(&raw, vec![Some("a".into())]);
        assert_ne!(one, of_package(&raw, vec![Some("b".into())]));
        assert_ne!(
            one,
            of_package(&raw, vec![Some("a".into()), Some("b".into())])
        );
        assert_eq!(of_package(&raw, vec![None]), None);
        assert_eq!(
            one,
            of_package(&json!({"name": "P", "links": [2]}), vec![Some("a".into())])
        );
    }

    #[test]
    fn the_order_of_members_does_not_count() {
        let one: Value = serde_json::from_str(r#"{"a":1,"b":{"c":[1,2],"d":"x"}}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"b":{"d":"x","c":[1,2]},"a":1}"#).unwrap();
        assert_eq!(of_content(&one), of_content(&other));
        assert_ne!(of_content(&one), of_content(&json!({"a": 1})));
    }
}
