//! One step: looked at where it may have been sent before, written down, sent once, and followed to its
//! end.

use std::time::Instant;

use serde_json::Value;
use waybill_client::{AwaitedState, Error, ErrorKind};
use waybill_model::ArtifactKind;

use super::explain::{self, named};
use super::look::{is_repeatable, look, standing};
use super::perform::{Hauling, halted, lost, refused};
use super::send::Outcome;
use super::watch::Settle;
use super::writer::Halt;
use crate::change::{Seen, Stop, minutes, upper};
use crate::failure::{Reach, exchange, reach};
use crate::journal::{self, LogWeight, StepEnd, StepFailure, StepState};
use crate::progress::{StepNow, StepWhat};
use crate::waybill::{Step, StepKind};

/// A step of the waybill with what the journal held of it when the run was taken up.
pub(super) struct Deed {
    pub position: u32,
    pub step: Step,
    pub row: journal::Step,
    /// It is none of the waybill: it puts back what one of these has done.
    pub is_back: bool,
}

impl Deed {
    pub fn what(&self) -> StepWhat {
        if self.is_back {
            StepWhat::Back(self.step.kind)
        } else {
            StepWhat::Waybill(self.step.kind)
        }
    }
}

impl Hauling {
    /// Sees to it that one step is taken, once. An error ends the run.
    pub(super) async fn take(&self, deed: &Deed) -> Result<StepState, Stop> {
        let state = self.take_once(deed).await?;
        if state == StepState::Done {
            self.remember(deed).await?;
        }
        Ok(state)
    }

    async fn take_once(&self, deed: &Deed) -> Result<StepState, Stop> {
        if deed.row.began_at.is_none() {
            return self.send(deed, false).await;
        }
        let name = named(&deed.step.subject);
        let base = deed.row.base.as_ref();
        let in_flight = matches!(deed.row.state, StepState::Sent | StepState::Answered);
        match look(&self.looking, &deed.step, base).await {
            Ok(Seen::Done(how)) => {
                if !matches!(deed.step.kind, StepKind::Import { .. }) || in_flight {
                    self.note(&format!("Looked: it is done already; {name} is {how}."))?;
                }
                self.done(deed, &how, None)
            }
            Ok(Seen::UnderWay(how)) => {
                self.note(&format!(
                    "Looked: the service is at work on it; {name} is {how}."
                ))?;
                self.settle(deed, None).await
            }
            Ok(Seen::Failed(said)) if in_flight => self.fail(
                deed,
                explain::activation_failed(&deed.step.subject, &said),
                None,
            ),
            Ok(Seen::Unknown(why)) if !is_repeatable(deed.step.kind) => self.unknown(
                deed,
                format!(
                    "Whether this was done cannot be told: {} {name}. {}.",
                    explain::verb(deed.step.kind),
                    upper(&why)
                ),
                None,
            ),
            Ok(_) => self.send(deed, true).await,
            Err(error) if self.ends_all(&error) => Err(lost(&error)),
            Err(error) => self.unknown(
                deed,
                format!(
                    "{} could not be looked at: {}.",
                    upper(&name),
                    error.cause().trim_end_matches('.')
                ),
                Some(&error),
            ),
        }
    }

    async fn send(&self, deed: &Deed, again: bool) -> Result<StepState, Stop> {
        if self.work.cancel.is_cancelled() {
            return Err(halted());
        }
        // Before it is written down as sent: a refusal by the policy sends nothing.
        self.writer.check().map_err(|refusal| refused(&refusal))?;
        let ready = match self.prepare(deed).await {
            Ok(ready) => ready,
            Err(Outcome::Failed(failure)) => return self.fail(deed, *failure, None),
            Err(Outcome::Call(error)) if self.ends_all(&error) => return Err(lost(&error)),
            Err(Outcome::Call(error)) => {
                let failure = explain::explain(deed.step.kind, &deed.step.subject, &error);
                return self.fail(deed, failure, Some(&error));
            }
            Err(Outcome::Stop(stop)) => return Err(*stop),
        };
        match self.changed_by_others(deed).await {
            Ok(None) => {}
            Ok(Some(failure)) => return self.fail(deed, failure, None),
            Err(error) if self.ends_all(&error) => return Err(lost(&error)),
            Err(error) => tracing::debug!(%error, "how it was left could not be compared"),
        }
        let mut base = self.take_left(deed)?;
        if matches!(deed.step.kind, StepKind::Import { replace: true, .. }) {
            match standing(&self.looking, &deed.step.subject).await {
                Ok(now) => base = now.to_base(),
                Err(error) if self.ends_all(&error) => return Err(lost(&error)),
                Err(error) => tracing::debug!(%error, "how it stands could not be read"),
            }
        }
        if let Some(line) = ready.line() {
            self.note(&line)?;
        }
        let began_at = self.begun(deed, base.as_ref())?;
        self.tell(
            deed,
            StepNow::Running,
            Some(ready.doing()),
            Some(began_at),
            None,
        );
        let began = Instant::now();
        let ended = match self.call(deed, ready).await {
            Ok(ended) => ended,
            Err(Halt::Refused(refusal)) => {
                self.mark(deed, StepState::Planned)?;
                self.tell(deed, StepNow::Waiting, None, None, None);
                return Err(refused(&refusal));
            }
            Err(Halt::Call(error)) => {
                return self
                    .call_failed(deed, base.as_ref(), &error, began, again)
                    .await;
            }
        };
        if ended.looked_up {
            self.line(
                LogWeight::Warning,
                &format!(
                    "The answer about {} was lost on the way. Looking at the instance showed that the call had arrived.",
                    named(&deed.step.subject)
                ),
                None,
            )?;
        }
        match ended.seen {
            Some(Seen::Done(how)) => self.done(deed, &how, Some(began)),
            Some(Seen::Failed(said)) => {
                let failure = explain::test_failed(&deed.step.subject, &said);
                self.fail(deed, failure, None)
            }
            _ => {
                self.mark(deed, StepState::Answered)?;
                self.settle(deed, Some(began)).await
            }
        }
    }

    /// A call failed. It may have come through all the same.
    async fn call_failed(
        &self,
        deed: &Deed,
        base: Option<&Value>,
        error: &Error,
        began: Instant,
        again: bool,
    ) -> Result<StepState, Stop> {
        let id = &deed.step.subject;
        let name = named(id);
        let is_open = *error.kind() == ErrorKind::Uncertain || error.may_have_had_effect();
        // What was sent before may be why it is refused now.
        let late = again
            && matches!(
                error.kind(),
                ErrorKind::Conflict
                    | ErrorKind::WrongState
                    | ErrorKind::NotFound
                    | ErrorKind::Locked
            );
        let activates = matches!(
            deed.step.kind,
            StepKind::Activate { .. } | StepKind::Deactivate
        );
        let schedules = matches!(
            deed.step.kind,
            StepKind::StartSchedule | StepKind::StopSchedule
        );
        let refused_state = *error.kind() == ErrorKind::WrongState && (activates || schedules);
        if is_open || late || refused_state {
            match look(&self.looking, &deed.step, base).await {
                Ok(Seen::Done(how)) => {
                    self.line(
                        LogWeight::Warning,
                        &format!("The call failed, but looking shows it done: {name} is {how}."),
                        Some(error),
                    )?;
                    return self.done(deed, &how, Some(began));
                }
                Ok(Seen::UnderWay(how)) => {
                    self.line(
                        LogWeight::Warning,
                        &format!(
                            "The call failed, but the service is at work on it: {name} is {how}."
                        ),
                        Some(error),
                    )?;
                    self.mark(deed, StepState::Answered)?;
                    return self.settle(deed, Some(began)).await;
                }
                Ok(Seen::Failed(said)) if activates => {
                    let failure = explain::activation_failed(id, &said);
                    return self.fail(deed, failure, Some(error));
                }
                _ => {}
            }
        }
        if self.ends_all(error) || lacks_right(deed, error) {
            let state = if is_open {
                StepState::Unknown
            } else {
                StepState::Planned
            };
            self.mark(deed, state)?;
            let now = if is_open {
                StepNow::Unknown
            } else {
                StepNow::Waiting
            };
            self.tell(deed, now, None, None, None);
            return Err(lost(error));
        }
        if *error.kind() == ErrorKind::Uncertain {
            let failure = explain::explain(deed.step.kind, id, error);
            return self.unknown(deed, failure.why, Some(error));
        }
        let failure = explain::explain(deed.step.kind, id, error);
        self.fail(deed, failure, Some(error))
    }

    /// Waits until the service has come to an end with it.
    async fn settle(&self, deed: &Deed, began: Option<Instant>) -> Result<StepState, Stop> {
        let id = &deed.step.subject;
        let wanted = match deed.step.kind {
            StepKind::Activate { .. } => AwaitedState::Activated,
            StepKind::Deactivate => AwaitedState::Deactivated,
            _ => return self.settle_alone(deed, began).await,
        };
        let had_failed = deed
            .step
            .before
            .get("state")
            .is_some_and(|state| state.contains("failed"))
            || deed.row.failure.is_some();
        let watching = self.watch.until(id, wanted, had_failed);
        let Some(settled) = self.work.cancel.run_until_cancelled(watching).await else {
            return Err(halted());
        };
        let name = named(id);
        match settled {
            Settle::Reached => {
                let how = match wanted {
                    AwaitedState::Activated => "active",
                    AwaitedState::Deactivated => "configured",
                };
                self.done(deed, how, began)
            }
            Settle::Failed(status) => {
                let errors = self.looking.activation_errors(&id.scope, &id.wire()).await;
                let said = errors.map(|read| read.value.words).unwrap_or_default();
                if wanted == AwaitedState::Deactivated {
                    let why =
                        format!("The service did not deactivate {name}: it is {status} again.");
                    return self.fail(
                        deed,
                        plain(
                            why,
                            "Look at it in the console, then try again what failed.",
                        ),
                        None,
                    );
                }
                self.fail(deed, explain::activation_failed(id, &said), None)
            }
            Settle::NoEffect(status) => {
                let why = format!(
                    "The service took the call, but nothing came of it: {name} is still {}.",
                    status.to_lowercase()
                );
                self.fail(
                    deed,
                    plain(
                        why,
                        "Look at it in the console, then try again what failed.",
                    ),
                    None,
                )
            }
            Settle::Gone => {
                let why = format!("{} is no longer in the instance.", upper(&name));
                self.fail(
                    deed,
                    plain(why, "Somebody has deleted it meanwhile. Plan again."),
                    None,
                )
            }
            Settle::TimedOut(status) => {
                let why = format!(
                    "The service has not come to an end with {name} for {}: it is {}.",
                    minutes(self.work.patience.give_up),
                    status.to_lowercase()
                );
                self.unknown(deed, why, None)
            }
            Settle::Lost(error) => Err(lost(&error)),
        }
    }

    /// Waits for what no list tells: the state of a schedule.
    async fn settle_alone(&self, deed: &Deed, began: Option<Instant>) -> Result<StepState, Stop> {
        let patience = self.work.patience;
        let since = Instant::now();
        let mut pause = patience.first_pause;
        loop {
            let mut how_it_is = String::new();
            match look(&self.looking, &deed.step, deed.row.base.as_ref()).await {
                Ok(Seen::Done(how)) => return self.done(deed, &how, began),
                Ok(Seen::NotDone(how)) if since.elapsed() > patience.no_effect => {
                    let why = format!(
                        "The service took the call, but nothing came of it: {} is {how}.",
                        named(&deed.step.subject)
                    );
                    return self.fail(
                        deed,
                        plain(
                            why,
                            "Look at it in the console, then try again what failed.",
                        ),
                        None,
                    );
                }
                Ok(Seen::UnderWay(how) | Seen::NotDone(how)) => how_it_is = how,
                Ok(_) => {}
                Err(_) if self.work.cancel.is_cancelled() => {}
                Err(error) if self.ends_all(&error) => return Err(lost(&error)),
                Err(error) => tracing::debug!(%error, "a look failed; looking again"),
            }
            if self.work.cancel.is_cancelled() {
                return Err(halted());
            }
            if since.elapsed() > patience.give_up {
                let why = format!(
                    "The service has not come to an end with {} for {}: {how_it_is}.",
                    named(&deed.step.subject),
                    minutes(patience.give_up)
                );
                return self.unknown(deed, why, None);
            }
            let _ = self
                .work
                .cancel
                .run_until_cancelled(tokio::time::sleep(pause))
                .await;
            pause = (pause * 2).min(patience.longest_pause);
        }
    }

    /// It is made.
    pub(super) fn done(
        &self,
        deed: &Deed,
        how: &str,
        began: Option<Instant>,
    ) -> Result<StepState, Stop> {
        let end = StepEnd {
            state: StepState::Done,
            after: Some(how.to_owned()),
            took_ms: began.map(millis),
            failure: None,
        };
        self.end(deed, &end)?;
        self.note(&super::words::done(&deed.step, end.took_ms))?;
        Ok(StepState::Done)
    }

    /// It failed, for a reason of its own.
    fn fail(
        &self,
        deed: &Deed,
        mut failure: StepFailure,
        call: Option<&Error>,
    ) -> Result<StepState, Stop> {
        if failure.exchange.is_none() {
            failure.exchange = call.and_then(exchange);
        }
        self.line(LogWeight::Failure, &failure.why, call)?;
        let end = StepEnd {
            state: StepState::Failed,
            after: Some("failed".to_owned()),
            took_ms: None,
            failure: Some(failure),
        };
        self.end(deed, &end)?;
        Ok(StepState::Failed)
    }

    /// Nobody can tell how it ended.
    fn unknown(&self, deed: &Deed, why: String, call: Option<&Error>) -> Result<StepState, Stop> {
        self.line(LogWeight::Failure, &why, call)?;
        let end = StepEnd {
            state: StepState::Unknown,
            after: None,
            took_ms: None,
            failure: Some(StepFailure {
                why,
                what_to_do: Some(
                    "Look at it in the console. Resuming the run looks at it again before anything is sent."
                        .to_owned(),
                ),
                exchange: call.and_then(exchange),
            }),
        };
        self.end(deed, &end)?;
        Ok(StepState::Unknown)
    }

    /// Whether all other calls would fail as well, now or as long as this lasts.
    pub(super) fn ends_all(&self, error: &Error) -> bool {
        if self.work.cancel.is_cancelled() && reach(error) == Reach::Cancelled {
            return true;
        }
        reach(error) != Reach::This
            || matches!(
                error.kind(),
                ErrorKind::TooManyRequests
                    | ErrorKind::Timeout
                    | ErrorKind::Truncated
                    | ErrorKind::NotOracleIntegration
                    | ErrorKind::Server(502..=504)
            )
    }
}

/// Whether the sign-in lacks a right that all writes need.
fn lacks_right(deed: &Deed, error: &Error) -> bool {
    let id = &deed.step.subject;
    *error.kind() == ErrorKind::Forbidden
        && id.scope.project().is_none()
        && !matches!(
            id.kind,
            ArtifactKind::Certificate | ArtifactKind::AccessList
        )
}

/// A failure that no call tells of.
pub(super) fn plain(why: impl Into<String>, what_to_do: &str) -> StepFailure {
    StepFailure {
        why: why.into(),
        what_to_do: Some(what_to_do.to_owned()),
        exchange: None,
    }
}

fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
