//! The backup that the next one takes up.

use waybill_engine::{CaptureRequest, Run, RunKind, Selection};

use super::verbs::{LISTED, is_same_place};
use super::view::summary;
use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{CommandError, RunSummary};

impl Waybill {
    /// The newest backup of a whole instance, if it was interrupted, cancelled, or failed in a way
    /// that may pass: what it has stored need not be fetched again. Backups of a choice of
    /// artifacts do not count: to go on with one of them is not to back up the instance.
    ///
    /// # Errors
    /// `UnknownSubject` for the instance; `FileFailed`.
    pub fn backup_unfinished(&self, instance: &str) -> Result<Option<RunSummary>, CommandError> {
        let instance = self.stored_instance(instance)?;
        let runs = self.shared.journal.runs(LISTED)?;
        let newest = runs.iter().find(|run| {
            run.instance_id.as_ref() == Some(&instance.id) && is_of_everything(run, &instance)
        });
        Ok(newest
            .filter(|run| run.resumable && !run.status.is_under_way())
            .map(summary))
    }
}

fn is_of_everything(run: &Run, instance: &StoredInstance) -> bool {
    run.kind == RunKind::Backup
        && CaptureRequest::of_run(run).is_some_and(|request| {
            request.selection == Selection::Everything && is_same_place(&request.instance, instance)
        })
}
