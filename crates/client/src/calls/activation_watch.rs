//! Following many activations with one list: a poll asks for the list once, whatever the number.
//!
//! The pause between polls grows while nothing changes and is short again after a change. Statuses as
//! recorded: `ACTIVATION_INPROGRESS`, `DEACTIVATION_INPROGRESS`, `ACTIVATED`, `CONFIGURED`,
//! `FAILEDACTIVATION`.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use waybill_model::Scope;

use crate::client::Client;
use crate::error::{Error, ErrorKind, Retry};

/// Which state is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwaitedState {
    /// `ACTIVATED`.
    Activated,
    /// `CONFIGURED`.
    Deactivated,
}

/// An integration whose state is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitedIntegration {
    /// `CODE|VERSION`.
    pub id: String,
    /// Which state.
    pub state: AwaitedState,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The first pause, and the pause after each change.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// After this time what has not settled counts as timed out.
    pub give_up_after: Duration,
}

impl Default for Patience {
    /// Pauses of 2 to 10 seconds, for at most half an hour.
    fn default() -> Self {
        Self {
            first_pause: Duration::from_secs(2),
            longest_pause: Duration::from_secs(10),
            give_up_after: Duration::from_mins(30),
        }
    }
}

/// How waiting for one integration ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It has the state.
    Reached,
    /// It failed, or fell back to where it was; [`Client::activation_errors`] may say why.
    Failed {
        /// The status it has now.
        status: String,
    },
    /// It is not there any more.
    Gone,
    /// The time was over.
    TimedOut {
        /// The last status seen.
        status: Option<String>,
    },
}

/// A change that a poll showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivationNews {
    /// `CODE|VERSION`.
    pub id: String,
    /// The status now; `None` where it is gone.
    pub status: Option<String>,
    /// Set once waiting for this one is over.
    pub settled: Option<Settled>,
}

impl Client {
    /// Waits until all have their state, failed, or the time is over; `told` hears of each change. For
    /// one integration its own activation status is read instead of the list.
    ///
    /// Polls that fail for the moment are made again until the time is over; other errors end the
    /// waiting. The client's cancellation ends it with `Cancelled`.
    pub async fn watch_activations(
        &self,
        within: &Scope,
        awaited: &[AwaitedIntegration],
        patience: Patience,
        mut told: impl FnMut(&ActivationNews) + Send,
    ) -> Result<Vec<(String, Settled)>, Error> {
        let mut watch = Watch::new(awaited);
        let end = Instant::now() + patience.give_up_after;
        let mut pause = patience.first_pause;
        while watch.is_waiting() {
            let news = match self.statuses(within, &watch).await {
                Ok(statuses) => watch.take(&statuses),
                Err(error) if error.retry() == Retry::Never => return Err(error),
                Err(error) => {
                    tracing::debug!(%error, "a poll failed; polling again");
                    Vec::new()
                }
            };
            pause = if news.is_empty() {
                patience.longest_pause.min(pause.mul_f64(1.5))
            } else {
                patience.first_pause
            };
            news.iter().for_each(&mut told);
            let left = end.saturating_duration_since(Instant::now());
            if !watch.is_waiting() || left.is_zero() {
                break;
            }
            self.until_cancelled("Waiting for activations", async {
                tokio::time::sleep(pause.min(left)).await;
                Ok(())
            })
            .await?;
        }
        watch.give_up().iter().for_each(&mut told);
        Ok(watch.into_settled())
    }

    async fn statuses(
        &self,
        within: &Scope,
        watch: &Watch,
    ) -> Result<BTreeMap<String, String>, Error> {
        if let Some(only) = watch.only() {
            return match self.activation_state(within, only).await {
                Ok(state) => Ok([(only.to_owned(), state.value.activation_status)].into()),
                Err(error) if *error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
                Err(error) => Err(error),
            };
        }
        Ok(self
            .integrations(within)
            .await?
            .into_iter()
            .map(|one| (one.value.id, one.value.status.unwrap_or_default()))
            .collect())
    }
}

/// One integration that is watched.
struct Watched {
    id: String,
    state: AwaitedState,
    status: Option<String>,
    /// It was seen between two states.
    was_under_way: bool,
    /// A list can shift while it is read: only what is missing twice is gone.
    was_missing: bool,
    settled: Option<Settled>,
}

struct Watch(Vec<Watched>);

impl Watch {
    fn new(awaited: &[AwaitedIntegration]) -> Self {
        let watched = |one: &AwaitedIntegration| Watched {
            id: one.id.clone(),
            state: one.state,
            status: None,
            was_under_way: false,
            was_missing: false,
            settled: None,
        };
        Self(awaited.iter().map(watched).collect())
    }

    fn is_waiting(&self) -> bool {
        self.0.iter().any(|one| one.settled.is_none())
    }

    /// The integration, where there is but one.
    fn only(&self) -> Option<&str> {
        match self.0.as_slice() {
            [one] => Some(&one.id),
            _ => None,
        }
    }

    fn take(&mut self, statuses: &BTreeMap<String, String>) -> Vec<ActivationNews> {
        self.0
            .iter_mut()
            .filter(|one| one.settled.is_none())
            .filter_map(|one| one.take(statuses.get(&one.id)))
            .collect()
    }

    fn give_up(&mut self) -> Vec<ActivationNews> {
        let waiting = self.0.iter_mut().filter(|one| one.settled.is_none());
        waiting
            .map(|one| {
                let status = one.status.clone();
                one.settled = Some(Settled::TimedOut { status });
                one.news()
            })
            .collect()
    }

    fn into_settled(self) -> Vec<(String, Settled)> {
        let ends = self.0.into_iter();
        ends.filter_map(|one| Some((one.id, one.settled?)))
            .collect()
    }
}

impl Watched {
    fn take(&mut self, status: Option<&String>) -> Option<ActivationNews> {
        let Some(status) = status else {
            if !std::mem::replace(&mut self.was_missing, true) {
                return None;
            }
            self.status = None;
            self.settled = Some(Settled::Gone);
            return Some(self.news());
        };
        self.was_missing = false;
        let is_new = self.status.as_ref() != Some(status);
        self.status = Some(status.clone());
        self.settled = self.judge(status);
        self.was_under_way |= under_way(status);
        (is_new || self.settled.is_some()).then(|| self.news())
    }

    fn judge(&self, status: &str) -> Option<Settled> {
        if under_way(status) {
            return None;
        }
        let failed = || {
            Some(Settled::Failed {
                status: status.to_owned(),
            })
        };
        match (self.state, status) {
            (AwaitedState::Activated, "ACTIVATED") => Some(Settled::Reached),
            (AwaitedState::Activated, "FAILEDACTIVATION") => failed(),
            // What is not active is deactivated, a draft and a failed activation too.
            (AwaitedState::Deactivated, status) if status != "ACTIVATED" => Some(Settled::Reached),
            // Where it was before the call: the service has not begun, or has given up.
            _ if self.was_under_way => failed(),
            _ => None,
        }
    }

    fn news(&self) -> ActivationNews {
        ActivationNews {
            id: self.id.clone(),
            status: self.status.clone(),
            settled: self.settled.clone(),
        }
    }
}

/// `ACTIVATION_INPROGRESS` and `DEACTIVATION_INPROGRESS`; `INPROGRESS` alone is a draft.
fn under_way(status: &str) -> bool {
    status.ends_with("_INPROGRESS")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of waiting after polls that show these statuses; an empty one for a list without it.
    fn end(state: AwaitedState, statuses: &[&str]) -> Option<Settled> {
        let id = "A|01.00.0000".to_owned();
        let mut watch = Watch::new(&[AwaitedIntegration {
            id: id.clone(),
            state,
        }]);
        for status in statuses {
            let mut list = BTreeMap::new();
            if !status.is_empty() {
                list.insert(id.clone(), (*status).to_owned());
            }
            watch.take(&list);
        }
        watch.0.remove(0).settled
    }

    #[test]
    fn an_activation_ends_where_its_statuses_say() {
        use AwaitedState::{Activated, Deactivated};
        let failed = |status: &str| {
            Some(Settled::Failed {
                status: status.to_owned(),
            })
        };
        for (state, statuses, settled) in [
            (Activated, &["ACTIVATED"][..], Some(Settled::Reached)),
            (Activated, &["CONFIGURED", "ACTIVATION_INPROGRESS"], None),
            (
                Activated,
                &["CONFIGURED", "ACTIVATION_INPROGRESS", "ACTIVATED"],
                Some(Settled::Reached),
            ),
            (Activated, &["FAILEDACTIVATION"], failed("FAILEDACTIVATION")),
            (
                Activated,
                &["ACTIVATION_INPROGRESS", "CONFIGURED"],
                failed("CONFIGURED"),
            ),
            (Activated, &["INPROGRESS"], None),
            (
                Deactivated,
                &["DEACTIVATION_INPROGRESS", "CONFIGURED"],
                Some(Settled::Reached),
            ),
            (Deactivated, &["ACTIVATED"], None),
            (
                Deactivated,
                &["DEACTIVATION_INPROGRESS", "ACTIVATED"],
                failed("ACTIVATED"),
            ),
            (Activated, &["CONFIGURED", ""], None),
            (Activated, &["", "CONFIGURED", ""], None),
            (Activated, &["CONFIGURED", "", ""], Some(Settled::Gone)),
        ] {
            assert_eq!(end(state, statuses), settled, "{state:?} {statuses:?}");
        }
    }

    #[test]
    fn each_change_is_told_once() {
        let id = "A|01.00.0000".to_owned();
        let mut watch = Watch::new(&[AwaitedIntegration {
            id: id.clone(),
            state: AwaitedState::Activated,
        }]);
        let list = |status: &str| BTreeMap::from([(id.clone(), status.to_owned())]);
        assert_eq!(watch.take(&list("ACTIVATION_INPROGRESS")).len(), 1);
        assert_eq!(watch.take(&list("ACTIVATION_INPROGRESS")), []);
        let news = watch.give_up();
        assert_eq!(
            news[0].settled,
            Some(Settled::TimedOut {
                status: Some("ACTIVATION_INPROGRESS".to_owned())
            })
        );
        assert!(!watch.is_waiting());
    }
}
