//! Policies of a waybill, as they are said on the command line.

use clap::ValueEnum;
use waybill_app::view::{
    ActivatePolicy, CommandError, ConnectionsPolicy, ExistingPolicy, MoveException, MovePolicies,
    SchedulesPolicy,
};
use waybill_model::ArtifactId;

use crate::arguments::{ActivateName, ConnectionsName, ExistingName, Plan, SchedulesName};
use crate::output::bad_input;

/// The policies that the arguments name.
pub fn policies(asked: &Plan) -> Result<MovePolicies, CommandError> {
    let mut policies = MovePolicies {
        into_project: asked.into_project.clone(),
        ..MovePolicies::default()
    };
    let mut given = MoveException {
        existing: asked.existing.map(existing),
        activate: asked.activate.map(activate),
        schedules: asked.schedules.map(schedules),
        connections: asked.connections.map(connections),
    };
    for text in &asked.policies {
        let (id, name, value) = parts(text)?;
        match id {
            Some(id) => set(policies.exceptions.entry(id).or_default(), name, value)?,
            None if name == "into-project" => policies.into_project = Some(value.to_owned()),
            None => set(&mut given, name, value)?,
        }
    }
    policies.existing = given.existing.unwrap_or_default();
    policies.activate = given.activate.unwrap_or_default();
    policies.schedules = given.schedules.unwrap_or_default();
    policies.connections = given.connections.unwrap_or_default();
    Ok(policies)
}

/// `existing=skip` is of all, `integration:CODE|VERSION,existing=skip` of one artifact.
fn parts(text: &str) -> Result<(Option<ArtifactId>, &str, &str), CommandError> {
    let (id, rest) = match text.rsplit_once(',') {
        Some((id, rest)) => {
            let id = id
                .parse()
                .map_err(|error: waybill_model::ParseIdError| bad_input(&error.to_string()))?;
            (Some(id), rest)
        }
        None => (None, text),
    };
    let Some((name, value)) = rest.split_once('=') else {
        return Err(bad_input(&format!(
            "`{text}` is no policy. Write it as NAME=VALUE, or ID,NAME=VALUE for one artifact."
        )));
    };
    Ok((id, name.trim(), value.trim()))
}

fn set(policy: &mut MoveException, name: &str, value: &str) -> Result<(), CommandError> {
    match name {
        "existing" => policy.existing = Some(existing(word(name, value)?)),
        "activate" => policy.activate = Some(activate(word(name, value)?)),
        "schedules" => policy.schedules = Some(schedules(word(name, value)?)),
        "connections" => policy.connections = Some(connections(word(name, value)?)),
        _ => {
            return Err(bad_input(&format!(
                "There is no policy `{name}`. There are existing, activate, schedules, connections and into-project."
            )));
        }
    }
    Ok(())
}

fn word<Name: ValueEnum>(name: &str, value: &str) -> Result<Name, CommandError> {
    Name::from_str(value, true).map_err(|_| {
        let words: Vec<String> = Name::value_variants()
            .iter()
            .filter_map(|one| Some(one.to_possible_value()?.get_name().to_owned()))
            .collect();
        bad_input(&format!(
            "`{value}` is nothing that {name} can be: {}.",
            words.join(", ")
        ))
    })
}

const fn existing(name: ExistingName) -> ExistingPolicy {
    match name {
        ExistingName::Skip => ExistingPolicy::Skip,
        ExistingName::Replace => ExistingPolicy::Replace,
        ExistingName::ReplaceIfDifferent => ExistingPolicy::ReplaceIfDifferent,
        ExistingName::NewVersion => ExistingPolicy::NewVersion,
    }
}

const fn activate(name: ActivateName) -> ActivatePolicy {
    match name {
        ActivateName::AsInSource => ActivatePolicy::AsInSource,
        ActivateName::All => ActivatePolicy::All,
        ActivateName::None => ActivatePolicy::None,
    }
}

const fn schedules(name: SchedulesName) -> SchedulesPolicy {
    match name {
        SchedulesName::AsInSource => SchedulesPolicy::AsInSource,
        SchedulesName::Start => SchedulesPolicy::Start,
        SchedulesName::Stop => SchedulesPolicy::Stop,
        SchedulesName::LeaveStopped => SchedulesPolicy::LeaveStopped,
    }
}

const fn connections(name: ConnectionsName) -> ConnectionsPolicy {
    match name {
        ConnectionsName::Keep => ConnectionsPolicy::Keep,
        ConnectionsName::FromSource => ConnectionsPolicy::FromSource,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    fn a_policy_is_of_all_or_of_one_artifact() {
        let mut policy = MoveException::default();
        let (id, name, value) = parts("integration:A|01.00.0000,existing=new-version").unwrap();
        assert_eq!(id.map(|id| id.code).as_deref(), Some("A"));
        set(&mut policy, name, value).unwrap();
        assert_eq!(policy.existing, Some(ExistingPolicy::NewVersion));
        let (id, name, value) = parts("activate = none").unwrap();
        assert_eq!((id, name, value), (None, "activate", "none"));
        assert!(set(&mut policy, "activate", "some").is_err());
        assert!(set(&mut policy, "colour", "red").is_err());
        assert!(parts("existing").is_err());
    }
}
