//! Changes that must not be made twice: sent, and where the answer is lost, looked for.

use bytes::Bytes;
use serde_json::Value;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::body::without_mark;
use crate::http::{Answer, Call};
use crate::pace::CallClass;
use crate::retry;

/// How often a change is looked for before it counts as not made: one that the service is still at work
/// on shows late.
const LOOKS: u32 = 2;
/// The same for archives, which the service unpacks first, and for activations.
const LOOKS_FOR_LONG_WORK: u32 = 4;
/// The same where the service did not answer in time.
const LOOKS_AFTER_SILENCE: u32 = 6;
/// And of both together: a service that works for minutes is waited for.
const LOOKS_AFTER_SILENCE_FOR_LONG_WORK: u32 = 14;

/// What looking showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The change is made.
    Done,
    /// It is not.
    NotDone,
    /// That cannot be told.
    Unknown,
}

impl Seen {
    /// Done where it is so.
    pub(crate) const fn done_if(done: bool) -> Self {
        if done { Self::Done } else { Self::NotDone }
    }

    /// Done where reading it ends with "not there" (404).
    pub(crate) fn gone<T>(read: Result<T, Error>) -> Result<Self, Error> {
        match read {
            Ok(_) => Ok(Self::NotDone),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Self::Done),
            Err(error) => Err(error),
        }
    }

    /// Done where it can be read.
    pub(crate) fn there<T>(read: Result<T, Error>) -> Result<Self, Error> {
        match read {
            Ok(_) => Ok(Self::Done),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Self::NotDone),
            Err(error) => Err(error),
        }
    }
}

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The status of the answer; 0 where it was lost.
    pub status: u16,
    /// Where the service says the result is (`Location`).
    pub location: Option<String>,
    /// The answer was lost; that the change is made was found by looking.
    pub looked_up: bool,
    pub(crate) body: Bytes,
}

impl Changed {
    fn found() -> Self {
        Self {
            status: 0,
            location: None,
            looked_up: true,
            body: Bytes::new(),
        }
    }

    /// The answer's JSON, where there is one.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(without_mark(&self.body)).ok()
    }
}

impl From<Answer> for Changed {
    fn from(answer: Answer) -> Self {
        Self {
            status: answer.status,
            location: answer.location(),
            looked_up: false,
            body: answer.body,
        }
    }
}

impl Client {
    /// Makes a change that must not be made twice. Where the answer is lost, `look` tells whether it is
    /// made; only if it is not, the call is sent again. A change that is under way is not cancelled in the
    /// middle; the pauses between are.
    pub(crate) async fn change<F, L>(&self, call: Call, look: F) -> Result<Changed, Error>
    where
        F: Fn() -> L,
        L: Future<Output = Result<Seen, Error>>,
    {
        let call = call.once();
        let mut tries = 1;
        loop {
            self.refuse_if_cancelled(&call.operation)?;
            let failure = match self.core.execute(&call).await {
                Ok(answer) => return Ok(answer.into()),
                Err(failure) => failure,
            };
            // Refused on a second try, because the first came through after all?
            let is_open = failure.may_have_had_effect();
            let is_refused_late = tries > 1
                && matches!(
                    failure.kind(),
                    ErrorKind::Conflict
                        | ErrorKind::WrongState
                        | ErrorKind::NotFound
                        | ErrorKind::Locked
                );
            if !is_open && !is_refused_late {
                return Err(failure);
            }
            match self
                .look_patiently(&failure, call.class, tries, &look)
                .await?
            {
                Seen::Done => return Ok(Changed::found()),
                Seen::Unknown => return Err(failure.into_uncertain()),
                Seen::NotDone => {}
            }
            if !is_open || tries >= retry::most_tries(&failure) {
                return Err(failure);
            }
            tries += 1;
            tracing::debug!(path = call.path, tries, "not done; sending again");
        }
    }

    async fn look_patiently<F, L>(
        &self,
        failure: &Error,
        class: CallClass,
        tries: u32,
        look: &F,
    ) -> Result<Seen, Error>
    where
        F: Fn() -> L,
        L: Future<Output = Result<Seen, Error>>,
    {
        let looks = match failure.kind() {
            ErrorKind::Timeout | ErrorKind::Server(504) if class == CallClass::Change => {
                LOOKS_AFTER_SILENCE
            }
            ErrorKind::Timeout | ErrorKind::Server(504) => LOOKS_AFTER_SILENCE_FOR_LONG_WORK,
            _ if class == CallClass::Change => LOOKS,
            _ => LOOKS_FOR_LONG_WORK,
        };
        for turn in 0..looks {
            let pause = tokio::time::sleep(retry::pause(tries + turn, fastrand::f64()));
            let paused = self
                .until_cancelled(failure.operation(), async {
                    pause.await;
                    Ok(())
                })
                .await;
            if paused.is_err() {
                return Err(failure.clone().into_uncertain());
            }
            match look().await {
                Ok(Seen::NotDone) => {}
                Ok(seen) => return Ok(seen),
                Err(_) => return Err(failure.clone().into_uncertain()),
            }
        }
        Ok(Seen::NotDone)
    }
}
