//! Connections out of archives: as the drafts that an import makes of them, and as somebody has
//! configured them. What is a credential is told apart from settings alike in both, for the service
//! never shows the value of a secret again.

use crate::chance::Chance;
use crate::store::{Audit, Connection, Property, PropertyType, Upkeep};
use crate::synthetic::{adapter_name, is_credential, policy_credentials, settings};

/// A connection as it is in an instance that has worked with it: values stand for the addresses and
/// credentials that archives do not carry.
pub(super) fn configured(one: &waybill_archive::Connection, audit: &Audit) -> Connection {
    let mut chance = Chance::of(3, &one.code);
    let host = one.code.to_lowercase().replace('_', "-");
    let mut connection = draft(one, audit);
    if let Some(status) = &one.status {
        connection.status.clone_from(status);
    } else {
        "CONFIGURED".clone_into(&mut connection.status);
    }
    connection.agent_group.clone_from(&one.agent_group);
    let usual = settings(&one.adapter, &format!("{host}.example.com"));
    for setting in &mut connection.settings {
        if setting.value.is_none() && setting.required {
            let known = usual.iter().find(|own| own.name == setting.name);
            setting.value = match (known, setting.kind) {
                (_, PropertyType::Url) => Some(format!("https://{host}.example.com")),
                (Some(known), _) => known.value.clone(),
                (None, _) => None,
            };
        }
    }
    for credential in &mut connection.credentials {
        credential.value = Some(match credential.kind {
            PropertyType::Password => chance.hex(12),
            PropertyType::File => "id_rsa".to_owned(),
            PropertyType::Url => "https://login.example.com/oauth2/token".to_owned(),
            PropertyType::Text | PropertyType::Choice => "integration.user".to_owned(),
        });
    }
    connection
}

/// A connection out of an archive: addresses and credentials are missing.
pub(crate) fn draft(one: &waybill_archive::Connection, audit: &Audit) -> Connection {
    let policy = one
        .security_policy
        .clone()
        .unwrap_or_else(|| "NONE".to_owned());
    let mut credentials = policy_credentials(&policy);
    let known = settings(&one.adapter, "");
    let mut own = Vec::new();
    for property in &one.properties {
        if matches!(
            property.name.as_str(),
            "csfkey" | "csfMap" | "integration_role" | "lastSaved" | "sourceWSDLSignature"
        ) || credentials.iter().any(|other| other.name == property.name)
        {
            continue;
        }
        let token = property
            .value
            .as_ref()
            .is_some_and(|value| value.starts_with("%%"));
        let attached = one
            .attachments
            .iter()
            .find(|file| file.property == property.name);
        let template = known.iter().find(|other| other.name == property.name);
        let secret = template.is_none() && is_credential(&property.name);
        let kind = match template {
            Some(template) => template.kind,
            None if attached.is_some() => PropertyType::File,
            None if secret && property.name.to_lowercase().contains("username") => {
                PropertyType::Text
            }
            None if secret => PropertyType::Password,
            None if token => PropertyType::Url,
            None => PropertyType::Text,
        };
        let new = Property {
            name: property.name.clone(),
            label: template.map_or_else(|| property.name.clone(), |other| other.label.clone()),
            kind,
            value: match (attached, kind) {
                (Some(file), _) => Some(file.name.clone()),
                (None, PropertyType::File) => None,
                (None, _) if token || secret => None,
                (None, _) => property.value.clone(),
            },
            required: template.map_or(token, |other| other.required),
        };
        if secret {
            credentials.push(new);
        } else {
            own.push(new);
        }
    }
    // Where nothing has to be entered, nothing is waited for.
    let waits = own.iter().chain(&credentials).any(|one| one.required);
    let status = if waits { "INPROGRESS" } else { "CONFIGURED" };
    Connection {
        code: one.code.clone(),
        name: one.name.clone(),
        description: one.description.clone().unwrap_or_default(),
        adapter: one.adapter.clone(),
        adapter_name: adapter_name(&one.adapter).to_owned(),
        role: one
            .role
            .clone()
            .unwrap_or_else(|| "SOURCE_AND_TARGET".to_owned()),
        policy,
        status: status.to_owned(),
        settings: own,
        credentials,
        // Agent groups are chosen anew (inferred): archives carry only the name of one.
        agent_group: None,
        upkeep: Upkeep::default(),
        audit: audit.clone(),
        lock: None,
    }
}
