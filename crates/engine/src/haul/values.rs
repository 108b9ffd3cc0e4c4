//! What is sent about connections, schedules, lookups and access lists: from the records of the source
//! and the bindings of the destination. Functions of plain data.

use std::collections::BTreeSet;

use secrecy::SecretString;
use serde_json::{Value, json};
use waybill_client::wire::{
    AccessList, AccessListRequest, CertificateDefinition, Connection, ConnectionProperty,
    ConnectionUpdate, Lookup, LookupCells, LookupDefinition, MemberRequest, PropertyChange,
    ScheduleDefinition, ScheduleParameter,
};
use waybill_model::ArtifactId;

use crate::catalogue::names_a_secret;
use crate::change::{find_property, is_secret_property};
use crate::waybill::{
    AccessBinding, Bindings, CertificateBinding, ConnectionBinding, ConnectionMode, IdentityKind,
    LookupCell, ScheduleBinding,
};

/// What the values of a connection are made of.
pub(super) struct ConnectionValues<'a> {
    /// How the connection is in the destination now.
    pub now: &'a Connection,
    /// What the source tells of it.
    pub record: Option<&'a Value>,
    pub binding: Option<&'a ConnectionBinding>,
    pub bindings: &'a Bindings,
    pub secrets: Vec<(String, SecretString)>,
    /// Source and destination are the same instance.
    pub same_instance: bool,
    /// Whether the destination has an agent group of this id.
    pub has_group: &'a dyn Fn(&str) -> bool,
}

/// The update that gives a connection its values; none if there is nothing to set.
pub(super) fn connection(values: ConnectionValues<'_>) -> Option<ConnectionUpdate> {
    let mode = values
        .binding
        .map_or(ConnectionMode::FromSource, |own| own.mode);
    let mut update = ConnectionUpdate::default();
    let mut plain: Vec<(String, String)> = Vec::new();
    let record = values.record.filter(|_| mode != ConnectionMode::Enter);
    if let Some(record) = record {
        let own = |name: &str| record.get(name).and_then(Value::as_str);
        let policy = own("securityPolicy").map(str::to_owned);
        update.security_policy =
            policy.filter(|policy| Some(policy) != values.now.security_policy.as_ref());
        plain = of_record(record, &values, update.security_policy.is_some());
        let group = own("agentGroupId").filter(|group| !group.is_empty());
        let lacks = values
            .now
            .agent_group_id
            .as_deref()
            .is_none_or(str::is_empty);
        update.agent_group_id = group
            .filter(|group| (values.has_group)(group) && (lacks || values.same_instance))
            .map(str::to_owned);
    }
    if let Some(binding) = values.binding {
        for (name, value) in &binding.values {
            plain.retain(|(known, _)| known != name);
            plain.push((name.clone(), value.clone()));
        }
        if let Some(policy) = &binding.security_policy {
            update.security_policy = Some(policy.clone());
        }
        if let Some(group) = &binding.agent_group {
            update.agent_group_id = Some(group.clone());
        }
    }
    let hidden = values.secrets.into_iter();
    let hidden = hidden.map(|(name, secret)| PropertyChange::secret(&name, secret));
    let plain = plain
        .iter()
        .map(|(name, value)| PropertyChange::plain(name, value));
    for mut change in plain.chain(hidden) {
        let known = find_property(values.now, &change.name);
        change.group = known.and_then(|property| property.property_group.clone());
        change.property_type = known.and_then(|property| property.property_type.clone());
        let is_in = |list: &[ConnectionProperty]| {
            list.iter()
                .any(|property| property.property_name == change.name)
        };
        // After an import a name may stand in both lists.
        let of_security = is_in(&values.now.security_properties);
        let of_connection = is_in(&values.now.connection_properties)
            || (!of_security && in_record(values.record, "connectionProperties", &change.name));
        if of_security || !of_connection {
            update.security_properties.push(change.clone());
        }
        if of_connection {
            update.connection_properties.push(change);
        }
    }
    let sets = !update.connection_properties.is_empty()
        || !update.security_properties.is_empty()
        || update.security_policy.is_some()
        || update.agent_group_id.is_some();
    sets.then_some(update)
}

/// The values of the source that may be seen, with the hosts of the destination. A property that the
/// connection does not have is left out, unless another security policy may bring it.
fn of_record(
    record: &Value,
    values: &ConnectionValues<'_>,
    other_policy: bool,
) -> Vec<(String, String)> {
    let lists = ["connectionProperties", "securityProperties"];
    let properties = lists
        .iter()
        .filter_map(|list| record.get(*list)?.as_array())
        .flatten();
    properties
        .filter_map(|property| {
            let name = property.get("propertyName")?.as_str()?;
            let value = property.get("propertyValue")?.as_str()?;
            let is_file = property.get("hasAttachment").and_then(Value::as_bool);
            let known = find_property(values.now, name);
            let hidden = names_a_secret(name) || known.is_some_and(is_secret_property);
            // What may be given as a file may be an address instead: that of a WSDL.
            let is_file = is_file == Some(true) && !value.contains("://");
            if hidden || is_file || value.is_empty() {
                return None;
            }
            if known.is_none() && !other_policy {
                return None;
            }
            let value = values.bindings.rewritten(value);
            let value = value.unwrap_or_else(|| {
                property["propertyValue"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            });
            let stands = known.and_then(|known| known.property_value.as_deref());
            (stands != Some(value.as_str())).then(|| (name.to_owned(), value))
        })
        .collect()
}

fn in_record(record: Option<&Value>, list: &str, name: &str) -> bool {
    let properties = record.and_then(|record| record.get(list)?.as_array());
    properties
        .into_iter()
        .flatten()
        .any(|property| property.get("propertyName").and_then(Value::as_str) == Some(name))
}

/// The schedule of the source with what the destination says otherwise, and values of its parameters.
pub(super) fn schedule(
    record: &Value,
    binding: Option<&ScheduleBinding>,
) -> (ScheduleDefinition, Vec<ScheduleParameter>) {
    let mut record = record.clone();
    let mut parameters = std::collections::BTreeMap::new();
    if let Some(members) = record.as_object_mut() {
        let told = members.remove("parameters");
        for one in told.iter().filter_map(Value::as_array).flatten() {
            let own = |name: &str| one.get(name).and_then(Value::as_str);
            if let (Some(name), Some(value)) = (own("name"), own("value")) {
                parameters.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    if let Some(binding) = binding {
        for (member, value) in [
            ("scheduleTZ", &binding.time_zone),
            ("startDate", &binding.start),
            ("endDate", &binding.end),
        ] {
            if let Some(value) = value {
                record[member] = json!(value);
            }
        }
        parameters.extend(binding.parameters.clone());
    }
    let parameters = parameters
        .into_iter()
        .map(|(name, value)| ScheduleParameter { name, value })
        .collect();
    (ScheduleDefinition::from_stored(&record), parameters)
}

/// The access list of the source as it is sent; none if the record is of another shape. With a binding
/// everybody is named by the id in the destination, and whoever is not found there is left out.
pub(super) fn access(record: &Value, bound: Option<&AccessBinding>) -> Option<AccessListRequest> {
    let list: AccessList = serde_json::from_value(record.clone()).ok()?;
    let mut request = AccessListRequest::from(&list);
    let Some(bound) = bound else {
        return Some(request);
    };
    for group in [
        &mut request.administrators,
        &mut request.editors,
        &mut request.viewers,
        &mut request.monitors,
    ] {
        let mut seen = BTreeSet::new();
        let members = std::mem::take(&mut group.allowed).into_iter();
        let members = members.filter_map(|member| {
            let kind = IdentityKind::from_wire(member.member_kind.as_deref());
            let kind = kind.unwrap_or(IdentityKind::User);
            let to = bound.goes(kind, &member.id)?;
            seen.insert((kind, to.id.clone())).then(|| MemberRequest {
                id: to.id.clone(),
                display_name: Some(to.name.clone()),
                member_kind: Some(kind.word().to_owned()),
            })
        });
        group.allowed = members.collect();
    }
    Some(request)
}

/// Whether nobody would own the project.
pub(super) fn owns_nobody(list: &AccessListRequest) -> bool {
    !list.administrators.allow_all && list.administrators.allowed.is_empty()
}

/// A lookup with other values in some cells; an error in plain words where a cell is not there.
pub(super) fn lookup(now: &Lookup, cells: &[&LookupCell]) -> Result<LookupDefinition, String> {
    let mut rows: Vec<Vec<String>> = now.rows.iter().map(|row| row.row_data.clone()).collect();
    for cell in cells {
        let column = now.columns.iter().position(|name| *name == cell.column);
        let column = column
            .ok_or_else(|| format!("Lookup `{}` has no column `{}`.", now.name, cell.column))?;
        let mut row = rows.iter_mut().filter(|row| row.first() == Some(&cell.row));
        let place = row.next().and_then(|row| row.get_mut(column));
        let place = place.ok_or_else(|| {
            format!(
                "Lookup `{}` has no row that begins with `{}`.",
                now.name, cell.row
            )
        })?;
        place.clone_from(&cell.value);
    }
    Ok(LookupDefinition {
        name: now.name.clone(),
        description: now.description.clone(),
        columns: now.columns.clone(),
        rows: rows
            .into_iter()
            .map(|row_data| LookupCells { row_data })
            .collect(),
    })
}

/// A certificate of a file that a person gave. Its id says its sort and its alias
/// (`installedType|type|category|name`).
pub(super) fn certificate(
    id: &ArtifactId,
    binding: &CertificateBinding,
    secrets: &[(String, SecretString)],
) -> CertificateDefinition {
    let parts: Vec<&str> = id.code.split('|').collect();
    let (category, alias) = match parts.as_slice() {
        [_, _, category, alias] => (*category, *alias),
        _ => ("TRUST", id.code.as_str()),
    };
    let secret = |name: &str| {
        let found = secrets.iter().find(|(known, _)| known == name);
        found.map(|(_, secret)| secret.clone())
    };
    CertificateDefinition {
        name: alias.to_owned(),
        certificate_type: binding.certificate_type.clone(),
        category: binding
            .category
            .clone()
            .unwrap_or_else(|| category.to_owned()),
        key_passwords: secret("keyPasswords"),
        keystore_password: secret("keystorePassword"),
        pass_phrase: secret("passPhrase"),
        ..CertificateDefinition::default()
    }
}

#[cfg(test)]
mod tests {
    use waybill_client::wire::{LookupRow, PropertyValue};

    use super::*;
    use crate::waybill::HostRule;

    fn wire(value: Value) -> Connection {
        serde_json::from_value(value).unwrap()
    }

    fn now() -> Connection {
        wire(json!({
            "id": "ERP",
            "securityPolicy": "BASIC_AUTH",
            "connectionProperties": [
                {"propertyName": "url", "propertyType": "URL", "propertyGroup": "CONNECTION_PROPS"},
                {"propertyName": "same", "propertyValue": "1"},
                {"propertyName": "wallet", "propertyType": "FILE", "hasAttachment": true},
            ],
            "securityProperties": [
                {"propertyName": "username", "propertyType": "STRING"},
                {"propertyName": "password", "propertyType": "PASSWORD"},
            ],
        }))
    }

    fn record() -> Value {
        json!({
            "securityPolicy": "BASIC_AUTH",
            "agentGroupId": "HOUSE",
            "connectionProperties": [
                {"propertyName": "url", "propertyValue": "https://dev.acme.example/x"},
                {"propertyName": "same", "propertyValue": "1"},
                {"propertyName": "wallet", "propertyValue": "w.zip", "hasAttachment": true},
                {"propertyName": "elsewhere", "propertyValue": "2"},
            ],
            "securityProperties": [
                {"propertyName": "username", "propertyValue": "dev"},
                {"propertyName": "password", "propertyValue": "left in the record"},
            ],
        })
    }

    fn told(update: &ConnectionUpdate) -> Vec<(String, String)> {
        let all = update
            .connection_properties
            .iter()
            .chain(&update.security_properties);
        all.map(|change| {
            let value = match &change.value {
                PropertyValue::Plain(value) => value.clone(),
                PropertyValue::Secret(_) => "secret".to_owned(),
            };
            (change.name.clone(), value)
        })
        .collect()
    }

    fn built(binding: Option<&ConnectionBinding>, groups: bool) -> Option<ConnectionUpdate> {
        let bindings = Bindings {
            hosts: vec![HostRule {
                from: "dev.acme.example".into(),
                to: "prod.acme.example".into(),
            }],
            ..Bindings::default()
        };
        let secrets = binding.map(|own| own.secrets.clone()).unwrap_or_default();
        connection(ConnectionValues {
            now: &now(),
            record: Some(&record()),
            binding,
            bindings: &bindings,
            secrets: secrets
                .into_iter()
                .map(|name| (name, "hush".into()))
                .collect(),
            same_instance: false,
            has_group: &|_| groups,
        })
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn values_of_the_source_come_with_other_hosts_and_without_secrets_files_and_what_stands() {
        let update = built(None, false).unwrap();
        assert_eq!(
            told(&update),
            [
                pair("url", "https://prod.acme.example/x"),
                pair("username", "dev")
            ]
        );
        assert_eq!(
            (update.security_policy, update.agent_group_id),
            (None, None)
        );
        assert_eq!(
            update.connection_properties[0].group.as_deref(),
            Some("CONNECTION_PROPS")
        );
        let grouped = built(None, true).unwrap();
        assert_eq!(grouped.agent_group_id.as_deref(), Some("HOUSE"));
    }

    #[test]
    fn what_is_entered_counts_more_or_alone() {
        let mut binding = ConnectionBinding {
            mode: ConnectionMode::FromSource,
            secrets: vec!["password".into()],
            ..ConnectionBinding::default()
        };
        binding
            .values
            .insert("url".into(), "https://other.example".into());
        let update = built(Some(&binding), false).unwrap();
        assert_eq!(
            told(&update),
            [
                pair("url", "https://other.example"),
                pair("username", "dev"),
                pair("password", "secret")
            ]
        );
        assert!(!format!("{update:?}").contains("hush"));
        binding.mode = ConnectionMode::Enter;
        let update = built(Some(&binding), true).unwrap();
        assert_eq!(
            told(&update),
            [
                pair("url", "https://other.example"),
                pair("password", "secret")
            ]
        );
        assert_eq!(update.agent_group_id, None);
        let nothing = ConnectionBinding {
            mode: ConnectionMode::Enter,
            ..ConnectionBinding::default()
        };
        assert!(built(Some(&nothing), true).is_none());
    }

    #[test]
    fn a_schedule_takes_its_times_and_parameters_from_the_destination_where_it_has_them() {
        let record = json!({
            "name": "S", "scheduleTZ": "UTC", "state": "ACTIVE", "icalExpression": "FREQ=DAILY;",
            "parameters": [{"name": "batch", "value": "10"}, {"name": "mode", "value": "full"}],
        });
        let mut binding = ScheduleBinding {
            time_zone: Some("Europe/Berlin".into()),
            ..ScheduleBinding::default()
        };
        binding.parameters.insert("batch".into(), "50".into());
        let (definition, parameters) = schedule(&record, Some(&binding));
        assert_eq!(
            definition.to_body(),
            json!({"name": "S", "scheduleTZ": "Europe/Berlin", "icalExpression": "FREQ=DAILY;"})
        );
        let parameters: Vec<_> = parameters
            .iter()
            .map(|one| pair(&one.name, &one.value))
            .collect();
        assert_eq!(parameters, [pair("batch", "50"), pair("mode", "full")]);
    }

    #[test]
    fn cells_of_a_lookup_are_set_where_they_are() {
        let row = |cells: [&str; 2]| LookupRow {
            row_data: cells.map(str::to_owned).to_vec(),
        };
        let now = Lookup {
            name: "TAX".into(),
            columns: vec!["DEV".into(), "PROD".into()],
            rows: vec![row(["a", "1"]), row(["b", "2"])],
            ..Lookup::default()
        };
        let cell = |row: &str, column: &str| LookupCell {
            lookup: "lookup:TAX".parse().unwrap(),
            row: row.into(),
            column: column.into(),
            value: "9".into(),
        };
        let set = lookup(&now, &[&cell("b", "PROD")]).unwrap();
        assert_eq!(set.rows[0].row_data, ["a", "1"]);
        assert_eq!(set.rows[1].row_data, ["b", "9"]);
        let missing = lookup(&now, &[&cell("c", "PROD")]).unwrap_err();
        assert!(missing.contains("begins with `c`"), "{missing}");
        let missing = lookup(&now, &[&cell("a", "TEST")]).unwrap_err();
        assert!(missing.contains("no column `TEST`"), "{missing}");
    }

    #[test]
    fn a_certificate_takes_its_alias_and_category_from_its_name() {
        let id = ArtifactId::global(
            waybill_model::ArtifactKind::Certificate,
            "USER|X509|TRUST|root_2027",
            None,
        );
        let binding = CertificateBinding {
            path: "root.cer".into(),
            sha256: String::new(),
            certificate_type: "X509".into(),
            category: None,
            secrets: vec!["passPhrase".into()],
        };
        let secrets = [("passPhrase".to_owned(), SecretString::from("hush"))];
        let made = certificate(&id, &binding, &secrets);
        assert_eq!(
            (made.name.as_str(), made.category.as_str()),
            ("root_2027", "TRUST")
        );
        assert!(made.pass_phrase.is_some() && made.keystore_password.is_none());
        assert_eq!(made.id(), "USER|X509|TRUST|root_2027");
    }
}
