//! One step of a change: written down, sent once, and looked at.

use waybill_client::{Error, ErrorKind};

use super::perform::Making;
use super::plan::Facts;
use super::request::Change;
use super::seen::Seen;
use super::words::{self, Stop};
use super::{activation, keep};
use crate::journal::{LogWeight, RunPhase, Step, StepState};

/// A step as the journal holds it.
pub(super) struct Deed {
    pub step: Step,
    pub change: Change,
    pub before: Facts,
}

impl Making {
    /// Sees to it that one step is made, once.
    pub(super) async fn step(&self, deed: &Deed, resumed: bool) -> Result<String, Stop> {
        let name = self.name(deed);
        match deed.step.state {
            StepState::Done => return Ok(deed.step.after.clone().unwrap_or_default()),
            StepState::Planned if !resumed => {}
            // A run that was not asked for shows nowhere; that it was not, the journal knows.
            StepState::Planned if deed.change == Change::RunNow => {}
            state => {
                self.phase(RunPhase::Settling)?;
                let seen = self.look(deed).await.map_err(|error| lost(&error))?;
                let sent = state != StepState::Planned;
                match seen {
                    Seen::Done(how) => {
                        self.note(&format!("Looked: it is done already; {name} is {how}."))?;
                        return self.finish(deed, how);
                    }
                    Seen::UnderWay(how) => {
                        self.note(&format!(
                            "Looked: the service is at work on it; {name} is {how}."
                        ))?;
                        return self.settle(deed).await;
                    }
                    Seen::NotDone(how) => {
                        self.note(&format!("Looked: it is not done; {name} is {how}."))?;
                    }
                    Seen::Failed(errors) if sent => return self.service_failed(deed, &errors),
                    Seen::Unknown(why) if sent => {
                        self.mark(deed, StepState::Unknown, None)?;
                        return Err(words::uncertain(&deed.change, &name, &why));
                    }
                    Seen::Failed(_) | Seen::Unknown(_) => {}
                }
            }
        }
        if resumed && self.work.request.change.keeps() {
            // It may be another than it was when the first snapshot was taken.
            let snapshot = self.keep().await?;
            let first = deed.step.detail.get("snapshot");
            if first.and_then(serde_json::Value::as_str) != Some(snapshot.as_str()) {
                self.note("It was kept once more, as it is now.")?;
            }
        }
        self.send(deed).await
    }

    async fn send(&self, deed: &Deed) -> Result<String, Stop> {
        let name = self.name(deed);
        if self.work.cancel.is_cancelled() {
            return Err(keep::cancelled());
        }
        if let Change::EditConnection { edit } = &deed.change
            && edit.secrets.len() != self.secrets.len()
        {
            return Err(Stop::failed(
                format!(
                    "Nothing was changed: the new secrets of connection {name} are no longer at hand."
                ),
                "Secrets are never written down. Give this run up, and enter the values again.",
            ));
        }
        // Before it is written down as sent: a refusal by the policy sends nothing.
        self.writer.check().map_err(keep::stop)?;
        self.phase(RunPhase::Changing)?;
        self.note(&format!("{} {name}.", deed.change.doing()))?;
        self.mark(deed, StepState::Sent, None)?;
        let subject = &self.work.request.subject;
        let sent = self.writer.send(subject, &deed.change, &self.secrets).await;
        let answer = match sent {
            Ok(answer) => answer,
            Err(refused) => {
                self.mark(deed, StepState::Planned, None)?;
                return Err(keep::stop(refused));
            }
        };
        match answer {
            Ok(sent) => {
                self.mark(deed, StepState::Answered, None)?;
                if sent.looked_up {
                    self.line(
                        LogWeight::Warning,
                        "The answer was lost on the way. Looking at the instance showed that the call had arrived.",
                        None,
                    )?;
                }
                match sent.ended {
                    Some(Seen::Done(how)) => self.finish(deed, how),
                    Some(Seen::Failed(errors)) => self.service_failed(deed, &errors),
                    _ => self.settle(deed).await,
                }
            }
            Err(error) => self.refused(deed, &error).await,
        }
    }

    /// The service refused, or nobody knows. It may be as wanted all the same.
    async fn refused(&self, deed: &Deed, error: &Error) -> Result<String, Stop> {
        let name = self.name(deed);
        let looks = !matches!(deed.change, Change::RunNow | Change::TestConnection);
        let seen = if looks {
            self.look(deed).await.ok()
        } else {
            None
        };
        // Values and flags are sent again by the client as often as it helps: what the last failure leaves
        // open stays open.
        let sets = matches!(
            deed.change,
            Change::EditConnection { .. }
                | Change::SetTracing { .. }
                | Change::UpdateDeployment { .. }
        );
        let uncertain =
            *error.kind() == ErrorKind::Uncertain || (sets && error.may_have_had_effect());
        match seen {
            Some(Seen::Done(how)) => {
                self.line(
                    LogWeight::Warning,
                    &format!("The call failed, but looking shows it done: {name} is {how}."),
                    Some(error),
                )?;
                self.finish(deed, how)
            }
            Some(Seen::UnderWay(how)) => {
                self.line(
                    LogWeight::Warning,
                    &format!("The call failed, but the service is at work on it: {name} is {how}."),
                    Some(error),
                )?;
                self.settle(deed).await
            }
            Some(Seen::NotDone(_)) if uncertain => {
                self.mark(deed, StepState::Planned, None)?;
                let stop = Stop::failed(
                    format!(
                        "The answer was lost, and looking shows nothing done: {} {name}.",
                        deed.change.name()
                    ),
                    "Resume it: the instance is looked at again before it is sent.",
                );
                Err(stop.resumable().behind(error))
            }
            _ if uncertain => {
                self.mark(deed, StepState::Unknown, None)?;
                Err(words::uncertain(&deed.change, &name, error.cause()).behind(error))
            }
            _ => {
                let stop = words::refused(&deed.change, &name, error);
                let state = if stop.resumable {
                    StepState::Planned
                } else {
                    StepState::Failed
                };
                self.mark(deed, state, None)?;
                Err(stop)
            }
        }
    }

    pub(super) fn service_failed(&self, deed: &Deed, errors: &[String]) -> Result<String, Stop> {
        let name = self.name(deed);
        self.mark(deed, StepState::Failed, Some("failed"))?;
        let mut stop = match deed.change {
            Change::TestConnection => Stop::failed(
                match errors.first() {
                    Some(first) => format!(
                        "The test of connection {name} failed: {}.",
                        first.trim_end_matches('.')
                    ),
                    None => format!(
                        "The test of connection {name} failed; the service does not say why."
                    ),
                },
                "Check its address, its user and its secrets.",
            ),
            _ => Stop::failed(
                activation::failure(&name, errors),
                "Put that right, then activate it again. What was active before in the same major version may be inactive now.",
            ),
        };
        stop.lines = errors.to_vec();
        Err(stop)
    }

    pub(super) async fn look(&self, deed: &Deed) -> Result<Seen, Error> {
        let subject = &self.work.request.subject;
        deed.change.look(&self.looking, subject, &deed.before).await
    }

    pub(super) fn finish(&self, deed: &Deed, how: String) -> Result<String, Stop> {
        self.mark(deed, StepState::Done, Some(&how))?;
        Ok(how)
    }
}

/// The instance cannot be looked at any longer.
pub(super) fn lost(error: &Error) -> Stop {
    Stop::failed(
        format!(
            "The instance could not be looked at: {}.",
            error.cause().trim_end_matches('.')
        ),
        "Resume it once the instance answers: it is looked at first, and nothing is done twice.",
    )
    .resumable()
    .behind(error)
}
