//! Waiting until a change has come to its end in the instance.

use std::time::Duration;

use tokio::time::Instant;

use super::perform::Making;
use super::seen::Seen;
use super::step::{Deed, lost};
use super::words::Stop;
use crate::journal::{RunPhase, StepState};

/// How long a change is waited for, and how often the instance is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettlePatience {
    /// The pause before the second look; it doubles from there.
    pub first_pause: Duration,
    /// The longest pause between two looks.
    pub longest_pause: Duration,
    /// How long a call that was taken may show no effect at all, or an old failure.
    pub no_effect: Duration,
    /// How long the service may be at work before nobody waits for it any longer.
    pub give_up: Duration,
}

impl Default for SettlePatience {
    /// Activations take seconds to minutes; the gateway gives up after five (inferred), the service
    /// does not.
    fn default() -> Self {
        Self {
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(5),
            no_effect: Duration::from_secs(20),
            give_up: Duration::from_mins(15),
        }
    }
}

impl Making {
    /// Looks until the service has come to an end with it.
    pub(super) async fn settle(&self, deed: &Deed) -> Result<String, Stop> {
        self.phase(RunPhase::Settling)?;
        let (name, patience) = (self.name(deed), self.work.patience);
        let failed_before = deed
            .before
            .get("state")
            .is_some_and(|state| state.contains("failed"));
        let begun = Instant::now();
        let mut pause = patience.first_pause;
        let mut stood = String::new();
        loop {
            let young = begun.elapsed() < patience.no_effect;
            match self.look(deed).await {
                Ok(Seen::Done(how)) => return self.finish(deed, how),
                Ok(Seen::Failed(_)) if young && failed_before => {}
                Ok(Seen::Failed(errors)) => return self.service_failed(deed, &errors),
                Ok(Seen::UnderWay(how)) => stood = how,
                Ok(Seen::NotDone(how)) if !young => {
                    self.mark(deed, StepState::Failed, Some(&how))?;
                    return Err(Stop::failed(
                        format!(
                            "The service took the call, but nothing came of it: {name} is still {how}."
                        ),
                        "Look at it in the console, then do it again.",
                    ));
                }
                Ok(Seen::NotDone(_) | Seen::Unknown(_)) => {}
                Err(error) if self.work.cancel.is_cancelled() => {
                    tracing::debug!(%error, "a look was cancelled");
                }
                Err(error) => return Err(lost(&error)),
            }
            if self.work.cancel.is_cancelled() {
                return Err(Stop::cancelled(
                    format!(
                        "No longer watched: the service goes on with it ({} {name}).",
                        deed.change.name()
                    ),
                    "What was asked for cannot be called back. Resume it to see how it ended.",
                ));
            }
            if begun.elapsed() > patience.give_up {
                let how = if stood.is_empty() { "at work" } else { &stood };
                return Err(Stop::failed(
                    format!(
                        "The service has not come to an end with it for {}: {name} is {how}.",
                        minutes(patience.give_up)
                    ),
                    "Resume it later to see how it ended, or look in the console.",
                )
                .resumable());
            }
            let _ = self
                .work
                .cancel
                .run_until_cancelled(tokio::time::sleep(pause))
                .await;
            pause = (pause * 2).min(patience.longest_pause);
        }
    }
}

pub(crate) fn minutes(time: Duration) -> String {
    match time.as_secs() / 60 {
        0 => format!("{} seconds", time.as_secs()),
        1 => "a minute".to_owned(),
        many => format!("{many} minutes"),
    }
}
