//! What is left to enter for a connection: the same that the checks `connection-draft` and
//! `connection-values` would find, without planning anew.

use waybill_engine::waybill::ConnectionBinding;
use waybill_model::State;

use crate::view::{BindingMode, BoundProperty, MoveConnection, PropertyKind, SecretHeld};

/// What is left, in a sentence; none if nothing is. `told`: the source tells the values.
pub(super) fn open(
    connection: &MoveConnection,
    binding: Option<&ConnectionBinding>,
    told: bool,
    title: &str,
) -> Option<String> {
    let enters = binding.is_some_and(ConnectionBinding::enters);
    let draft = connection.present && connection.state == Some(State::Draft);
    let from_source = connection.mode == BindingMode::FromSource && told;
    let sets = match connection.mode {
        BindingMode::Keep => false,
        BindingMode::FromSource => enters || told,
        BindingMode::Enter => enters,
    };
    if !sets {
        return if draft {
            Some(format!("It is a draft in {title}: enter its values."))
        } else if connection.present {
            None
        } else {
            Some(format!(
                "It comes into {title} as a draft: enter its values."
            ))
        };
    }
    let properties = connection.properties.iter();
    let gone = properties.clone().filter(|property| {
        let named = binding.is_some_and(|own| own.secrets.contains(&property.name));
        named && property.held == SecretHeld::No
    });
    let missing = properties.filter(|property| {
        let named = binding.is_some_and(|own| own.secrets.contains(&property.name));
        property.required && !named && !has(connection, property, from_source)
    });
    let labels: Vec<&str> = gone
        .chain(missing)
        .map(|property| property.label.as_str())
        .collect();
    if !labels.is_empty() {
        return Some(format!("Left to enter: {}.", labels.join(", ")));
    }
    let file = connection.files.iter().find(|file| !file.same)?;
    let name = file.path.rsplit(['/', '\\']).next().unwrap_or(&file.path);
    Some(format!(
        "The file `{name}` is gone, or is another one: choose it again."
    ))
}

/// Whether a property gets a value, or has one that stays.
fn has(connection: &MoveConnection, property: &BoundProperty, from_source: bool) -> bool {
    let some = |value: Option<&String>| value.is_some_and(|value| !value.trim().is_empty());
    let entered = some(property.entered.as_ref())
        || connection
            .files
            .iter()
            .any(|file| file.property == property.name);
    let given = from_source
        && !property.secret
        && property.kind != PropertyKind::File
        && some(property.source.as_ref());
    // Another security policy asks for other credentials.
    let before = &connection.policy_destination;
    let after = match (&connection.policy_entered, from_source) {
        (Some(entered), _) => Some(entered),
        (None, true) => connection.policy_source.as_ref().or(before.as_ref()),
        (None, false) => before.as_ref(),
    };
    let other_policy = connection.present && after != before.as_ref();
    let stays = property.set_there && !(property.credential && other_policy);
    entered || given || stays
}

#[cfg(test)]
mod tests {
    use waybill_engine::waybill::ConnectionMode;

    use super::*;

    fn property(name: &str, secret: bool) -> BoundProperty {
        BoundProperty {
            name: name.to_owned(),
            label: name.to_uppercase(),
            credential: secret,
            secret,
            required: true,
            kind: if secret {
                PropertyKind::Secret
            } else {
                PropertyKind::Text
            },
            options: Vec::new(),
            source: (!secret).then(|| "x".to_owned()),
            rewritten: None,
            destination: None,
            set_there: false,
            entered: None,
            held: SecretHeld::No,
        }
    }

    fn draft(mode: BindingMode) -> MoveConnection {
        MoveConnection {
            id: "connection:ERP".parse().unwrap(),
            name: "ERP".to_owned(),
            adapter: None,
            role: None,
            used_by: Vec::new(),
            state: Some(State::Draft),
            present: true,
            mode,
            properties: vec![property("url", false), property("password", true)],
            files: Vec::new(),
            policy_source: None,
            policy_destination: None,
            policy_entered: None,
            agents_source: None,
            agents_destination: None,
            agents_entered: None,
            settled: false,
            open: None,
            tested: None,
        }
    }

    #[test]
    fn a_draft_that_keeps_its_values_has_none() {
        let words = open(&draft(BindingMode::Keep), None, true, "PROD").unwrap();
        assert_eq!(words, "It is a draft in PROD: enter its values.");
        let mut configured = draft(BindingMode::Keep);
        configured.state = Some(State::Configured);
        assert_eq!(open(&configured, None, true, "PROD"), None);
    }

    #[test]
    fn what_neither_source_nor_destination_has_is_named() {
        let words = open(&draft(BindingMode::FromSource), None, true, "PROD").unwrap();
        assert_eq!(words, "Left to enter: PASSWORD.");
        let mut set = draft(BindingMode::FromSource);
        set.properties[1].set_there = true;
        assert_eq!(open(&set, None, true, "PROD"), None);
        // Other credentials are asked for.
        set.policy_destination = Some("BASIC".to_owned());
        set.policy_entered = Some("OAUTH".to_owned());
        assert!(open(&set, None, true, "PROD").is_some());
    }

    #[test]
    fn a_secret_that_was_entered_has_to_be_held_still() {
        let binding = ConnectionBinding {
            mode: ConnectionMode::Enter,
            values: [("url".to_owned(), "y".to_owned())].into(),
            secrets: vec!["password".to_owned()],
            ..ConnectionBinding::default()
        };
        let mut entered = draft(BindingMode::Enter);
        entered.properties[0].entered = Some("y".to_owned());
        entered.properties[1].held = SecretHeld::Session;
        assert_eq!(open(&entered, Some(&binding), true, "PROD"), None);
        entered.properties[1].held = SecretHeld::No;
        assert!(open(&entered, Some(&binding), true, "PROD").is_some());
    }
}
