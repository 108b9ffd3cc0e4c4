//! `waybill rotate`.

use std::collections::BTreeMap;

use secrecy::SecretString;
use waybill_app::view::{CommandError, RotationAsk, RotationNew, RotationView};
use waybill_model::ArtifactId;

use super::Session;
use super::access::planned;
use super::enter::connection;
use super::instance::named;
use crate::exit::Ending;
use crate::input;
use crate::output::{Put, bad_input, table};
use crate::rotate_arguments::{RotateLook, RotatePlan, RotateVerb};

pub async fn perform(session: &Session<'_>, verb: RotateVerb) -> Result<Ending, CommandError> {
    match verb {
        RotateVerb::Look(asked) => look(session, asked).await,
        RotateVerb::Plan(asked) => plan(session, asked).await,
    }
}

async fn look(session: &Session<'_>, asked: RotateLook) -> Result<Ending, CommandError> {
    let instance = named(session, &asked.instance)?;
    let view = found(session, instance.id, &asked.connections, asked.text).await?;
    session.output.result("rotation", &view, || in_words(&view));
    Ok(Ending::Done)
}

async fn plan(session: &Session<'_>, asked: RotatePlan) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let instance = named(session, &asked.instance)?;
    let values = values(&asked.values)?;
    let view = found(
        session,
        instance.id.clone(),
        &asked.connections,
        asked.replace.clone(),
    )
    .await?;
    if view.connections.is_empty() {
        return Err(bad_input(&format!(
            "In no connection of {} stands what is to be replaced.",
            instance.name
        )));
    }
    let mut secrets: Vec<(String, SecretString)> = Vec::with_capacity(asked.secrets.len());
    for name in &asked.secrets {
        let secret = input::secret(&format!("new `{name}`"), asked.secrets_stdin)?;
        secrets.push((name.clone(), secret));
    }
    let begun = session
        .app
        .rotation_new(
            RotationNew {
                instance: instance.id,
                name: asked.name,
                connections: view.connections.into_iter().map(|own| own.id).collect(),
                replace: asked.replace,
                with: asked.with,
                values,
                leave_running: asked.leave_running,
            },
            secrets,
            // A later `waybill run` is another process.
            true,
        )
        .await?;
    planned(session, &begun.summary.id).await
}

async fn found(
    session: &Session<'_>,
    instance: String,
    connections: &[String],
    text: Option<String>,
) -> Result<RotationView, CommandError> {
    let connections: Vec<ArtifactId> = connections
        .iter()
        .map(|text| connection(text))
        .collect::<Result<_, _>>()?;
    let bar = session.output.work();
    session
        .app
        .rotation_look(
            &RotationAsk {
                instance,
                connections,
                text,
                refresh: true,
            },
            &|progress| bar.show(&progress),
        )
        .await
}

/// `NAME=VALUE`. The text is not repeated: somebody may have put a secret there.
fn values(all: &[String]) -> Result<BTreeMap<String, String>, CommandError> {
    let pairs = all.iter().map(|text| {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            bad_input("A value is written as NAME=VALUE, and a secret is named with --secret.")
        })?;
        Ok((name.trim().to_owned(), value.to_owned()))
    });
    pairs.collect()
}

fn in_words(view: &RotationView) -> String {
    let rows: Vec<Vec<String>> = view
        .connections
        .iter()
        .map(|own| {
            let values: Vec<String> = own
                .values
                .iter()
                .map(|one| format!("{} {}", one.property, one.value))
                .collect();
            vec![
                own.id.to_string(),
                own.active.to_string(),
                own.used_by.to_string(),
                own.secrets.join(", "),
                values.join(", "),
            ]
        })
        .collect();
    let mut text = table(
        &["Connection", "Active", "Used by", "Secrets", "Values"],
        &rows,
    );
    let active = view.integrations.iter().filter(|own| own.active).count();
    text.put(format_args!(
        "\n{} integrations use them; {active} are active and are deactivated and activated again.",
        view.integrations.len()
    ));
    for note in &view.notes {
        text.put(format_args!("\n{note}"));
    }
    text
}
