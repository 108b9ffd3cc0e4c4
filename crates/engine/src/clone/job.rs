//! Starting a job: one at a time in an instance, never twice.
//!
//! No call lists the jobs of an instance. Where an answer was lost, the same name is asked for once more: the service
//! refuses a name that it has had (409, documented), so that a second job never comes of it.

use std::time::Instant;

use waybill_client::wire::{ArchiveJobStarted, InstanceExport, InstanceImport};
use waybill_client::{Error, ErrorKind};

use super::note::{ArchiveNote, JobNote};
use super::perform::Cloning;
use super::request::CloneSide;
use super::words::{self, Halt};
use crate::change::{ArchiveDoor, minutes};
use crate::error::EngineError;
use crate::journal::{LogWeight, RunPhase, Step, StepState};
use crate::manifest::InstanceStamp;

/// So many names are tried where those before have been had.
const NAMES: u32 = 20;

/// What a job does.
#[derive(Clone, Copy)]
pub(super) enum JobKind<'a> {
    Export,
    Import(&'a ArchiveNote),
}

impl JobKind<'_> {
    /// The verb, for sentences.
    pub const fn doing(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Import(_) => "import into",
        }
    }

    pub const fn is_export(self) -> bool {
        matches!(self, Self::Export)
    }
}

/// How a job was begun.
pub(super) enum Begun {
    /// The service gave it a number.
    Numbered,
    /// The service has had its name, and its number is not known: it has ended, or its archive is there.
    Unseen,
}

/// What a refusal with 409 says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conflict {
    /// Another job goes on.
    Busy,
    /// A job had this name.
    Name,
}

impl Cloning {
    /// Has the job begun, or found out that an earlier call began it.
    pub(super) async fn begin_job(
        &self,
        step: &Step,
        note: &mut JobNote,
        kind: JobKind<'_>,
    ) -> Result<Begun, Halt> {
        // A call that was being sent when the program ended: whether it arrived, nobody knows yet.
        let mut open = step.state == StepState::Sent && note.tries > 0 && note.job.is_none();
        if open {
            self.note(&format!(
                "Whether job `{}` was begun is not known: its name is asked for again, which the service takes once.",
                note.name
            ))?;
        } else {
            self.first_name(step, note, kind).await?;
        }
        let instance = self.named(kind);
        let waiting = Instant::now();
        let mut told_of_another = false;
        loop {
            if self.work.cancel.is_cancelled() {
                return Err(Halt::left(words::cancelled()));
            }
            let error = match self.send(kind, &note.name).await? {
                Ok(started) => {
                    note.job = Some(started.job_id);
                    self.keep_note(step, note)?;
                    self.mark(step, StepState::Answered)?;
                    return Ok(Begun::Numbered);
                }
                Err(error) => error,
            };
            match (error.kind(), conflict(&error)) {
                (_, Some(Conflict::Name)) if open => return Ok(Begun::Unseen),
                (_, Some(Conflict::Name)) => {
                    if self.work.request.name_chosen || note.tries >= NAMES {
                        return Err(Halt::failed(words::name_taken(
                            &note.name, &instance, &error,
                        )));
                    }
                    *note = note.next(&self.name(kind), note.before.clone());
                    self.send_off(step, note)?;
                }
                (_, Some(Conflict::Busy)) => {
                    // One that may be written over says nothing by being there.
                    let tells = open && kind.is_export() && !self.work.request.overwrite;
                    if tells && self.archive_of(note).await?.is_some() {
                        return Ok(Begun::Unseen);
                    }
                    if waiting.elapsed() > self.work.patience.busy {
                        let waited = minutes(self.work.patience.busy);
                        return Err(Halt::left(words::busy(&instance, &waited, &error)));
                    }
                    if !told_of_another {
                        told_of_another = true;
                        let text = format!(
                            "{instance} takes one job at a time, and one is going on there (409). Waiting for its end."
                        );
                        self.line(LogWeight::Note, &text, Some(&error))?;
                    }
                    self.pause(self.work.patience.busy_pause).await?;
                }
                (ErrorKind::Uncertain, None) if waiting.elapsed() < self.work.patience.outage => {
                    open = true;
                    let text = format!(
                        "The answer to the call that begins job `{}` was lost. Its name is asked for again, which the service takes once.",
                        note.name
                    );
                    self.line(LogWeight::Warning, &text, Some(&error))?;
                    self.pause(self.work.patience.first_pause).await?;
                }
                // Whoever cannot tell must not begin anew: the next try asks for the same name.
                (kind_of, _) if open || *kind_of == ErrorKind::Uncertain => {
                    return Err(Halt::left(words::refused(kind.doing(), &instance, &error)));
                }
                _ => {
                    return Err(Halt::failed(words::refused(
                        kind.doing(),
                        &instance,
                        &error,
                    )));
                }
            }
        }
    }

    /// A new name, and nothing in the way of it: the turn, and the container.
    async fn first_name(
        &self,
        step: &Step,
        note: &mut JobNote,
        kind: JobKind<'_>,
    ) -> Result<(), Halt> {
        self.wait_for_turn(self.stamp(kind)?).await?;
        let request = &self.work.request;
        let before = if kind.is_export() {
            self.names().await?
        } else {
            Vec::new()
        };
        let mut next = note.next(&self.name(kind), before);
        if kind.is_export() && !request.overwrite {
            while let Some(there) = self.lying(&next.name).await? {
                if request.name_chosen || next.tries >= NAMES {
                    return Err(Halt::failed(words::archive_there(&there.name, request)));
                }
                next = next.next(&self.name(kind), next.before.clone());
            }
        }
        *note = next;
        self.phase(RunPhase::Changing)?;
        self.send_off(step, note)
    }

    /// An import is a job too, and has a name of its own.
    fn name(&self, kind: JobKind<'_>) -> String {
        let name = &self.work.request.job_name;
        match kind {
            JobKind::Export => name.clone(),
            JobKind::Import(_) => format!("{name}-import"),
        }
    }

    /// Writes down that the call is about to be sent, and under which name.
    fn send_off(&self, step: &Step, note: &JobNote) -> Result<(), Halt> {
        let base = serde_json::to_value(note).unwrap_or_default();
        let (journal, run) = (&self.work.journal, &self.work.request.run);
        journal.begin_step(run, step.position, Some(&base))?;
        Ok(())
    }

    /// Sends the call. The outer error is the permit's, the inner one the service's.
    async fn send(
        &self,
        kind: JobKind<'_>,
        name: &str,
    ) -> Result<Result<ArchiveJobStarted, Error>, Halt> {
        let request = &self.work.request;
        let storage = self.work.container.storage.clone();
        let description = format!("{} ({})", request.title, request.asked_by);
        let side = self.side(kind)?;
        let door = ArchiveDoor::new(&side.client, side.permit.clone());
        let sent = match kind {
            JobKind::Export => {
                let mut export = InstanceExport::to(storage);
                export.job_name = Some(name.to_owned());
                export.description = Some(description);
                export.security_artifacts = Some(request.with_secrets);
                export.overwrite = request.overwrite.then_some(true);
                door.export(self.stamp(kind)?.generation, &export).await
            }
            JobKind::Import(archive) => {
                let mode = request.mode.wire();
                let mut import = InstanceImport::of(archive.name.clone(), mode, storage);
                import.job_name = Some(name.to_owned());
                import.description = Some(description);
                import.security_artifacts = Some(request.with_secrets);
                door.import(&import).await
            }
        };
        Ok(sent?)
    }

    /// The instance of a job.
    pub(super) fn stamp(&self, kind: JobKind<'_>) -> Result<&InstanceStamp, Halt> {
        let request = &self.work.request;
        let stamp = if kind.is_export() {
            request.source.as_ref()
        } else {
            request.destination.as_ref()
        };
        stamp.ok_or_else(nobody)
    }

    pub(super) fn side(&self, kind: JobKind<'_>) -> Result<&CloneSide, Halt> {
        let side = if kind.is_export() {
            self.work.source.as_ref()
        } else {
            self.work.destination.as_ref()
        };
        side.ok_or_else(nobody)
    }

    /// The instance of a job, for sentences.
    pub(super) fn named(&self, kind: JobKind<'_>) -> String {
        self.stamp(kind).map_or_else(
            |_| "The instance".to_owned(),
            |one| format!("`{}`", one.name),
        )
    }
}

fn nobody() -> Halt {
    let error = EngineError::Internal("a part of a run has no instance".to_owned());
    error.into()
}

/// What a refusal with 409 says; none for any other failure. Its words are not documented: one that names neither
/// counts as another job, which is waited for.
fn conflict(error: &Error) -> Option<Conflict> {
    if *error.kind() != ErrorKind::Conflict {
        return None;
    }
    let said = error.exchange().map(|exchange| {
        let detail = exchange.detail.as_deref().unwrap_or_default();
        let title = exchange.title.as_deref().unwrap_or_default();
        format!("{title} {detail} {}", exchange.body)
    });
    Some(read_conflict(&format!(
        "{} {}",
        error.cause(),
        said.unwrap_or_default()
    )))
}

fn read_conflict(words: &str) -> Conflict {
    let words = words.to_lowercase();
    let goes_on = [
        "in progress",
        "inprogress",
        "in_progress",
        "running",
        "under way",
    ];
    if goes_on.iter().any(|word| words.contains(word)) {
        return Conflict::Busy;
    }
    let of_name = [
        "name exists",
        "already exist",
        "same name",
        "that name",
        "job name",
        "jobname",
    ];
    if of_name.iter().any(|word| words.contains(word)) {
        Conflict::Name
    } else {
        Conflict::Busy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_is_read_from_the_words_of_the_service() {
        for (words, expected) in [
            ("A job is in progress.", Conflict::Busy),
            ("A job of that name exists.", Conflict::Name),
            ("Job name already exists", Conflict::Name),
            (
                "Another job with the same name is in progress",
                Conflict::Busy,
            ),
            ("Conflict", Conflict::Busy),
        ] {
            assert_eq!(read_conflict(words), expected, "{words}");
        }
    }
}
