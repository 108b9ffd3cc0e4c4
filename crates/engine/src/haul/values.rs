//! What is sent about connections, schedules, lookups and access lists: from the records of the source
//! and the bindings of the destination. Functions of plain data.

use secrecy::SecretString;
use serde_json::{Value, json};
use waybill_client::wire::{
    AccessList, AccessListRequest, CertificateDefinition, Connection, ConnectionUpdate, Lookup,
    LookupCells, LookupDefinition, PropertyChange, ScheduleDefinition, ScheduleParameter,
};
use waybill_model::ArtifactId;

use crate::catalogue::names_a_secret;
use crate::change::{find_property, is_secret_property};
use crate::waybill::{
    Bindings, CertificateBinding, ConnectionBinding, ConnectionMode, LookupCell, ScheduleBinding,
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
        let of_connection = &values.now.connection_properties;
        let is_connection = match known {
            Some(_) => of_connection
                .iter()
                .any(|property| property.property_name == change.name),
            None => in_record(values.record, "connectionProperties", &change.name),
        };
        if is_connection {
            update.connection_properties.push(change);
        } else {
            update.security_properties.push(change);
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
            if hidden || is_file == Some(true) || value.is_empty() {
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

/// The access list of the source as it is sent; none if the record is of another shape.
pub(super) fn access(record: &Value) -> Option<AccessListRequest> {
    let list: AccessList = serde_json::from_value(record.clone()).ok()?;
    Some(AccessListRequest::from(&list))
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
