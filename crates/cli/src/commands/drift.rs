//! `waybill drift --history`: what changed from each backup to the next, and by whom.

use serde_json::json;
use waybill_app::view::{CommandError, DriftAsk, DriftChange, DriftView};
use waybill_model::ArtifactId;

use super::{Session, named};
use crate::arguments::Drift;
use crate::exit::Ending;
use crate::output::{Put, bad_input};

pub async fn history(session: &Session<'_>, asked: &Drift) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let artifact = asked
        .artifact
        .as_deref()
        .map(|text| {
            text.parse::<ArtifactId>()
                .map_err(|error| bad_input(&error.to_string()))
        })
        .transpose()?;
    let ask = DriftAsk {
        since: asked.since.clone(),
        until: None,
        artifact,
        only_outside: asked.outside,
    };
    let instances = match &asked.instance {
        Some(name) => vec![named(session, name)?.id],
        None => session
            .app
            .instances()?
            .into_iter()
            .map(|instance| instance.id)
            .collect(),
    };
    let mut views = Vec::new();
    for instance in &instances {
        views.push(session.app.drift(instance, &ask).await?);
    }
    let found = views.iter().any(|view| !view.steps.is_empty());
    session
        .output
        .result("drift", &json!({ "instances": views }), || {
            let parts: Vec<String> = views.iter().map(in_words).collect();
            if parts.is_empty() {
                "No instance is saved.".into()
            } else {
                parts.join("\n")
            }
        });
    Ok(if found {
        Ending::Different.unless(asked.shown.exit_zero)
    } else {
        Ending::Done
    })
}

fn in_words(view: &DriftView) -> String {
    let mut text = view.instance_name.clone();
    if view.steps.is_empty() {
        text.put(format_args!(": "));
        text.put(format_args!(
            "{}",
            if view.looked_at == 0 {
                "there are no two backups to compare yet."
            } else {
                "nothing changed."
            }
        ));
    }
    for step in &view.steps {
        let snapshot = step
            .snapshot
            .as_deref()
            .and_then(|id| id.get(..8))
            .unwrap_or("removed");
        text.put(format_args!("\n  {} ({snapshot})", step.taken_at));
        for change in &step.changes {
            text.put(format_args!("\n    {}", line(change)));
        }
    }
    if view.not_looked_at > 0 {
        text.put(format_args!(
            "\n  {} older backups were not looked at yet; asking again goes on with them.",
            view.not_looked_at
        ));
    }
    text
}

fn line(change: &DriftChange) -> String {
    let mut text = format!("{}  {}", change.id, change.words);
    if let Some(by) = &change.by {
        text.put(format_args!(", by {by}"));
    }
    match (&change.run, change.outside) {
        (Some(_), false) => text.put(format_args!(" (by Waybill)")),
        (Some(_), true) => text.put(format_args!(" (by Waybill, and outside of it)")),
        (None, _) => text.put(format_args!(" (outside)")),
    }
    text
}
