//! What is left to enter for connections, each under the name by which the command line takes it.

use serde::Serialize;
use waybill_app::view::{
    BindingMode, BoundProperty, CommandError, MoveConnection, MovePlan, PropertyKind, SecretHeld,
};
use waybill_model::ArtifactId;

use super::Session;
use crate::output::Put;

/// By what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum By {
    Secret,
    File,
    Value,
}

/// A property that has no value.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToEnter {
    /// The destination, by its name.
    to: String,
    connection: ArtifactId,
    name: String,
    label: String,
    kind: By,
}

/// What is left to enter for the connections of a blocked waybill.
pub async fn to_enter(
    session: &Session<'_>,
    plan: &MovePlan,
) -> Result<Vec<ToEnter>, CommandError> {
    if !plan.blocked {
        return Ok(Vec::new());
    }
    let known = session.app.move_connections(&plan.id).await?;
    let to = session.app.move_view(&plan.id).await?.summary.to_title;
    Ok(left(&known.connections, &to.unwrap_or_default()))
}

fn left(connections: &[MoveConnection], to: &str) -> Vec<ToEnter> {
    let open = connections.iter().filter(|own| !own.settled);
    open.flat_map(|own| {
        let lacking = own.properties.iter().filter(|one| lacks(own, one));
        lacking.map(|one| ToEnter {
            to: to.to_owned(),
            connection: own.id.clone(),
            name: one.name.clone(),
            label: one.label.clone(),
            kind: by(one),
        })
    })
    .collect()
}

fn by(property: &BoundProperty) -> By {
    match property.kind {
        PropertyKind::File => By::File,
        _ if property.secret => By::Secret,
        _ => By::Value,
    }
}

fn lacks(connection: &MoveConnection, property: &BoundProperty) -> bool {
    let file = |name: &str| {
        let mut files = connection.files.iter();
        files.any(|file| file.property == name && file.same)
    };
    let some = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.is_empty());
    let given = match by(property) {
        By::Secret => property.held != SecretHeld::No,
        By::File => file(&property.name),
        By::Value => {
            let carried = connection.mode == BindingMode::FromSource && some(&property.source);
            some(&property.entered) || carried || file(&property.name)
        }
    };
    property.required && !given && !property.set_there
}

/// In lines; nothing where nothing is left.
pub fn lines(left: &[ToEnter]) -> String {
    let mut text = String::new();
    if left.is_empty() {
        return text;
    }
    text.push_str("\n\nTo be entered");
    for one in left {
        let (connection, name) = (&one.connection, &one.name);
        let how = match one.kind {
            By::Secret => format!(
                "`waybill secrets set --to \"{}\" --connection {connection} --name {name}`",
                one.to
            ),
            By::File => format!("`--attach {connection},{name}=FILE`"),
            By::Value => format!("`--value {connection},{name}=VALUE`"),
        };
        text.put(format_args!(
            "\n  {} of {}: {how}",
            one.label, connection.code
        ));
    }
    text
}
