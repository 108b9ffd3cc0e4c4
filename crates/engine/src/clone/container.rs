//! The container: really written, read and cleared before anything is sent to the service, and looked into for the
//! archive afterwards.

use std::time::{Duration, Instant};

use bytes::Bytes;
use waybill_targets::{Stage, StageState, TargetError};

use super::note::{ArchiveNote, JobNote};
use super::perform::Cloning;
use super::words::{self, Halt};
use crate::journal::LogWeight;

/// Between two looks for an archive that is late.
const BETWEEN: Duration = Duration::from_secs(2);

impl Cloning {
    /// Writes a small file, reads it back, and removes it. The container is made by this where that is wanted.
    pub(super) async fn try_container(&self) -> Result<String, Halt> {
        let files = &self.work.container.files;
        let name = format!("waybill-check-{}", self.work.request.run);
        let content = Bytes::from(format!(
            "Written by Waybill for run {}.",
            self.work.request.run
        ));
        let tried = async {
            files
                .connect(&|stage: Stage| {
                    if stage.state == StageState::Passed {
                        tracing::debug!(stage = stage.name, words = %stage.words, "a container was tried");
                    }
                })
                .await?;
            files.write(&name, content.clone()).await?;
            let back = files.read(&name).await;
            // It is removed whatever was read.
            files.remove(&name).await?;
            let back = back?;
            if back == content {
                Ok(())
            } else {
                Err(TargetError::Damaged {
                    target: files.title(),
                    what: format!("`{name}`"),
                    detail: "it is not what was written a moment before".to_owned(),
                })
            }
        };
        let ended = self.work.cancel.run_until_cancelled(tried).await;
        match ended {
            None => Err(Halt::left(words::cancelled())),
            Some(Ok(())) => Ok("It takes files, gives them back, and removes them.".to_owned()),
            Some(Err(reason)) => Err(Halt::failed(
                self.hushed(words::container(&reason, &self.work.request.container)),
            )),
        }
    }

    /// The names in the container.
    pub(super) async fn names(&self) -> Result<Vec<String>, Halt> {
        let listed = self.work.container.files.list("").await;
        let entries = listed.map_err(|reason| self.unusable(&reason))?;
        Ok(entries.into_iter().map(|entry| entry.path).collect())
    }

    /// The archive of this name, with or without the ending that services add.
    pub(super) async fn lying(&self, name: &str) -> Result<Option<ArchiveNote>, Halt> {
        for name in [name.to_owned(), format!("{name}.zip")] {
            let size = self.work.container.files.size(&name).await;
            if let Some(bytes) = size.map_err(|reason| self.unusable(&reason))? {
                return Ok(Some(ArchiveNote { name, bytes }));
            }
        }
        Ok(None)
    }

    /// The archive of a job: by the name that the service says, by that of the job, or, in older generations, by the
    /// job's number in the name of a file that was not there before.
    pub(super) async fn archive_of(&self, note: &JobNote) -> Result<Option<ArchiveNote>, Halt> {
        let said = note.told.as_ref().and_then(|told| told.archive.as_deref());
        for name in said.into_iter().chain([note.name.as_str()]) {
            if let Some(found) = self.lying(name).await? {
                return Ok(Some(found));
            }
        }
        let Some(job) = note.job.as_deref() else {
            return Ok(None);
        };
        let new: Vec<String> = self
            .names()
            .await?
            .into_iter()
            .filter(|name| name.contains(job) && !note.before.contains(name))
            .collect();
        match new.as_slice() {
            [one] => self.lying(one).await,
            _ => Ok(None),
        }
    }

    /// Finds the archive, for some time: it may show a little after its job ended.
    pub(super) async fn find(&self, export: Option<&JobNote>) -> Result<ArchiveNote, Halt> {
        let given = self.work.request.archive.clone();
        let began = Instant::now();
        loop {
            let found = match (&given, export) {
                (Some(name), _) => self.lying(name).await?,
                (None, Some(note)) => self.archive_of(note).await?,
                (None, None) => None,
            };
            if let Some(found) = found {
                return Ok(found);
            }
            // One that a person named is there, or it is not.
            if given.is_some() || began.elapsed() > self.work.patience.late {
                let wanted = given
                    .or_else(|| export.map(|note| note.name.clone()))
                    .unwrap_or_default();
                return Err(Halt::failed(words::archive_missing(
                    &wanted,
                    &self.work.request,
                    export.is_some(),
                )));
            }
            self.pause(BETWEEN.min(self.work.patience.late)).await?;
        }
    }

    /// Removes the archive. Where that fails, it is said and the run goes on.
    pub(super) async fn remove(&self, archive: &ArchiveNote) -> Result<String, Halt> {
        match self.work.container.files.remove(&archive.name).await {
            Ok(()) => Ok(format!("`{}` is removed.", archive.name)),
            Err(reason) => {
                let text = format!(
                    "`{}` could not be removed from the container: {reason} Remove it there: what is in it is secret.",
                    archive.name
                );
                self.line(LogWeight::Warning, &text, None)?;
                Ok("It could not be removed.".to_owned())
            }
        }
    }

    fn unusable(&self, reason: &TargetError) -> Halt {
        let stop = self.hushed(words::container(reason, &self.work.request.container));
        // What passes by itself must not make a job be started once more.
        Halt::left(stop)
    }
}
