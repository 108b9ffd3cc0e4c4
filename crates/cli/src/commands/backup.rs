//! `waybill backup`.

use serde_json::json;
use waybill_app::view::{CommandError, RunKind, RunStatus, RunSummary, SelectionView};
use waybill_model::{ArtifactId, ArtifactKind};

use super::{Session, instance::named};
use crate::arguments::Backup;
use crate::exit::Ending;
use crate::input;
use crate::output::{Output, Put, bad_input, size};

pub async fn perform(session: &Session<'_>, backup: Backup) -> Result<Ending, CommandError> {
    let instance = named(session, &backup.instance)?;
    if backup.secret_stdin {
        let secret = input::secret("client secret or password", true)?;
        session
            .app
            .instance_secret_for_session(&instance.id, secret)?;
    }
    session.unlock_vault().await?;
    let selection = selection(&backup.only, &backup.kinds)?;
    let whole = selection == SelectionView::Everything;
    let unfinished = session.app.backup_unfinished(&instance.id)?;
    let run = match unfinished {
        Some(run) if whole && !backup.fresh => {
            session
                .output
                .note("Going on with the backup that was not finished.");
            session.app.run_resume(&run.id).await?
        }
        unfinished => {
            if let Some(run) = unfinished.filter(|_| backup.fresh) {
                session.app.run_discard(&run.id).await?;
            }
            session
                .app
                .backup_start(&instance.id, selection, backup.note)
                .await?
        }
    };
    follow(session, &run.id).await
}

/// What is to be backed up: artifacts, kinds, or everything where neither was named.
pub fn selection(only: &[String], kinds: &[String]) -> Result<SelectionView, CommandError> {
    if !only.is_empty() {
        let ids = only.iter().map(|text| {
            text.parse::<ArtifactId>()
                .map_err(|error| bad_input(&error.to_string()))
        });
        let ids = ids.collect::<Result<_, _>>()?;
        return Ok(SelectionView::Only { ids });
    }
    if kinds.is_empty() {
        return Ok(SelectionView::Everything);
    }
    let kinds = kinds.iter().map(|text| {
        text.parse::<ArtifactKind>()
            .map_err(|error| bad_input(&error.to_string()))
    });
    let kinds = kinds.collect::<Result<_, _>>()?;
    Ok(SelectionView::Kinds { kinds })
}

/// Shows a run until it ends. Ctrl+C cancels it at its next safe point; once more, and the program
/// ends at once, as if it had been cut off.
pub async fn follow(session: &Session<'_>, run: &str) -> Result<Ending, CommandError> {
    let mut watch = session.app.run_watch(run).await?;
    let mut progress = session.output.progress();
    progress.know(&watch.detail().steps);
    let mut ended = watch.ended();
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
            Ok(()) = tokio::signal::ctrl_c() => {
                if asked {
                    return Ok(Ending::Cancelled);
                }
                asked = true;
                session.output.note(
                    "Cancelling. It stops at the next safe point; Ctrl+C once more ends it at once.",
                );
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
            text.put(format_args!(
                "\n{} planned, {} fetched ({}), {} carried over, {} not read",
                counts.planned,
                counts.fetched,
                size(counts.bytes),
                counts.carried,
                counts.failed
            ));
        }
        if let Some(snapshot) = &summary.snapshot {
            text.push_str(match summary.kind {
                RunKind::Change | RunKind::Move => "\nKept as it was in snapshot ",
                _ => "\nSnapshot ",
            });
            text.push_str(snapshot);
        }
        if summary.kind == RunKind::Move {
            text.put(format_args!(
                "\nEach artifact: `waybill report {}`",
                summary.id
            ));
        }
        if let Some(guidance) = &summary.guidance {
            text.push_str("\nWhat to do: ");
            text.push_str(guidance);
        }
        text
    });
}
