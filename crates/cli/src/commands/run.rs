//! `waybill run`: a waybill, or what to do with runs.

use serde_json::json;
use waybill_app::view::{CommandError, RunDetail, RunSummary};

use super::{Session, haul, word};
use crate::arguments::{Run, RunVerb};
use crate::exit::Ending;
use crate::output::{Put, table};

pub async fn perform(session: &Session<'_>, asked: Run) -> Result<Ending, CommandError> {
    let Some(verb) = asked.verb else {
        return haul::run(session, asked.waybill).await;
    };
    match verb {
        RunVerb::List => {
            let runs = session.app.runs().await?;
            session
                .output
                .result("runs", &json!({ "runs": runs }), || describe_all(&runs));
            Ok(Ending::Done)
        }
        RunVerb::Show { id } => {
            let detail = session.app.run_detail(&id).await?;
            session.output.result("run", &detail, || describe(&detail));
            Ok(Ending::Done)
        }
        RunVerb::Resume(asked) => haul::resume(session, &asked).await,
        RunVerb::Discard { id } => {
            let run = session.app.run_discard(&id).await?;
            session.output.result("run", &run, || {
                "Given up. What it had fetched is deleted.".into()
            });
            Ok(Ending::Done)
        }
    }
}

fn describe_all(runs: &[RunSummary]) -> String {
    if runs.is_empty() {
        return "No run yet.".into();
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            vec![
                run.id.clone(),
                word(&run.kind),
                run.instance_name.clone().unwrap_or_default(),
                word(&run.status),
                run.started_at.clone(),
                run.headline.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(
        &["ID", "KIND", "INSTANCE", "STATUS", "STARTED", "RESULT"],
        &rows,
    )
}

fn describe(detail: &RunDetail) -> String {
    let mut text = describe_all(std::slice::from_ref(&detail.summary));
    for line in &detail.log {
        text.put(format_args!("\n{}  {}", line.at, line.text));
    }
    for item in &detail.items {
        if let Some(reason) = &item.reason {
            text.put(format_args!("\n{}: {reason}", item.id));
        }
    }
    text
}
