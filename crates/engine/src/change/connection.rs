//! Testing a connection, and setting its values.

use waybill_client::wire::{Connection, ConnectionProperty};
use waybill_client::{Client, Error};
use waybill_model::{ArtifactId, State};

use super::plan::{Facts, Plan};
use super::request::ConnectionEdit;
use super::scene::{Scene, word};
use super::seen::Seen;

pub(super) fn plan_test(scene: &Scene<'_>) -> Plan {
    let name = scene.short();
    let mut plan = Plan::new(format!("Test connection {name}"));
    plan.effect("The service connects with the values it has. Nothing is changed.");
    tell_state(scene, &mut plan);
    scene.check_lock(&mut plan);
    if scene.state() == State::Draft {
        plan.block(
            format!("Connection {name} is a draft: values are missing."),
            "Enter its values first.",
        );
    }
    plan
}

pub(super) fn plan_edit(scene: &Scene<'_>, edit: &ConnectionEdit) -> Plan {
    let name = scene.short();
    let changes = edit.values.len()
        + edit.secrets.len()
        + usize::from(edit.security_policy.is_some())
        + usize::from(edit.agent_group.is_some());
    let mut plan = Plan::new(if changes == 1 {
        format!("Change 1 value of connection {name}")
    } else {
        format!("Change {changes} values of connection {name}")
    });
    tell_state(scene, &mut plan);
    scene.check_lock(&mut plan);
    if changes == 0 {
        plan.block("No value was given.", "Enter at least one new value.");
    }
    let Some(connection) = scene.connection.as_ref().map(|read| &read.value) else {
        return plan;
    };
    let mut undo = Vec::new();
    let mut differs = !edit.secrets.is_empty();
    for value in &edit.values {
        let property = find(connection, &value.name);
        if property.map_or_else(|| crate::catalogue::names_a_secret(&value.name), is_secret) {
            // Its value stands in the request, which is written down: it must not go on.
            plan.block(
                format!(
                    "`{}` is a secret and was given as an open value.",
                    value.name
                ),
                "Give it as a secret.",
            );
            continue;
        }
        let Some(property) = property else {
            unknown(&mut plan, &value.name, edit);
            continue;
        };
        if property.has_attachment {
            plan.block(
                format!("`{}` is a file.", value.name),
                "Upload it in the console.",
            );
            continue;
        }
        if value.value.is_empty() && property.required_flag {
            plan.block(
                format!("`{}` must have a value.", label(property)),
                "Enter one.",
            );
        }
        let before = property.property_value.clone().unwrap_or_default();
        differs |= before != value.value;
        plan.effect(format!(
            "{} becomes {}; it is {} now.",
            label(property),
            shown(&value.value),
            shown(&before)
        ));
        plan.stands(&format!("value {}", value.name), before.clone());
        undo.push(format!("{} to {}", label(property), shown(&before)));
    }
    for secret in &edit.secrets {
        match find(connection, secret) {
            Some(property) => plan.effect(format!("{} gets a new value.", label(property))),
            None => unknown(&mut plan, secret, edit),
        }
    }
    if let Some(policy) = &edit.security_policy {
        let before = connection.security_policy.clone().unwrap_or_default();
        differs |= before != *policy;
        plan.effect(format!(
            "The security policy becomes {policy}; it is {} now.",
            shown(&before)
        ));
        plan.stands("security policy", before.clone());
        undo.push(format!("the security policy to {}", shown(&before)));
    }
    if let Some(group) = &edit.agent_group {
        let before = connection.agent_group_id.clone().unwrap_or_default();
        differs |= before != *group;
        plan.effect(format!(
            "The agent group becomes {}; it is {} now.",
            shown(group),
            shown(&before)
        ));
        plan.stands("agent group", before.clone());
        undo.push(format!("the agent group to {}", shown(&before)));
    }
    if changes > 0 && !differs && plan.blocking().is_none() {
        plan.block(
            "The connection has these values already.",
            "Nothing has to be done.",
        );
    }
    if !edit.secrets.is_empty() {
        plan.note("The secrets of before cannot be read from the instance, so no backup holds them: keep them at hand if they may be needed again.");
    }
    scene.warn_of_users(
        &mut plan,
        "Runs that begin after the change use the new values. Test the connection right after it.",
    );
    if !undo.is_empty() {
        plan.undo = Some(format!("Set {} back.", undo.join(", ")));
    }
    plan
}

fn unknown(plan: &mut Plan, name: &str, edit: &ConnectionEdit) {
    // Another security policy has properties of its own, which do not show before it is chosen.
    if edit.security_policy.is_some() {
        plan.note(format!(
            "The connection has no property `{name}` now; whether the other security policy has one shows when it is sent."
        ));
    } else {
        plan.block(
            format!("The connection has no property `{name}`."),
            "Read the connection again and take the names from there.",
        );
    }
}

fn tell_state(scene: &Scene<'_>, plan: &mut Plan) {
    plan.stands("state", word(scene.state()));
    if let Some(connection) = &scene.connection
        && let Some(updated) = &connection.value.last_updated
    {
        plan.stands("last updated", updated.clone());
    }
}

pub(crate) fn find<'a>(connection: &'a Connection, name: &str) -> Option<&'a ConnectionProperty> {
    properties(connection).find(|property| property.property_name == name)
}

pub(super) fn properties(connection: &Connection) -> impl Iterator<Item = &ConnectionProperty> {
    connection
        .connection_properties
        .iter()
        .chain(&connection.security_properties)
}

/// Whether the service keeps the value to itself.
pub(crate) fn is_secret(property: &ConnectionProperty) -> bool {
    let kind = property.property_type.as_deref().unwrap_or_default();
    kind.to_ascii_uppercase().contains("PASSWORD")
        || property
            .property_value
            .as_deref()
            .is_some_and(|value| value.starts_with("*****"))
        || crate::catalogue::names_a_secret(&property.property_name)
}

fn label(property: &ConnectionProperty) -> &str {
    property
        .display_name
        .as_deref()
        .unwrap_or(&property.property_name)
}

fn shown(value: &str) -> String {
    if value.is_empty() {
        "empty".to_owned()
    } else {
        format!("`{value}`")
    }
}

/// Whether the connection has the new values. New secrets do not show: of them only whether the
/// connection was changed at all since it was last looked at.
pub(super) async fn look(
    client: &Client,
    id: &ArtifactId,
    edit: &ConnectionEdit,
    before: &Facts,
) -> Result<Seen, Error> {
    let now = client.connection(&id.scope, &id.code).await?.value;
    let has = |name: &str, wanted: &str| {
        find(&now, name)
            .and_then(|property| property.property_value.as_deref())
            .unwrap_or_default()
            == wanted
    };
    let all = edit
        .values
        .iter()
        .all(|value| has(&value.name, &value.value))
        && edit
            .security_policy
            .as_ref()
            .is_none_or(|policy| now.security_policy.as_ref() == Some(policy))
        && edit
            .agent_group
            .as_ref()
            .is_none_or(|group| now.agent_group_id.as_deref().unwrap_or_default() == group);
    let state = word(
        now.status
            .as_deref()
            .map_or(State::Unknown, State::from_wire),
    )
    .to_owned();
    if !all {
        return Ok(Seen::NotDone(state));
    }
    if edit.secrets.is_empty() {
        return Ok(Seen::Done(state));
    }
    let same =
        now.last_updated.is_some() && before.get("last updated") == now.last_updated.as_ref();
    Ok(if same {
        Seen::NotDone(state)
    } else {
        Seen::Unknown("the service does not tell whether a secret is the new one".to_owned())
    })
}

/// How a test ended, from its answer.
pub(crate) fn test_ended(test: &waybill_client::wire::ConnectionTest) -> Seen {
    let details = test.details.clone().unwrap_or_default();
    if test.succeeded() {
        Seen::Done("the test succeeded".to_owned())
    } else {
        Seen::Failed(
            Some(details)
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect(),
        )
    }
}
