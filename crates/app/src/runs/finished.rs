//! Runs that read what is there already: verifying a snapshot, restoring it to a folder. Each comes in two
//! forms: as a run that goes on by itself, and waited for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_engine::{
    EngineError, LogWeight, NewRun, Recorder, Reporter, Run, RunEnd, RunId, RunKind, RunPhase,
    RunStatus, Silent, snapshot,
};
use waybill_vault::{Progress, SnapshotRecord, Vault, VaultError};

use crate::Waybill;
use crate::view::{CommandError, ErrorCode, ExtractView, RunSummary, VerifyView};

/// What such a run does.
#[derive(Clone, Debug)]
enum Task {
    Verify { snapshot: String },
    Extract { snapshot: String, folder: PathBuf },
}

/// What it found.
#[derive(Clone, Debug)]
struct Finding {
    files: u32,
    bytes: u64,
    problems: Vec<String>,
    took: Duration,
}

impl Waybill {
    /// Reads a snapshot back and compares it with its manifest, as a run.
    ///
    /// # Errors
    /// `UnknownSubject`, and the failures of the vault and its password.
    pub async fn snapshot_verify(&self, id: &str) -> Result<RunSummary, CommandError> {
        let (vault, record) = self.snapshot_record(id).await?;
        let task = Task::Verify {
            snapshot: record.id.clone(),
        };
        self.start_task(task, vault, Some(&record))
    }

    /// Reads a snapshot back and compares it with its manifest, and waits for it.
    ///
    /// # Errors
    /// As [`Self::snapshot_verify`]; damage is no error but a problem in the answer.
    pub async fn snapshot_verify_now(&self, id: &str) -> Result<VerifyView, CommandError> {
        let (vault, record) = self.snapshot_record(id).await?;
        let task = Task::Verify {
            snapshot: record.id.clone(),
        };
        let found = self.wait_for_task(task, vault, Some(&record)).await?;
        Ok(VerifyView {
            snapshot: record.id,
            passed: found.problems.is_empty(),
            files: found.files,
            bytes: found.bytes,
            problems: found.problems,
            took_ms: milliseconds(found.took),
        })
    }

    /// Restores a snapshot to an empty or new folder, as a run.
    ///
    /// # Errors
    /// `BadInput` if the folder holds something; else as [`Self::snapshot_verify`].
    pub async fn snapshot_extract(
        &self,
        id: &str,
        folder: &Path,
    ) -> Result<RunSummary, CommandError> {
        let (vault, record) = self.snapshot_record(id).await?;
        let task = Task::Extract {
            snapshot: record.id.clone(),
            folder: empty_folder(folder)?,
        };
        self.start_task(task, vault, Some(&record))
    }

    /// Restores a snapshot to an empty or new folder, and waits for it.
    ///
    /// # Errors
    /// As [`Self::snapshot_extract`].
    pub async fn snapshot_extract_now(
        &self,
        id: &str,
        folder: &Path,
    ) -> Result<ExtractView, CommandError> {
        let (vault, record) = self.snapshot_record(id).await?;
        let folder = empty_folder(folder)?;
        let task = Task::Extract {
            snapshot: record.id.clone(),
            folder: folder.clone(),
        };
        let found = self.wait_for_task(task, vault, Some(&record)).await?;
        Ok(ExtractView {
            snapshot: record.id,
            folder: folder.display().to_string(),
            files: found.files,
            bytes: found.bytes,
            problems: found.problems,
        })
    }

    async fn snapshot_record(
        &self,
        id: &str,
    ) -> Result<(Arc<Vault>, SnapshotRecord), CommandError> {
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let (held, id) = (Arc::clone(&vault), self.snapshot_now(&vault, id).await?);
        let record = crate::vault::on_own_thread(move || held.snapshot(&id)).await?;
        Ok((vault, record))
    }

    fn start_task(
        &self,
        task: Task,
        vault: Arc<Vault>,
        record: Option<&SnapshotRecord>,
    ) -> Result<RunSummary, CommandError> {
        let new = self.new_run(&task, record);
        let run = self.shared.journal.begin(&new)?;
        let app = self.clone();
        Ok(self.launch(&run, |reporter, cancel| async move {
            if let Err(error) = app.perform(task, vault, new, reporter, cancel).await {
                tracing::warn!(%error, "a run failed");
            }
        }))
    }

    async fn wait_for_task(
        &self,
        task: Task,
        vault: Arc<Vault>,
        record: Option<&SnapshotRecord>,
    ) -> Result<Finding, CommandError> {
        let new = self.new_run(&task, record);
        self.shared.journal.begin(&new)?;
        let cancel = CancellationToken::new();
        // When the caller goes away, the work on its thread stops at the next file.
        let _stop = cancel.clone().drop_guard();
        let found = self
            .perform(task, vault, new, Arc::new(Silent), cancel)
            .await?;
        self.shared.vault.forget_facts();
        Ok(found)
    }

    fn new_run(&self, task: &Task, record: Option<&SnapshotRecord>) -> NewRun {
        let (kind, request) = match task {
            Task::Verify { snapshot } => (RunKind::Verify, json!({ "snapshot": snapshot })),
            Task::Extract { snapshot, folder } => (
                RunKind::Extract,
                json!({ "snapshot": snapshot, "folder": folder }),
            ),
        };
        let instance = record.and_then(snapshot::brief).map(|brief| brief.instance);
        NewRun {
            id: RunId::fresh(),
            kind,
            instance_id: instance.as_ref().map(|instance| instance.id.clone()),
            instance_name: instance.as_ref().map(|instance| instance.name.clone()),
            environment: instance.map(|instance| instance.environment),
            asked_by: self.shared.asked_by.clone(),
            request,
            snapshot: record.map(|record| record.id.clone()),
        }
    }

    /// Does the work on a thread of its own and writes down how it went.
    async fn perform(
        &self,
        task: Task,
        vault: Arc<Vault>,
        new: NewRun,
        reporter: Arc<dyn Reporter>,
        cancel: CancellationToken,
    ) -> Result<Finding, CommandError> {
        let journal = Arc::clone(&self.shared.journal);
        let recorder = Recorder::take(Arc::clone(&journal), reporter, &new)?;
        tokio::task::spawn_blocking(move || {
            recorder.phase(match task {
                Task::Extract { .. } => RunPhase::Writing,
                Task::Verify { .. } => RunPhase::Verifying,
            })?;
            let result = task.work(&vault, &recorder, &|| cancel.is_cancelled());
            conclude(&recorder, &task, result)
        })
        .await
        .map_err(CommandError::internal)?
    }
}

impl Task {
    fn work(
        &self,
        vault: &Vault,
        recorder: &Recorder,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Finding, EngineError> {
        let begun = Instant::now();
        let told = |progress: Progress| {
            recorder.tell_bytes(progress.bytes_done, progress.bytes);
            recorder.count(|counts| {
                counts.planned = small(progress.files);
                counts.fetched = small(progress.files_done);
                counts.bytes = progress.bytes_done;
            });
        };
        let mut found = match self {
            Self::Verify { snapshot } => {
                // A vault that has been open for a while answers from memory what it read before;
                // what counts here is the disk.
                let fresh = Vault::open_with_key(vault.path(), &vault.export_key())
                    .map_err(in_words("Opening the vault"))?;
                let report = snapshot::verify(&fresh, snapshot, &told, cancelled)?;
                Finding {
                    files: report.files,
                    bytes: report.bytes,
                    problems: report.problems,
                    took: report.took,
                }
            }
            Self::Extract { snapshot, folder } => {
                let report = snapshot::extract(vault, snapshot, folder, &told, cancelled)?;
                Finding {
                    files: report.files,
                    bytes: report.bytes,
                    problems: report.problems,
                    took: Duration::ZERO,
                }
            }
        };
        found.took = begun.elapsed();
        found.problems = found.problems.iter().map(|text| one_line(text)).collect();
        Ok(found)
    }

    /// Result and remedy in words.
    fn words(&self, found: &Finding) -> (String, Option<String>) {
        let files = if found.files == 1 {
            "1 file".to_owned()
        } else {
            format!("{} files", found.files)
        };
        let wrong = found.problems.len();
        let damaged = if wrong == 1 { "1 problem" } else { "problems" };
        let damaged = if wrong == 1 {
            damaged.to_owned()
        } else {
            format!("{wrong} {damaged}")
        };
        match (self, wrong) {
            (Self::Verify { .. }, 0) => (
                format!("All {files} are there and equal to what was stored."),
                None,
            ),
            (Self::Verify { .. }, _) => (
                format!("The snapshot is damaged: {damaged}."),
                Some("Take a new backup, and check the vault under Settings to see what else is affected.".to_owned()),
            ),
            (Self::Extract { folder, .. }, 0) => (
                format!("{files} written to `{}` and compared.", folder.display()),
                None,
            ),
            (Self::Extract { folder, .. }, _) => (
                format!("{files} written to `{}`; {damaged}.", folder.display()),
                Some("The log names each file. Restore to another folder, or take the missing files from another snapshot.".to_owned()),
            ),
        }
    }
}

fn in_words(operation: &str) -> impl FnOnce(VaultError) -> EngineError {
    let operation = operation.to_owned();
    move |source| EngineError::Vault {
        operation,
        source: Box::new(source),
    }
}

/// A problem in one line, without what the store library adds for its programmers.
fn one_line(text: &str) -> String {
    let end = [
        "For more information",
        "Some additional details",
        "Backtrace:",
    ]
    .iter()
    .filter_map(|mark| text.find(mark))
    .min()
    .unwrap_or(text.len());
    text[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes down how the run ended, and what was found of snapshot or vault.
fn conclude(
    recorder: &Recorder,
    task: &Task,
    result: Result<Finding, EngineError>,
) -> Result<Finding, CommandError> {
    match result {
        Ok(found) => {
            for problem in &found.problems {
                recorder.line(LogWeight::Failure, problem.clone(), None)?;
            }
            let passed = found.problems.is_empty();
            let report = json!({ "files": found.files, "bytes": found.bytes, "problems": found.problems, "tookMs": milliseconds(found.took) });
            match task {
                Task::Verify { snapshot } => {
                    recorder
                        .journal()
                        .add_check("snapshot", snapshot, passed, &report)?;
                }
                Task::Extract { .. } => {}
            }
            let (headline, guidance) = task.words(&found);
            let status = match (passed, task) {
                (true, _) => RunStatus::Done,
                (false, Task::Extract { .. }) => RunStatus::Partial,
                (false, _) => RunStatus::Failed,
            };
            end(recorder, status, headline, guidance)?;
            Ok(found)
        }
        Err(error) => {
            let error = CommandError::from(error);
            let status = if error.code == ErrorCode::Cancelled {
                RunStatus::Cancelled
            } else {
                RunStatus::Failed
            };
            end(
                recorder,
                status,
                error.message.clone(),
                error.guidance.clone(),
            )?;
            Err(error)
        }
    }
}

fn end(
    recorder: &Recorder,
    status: RunStatus,
    headline: String,
    guidance: Option<String>,
) -> Result<Run, CommandError> {
    Ok(recorder.end(&RunEnd {
        status,
        snapshot: None,
        headline,
        guidance,
        resumable: false,
    })?)
}

/// The folder to restore to: nothing that is there may be overwritten.
fn empty_folder(folder: &Path) -> Result<PathBuf, CommandError> {
    let folder = std::path::absolute(folder)
        .map_err(|source| crate::storage::file_failed("found", folder, &source))?;
    let refused = |why: &str| {
        CommandError::field("folder", format!("`{}` {why}.", folder.display()))
            .guide("Choose an empty or a new folder: nothing that is there is overwritten.")
            .with("path", folder.display())
    };
    match std::fs::read_dir(&folder) {
        Ok(mut items) => match items.next() {
            None => Ok(folder),
            Some(_) => Err(refused("is not empty")),
        },
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(folder),
        Err(source) if source.kind() == std::io::ErrorKind::NotADirectory => {
            Err(refused("is a file"))
        }
        Err(source) => Err(crate::storage::file_failed("read", &folder, &source)),
    }
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn milliseconds(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line() {
        let text = "pack 09 is damaged:\n\nMessage:\nMAC check failed.\n\nFor more information, see: x\n\nBacktrace:\n 0: y";
        assert_eq!(
            one_line(text),
            "pack 09 is damaged: Message: MAC check failed."
        );
    }
}
