//! The values of connections, schedules and lookups, out of what the instance, a record in a
//! snapshot, or an archive tells. Secrets are left out, whatever the source.

use std::borrow::Cow;

use serde_json::Value;
use waybill_archive::{
    Connection as ArchivedConnection, Lookup, Schedule as ArchivedSchedule, mask_row, mask_value,
};
use waybill_client::wire::{Connection, ConnectionProperty, Schedule};
use waybill_model::State;

use crate::view::{
    ConnectionView, LookupView, NamedValue, PropertyKind, PropertyView, ScheduleView,
};

use super::property_kind::{kind_of, options_of};

/// So many rows of a lookup are shown.
const ROWS: usize = 5_000;
/// What the service writes in place of a secret (recorded).
const MASK: &str = "*****";
/// A connection as the wire or a record has it.
pub(crate) fn connection(record: &Value) -> Option<ConnectionView> {
    let connection: Connection = serde_json::from_value(record.clone()).ok()?;
    let mut properties: Vec<PropertyView> = connection
        .connection_properties
        .iter()
        .chain(&connection.security_properties)
        .filter(|property| !property.hidden_flag)
        .map(|known| property(known, record))
        .collect();
    properties.dedup_by(|later, first| later.name == first.name);
    Some(ConnectionView {
        security_policy: connection.security_policy,
        role: connection.role.as_deref().map(role),
        agent_group: connection.agent_group_id,
        tested: connection.test_status.as_deref().and_then(tested),
        properties,
        attachments: Vec::new(),
    })
}

/// How the last test went. `false` is what connections have that work and those that were never tested
/// alike; it tells nothing.
fn tested(word: &str) -> Option<bool> {
    let word = word.to_ascii_uppercase();
    if word == "TRUE" || word.contains("SUCCE") || word == "PASSED" {
        return Some(true);
    }
    (word.contains("FAIL") || word.contains("ERROR")).then_some(false)
}

fn property(property: &ConnectionProperty, record: &Value) -> PropertyView {
    let options = options_of(record, &property.property_name);
    let told = kind_of(property, !options.is_empty());
    // Wallets and keys are secrets by their names, but they are files: nobody can type them.
    let is_file = told == PropertyKind::File;
    let hidden = told == PropertyKind::Secret || is_secret(&property.property_name);
    let secret = hidden && !is_file;
    let is_draft = record.get("status").and_then(Value::as_str) == Some("INPROGRESS");
    let value = property
        .property_value
        .clone()
        .filter(|value| !value.is_empty());
    PropertyView {
        name: property.property_name.clone(),
        label: property
            .display_name
            .clone()
            .unwrap_or_else(|| property.property_name.clone()),
        // That it takes a file says nothing of a draft: the file may still be missing.
        set: value.is_some() || (property.has_attachment && !is_draft),
        value: value
            .filter(|value| !hidden && value != MASK)
            .map(|value| mask_value(&property.property_name, &value).into_owned()),
        secret,
        required: property.required_flag,
        kind: if secret { PropertyKind::Secret } else { told },
        options: if secret { Vec::new() } else { options },
    }
}

/// A connection as an archive bundles it.
pub(super) fn archived_connection(connection: &ArchivedConnection) -> ConnectionView {
    let properties = connection.properties.iter().map(|property| {
        let secret = property.withheld || is_secret(&property.name);
        PropertyView {
            name: property.name.clone(),
            label: property.name.clone(),
            value: property
                .value
                .as_deref()
                .filter(|_| !secret)
                .map(|value| mask_value(&property.name, value).into_owned()),
            set: property.withheld || property.value.is_some(),
            secret,
            required: false,
            kind: if secret {
                PropertyKind::Secret
            } else {
                PropertyKind::Text
            },
            options: Vec::new(),
        }
    });
    ConnectionView {
        security_policy: connection.security_policy.clone(),
        role: connection.role.as_deref().map(role),
        agent_group: connection.agent_group.clone(),
        tested: None,
        properties: properties.collect(),
        attachments: connection
            .attachments
            .iter()
            .map(|one| NamedValue {
                name: one.property.clone(),
                value: one.name.clone(),
            })
            .collect(),
    }
}

/// A schedule as the wire or a record has it.
pub(super) fn schedule(record: &Value) -> Option<ScheduleView> {
    let schedule: Schedule = serde_json::from_value(record.clone()).ok()?;
    let recurrence = schedule
        .ical_expression
        .clone()
        .filter(|text| !text.is_empty())
        .or_else(|| frequency(&schedule.frequency))
        .or(schedule.schedule_type)?;
    Some(ScheduleView {
        recurrence,
        zone: schedule.schedule_tz,
        state: schedule.state.as_deref().map(State::from_wire),
        start: schedule.start_date,
        end: schedule.end_date,
    })
}

/// A schedule as an archive holds it.
pub(super) fn archived_schedule(schedule: &ArchivedSchedule) -> ScheduleView {
    ScheduleView {
        recurrence: schedule
            .expression
            .clone()
            .unwrap_or_else(|| super::masking::name(&schedule.name)),
        zone: schedule.time_zone.clone(),
        state: None,
        start: None,
        end: None,
    }
}

/// The simple recurrence in words, as far as its form is known (documented: `frequencyType`,
/// `interval` in minutes).
fn frequency(value: &Value) -> Option<String> {
    let kind = value.get("frequencyType").and_then(Value::as_str)?;
    let interval = value.get("interval").and_then(Value::as_u64);
    Some(match (kind, interval) {
        ("ONCE", _) => "Once".to_owned(),
        ("MINUTELY", Some(minutes)) if minutes % 60 == 0 && minutes > 0 => {
            format!("Every {} h", minutes / 60)
        }
        ("MINUTELY", Some(minutes)) => format!("Every {minutes} min"),
        (kind, Some(interval)) if interval > 1 => format!("{kind}, every {interval}"),
        (kind, _) => kind.to_owned(),
    })
}

/// The rows of a lookup.
pub(super) fn lookup(lookup: &Lookup) -> LookupView {
    LookupView {
        columns: lookup.columns.clone(),
        rows: lookup
            .rows
            .iter()
            .take(ROWS)
            .map(|row| {
                let shown = mask_row(&lookup.columns, row);
                shown.into_iter().map(Cow::into_owned).collect()
            })
            .collect(),
        row_count: u32::try_from(lookup.rows.len()).unwrap_or(u32::MAX),
    }
}

/// The rows of an exported lookup.
pub(super) fn lookup_bytes(bytes: &[u8]) -> Option<LookupView> {
    let opened = waybill_archive::read(bytes).ok()?;
    opened.contents.lookups.first().map(lookup)
}

/// The functions of an exported library.
pub(super) fn library_functions(bytes: &[u8]) -> Vec<String> {
    let opened = waybill_archive::read(bytes).ok();
    let library = opened.and_then(|opened| opened.contents.libraries.into_iter().next());
    library.map(|library| library.functions).unwrap_or_default()
}

fn role(wire: &str) -> String {
    match wire {
        "SOURCE" => "Trigger".to_owned(),
        "TARGET" => "Invoke".to_owned(),
        "SOURCE_AND_TARGET" => "Trigger and invoke".to_owned(),
        other => other.to_owned(),
    }
}

fn is_secret(name: &str) -> bool {
    waybill_engine::names_a_secret(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_named_and_never_shown() {
        let view = connection(&json!({
            "id": "ERP", "name": "ERP", "role": "TARGET", "securityPolicy": "BASIC_AUTH",
            "connectionProperties": [
                {"propertyName": "connectionUrl", "propertyValue": "https://erp.acme.com", "displayName": "Connection URL", "requiredFlag": true}
            ],
            "securityProperties": [
                {"propertyName": "username", "propertyValue": "ann"},
                {"propertyName": "password", "propertyType": "PASSWORD", "propertyValue": "*****"},
                {"propertyName": "clientSecret", "propertyValue": "canary"},
                {"propertyName": "accessTokenURL", "propertyValue": "https://idcs.acme.com"}
            ]
        }))
        .unwrap();
        let values: Vec<_> = view
            .properties
            .iter()
            .map(|property| {
                (
                    property.name.as_str(),
                    property.value.as_deref(),
                    property.secret,
                )
            })
            .collect();
        assert_eq!(
            values,
            [
                ("connectionUrl", Some("https://erp.acme.com"), false),
                ("username", Some("ann"), false),
                ("password", None, true),
                ("clientSecret", None, true),
                ("accessTokenURL", Some("https://idcs.acme.com"), false),
            ]
        );
        assert!(view.properties[2].set && view.properties[3].set);
        assert_eq!(view.role.as_deref(), Some("Invoke"));
    }

    #[test]
    fn wallets_and_keys_are_files_that_show_nothing() {
        let view = connection(&json!({"id": "A", "name": "A", "connectionProperties": [
            {"propertyName": "WALLET", "propertyType": "FILE", "hasAttachment": true, "propertyValue": "w.zip"},
            {"propertyName": "PrivateKeyFile", "propertyType": "FILE"},
            {"propertyName": "WalletPassword", "propertyType": "PASSWORD"}
        ]}))
        .unwrap();
        let told: Vec<_> = view
            .properties
            .iter()
            .map(|one| (one.kind, one.secret, one.value.as_deref(), one.set))
            .collect();
        assert_eq!(
            told,
            [
                (PropertyKind::File, false, None, true),
                (PropertyKind::File, false, None, false),
                (PropertyKind::Secret, true, None, false),
            ]
        );
        let draft = connection(&json!({"id": "A", "name": "A", "status": "INPROGRESS",
        "connectionProperties": [
            {"propertyName": "WALLET", "propertyType": "FILE", "hasAttachment": true}
        ]}));
        assert!(!draft.unwrap().properties[0].set);
    }

    #[test]
    fn cells_and_addresses_show_no_secrets() {
        let view = lookup_bytes(b"DVM,KEYS,\nname,value\ndb_password,W3lcome\nhost,erp\n").unwrap();
        assert_eq!(view.rows, [["db_password", "••••••"], ["host", "erp"]]);
        let view = connection(&json!({"id": "A", "name": "A", "connectionProperties": [
            {"propertyName": "connectionUrl", "propertyValue": "https://ann:W3lcome@erp.acme.com/"}
        ]}))
        .unwrap();
        let shown = view.properties[0].value.as_deref().unwrap();
        assert!(shown.ends_with("erp.acme.com/") && !shown.contains("W3lcome"));
    }

    #[test]
    fn recurrences_read_well() {
        let of =
            |frequency| schedule(&json!({ "frequency": frequency })).map(|view| view.recurrence);
        assert_eq!(
            of(json!({"frequencyType": "MINUTELY", "interval": 65})).as_deref(),
            Some("Every 65 min")
        );
        assert_eq!(
            of(json!({"frequencyType": "MINUTELY", "interval": 120})).as_deref(),
            Some("Every 2 h")
        );
        assert_eq!(
            of(json!({"frequencyType": "ONCE"})).as_deref(),
            Some("Once")
        );
        assert_eq!(of(json!(null)), None);
    }
}
