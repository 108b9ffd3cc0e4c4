//! `waybill snapshot`.

use std::path::Path;

use serde_json::json;
use waybill_app::view::{CommandError, ItemChange, SnapshotDetail};

use super::{Session, backup::follow, instance::named, word};
use crate::arguments::SnapshotVerb;
use crate::exit::Ending;
use crate::output::{Put, size, table};

pub async fn perform(session: &Session<'_>, verb: SnapshotVerb) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    match verb {
        SnapshotVerb::List { instance } => list(session, instance.as_deref()).await,
        SnapshotVerb::Show { id } => {
            let id = session.snapshot(&id).await?.id;
            let detail = session.app.snapshot_detail(&id).await?;
            session
                .output
                .result("snapshot", &detail, || describe(&detail));
            Ok(Ending::Done)
        }
        SnapshotVerb::Verify { id } => verify(session, &id).await,
        SnapshotVerb::Extract { id, to } => extract(session, &id, &to).await,
    }
}

async fn list(session: &Session<'_>, instance: Option<&str>) -> Result<Ending, CommandError> {
    let instance = instance.map(|name| named(session, name)).transpose()?;
    let snapshots = session
        .app
        .snapshots(instance.as_ref().map(|instance| instance.id.as_str()))
        .await?;
    session
        .output
        .result("snapshots", &json!({ "snapshots": snapshots }), || {
            if snapshots.is_empty() {
                return "No snapshot yet. `waybill backup INSTANCE` takes one.".into();
            }
            let rows: Vec<Vec<String>> = snapshots
                .iter()
                .map(|snapshot| {
                    vec![
                        snapshot.short_id.clone(),
                        snapshot.taken_at.clone(),
                        snapshot.instance_name.clone(),
                        word(&snapshot.status),
                        snapshot.artifacts.to_string(),
                        size(snapshot.bytes),
                        snapshot.note.clone().unwrap_or_default(),
                    ]
                })
                .collect();
            table(
                &[
                    "ID",
                    "TAKEN",
                    "INSTANCE",
                    "STATUS",
                    "ARTIFACTS",
                    "SIZE",
                    "NOTE",
                ],
                &rows,
            )
        });
    Ok(Ending::Done)
}

fn describe(detail: &SnapshotDetail) -> String {
    let summary = &detail.summary;
    let mut text = format!(
        "{}  {}  {}\n{}, {} artifacts, {}\n",
        summary.id,
        summary.instance_name,
        summary.taken_at,
        word(&summary.status),
        summary.artifacts,
        size(summary.bytes)
    );
    let rows: Vec<Vec<String>> = detail
        .items
        .iter()
        .filter(|item| item.change != ItemChange::Removed)
        .map(|item| {
            vec![
                item.id.to_string(),
                word(&item.change),
                size(item.bytes),
                item.path.clone(),
            ]
        })
        .collect();
    text.push_str(&table(&["ARTIFACT", "CHANGE", "SIZE", "FILE"], &rows));
    for unread in &detail.unread {
        text.put(format_args!(
            "\nNot read: {}: {}",
            unread.name, unread.reason
        ));
        if let Some(guidance) = &unread.guidance {
            text.put(format_args!("\n  What to do: {guidance}"));
        }
    }
    text
}

async fn verify(session: &Session<'_>, id: &str) -> Result<Ending, CommandError> {
    let id = session.snapshot(id).await?.id;
    if !session.output.is_json() {
        let run = session.app.snapshot_verify(&id).await?;
        return follow(session, &run.id).await;
    }
    let view = session.app.snapshot_verify_now(&id).await?;
    let passed = view.passed;
    session.output.object("result", &view);
    Ok(if passed { Ending::Done } else { Ending::Failed })
}

async fn extract(session: &Session<'_>, id: &str, to: &Path) -> Result<Ending, CommandError> {
    let id = session.snapshot(id).await?.id;
    let view = session.app.snapshot_extract_now(&id, to).await?;
    session.output.result("result", &view, || {
        let mut text = format!(
            "{} files, {}, in {}",
            view.files,
            size(view.bytes),
            view.folder
        );
        for problem in &view.problems {
            text.push('\n');
            text.push_str(problem);
        }
        text
    });
    Ok(if view.problems.is_empty() {
        Ending::Done
    } else {
        Ending::Partial
    })
}
