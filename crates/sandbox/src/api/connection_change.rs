//! Connections changing: their values, their test, their end.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::call::{
    Answer, Call, Refusal, Verb, bad, bare, conflict, locked, not_found, refuse, wrong_state,
};
use super::desk::{Desk, changed};
use crate::store::{Connection, Property, PropertyType};
use crate::synthetic::{is_credential, policy_credentials};
use crate::wire;

/// What a password is shown as, and what one that is sent back unchanged looks like.
const MASK: &str = "*****";

pub(crate) fn find<'desk>(
    desk: &'desk mut Desk<'_>,
    code: &str,
) -> Result<&'desk mut Connection, Refusal> {
    desk.space()?
        .connections
        .get_mut(code)
        .ok_or_else(|| not_found("Connection"))
}

/// The answer to a change: without any password (recorded).
pub(crate) fn show(desk: &Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    let one = desk
        .shown()?
        .connections
        .get(code)
        .ok_or_else(|| not_found("Connection"))?;
    Ok(call.show_changed(&wire::connection_changed(one, desk.place())))
}

/// `POST connections/{id}` with `X-HTTP-Method-Override: PATCH`, which is required. Four members are
/// taken, all others are passed over (documented).
pub(crate) fn update(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    desk.may_edit(call)?;
    if call.verb != Verb::PostPatch {
        return Err(bad("The header X-HTTP-Method-Override has to be PATCH."));
    }
    let body = call.json()?;
    if !body.is_object() {
        return Err(bad("The body has to be a JSON object."));
    }
    let groups: Vec<String> = desk.instance.agent_groups.keys().cloned().collect();
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, code)?;
    if one.lock.is_some() {
        return Err(locked("Connection"));
    }
    let mut new = one.clone();
    apply(&mut new, &body, &groups)?;
    changed(&mut new.audit, who, now);
    *one = new;
    show(desk, call, code)
}

/// Sets what a body says about a connection.
pub(crate) fn apply(one: &mut Connection, body: &Value, groups: &[String]) -> Result<(), Refusal> {
    match body.get("agentGroupId") {
        None => {}
        Some(Value::Null) => one.agent_group = None,
        Some(Value::String(id)) if id.is_empty() => one.agent_group = None,
        Some(Value::String(id)) if groups.contains(id) => one.agent_group = Some(id.clone()),
        Some(_) => return Err(bad("The agent group does not exist.")),
    }
    match body.get("securityPolicy") {
        None | Some(Value::Null) => {}
        Some(Value::String(policy)) => set_policy(one, policy)?,
        Some(_) => return Err(bad("securityPolicy has to be a text.")),
    }
    for (member, credentials) in [
        ("connectionProperties", false),
        ("securityProperties", true),
    ] {
        let list = match body.get(member) {
            None | Some(Value::Null) => continue,
            Some(list) => list
                .as_array()
                .ok_or_else(|| bad(&format!("{member} has to be a list.")))?,
        };
        for given in list {
            let name = given
                .get("propertyName")
                .and_then(Value::as_str)
                .filter(|name| !name.is_empty())
                .ok_or_else(|| bad(&format!("A member of {member} has no propertyName.")))?;
            let value = match given.get("propertyValue") {
                None => continue,
                Some(Value::Null) => None,
                Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
                Some(Value::Bool(_) | Value::Number(_)) => {
                    given.get("propertyValue").map(ToString::to_string)
                }
                Some(_) => return Err(bad(&format!("The value of {name} has to be a text."))),
            };
            set(one, name, value, credentials, given);
        }
    }
    if one.is_complete() {
        "CONFIGURED".clone_into(&mut one.status);
    } else {
        "INPROGRESS".clone_into(&mut one.status);
    }
    Ok(())
}

fn set(one: &mut Connection, name: &str, value: Option<String>, credential: bool, given: &Value) {
    let list = if credential {
        &mut one.credentials
    } else {
        &mut one.settings
    };
    if let Some(known) = list.iter_mut().find(|known| known.name == name) {
        // What saving the mask does is not known; here it changes nothing.
        if known.kind != PropertyType::Password || value.as_deref() != Some(MASK) {
            known.value = value;
        }
        return;
    }
    // An adapter has more settings than the sandbox knows of.
    let kind = match given.get("propertyType").and_then(Value::as_str) {
        Some("PASSWORD") => PropertyType::Password,
        Some("URL" | "WSDL_URL") => PropertyType::Url,
        Some("CHOICE") => PropertyType::Choice,
        None if is_credential(name) && !name.to_lowercase().contains("user") => {
            PropertyType::Password
        }
        _ => PropertyType::Text,
    };
    list.push(Property {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        value,
        required: false,
    });
}

/// Another policy asks for other credentials; those of the same name keep their values.
fn set_policy(one: &mut Connection, policy: &str) -> Result<(), Refusal> {
    let plain = !policy.is_empty()
        && policy
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_uppercase() || byte.is_ascii_digit());
    // Policies for callers make no sense in connections that only call (documented per adapter).
    if !plain || (policy.ends_with("_INBOUND") && one.role == "TARGET") {
        return Err(bad("The connection does not support the security policy."));
    }
    if policy == one.policy {
        return Ok(());
    }
    let before = std::mem::take(&mut one.credentials);
    one.credentials = policy_credentials(policy)
        .into_iter()
        .map(|mut property| {
            property.value = before
                .iter()
                .find(|old| old.name == property.name)
                .and_then(|old| old.value.clone());
            property
        })
        .collect();
    policy.clone_into(&mut one.policy);
    Ok(())
}

/// `DELETE connections/{id}`. That connections in use are refused with 423 is inferred from the codes
/// that are documented.
pub(crate) fn delete(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    desk.may_edit(call)?;
    let space = desk.space()?;
    let one = space
        .connections
        .get(code)
        .ok_or_else(|| not_found("Connection"))?;
    if one.lock.is_some() {
        return Err(locked("Connection"));
    }
    let used = space
        .integrations
        .values()
        .any(|other| other.endpoints.iter().any(|end| end.connection == code));
    if used {
        return Err(refuse(
            StatusCode::LOCKED,
            "Connection is used by integrations and cannot be deleted.",
        ));
    }
    space.connections.remove(code);
    Ok(bare(StatusCode::OK))
}

/// Whether the other side would answer. Hosts below `.invalid` never do (RFC 2606).
pub(crate) fn verdict(one: &Connection) -> Value {
    let unreachable = one
        .settings
        .iter()
        .filter_map(|setting| setting.value.as_deref())
        .any(|value| {
            let host = url::Url::parse(value)
                .ok()
                .and_then(|url| url.host_str().map(str::to_owned))
                .unwrap_or_else(|| value.to_owned());
            host.ends_with(".invalid")
        });
    let failure = one.upkeep.broken.clone().or_else(|| {
        unreachable.then(|| {
            format!(
                "Unable to test connection \"{}\". The host does not answer.",
                one.name
            )
        })
    });
    // The shape of a failed test is inferred.
    match failure {
        Some(details) => json!({"details": details, "id": one.code, "status": "FAILED"}),
        None => json!({
            "details": format!("Test of {} connection succeeded.", one.code),
            "id": one.code,
            "status": "SUCCESS",
        }),
    }
}

/// `POST connections/{id}/test`: 412 for locked ones, 409 for drafts (documented).
pub(crate) fn test(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    desk.may_edit(call)?;
    let one = find(desk, code)?;
    if one.lock.is_some() {
        return Err(wrong_state("Connection is locked and cannot be tested."));
    }
    if one.status != "CONFIGURED" {
        return Err(conflict("Connection is not configured."));
    }
    Ok(call.show(&verdict(one)))
}

/// `POST connections/{id}/metadata`.
pub(crate) fn refresh(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    desk.may_edit(call)?;
    let now = desk.now;
    let one = find(desk, code)?;
    if one.lock.is_some() || one.status != "CONFIGURED" {
        return Err(wrong_state(
            "Metadata cannot be refreshed: the connection is locked or not configured.",
        ));
    }
    one.upkeep.refreshed = Some(now);
    show(desk, call, code)
}
