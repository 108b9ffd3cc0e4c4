//! `waybill change`: shows what would be done, asks, does it, and follows it to its end.

use std::io::{self, IsTerminal as _, Write as _};

use secrecy::{ExposeSecret as _, SecretString};
use waybill_app::view::{
    ChangePlan, ChangeRequest, CommandError, ErrorCode, FindingSeverity, NewValue, Tracing,
};
use waybill_model::ArtifactId;

use super::{Session, backup::follow, instance::named};
use crate::arguments::{ChangeTo, ChangeVerb, TracingName};
use crate::exit::Ending;
use crate::input;
use crate::output::{Put, bad_input};

pub async fn perform(session: &Session<'_>, verb: ChangeVerb) -> Result<Ending, CommandError> {
    let (to, mut request, secret_values) = read(verb)?;
    let instance = named(session, &to.instance)?;
    if to.secret_stdin {
        let secret = input::secret("client secret or password", true)?;
        session
            .app
            .instance_secret_for_session(&instance.id, secret)?;
    }
    session.unlock_vault().await?;
    let secrets = if secret_values {
        let given = read_secrets()?;
        if let ChangeRequest::EditConnection { secrets, .. } = &mut request {
            *secrets = given.iter().map(|(name, _)| name.clone()).collect();
        }
        given
    } else {
        Vec::new()
    };
    carry_out(session, &to, &instance.id, request, secrets).await
}

/// Makes a change that another verb has put together: shows what would be done, asks, does it, and follows it to
/// its end.
pub(super) async fn make(
    session: &Session<'_>,
    to: &ChangeTo,
    request: ChangeRequest,
) -> Result<Ending, CommandError> {
    let instance = named(session, &to.instance)?;
    if to.secret_stdin {
        let secret = input::secret("client secret or password", true)?;
        session
            .app
            .instance_secret_for_session(&instance.id, secret)?;
    }
    session.unlock_vault().await?;
    carry_out(session, to, &instance.id, request, Vec::new()).await
}

async fn carry_out(
    session: &Session<'_>,
    to: &ChangeTo,
    instance: &str,
    request: ChangeRequest,
    secrets: Vec<(String, SecretString)>,
) -> Result<Ending, CommandError> {
    let plan = session.app.change_plan(instance, request.clone()).await?;
    session.output.result("plan", &plan, || describe(&plan));
    if to.plan {
        return Ok(if plan.run_possible {
            Ending::Done
        } else {
            Ending::Failed
        });
    }
    if !plan.run_possible {
        return Err(stands_against(&plan));
    }
    let typed = agree(to, &plan)?;
    let run = session
        .app
        .change_start(instance, request, secrets, typed)
        .await?;
    follow(session, &run.id).await
}

fn read(verb: ChangeVerb) -> Result<(ChangeTo, ChangeRequest, bool), CommandError> {
    let mut secret_values = false;
    let (to, request) = match verb {
        ChangeVerb::Activate { to, tracing } => {
            let id = id(&to, Some("integration"))?;
            let tracing = tracing.map(level);
            (to, ChangeRequest::Activate { id, tracing })
        }
        ChangeVerb::Deactivate { to, stop_schedule } => {
            let id = id(&to, Some("integration"))?;
            (to, ChangeRequest::Deactivate { id, stop_schedule })
        }
        ChangeVerb::Tracing { to, level: wanted } => {
            let id = id(&to, Some("integration"))?;
            let tracing = level(wanted);
            (to, ChangeRequest::SetTracing { id, tracing })
        }
        ChangeVerb::TestConnection { to } => {
            let id = id(&to, Some("connection"))?;
            (to, ChangeRequest::TestConnection { id })
        }
        ChangeVerb::SetValues {
            to,
            values,
            secret_values_stdin,
            security_policy,
            agent_group,
        } => {
            secret_values = secret_values_stdin;
            let request = ChangeRequest::EditConnection {
                id: id(&to, Some("connection"))?,
                values: values
                    .iter()
                    .map(|text| new_value(text))
                    .collect::<Result<_, _>>()?,
                secrets: Vec::new(),
                security_policy,
                agent_group,
            };
            (to, request)
        }
        ChangeVerb::StartSchedule { to } => {
            let id = id(&to, Some("integration"))?;
            (to, ChangeRequest::StartSchedule { id })
        }
        ChangeVerb::StopSchedule { to } => {
            let id = id(&to, Some("integration"))?;
            (to, ChangeRequest::StopSchedule { id })
        }
        ChangeVerb::PauseSchedule { to } => {
            let id = id(&to, Some("integration"))?;
            (to, ChangeRequest::PauseSchedule { id })
        }
        ChangeVerb::ResumeSchedule { to } => {
            let id = id(&to, Some("integration"))?;
            (to, ChangeRequest::ResumeSchedule { id })
        }
        ChangeVerb::RunNow { to } => {
            let id = id(&to, Some("integration"))?;
            (to, ChangeRequest::RunNow { id })
        }
        ChangeVerb::Delete { to } => {
            let id = id(&to, None)?;
            (to, ChangeRequest::Delete { id })
        }
    };
    Ok((to, request, secret_values))
}

fn id(to: &ChangeTo, kind: Option<&str>) -> Result<ArtifactId, CommandError> {
    let text = &to.id;
    // Where a verb fits one kind alone, its name may be left out.
    let whole = match (kind, text.contains(':')) {
        (Some(kind), false) => match text.rsplit_once('/') {
            Some((project, code)) => format!("{project}/{kind}:{code}"),
            None => format!("{kind}:{text}"),
        },
        _ => text.clone(),
    };
    whole
        .parse()
        .map_err(|error: waybill_model::ParseIdError| bad_input(&error.to_string()))
}

fn level(name: TracingName) -> Tracing {
    match name {
        TracingName::Production => Tracing::Production,
        TracingName::Audit => Tracing::Audit,
        TracingName::Debug => Tracing::Debug,
    }
}

fn new_value(text: &str) -> Result<NewValue, CommandError> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok(NewValue {
            name: name.trim().to_owned(),
            value: Some(value.to_owned()),
        }),
        // The text is not shown: somebody may have put a secret there.
        _ => Err(bad_input("A value is written as NAME=VALUE.")),
    }
}

/// The rest of standard input: a line `NAME=VALUE` for each secret.
fn read_secrets() -> Result<Vec<(String, SecretString)>, CommandError> {
    let mut secrets = Vec::new();
    while let Some(line) = input::line()? {
        let text = line.expose_secret();
        if text.trim().is_empty() {
            continue;
        }
        let Some((name, value)) = text.split_once('=') else {
            return Err(bad_input(
                "A line of standard input is not written as NAME=VALUE.",
            ));
        };
        secrets.push((name.trim().to_owned(), SecretString::from(value.to_owned())));
    }
    if secrets.is_empty() {
        return Err(bad_input(
            "Standard input holds no secret. Give a line NAME=VALUE for each.",
        ));
    }
    Ok(secrets)
}

/// The first thing that stands against it, as the error it ends with.
fn stands_against(plan: &ChangePlan) -> CommandError {
    let first = plan
        .findings
        .iter()
        .find(|finding| finding.severity == FindingSeverity::Blocking);
    CommandError {
        code: if plan.writes.may_write {
            ErrorCode::ChangeBlocked
        } else {
            ErrorCode::ReadOnly
        },
        guidance: first.and_then(|finding| finding.guidance.clone()),
        ..bad_input(first.map_or("Something stands against it.", |finding| &finding.text))
    }
}

/// Asks the person at the terminal, unless the arguments agree already. What has to be typed is
/// typed, or given as an argument.
fn agree(to: &ChangeTo, plan: &ChangePlan) -> Result<Option<String>, CommandError> {
    if to.yes {
        return match (&plan.type_name, &to.type_name) {
            (Some(name), None) => Err(CommandError {
                guidance: Some(format!("Add `--type-name \"{name}\"`.")),
                ..bad_input("What is deleted has to be named once more.")
            }),
            _ => Ok(to.type_name.clone()),
        };
    }
    if !io::stdin().is_terminal() {
        return Err(CommandError {
            guidance: Some("Look at it with `--plan`, then add `--yes`.".into()),
            ..bad_input("Nobody is there to agree to this change.")
        });
    }
    let question = match &plan.type_name {
        Some(name) => format!("Type `{name}` to go on: "),
        None => format!("{}? Type yes: ", plan.button),
    };
    let mut out = io::stderr();
    let _ = out
        .write_all(question.as_bytes())
        .and_then(|()| out.flush());
    let answer = input::line()?.map(|line| line.expose_secret().trim().to_owned());
    match (&plan.type_name, answer) {
        (Some(_), typed) => Ok(typed),
        (None, Some(answer)) if answer.eq_ignore_ascii_case("yes") => Ok(None),
        _ => Err(CommandError {
            code: ErrorCode::Cancelled,
            ..bad_input("Nothing was changed.")
        }),
    }
}

fn describe(plan: &ChangePlan) -> String {
    let mut text = format!("{} ({})", plan.button, super::word(&plan.environment));
    for effect in &plan.effects {
        text.put(format_args!("\n  {effect}"));
    }
    for finding in &plan.findings {
        let mark = match finding.severity {
            FindingSeverity::Blocking => "BLOCKING",
            FindingSeverity::Warning => "warning ",
            FindingSeverity::Note => "note    ",
        };
        text.put(format_args!("\n  {mark}  {}", finding.text));
        if let Some(guidance) = &finding.guidance {
            text.put(format_args!("\n            What to do: {guidance}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_hold_equal_signs_and_a_wrong_one_is_not_shown() {
        let value = new_value("url=https://x?a=b").ok();
        assert_eq!(
            value.and_then(|value| value.value).as_deref(),
            Some("https://x?a=b")
        );
        let refused = new_value("canary").err().map(|error| error.message);
        assert!(refused.is_some_and(|message| !message.contains("canary")));
    }
}
