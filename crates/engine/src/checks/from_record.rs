//! What the record of a connection, or of a scheduled integration, tells the checks.

use std::collections::BTreeMap;

use serde_json::Value;
use waybill_archive::certificates_named;
use waybill_client::wire::{Connection, ConnectionProperty};

use super::facts::{ConnectionFacts, PropertyFacts, ScheduleFacts};
use crate::change::is_secret_property;

/// What the service shows in place of a secret that is set (recorded).
const MASK: &str = "*****";

/// A connection as its record tells.
pub(super) fn connection_facts(wire: &Connection) -> ConnectionFacts {
    let own = wire
        .connection_properties
        .iter()
        .map(|one| property(one, false));
    let credentials = wire
        .security_properties
        .iter()
        .map(|one| property(one, true));
    let properties: Vec<PropertyFacts> = own.chain(credentials).collect();
    let settings = properties
        .iter()
        .filter_map(|one| Some((one.name.as_str(), one.value.as_deref()?)));
    let certificates = certificates_named(settings).into_iter().collect();
    let adapter = &wire.adapter_type;
    let told = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    ConnectionFacts {
        adapter: told(&adapter.display_name),
        adapter_id: told(&adapter.name),
        preinstalled: adapter
            .adapter_kind
            .as_deref()
            .is_none_or(|kind| kind.eq_ignore_ascii_case("PREINSTALLED")),
        security_policy: told(&wire.security_policy),
        certificates,
        properties,
        agent_group: told(&wire.agent_group_id),
        tested: wire.test_status.as_deref().and_then(tested),
        of_archive: false,
    }
}

fn property(wire: &ConnectionProperty, credential: bool) -> PropertyFacts {
    let value = wire
        .property_value
        .clone()
        .filter(|value| !value.is_empty());
    let secret = is_secret_property(wire);
    PropertyFacts {
        name: wire.property_name.clone(),
        label: wire
            .display_name
            .clone()
            .filter(|label| !label.is_empty())
            .unwrap_or_else(|| wire.property_name.clone()),
        required: wire.required_flag && !wire.hidden_flag,
        secret,
        // What may be given as a file may be an address instead: that of a WSDL.
        file: wire.has_attachment && !value.as_ref().is_some_and(|own| own.contains("://")),
        credential,
        set: value.is_some(),
        value: value.filter(|value| !secret && !value.starts_with(MASK)),
    }
}

/// The words are not documented; recorded is `false` alone, on connections that work.
fn tested(word: &str) -> Option<bool> {
    let word = word.to_ascii_uppercase();
    match word.as_str() {
        "TRUE" | "SUCCESS" | "SUCCEEDED" | "PASSED" => Some(true),
        other if other.contains("FAIL") || other.contains("ERROR") => Some(false),
        _ => None,
    }
}

/// The parameters of a schedule, which the record of its integration tells (recorded: an object of
/// names and values; a list of both is taken too).
pub(super) fn schedule_facts(record: &Value) -> ScheduleFacts {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    };
    let parameters: BTreeMap<String, Option<String>> = match record.get("scheduleParams") {
        Some(Value::Object(members)) => members
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|one| {
                let name = one.get("name")?.as_str()?;
                Some((name.to_owned(), one.get("value").and_then(text)))
            })
            .collect(),
        _ => BTreeMap::new(),
    };
    ScheduleFacts { parameters }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_tells_what_is_required_and_set_and_never_a_secret() {
        let wire: Connection = serde_json::from_value(json!({
            "id": "ERP",
            "adapterType": {"name": "acme", "displayName": "Acme", "type": "CUSTOM"},
            "agentGroupId": "PLANT",
            "securityPolicy": "BASIC_AUTH",
            "testStatus": false,
            "connectionProperties": [
                {"propertyName": "url", "propertyValue": "https://x.example", "requiredFlag": true},
                {"propertyName": "sslCertificateAlias", "propertyValue": "erp_host"},
            ],
            "securityProperties": [
                {"propertyName": "password", "propertyType": "PASSWORD", "propertyValue": "*****",
                 "requiredFlag": true, "displayName": "Password"},
                {"propertyName": "apiToken", "propertyValue": "canary"},
            ],
        }))
        .unwrap();
        let facts = connection_facts(&wire);
        assert!(!facts.preinstalled);
        assert_eq!(
            facts.tested, None,
            "`false` is what untested and working ones have alike"
        );
        assert_eq!(facts.agent_group.as_deref(), Some("PLANT"));
        assert!(facts.certificates.contains("erp_host"));
        let password = &facts.properties[2];
        assert!(password.required && password.secret && password.set && password.credential);
        assert_eq!(
            (password.label.as_str(), &password.value),
            ("Password", &None)
        );
        assert!(!format!("{facts:?}").contains("canary"));
    }

    #[test]
    fn parameters_without_a_value_show() {
        let record = json!({"scheduleParams": {"since": "", "size": 5}});
        let facts = schedule_facts(&record);
        assert_eq!(facts.parameters["since"], None);
        assert_eq!(facts.parameters["size"].as_deref(), Some("5"));
        let list = json!({"scheduleParams": [{"name": "since"}]});
        assert_eq!(schedule_facts(&list).parameters["since"], None);
    }
}
