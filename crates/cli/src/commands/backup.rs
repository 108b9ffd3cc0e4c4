//! `waybill backup`.

use serde_json::json;
use waybill_app::view::{CommandError, RunKind, RunStatus, RunSummary, SelectionView};
use waybill_model::ArtifactId;

use super::{Session, instance::named};
use crate::arguments::Backup;
use crate::exit::Ending;
use crate::input;
use crate::output::{Output, bad_input, size};

pub async fn perform(session: &Session<'_>, backup: Backup) -> Result<Ending, CommandError> {
    let instance = named(session, &backup.instance)?;
    if backup.secret_stdin {
        let secret = input::secret("client secret or password", true)?;
        session
            .app
            .instance_secret_for_session(&instance.id, secret)?;
    }
    session.unlock_vault().await?;
    let selection = if backup.only.is_empty() {
        SelectionView::Everything
    } else {
        let ids = backup
            .only
            .iter()
            .map(|text| {
                text.parse::<ArtifactId>()
                    .map_err(|error| bad_input(&error.to_string()))
            })
            .collect::<Result<_, _>>()?;
        SelectionView::Only { ids }
    };
    let interrupted = session.app.runs().await?.into_iter().find(|run| {
        run.kind == RunKind::Backup
            && run.instance_id.as_deref() == Some(&instance.id)
            && run.status == RunStatus::Interrupted
    });
    let run = match interrupted {
        Some(run) if !backup.fresh && backup.only.is_empty() => {
            session
                .output
                .note("Going on with the backup that was interrupted.");
            session.app.run_resume(&run.id).await?
        }
        Some(run) if backup.fresh => {
            session.app.run_discard(&run.id).await?;
            session
                .app
                .backup_start(&instance.id, selection, backup.note)
                .await?
        }
        _ => {
            session
                .app
                .backup_start(&instance.id, selection, backup.note)
                .await?
        }
    };
    follow(session, &run.id).await
}

/// Shows a run until it ends; Ctrl+C cancels it at its next safe point.
pub async fn follow(session: &Session<'_>, run: &str) -> Result<Ending, CommandError> {
    let mut watch = session.app.run_watch(run).await?;
    let mut progress = session.output.progress();
    let mut ended = watch.ended();
    let interrupt = tokio::signal::ctrl_c();
    tokio::pin!(interrupt);
    let mut asked = false;
    while ended.is_none() {
        tokio::select! {
            message = watch.next() => match message {
                Some(message) => {
                    progress.show(&message);
                    ended = message.ended;
                }
                None => break,
            },
            _ = &mut interrupt, if !asked => {
                asked = true;
                session.output.note("Cancelling. It stops at the next safe point.");
                session.app.run_cancel(run).await?;
            }
        }
    }
    progress.end();
    let summary = match ended {
        Some(summary) => summary,
        None => session.app.run_detail(run).await?.summary,
    };
    report(session, &summary);
    Ok(Ending::of_run(summary.status))
}

fn report(session: &Session<'_>, summary: &RunSummary) {
    let counts = summary.counts;
    let status = match summary.status {
        RunStatus::Done => "complete",
        RunStatus::Partial => "partial",
        RunStatus::Cancelled | RunStatus::Cancelling | RunStatus::Discarded => "cancelled",
        RunStatus::Failed | RunStatus::Interrupted | RunStatus::Running => "failed",
    };
    let line = json!({
        "run": summary.id,
        "kind": summary.kind,
        "instance": summary.instance_name,
        "snapshot": summary.snapshot,
        "status": status,
        "planned": counts.planned,
        "fetched": counts.fetched,
        "carried": counts.carried,
        "failed": counts.failed,
        "bytes": counts.bytes,
        "counts": counts,
        "message": summary.headline,
        "guidance": summary.guidance,
    });
    if Ending::of_run(summary.status) == Ending::Failed {
        let message = summary.headline.as_deref().unwrap_or("The run failed.");
        session.output.object("result", &line);
        Output::tell_failure(message, summary.guidance.as_deref());
        return;
    }
    session.output.result("result", &line, || {
        let mut text = summary.headline.clone().unwrap_or_else(|| status.into());
        if summary.kind == RunKind::Backup && summary.snapshot.is_some() {
            text.push_str(&format!(
                "\n{} planned, {} fetched ({}), {} carried over, {} not read",
                counts.planned,
                counts.fetched,
                size(counts.bytes),
                counts.carried,
                counts.failed
            ));
        }
        if let Some(snapshot) = &summary.snapshot {
            text.push_str("\nSnapshot ");
            text.push_str(snapshot);
        }
        if let Some(guidance) = &summary.guidance {
            text.push_str("\nWhat to do: ");
            text.push_str(guidance);
        }
        text
    });
}
