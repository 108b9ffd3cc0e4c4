//! What a screen or the command line asks for, as the engine takes it.

use secrecy::{ExposeSecret as _, SecretString};
use waybill_engine::{Change, ConnectionEdit, DeploymentEdit, NewValue, Tracing as Level};
use waybill_model::ArtifactId;

use crate::view::{ChangeRequest, ChangeVerb, CommandError, ErrorCode, Tracing};

/// A change, and the artifact it is made to: a schedule stands for its integration.
pub(super) fn read(request: &ChangeRequest) -> Result<(ArtifactId, Change), CommandError> {
    let (id, change) = match request {
        ChangeRequest::Activate { id, tracing } => (
            id,
            Change::Activate {
                tracing: tracing.map(level),
            },
        ),
        ChangeRequest::Deactivate { id, stop_schedule } => (
            id,
            Change::Deactivate {
                stop_schedule: *stop_schedule,
            },
        ),
        ChangeRequest::SetTracing { id, tracing } => (
            id,
            Change::SetTracing {
                tracing: level(*tracing),
            },
        ),
        ChangeRequest::TestConnection { id } => (id, Change::TestConnection),
        ChangeRequest::EditConnection {
            id,
            values,
            secrets,
            security_policy,
            agent_group,
        } => {
            let given = |text: &Option<String>| text.as_ref().map(|text| text.trim().to_owned());
            let edit = ConnectionEdit {
                values: values
                    .iter()
                    .filter_map(|value| {
                        Some(NewValue {
                            name: value.name.clone(),
                            value: value.value.clone()?,
                        })
                    })
                    .collect(),
                secrets: secrets.clone(),
                security_policy: given(security_policy).filter(|policy| !policy.is_empty()),
                agent_group: given(agent_group),
            };
            (id, Change::EditConnection { edit })
        }
        ChangeRequest::StartSchedule { id } => (id, Change::StartSchedule),
        ChangeRequest::StopSchedule { id } => (id, Change::StopSchedule),
        ChangeRequest::PauseSchedule { id } => (id, Change::PauseSchedule),
        ChangeRequest::ResumeSchedule { id } => (id, Change::ResumeSchedule),
        ChangeRequest::RunNow { id } => (id, Change::RunNow),
        ChangeRequest::CreateDeployment {
            id,
            name,
            description,
            integrations,
        } => {
            let edit = deployment(name, description.as_deref(), integrations);
            (id, Change::CreateDeployment { edit })
        }
        ChangeRequest::UpdateDeployment {
            id,
            name,
            description,
            integrations,
        } => {
            let edit = deployment(name, description.as_deref(), integrations);
            (id, Change::UpdateDeployment { edit })
        }
        ChangeRequest::CopyInto { id, integrations } => {
            let integrations = integrations.clone();
            (id, Change::CopyInto { integrations })
        }
        ChangeRequest::Delete { id } => (id, Change::Delete),
    };
    let subject = change.subject(id).ok_or_else(|| {
        CommandError::new(
            ErrorCode::BadInput,
            format!("`{id}` cannot be changed in this way: {}.", change.name()),
        )
        .guide("Choose an artifact of the kind that the change is for.")
        .with("field", "id")
    })?;
    Ok((subject, change))
}

fn deployment(
    name: &str,
    description: Option<&str>,
    integrations: &[ArtifactId],
) -> DeploymentEdit {
    DeploymentEdit {
        name: name.trim().to_owned(),
        description: description.map(|text| text.trim().to_owned()),
        integrations: integrations.to_vec(),
    }
}

const fn level(tracing: Tracing) -> Level {
    match tracing {
        Tracing::Production => Level::Production,
        Tracing::Audit => Level::Audit,
        Tracing::Debug => Level::Debug,
    }
}

/// The verb of a change.
pub(super) const fn verb(request: &ChangeRequest) -> ChangeVerb {
    match request {
        ChangeRequest::Activate { .. } => ChangeVerb::Activate,
        ChangeRequest::Deactivate { .. } => ChangeVerb::Deactivate,
        ChangeRequest::SetTracing { .. } => ChangeVerb::SetTracing,
        ChangeRequest::TestConnection { .. } => ChangeVerb::TestConnection,
        ChangeRequest::EditConnection { .. } => ChangeVerb::EditConnection,
        ChangeRequest::StartSchedule { .. } => ChangeVerb::StartSchedule,
        ChangeRequest::StopSchedule { .. } => ChangeVerb::StopSchedule,
        ChangeRequest::PauseSchedule { .. } => ChangeVerb::PauseSchedule,
        ChangeRequest::ResumeSchedule { .. } => ChangeVerb::ResumeSchedule,
        ChangeRequest::RunNow { .. } => ChangeVerb::RunNow,
        ChangeRequest::CreateDeployment { .. } => ChangeVerb::CreateDeployment,
        ChangeRequest::UpdateDeployment { .. } => ChangeVerb::UpdateDeployment,
        ChangeRequest::CopyInto { .. } => ChangeVerb::CopyInto,
        ChangeRequest::Delete { .. } => ChangeVerb::Delete,
    }
}

/// The secrets that came beside the request have to be the ones it names, each with a value.
pub(super) fn check_secrets(
    change: &Change,
    secrets: &[(String, SecretString)],
) -> Result<(), CommandError> {
    let wanted: &[String] = match change {
        Change::EditConnection { edit } => &edit.secrets,
        _ => &[],
    };
    let same = wanted.len() == secrets.len()
        && wanted
            .iter()
            .all(|name| secrets.iter().any(|(given, _)| given == name));
    if !same {
        return Err(CommandError::field(
            "secrets",
            "The secrets that came are not the ones that the change names.",
        )
        .guide("Enter a value for each secret that is to change."));
    }
    match secrets
        .iter()
        .find(|(_, value)| value.expose_secret().is_empty())
    {
        Some((name, _)) => Err(
            CommandError::field("secrets", format!("`{name}` has no value."))
                .guide("Enter one, or leave it as it is."),
        ),
        None => Ok(()),
    }
}
