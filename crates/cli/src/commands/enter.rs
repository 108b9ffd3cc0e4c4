//! Values and files of connections that are named in the arguments of `waybill plan`.

use std::collections::BTreeMap;

use waybill_app::view::{BindingInput, BindingMode, CommandError, MoveConnection};
use waybill_model::{ArtifactId, ArtifactKind};

use super::Session;
use super::plan::id;
use crate::output::bad_input;

/// What is entered for one connection.
#[derive(Default)]
struct Entered {
    values: Vec<(String, String)>,
    files: Vec<(String, String)>,
}

/// Enters them, beside what is entered already.
pub async fn enter(
    session: &Session<'_>,
    values: &[String],
    attach: &[String],
    number: &str,
) -> Result<(), CommandError> {
    let mut all: BTreeMap<ArtifactId, Entered> = BTreeMap::new();
    for text in values {
        let (connection, name, value) = parts(text)?;
        all.entry(connection)
            .or_default()
            .values
            .push((name, value));
    }
    for text in attach {
        let (connection, name, path) = parts(text)?;
        let path = std::path::absolute(&path)
            .map_err(|error| bad_input(&format!("`{path}` names no file: {error}.")))?;
        let path = path.display().to_string();
        all.entry(connection).or_default().files.push((name, path));
    }
    if all.is_empty() {
        return Ok(());
    }
    let known = session.app.move_connections(number).await?;
    for (connection, entered) in all {
        let Some(known) = known.connections.iter().find(|one| one.id == connection) else {
            return Err(CommandError {
                guidance: Some(
                    "Name a connection of what goes along, as it is called in the destination."
                        .into(),
                ),
                ..bad_input(&format!(
                    "`{connection}` does not go along with this waybill."
                ))
            });
        };
        let input = input(known, entered)?;
        session
            .app
            .move_bind(number, &connection, input, Vec::new(), true)
            .await?;
    }
    Ok(())
}

/// What is entered already, and this.
fn input(known: &MoveConnection, entered: Entered) -> Result<BindingInput, CommandError> {
    let named = |(name, value): (String, String)| Ok((property(known, &name)?, value));
    let own_values = entered.values.into_iter().map(named);
    let own_values = own_values.collect::<Result<Vec<_>, CommandError>>()?;
    let own_files = entered.files.into_iter().map(named);
    let own_files = own_files.collect::<Result<Vec<_>, CommandError>>()?;
    let own = known.properties.iter().filter(|one| !one.secret);
    let mut values: BTreeMap<String, String> = own
        .filter_map(|one| Some((one.name.clone(), one.entered.clone()?)))
        .collect();
    values.extend(own_values);
    let mut files: BTreeMap<String, String> = known
        .files
        .iter()
        .map(|file| (file.property.clone(), file.path.clone()))
        .collect();
    files.extend(own_files);
    Ok(BindingInput {
        // Where the connection is not there yet, all else comes from the source.
        mode: match known.mode {
            BindingMode::Keep if known.present => BindingMode::Enter,
            mode => mode,
        },
        values,
        security_policy: known.policy_entered.clone(),
        agent_group: known.agents_entered.clone(),
        files: files.into_iter().collect(),
        forget: Vec::new(),
    })
}

/// The property of a connection that is meant: by its name, or by what the console calls it. An archive
/// does not tell all that a connection may have, nor its secrets: of one that is known from there alone,
/// any name will do.
fn property(known: &MoveConnection, text: &str) -> Result<String, CommandError> {
    let all = &known.properties;
    if all.iter().any(|one| one.name == text) {
        return Ok(text.to_owned());
    }
    let mut alike = all
        .iter()
        .filter(|one| one.label.eq_ignore_ascii_case(text));
    if let (Some(only), None) = (alike.next(), alike.next()) {
        return Ok(only.name.clone());
    }
    if !known.present && all.iter().all(|one| !one.secret) {
        return Ok(text.to_owned());
    }
    let names: Vec<String> = all.iter().map(|one| format!("`{}`", one.name)).collect();
    Err(CommandError {
        guidance: Some(format!("It has {}.", names.join(", "))),
        ..bad_input(&format!(
            "Connection `{}` has no value of that name.",
            known.id
        ))
    })
}

/// `CONNECTION,NAME=VALUE`. The text is not repeated: somebody may have put a secret there.
fn parts(text: &str) -> Result<(ArtifactId, String, String), CommandError> {
    let split = text.split_once('=').and_then(|(head, value)| {
        let (connection, name) = head.rsplit_once(',')?;
        Some((connection.trim(), name.trim(), value))
    });
    let Some((connection, name, value)) = split else {
        return Err(bad_input(
            "A value is written as CONNECTION,NAME=VALUE, and a file as CONNECTION,NAME=FILE.",
        ));
    };
    Ok((
        self::connection(connection)?,
        name.to_owned(),
        value.to_owned(),
    ))
}

/// A connection by its code or its id.
pub fn connection(text: &str) -> Result<ArtifactId, CommandError> {
    if text.contains(':') {
        return id(text);
    }
    Ok(ArtifactId::global(ArtifactKind::Connection, text, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_hold_signs_of_its_own_and_a_wrong_one_is_not_repeated() {
        let (connection, name, value) = parts("HR/connection:ERP,url=https://x?a=b,c")
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(connection.to_string(), "HR/connection:ERP");
        assert_eq!((name.as_str(), value.as_str()), ("url", "https://x?a=b,c"));
        let wrong = parts("ERP canary").err().map(|error| error.message);
        assert!(wrong.is_some_and(|message| !message.contains("canary")));
    }
}
