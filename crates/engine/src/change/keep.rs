//! Keeping the artifact in a snapshot before it is changed: the usual capture, of this artifact alone,
//! as a run of its own.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use waybill_client::Client;
use waybill_model::{ArtifactId, ArtifactKind, Catalogue};
use waybill_vault::Vault;

use super::request::{Change, ChangeRequest};
use super::words::Stop;
use crate::capture::{CaptureRequest, capture};
use crate::error::EngineError;
use crate::failure;
use crate::journal::{Journal, RunId, RunStatus};
use crate::manifest::{InstanceStamp, Selection, SnapshotStatus};
use crate::progress::Silent;

/// For so long a snapshot shows how an artifact is before it is changed, in minutes. Whoever takes a
/// change up later may find it as somebody else has left it since.
const FRESH: i64 = 10;

/// What is kept, and before what.
pub(crate) struct Keeping<'a> {
    /// The run that will change it.
    pub run: &'a RunId,
    pub instance: &'a InstanceStamp,
    pub selection: Selection,
    pub title: &'a str,
    pub asked_by: &'a str,
    pub tool_version: &'a str,
}

/// Takes the snapshot, or finds the one that an earlier attempt took just now.
pub(super) async fn keep(
    request: &ChangeRequest,
    catalogue: &Catalogue,
    client: &Client,
    vault: Arc<Vault>,
    journal: &Arc<Journal>,
    cancel: &tokio_util::sync::CancellationToken,
) -> Result<String, Stop> {
    let keeping = Keeping {
        run: &request.run,
        instance: &request.instance,
        selection: Selection::Only(touched(request, catalogue)),
        title: &request.title,
        asked_by: &request.asked_by,
        tool_version: &request.tool_version,
    };
    Box::pin(keep_as_is(keeping, client, vault, journal, cancel)).await
}

/// Takes a snapshot of artifacts as they are, whole, or finds the one that an earlier attempt took
/// just now.
pub(crate) async fn keep_as_is(
    keeping: Keeping<'_>,
    client: &Client,
    vault: Arc<Vault>,
    journal: &Arc<Journal>,
    cancel: &tokio_util::sync::CancellationToken,
) -> Result<String, Stop> {
    let mut run = keeping.run.before_change();
    match journal.find(&run).map_err(stop)? {
        Some(earlier) if earlier.status == RunStatus::Done => match earlier.snapshot {
            Some(snapshot) if is_fresh(earlier.ended_at.as_deref(), Timestamp::now()) => {
                return Ok(snapshot);
            }
            _ => run = keeping.run.before_change_again(),
        },
        // Settled: its process died with that of the change.
        Some(_) if journal.run(&run).map_err(stop)?.resumable => {}
        None => {}
        Some(_) => run = keeping.run.before_change_again(),
    }
    let capturing = capture(
        CaptureRequest {
            run,
            instance: keeping.instance.clone(),
            selection: keeping.selection,
            asked_by: keeping.asked_by.to_owned(),
            note: Some(format!("Before: {}", keeping.title)),
            tool_version: keeping.tool_version.to_owned(),
        },
        client.clone(),
        vault,
        Arc::clone(journal),
        Arc::new(Silent),
        cancel.clone(),
    );
    let outcome = Box::pin(capturing).await.map_err(|error| {
        if error.is_cancelled() {
            return cancelled();
        }
        let call = error.client().cloned();
        let mut stop = Stop::failed(
            format!(
                "Nothing was changed, because the state before could not be kept: {}",
                failure::sentence(&error)
            ),
            "Put right what kept the snapshot from being taken, then do it again. The run of the backup under Activity says more.",
        );
        stop.call = call;
        stop
    })?;
    match (outcome.status, outcome.unread.first()) {
        (SnapshotStatus::Complete, _) => Ok(outcome.snapshot),
        (_, unread) => Err(Stop::failed(
            format!(
                "Nothing was changed, because the state before could not be kept whole: {}",
                unread.map_or("a list could not be read.", |unread| unread.reason.as_str())
            ),
            unread
                .and_then(|unread| unread.guidance.clone())
                .unwrap_or_else(|| {
                    "Back the instance up to see what cannot be read, then do it again.".to_owned()
                }),
        )),
    }
}

/// What the change takes away or alters: with a package go the integrations in it, whose states and
/// schedules its archive does not hold.
fn touched(request: &ChangeRequest, catalogue: &Catalogue) -> Vec<ArtifactId> {
    let mut ids = vec![request.subject.clone()];
    if request.change == Change::Delete && request.subject.kind == ArtifactKind::Package {
        let members = catalogue.uses(&request.subject);
        let members = members.iter().filter(|link| link.present);
        let members = members.map(|link| &link.id);
        ids.extend(
            members
                .filter(|id| id.kind == ArtifactKind::Integration)
                .cloned(),
        );
    }
    ids
}

fn is_fresh(ended_at: Option<&str>, now: Timestamp) -> bool {
    ended_at
        .and_then(|at| at.parse::<Timestamp>().ok())
        .is_some_and(|at| now.duration_since(at).abs() <= SignedDuration::from_mins(FRESH))
}

pub(super) fn cancelled() -> Stop {
    Stop::cancelled(
        "Cancelled before anything was changed.",
        "Resume it to make the change after all, or give it up.",
    )
}

/// A journal that cannot be written ends everything.
pub(super) fn stop(error: EngineError) -> Stop {
    match error {
        EngineError::WriteRefused { message, guidance } => {
            Stop::failed(format!("Nothing was changed. {message}"), guidance).resumable()
        }
        error if error.is_cancelled() => cancelled(),
        error => {
            let guidance = error.client().and_then(failure::run_guidance).map_or_else(
                || "Put the cause right, then resume: the instance is looked at first.".to_owned(),
                str::to_owned,
            );
            let call = error.client().cloned();
            let mut stop = Stop::failed(failure::sentence(&error), guidance).resumable();
            stop.call = call;
            stop
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_of_an_earlier_day_does_not_stand_for_now() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        assert!(is_fresh(Some("2026-11-21T11:55:00Z"), now));
        for old in [Some("2026-11-20T12:00:00Z"), Some("soon"), None] {
            assert!(!is_fresh(old, now), "{old:?}");
        }
    }
}
