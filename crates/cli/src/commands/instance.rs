//! `waybill instance`.

use serde_json::json;
use waybill_app::view::{
    CommandError, ErrorCode, InstanceForm, InstanceView, SecretInputs, StageState, TestReport,
    TestStage,
};
use waybill_model::{Environment, Generation};

use super::{Session, sign_in, word};
use crate::arguments::{EnvironmentName, GenerationName, InstanceAdd, InstanceVerb};
use crate::exit::Ending;
use crate::input;
use crate::output::{bad_input, table};

pub async fn perform(session: &Session<'_>, verb: InstanceVerb) -> Result<Ending, CommandError> {
    match verb {
        InstanceVerb::Add(add) => self::add(session, *add).await,
        InstanceVerb::List => list(session),
        InstanceVerb::Test { name, secret_stdin } => test(session, &name, secret_stdin).await,
        InstanceVerb::AllowWrites {
            name,
            minutes,
            type_name,
        } => {
            let instance = named(session, &name)?;
            let changed = session
                .app
                .writes_allow(&instance.id, minutes, type_name)
                .await?;
            session.output.result("instance", &changed, || {
                let until = changed.writes_allowed_until.as_deref().unwrap_or_default();
                format!("{} may be changed until {until}.", changed.name)
            });
            Ok(Ending::Done)
        }
        InstanceVerb::ReadOnly { name } => {
            let instance = named(session, &name)?;
            let changed = session.app.writes_forbid(&instance.id).await?;
            session.output.result("instance", &changed, || {
                format!("{} can only be read.", changed.name)
            });
            Ok(Ending::Done)
        }
        InstanceVerb::RequireSignOff { name, no } => {
            let instance = named(session, &name)?;
            let changed = session.app.sign_off_require(&instance.id, !no).await?;
            session.output.result("instance", &changed, || {
                if no {
                    format!(
                        "Waybills run into {} without a second person.",
                        changed.name
                    )
                } else {
                    format!(
                        "A second person signs off each waybill into {}.",
                        changed.name
                    )
                }
            });
            Ok(Ending::Done)
        }
        InstanceVerb::SignIn { name, no_browser } => {
            sign_in::in_browser(session, &name, no_browser).await
        }
        InstanceVerb::SignOut { name } => sign_in::out(session, &name).await,
        InstanceVerb::Token { name, secret_stdin } => {
            sign_in::token(session, &name, secret_stdin).await
        }
        InstanceVerb::Remove { name } => {
            let instance = named(session, &name)?;
            session.app.instance_remove(&instance.id).await?;
            session
                .output
                .result("removed", &json!({ "name": instance.name }), || {
                    format!("{} is forgotten. Its snapshots stay.", instance.name)
                });
            Ok(Ending::Done)
        }
    }
}

/// The instance with this name or id.
pub fn named(session: &Session<'_>, name: &str) -> Result<InstanceView, CommandError> {
    session
        .app
        .instances()?
        .into_iter()
        .find(|instance| instance.name == name || instance.id == name)
        .ok_or_else(|| CommandError {
            code: ErrorCode::UnknownSubject,
            guidance: Some("`waybill instance list` shows the saved instances.".into()),
            ..bad_input(&format!("There is no instance `{name}`."))
        })
}

async fn add(session: &Session<'_>, add: InstanceAdd) -> Result<Ending, CommandError> {
    let reading = session.app.address_read(&add.url)?;
    let generation = match add.generation {
        Some(GenerationName::Oic3) => Generation::Oic3,
        Some(GenerationName::Gen2) => Generation::Gen2,
        Some(GenerationName::Ics) => Generation::Ics,
        None => reading.generation.ok_or_else(|| {
            bad_input(
                "The address does not tell the generation. Add --generation oic3, gen2 or ics.",
            )
        })?,
    };
    let sign_in = sign_in::form(session, &add);
    let secrets = sign_in::secrets(&add)?;
    let form = InstanceForm {
        id: None,
        name: add.name,
        environment: match add.environment {
            EnvironmentName::Development => Environment::Development,
            EnvironmentName::Test => Environment::Test,
            EnvironmentName::Production => Environment::Production,
            EnvironmentName::Other => Environment::Other,
        },
        generation,
        address: add.url,
        instance_name: add.instance_name.or(reading.instance_name),
        sign_in,
        write_policy: None,
        calls_per_minute: add.calls_per_minute,
        ca_file: add.ca_file.map(|path| path.display().to_string()),
        proxy: add.proxy,
    };
    if add.test {
        let report = run_test(session, form.clone(), secrets.clone()).await?;
        if !report.passed {
            session.output.object("test", &report);
            session.output.failure(&test_failed(&report));
            return Ok(Ending::Failed);
        }
    }
    let saved = session.app.instance_save(form, secrets, true).await?;
    session.output.result("instance", &saved, || {
        let next = if saved.needs_browser {
            format!(
                " Now sign in in the browser: `waybill instance sign-in \"{}\"`.",
                saved.name
            )
        } else {
            String::new()
        };
        format!(
            "{} is saved ({}, {}).{next}",
            saved.name,
            word(&saved.environment),
            word(&saved.write_policy)
        )
    });
    Ok(Ending::Done)
}

fn list(session: &Session<'_>) -> Result<Ending, CommandError> {
    let instances = session.app.instances()?;
    session
        .output
        .result("instances", &json!({ "instances": instances }), || {
            if instances.is_empty() {
                return "No instance yet. `waybill instance add` saves one.".into();
            }
            let rows: Vec<Vec<String>> = instances
                .iter()
                .map(|instance| {
                    vec![
                        instance.name.clone(),
                        word(&instance.environment),
                        word(&instance.generation),
                        word(&instance.write_policy),
                        word(&instance.secret),
                        instance.address.clone(),
                    ]
                })
                .collect();
            table(
                &[
                    "NAME",
                    "ENVIRONMENT",
                    "GENERATION",
                    "POLICY",
                    "SECRET",
                    "ADDRESS",
                ],
                &rows,
            )
        });
    Ok(Ending::Done)
}

async fn test(
    session: &Session<'_>,
    name: &str,
    secret_stdin: bool,
) -> Result<Ending, CommandError> {
    let instance = named(session, name)?;
    let secret = secret_stdin
        .then(|| input::secret("client secret or password", true))
        .transpose()?;
    let secrets = sign_in::in_place(&instance.sign_in, secret);
    let report = run_test(session, form_of(&instance), secrets).await?;
    session.output.object("test", &report);
    Ok(if report.passed {
        Ending::Done
    } else {
        Ending::Failed
    })
}

async fn run_test(
    session: &Session<'_>,
    form: InstanceForm,
    secrets: SecretInputs,
) -> Result<TestReport, CommandError> {
    let output = session.output.clone();
    let report = session
        .app
        .instance_test(form, secrets, move |stage: &TestStage| {
            output.object("stage", stage);
        })
        .await?;
    if !session.output.is_json() {
        for stage in &report.stages {
            session.output.result("", stage, || describe(stage));
        }
    }
    Ok(report)
}

/// The failure of a test: what the stage found that failed first.
fn test_failed(report: &TestReport) -> CommandError {
    let failed = report
        .stages
        .iter()
        .find(|stage| stage.state == StageState::Failed);
    let found = failed.map_or("", |stage| &stage.detail);
    let mut guidance = failed
        .and_then(|stage| stage.remedy.clone())
        .unwrap_or_default();
    guidance.push_str(" To save the instance as it is, leave out `--test`.");
    CommandError {
        guidance: Some(guidance.trim_start().to_owned()),
        ..bad_input(&format!(
            "The connection test did not pass, so the instance is not saved: {}.",
            found.trim_end_matches('.')
        ))
    }
}

fn describe(stage: &TestStage) -> String {
    let mark = match stage.state {
        StageState::Passed => "passed ",
        StageState::Failed => "FAILED ",
        StageState::Skipped => "skipped",
        StageState::Waiting | StageState::Running => "       ",
    };
    let mut text = format!("{mark}  {:<13} {}", word(&stage.stage), stage.detail);
    if let Some(remedy) = &stage.remedy {
        text.push_str("\n         What to do: ");
        text.push_str(remedy);
    }
    text
}

fn form_of(instance: &InstanceView) -> InstanceForm {
    InstanceForm {
        id: Some(instance.id.clone()),
        name: instance.name.clone(),
        environment: instance.environment,
        generation: instance.generation,
        address: instance.address.clone(),
        instance_name: instance.instance_name.clone(),
        sign_in: instance.sign_in.clone(),
        write_policy: Some(instance.write_policy),
        calls_per_minute: instance.calls_per_minute,
        ca_file: instance.ca_file.clone(),
        proxy: instance.proxy.clone(),
    }
}
