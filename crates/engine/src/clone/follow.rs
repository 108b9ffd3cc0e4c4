//! Following a job to its end. What is new of it is kept with its step and told.

use std::time::Instant;

use waybill_client::wire::{ArchiveJob, JobState};
use waybill_client::{Client, Error, ErrorKind};
use waybill_model::Generation;

use super::job::{Begun, JobKind};
use super::note::{JobNote, JobTold};
use super::perform::Cloning;
use super::words::{self, Halt};
use crate::change::{Stop, minutes};
use crate::failure::{self, Reach};
use crate::journal::{LogWeight, RunPhase, Step};

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobEnd {
    /// As it should.
    Well,
    /// With something left out.
    WithWarnings,
    /// Nobody can ask: its number is not known.
    Unseen,
}

impl Cloning {
    /// Begins a job, or finds the one that an earlier start of the program began, and follows it to its end.
    pub(super) async fn job(
        &self,
        step: &Step,
        note: &mut JobNote,
        kind: JobKind<'_>,
    ) -> Result<JobEnd, Halt> {
        if let Some(number) = note.job.as_deref().filter(|_| is_under_way(step)) {
            self.note(&format!("Job {number} is followed again."))?;
        } else {
            if !is_under_way(step) {
                note.job = None;
            }
            match self.begin_job(step, note, kind).await? {
                Begun::Numbered => {
                    let number = note.job.clone().unwrap_or_default();
                    let text = format!(
                        "{} has begun job {number}, `{}`.",
                        self.named(kind),
                        note.name
                    );
                    self.note(&text)?;
                }
                Begun::Unseen => return self.unseen(note, kind),
            }
        }
        self.phase(RunPhase::Settling)?;
        let ended = self.follow(step, note, kind).await;
        // Whoever waits may begin, also where this one failed.
        self.give_turn_back()?;
        ended
    }

    fn unseen(&self, note: &JobNote, kind: JobKind<'_>) -> Result<JobEnd, Halt> {
        let instance = self.named(kind);
        let rest = if kind.is_export() {
            "Its archive is looked for by its name."
        } else {
            "The comparison shows what is there."
        };
        let text = format!(
            "{instance} has taken on job `{}`, and its number came with an answer that was lost, so that nobody can ask how it ended. {rest}",
            note.name
        );
        self.line(LogWeight::Warning, &text, None)?;
        self.give_turn_back()?;
        Ok(JobEnd::Unseen)
    }

    async fn follow(
        &self,
        step: &Step,
        note: &mut JobNote,
        kind: JobKind<'_>,
    ) -> Result<JobEnd, Halt> {
        let patience = self.work.patience;
        let instance = self.named(kind);
        let number = note.job.clone().unwrap_or_default();
        let looking = self.looking(kind)?;
        let began = Instant::now();
        let mut pause = patience.first_pause;
        let mut silent_since: Option<Instant> = None;
        let mut strange: Option<String> = None;
        loop {
            match look(&looking, kind, &number).await {
                Ok(job) => {
                    if silent_since.take().is_some() {
                        self.note(&format!("{instance} answers again."))?;
                    }
                    self.keep_told(step, note, &job)?;
                    match job.state() {
                        JobState::Completed => return Ok(JobEnd::Well),
                        JobState::CompletedWithWarnings => {
                            return Ok(JobEnd::WithWarnings);
                        }
                        JobState::Failed | JobState::Cancelled => {
                            let told = note.told.clone().unwrap_or_default();
                            let failed = words::job_failed(kind.doing(), &instance, &number, &told);
                            return Err(Halt::failed(self.hushed(failed)));
                        }
                        JobState::Unknown(word) if strange.as_deref() != Some(word.as_str()) => {
                            let text = format!(
                                "The service says `{word}` of job {number}, a word that Waybill does not know. It goes on being followed."
                            );
                            self.line(LogWeight::Warning, &text, None)?;
                            strange = Some(word);
                        }
                        _ => {}
                    }
                }
                Err(_) if self.work.cancel.is_cancelled() => {}
                // A job shows a little after it was taken on.
                Err(error)
                    if *error.kind() == ErrorKind::NotFound && began.elapsed() < patience.late => {}
                Err(error) if passes(&error) => {
                    if silent_since.is_none() {
                        let text = format!(
                            "{instance} does not answer. Its job goes on; it is asked again."
                        );
                        self.line(LogWeight::Warning, &text, Some(&error))?;
                    }
                    let since = silent_since.get_or_insert_with(Instant::now);
                    if since.elapsed() > patience.outage {
                        return Err(Halt::left(lost(&instance, &number, &error)));
                    }
                }
                Err(error) => return Err(Halt::left(lost(&instance, &number, &error))),
            }
            if self.work.cancel.is_cancelled() {
                return Err(Halt::left(words::no_longer_followed(&instance)));
            }
            if began.elapsed() > patience.give_up {
                let unknown = Stop::failed(
                    format!(
                        "Job {number} of {instance} has not come to an end for {}.",
                        minutes(patience.give_up)
                    ),
                    "Resume it later to see how it ended, or look in the console.",
                );
                return Err(Halt::left(unknown));
            }
            // A cancel is told in the words of a job that goes on.
            let _ = self
                .work
                .cancel
                .run_until_cancelled(tokio::time::sleep(pause))
                .await;
            pause = (pause * 2).min(patience.longest_pause);
        }
    }

    /// The client that looks end with the run, and whether it has the calls of Integration Cloud Service.
    fn looking(&self, kind: JobKind<'_>) -> Result<(Client, bool), Halt> {
        let client = &self.side(kind)?.client;
        Ok((
            client.with_cancellation(self.work.cancel.clone()),
            self.stamp(kind)?.generation == Generation::Ics,
        ))
    }

    /// Keeps and tells what is new.
    fn keep_told(&self, step: &Step, note: &mut JobNote, job: &ArchiveJob) -> Result<(), Halt> {
        let told = JobTold::of(job, &|words| self.hush.words(words));
        if note.told.as_ref() == Some(&told) {
            return Ok(());
        }
        let line = told.line();
        let is_news = note
            .told
            .as_ref()
            .is_none_or(|before| before.line() != line);
        note.told = Some(told);
        self.keep_note(step, note)?;
        if is_news {
            self.note(&line)?;
        }
        Ok(())
    }
}

/// What the service says of a job.
async fn look(
    (client, is_ics): &(Client, bool),
    kind: JobKind<'_>,
    number: &str,
) -> Result<ArchiveJob, Error> {
    let read = match kind {
        JobKind::Export if *is_ics => client.ics_clone_export_job(number).await,
        JobKind::Export => client.instance_export_job(number).await,
        JobKind::Import(_) => client.instance_import_job(number).await,
    };
    read.map(|read| read.value)
}

/// The call that begins the job was sent, and no end is known.
fn is_under_way(step: &Step) -> bool {
    use crate::journal::StepState::{Answered, Sent};
    matches!(step.state, Sent | Answered)
}

/// Whether it may pass by itself while the job goes on.
fn passes(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AddressUnknown
            | ErrorKind::Unreachable
            | ErrorKind::ProxyFailed
            | ErrorKind::Timeout
            | ErrorKind::TooManyRequests
            | ErrorKind::Truncated
    ) || matches!(error.kind(), ErrorKind::Server(status) if *status >= 500)
}

fn lost(instance: &str, number: &str, error: &Error) -> Stop {
    let guidance = match failure::reach(error) {
        Reach::Everything => failure::run_guidance(error),
        _ => None,
    };
    Stop::failed(
        format!(
            "Job {number} of {instance} cannot be followed: {}.",
            error.cause().trim_end_matches('.')
        ),
        guidance.unwrap_or("The job goes on in the service. Resume it to see how it ended."),
    )
    .behind(error)
}
