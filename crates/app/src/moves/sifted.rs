//! What is entered for a move stands in its document, in files and on paper: what looks like a secret is
//! not taken, and not repeated either.

use waybill_archive::{mask, mask_value};
use waybill_engine::names_a_secret;
use waybill_engine::waybill::Bindings;

use super::decided;
use crate::view::{CommandError, MoveEdit};

const IN_CONSOLE: &str = "Leave it out here, and set it in the console after the run. A password belongs into a connection.";

/// A value of a connection: what looks like a secret is to be entered as one.
pub(super) fn check_value(name: &str, value: &str) -> Result<(), CommandError> {
    if names_a_secret(name) || mask_value(name, value) != value {
        return Err(refused("values", name)
            .guide("Enter it as a secret: those are in no document. A password does not belong into an address.")
            .with("property", mask(name)));
    }
    Ok(())
}

/// The name of a move.
pub(super) fn check_name(name: &str) -> Result<(), CommandError> {
    if mask(name) != name {
        return Err(CommandError::field(
            "name",
            "The name holds what looks like a secret, and it stands in the waybill.",
        )
        .guide("Give it a name without it."));
    }
    Ok(())
}

/// What an edit brings into the document.
pub(super) fn check_edit(edit: &MoveEdit) -> Result<(), CommandError> {
    let bindings = Bindings {
        lookup_cells: decided::cells(edit.lookup_cells.clone().unwrap_or_default()),
        schedules: decided::schedule_bindings(edit.schedules.clone().unwrap_or_default()),
        hosts: decided::hosts(edit.hosts.clone().unwrap_or_default()),
        ..Bindings::default()
    };
    check_bindings(&bindings)
}

/// All values of bindings, wherever they come from.
pub(super) fn check_bindings(bindings: &Bindings) -> Result<(), CommandError> {
    for binding in bindings.connections.values() {
        for (name, value) in &binding.values {
            check_value(name, value)?;
        }
        for (name, value) in [
            ("security policy", &binding.security_policy),
            ("agent group", &binding.agent_group),
        ] {
            if value.as_ref().is_some_and(|value| mask(value) != *value) {
                return Err(refused("values", name).guide("Choose it from the list."));
            }
        }
    }
    for cell in &bindings.lookup_cells {
        let value = cell.value.as_str();
        if [&cell.column, &cell.row]
            .into_iter()
            .any(|name| mask_value(name, value) != value)
        {
            return Err(refused("lookupCells", &cell.column).guide(IN_CONSOLE));
        }
    }
    for binding in bindings.schedules.values() {
        let times = [&binding.time_zone, &binding.start, &binding.end];
        if times.into_iter().flatten().any(|time| mask(time) != *time) {
            return Err(refused("schedules", "a time").guide(IN_CONSOLE));
        }
        for (name, value) in &binding.parameters {
            if mask_value(name, value) != *value {
                return Err(refused("schedules", name).guide(IN_CONSOLE));
            }
        }
    }
    let hosts = bindings
        .hosts
        .iter()
        .flat_map(|rule| [&rule.from, &rule.to]);
    if hosts.into_iter().any(|host| !is_host(host)) {
        return Err(CommandError::field(
            "hosts",
            "What was entered as a host is not the name of one.",
        )
        .guide("Enter the name alone, such as `erp.acme.example`: no user, no password, no path, no `https://`."));
    }
    Ok(())
}

/// The name of a host, with a port or without.
fn is_host(text: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || ".-_:[]".contains(letter);
    text.chars().all(fits)
}

fn refused(field: &str, name: &str) -> CommandError {
    let name = mask(name);
    CommandError::field(
        field,
        format!(
            "What was entered for `{name}` looks like a secret, and values stand in the waybill."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Bindings {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn secrets_are_no_values() {
        assert!(check_value("connectionUrl", "https://erp.acme.example/").is_ok());
        assert!(check_value("username", "integration").is_ok());
        for (name, value) in [
            ("password", "canary"),
            ("connectionUrl", "https://ann:canary@erp.acme.example/"),
        ] {
            let error = check_value(name, value).unwrap_err();
            assert!(!error.to_string().contains("canary"), "{error}");
            assert_eq!(error.context["property"], name);
        }
        assert!(check_name("Orders of November").is_ok());
        assert!(check_name("Orders, password=canary99x").is_err());
    }

    #[test]
    fn no_part_of_bindings_holds_what_looks_like_a_secret() {
        let fine = r#"{"connections": {"connection:A": {"mode": "enter", "values": {"url": "https://a.example/x"}, "agentGroup": "HOUSE"}},
            "lookupCells": [{"lookup": "lookup:L", "row": "batch", "column": "PROD", "value": "50"}],
            "schedules": {"schedule:S|01.00.0000": {"timeZone": "Europe/Berlin", "parameters": {"batch": "50"}}},
            "hosts": [{"from": "a.example:8443", "to": "b.example"}]}"#;
        check_bindings(&read(fine)).unwrap();
        for wrong in [
            r#"{"connections": {"connection:A": {"values": {"url": "https://ann:canary99x@a.example/"}}}}"#,
            r#"{"lookupCells": [{"lookup": "lookup:L", "row": "erp", "column": "db_password", "value": "canary99x"}]}"#,
            r#"{"lookupCells": [{"lookup": "lookup:L", "row": "api_key", "column": "value", "value": "canary99x"}]}"#,
            r#"{"lookupCells": [{"lookup": "lookup:L", "row": "url", "column": "value", "value": "https://ann:canary99x@a.example/"}]}"#,
            r#"{"schedules": {"schedule:S|01.00.0000": {"parameters": {"password": "canary99x"}}}}"#,
            r#"{"hosts": [{"from": "a.example", "to": "ann:canary99x@b.example"}]}"#,
        ] {
            let refused = check_bindings(&read(wrong)).unwrap_err();
            assert!(!format!("{refused:?}").contains("canary99x"), "{refused:?}");
        }
    }
}
