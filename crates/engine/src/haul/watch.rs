//! Following all activations and deactivations of a run together: one list tells of all in a scope,
//! however many there are, and a list is asked for at most once in a while.
//!
//! What has ended is found at the next list, and what waits for it can begin only then. So the lists
//! are asked for when most of what is watched is likely to have ended, by how long those before took,
//! or once a look at one of them shows that it has (`scout`). The few that a list finds still under way
//! are looked at one by one.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;
use waybill_client::{AwaitedState, Client, Error, ErrorKind};
use waybill_model::{ArtifactId, Scope};

use super::early::Early;
use super::usual::Usual;
use crate::change::SettlePatience;
use crate::failure::{Reach, reach};
use crate::wire_time::rfc3339;

/// A list is so many times as dear as a look at one integration.
const LIST_TO_LOOK: u32 = 8;

/// How following one integration ended.
#[derive(Clone, Debug)]
pub(super) enum Settle {
    /// It has the state.
    Reached,
    /// It failed, or fell back; the status it has now.
    Failed(String),
    /// The service took the call, and nothing came of it; the status it has.
    NoEffect(String),
    /// It is not there any more.
    Gone,
    /// The service did not come to an end in time; the status it has.
    TimedOut(String),
    /// The instance can no longer be looked at.
    Lost(Error),
}

/// An integration that is followed.
pub(super) struct Followed {
    pub scope: Scope,
    pub id: String,
    pub wanted: AwaitedState,
    /// Its last activation had failed before: that status says nothing at first.
    failed_before: bool,
    pub since: Instant,
    /// How long it had been followed when it was last seen under way.
    pub open_at: Duration,
    pub was_under_way: bool,
    /// A look at it alone has shown that it has ended.
    pub was_seen_ended: bool,
    was_missing: bool,
    status: String,
    end: oneshot::Sender<Settle>,
}

#[derive(Default)]
pub(super) struct State {
    pub followed: Vec<Followed>,
    /// When each scope was last asked for.
    pub asked: BTreeMap<Scope, Instant>,
    /// Which one was last looked at alone, and when.
    pub looked: Option<(String, Instant)>,
    pub usual: Usual,
    /// When those that a list told of as ended were last changed.
    updated: BTreeMap<(Scope, String), String>,
}

/// What is told of an integration.
struct Told {
    status: String,
    updated: Option<String>,
}

/// Follows integrations; shared by the steps of a run.
pub(super) struct Watch {
    pub client: Client,
    pub patience: SettlePatience,
    /// What was read back of those that have ended.
    pub early: Early,
    state: Mutex<State>,
    joined: Notify,
}

impl Watch {
    pub fn new(client: Client, patience: SettlePatience) -> Self {
        Self {
            client,
            patience,
            early: Early::default(),
            state: Mutex::default(),
            joined: Notify::new(),
        }
    }

    /// The shortest time between two lists.
    pub fn floor(&self) -> Duration {
        self.patience.first_pause * LIST_TO_LOOK
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until an integration has come to its end. [`Watch::run`] has to be polled meanwhile.
    pub async fn until(
        &self,
        id: &ArtifactId,
        wanted: AwaitedState,
        failed_before: bool,
    ) -> Settle {
        let (end, ended) = oneshot::channel();
        self.state().followed.push(Followed {
            scope: id.scope.clone(),
            id: id.wire(),
            wanted,
            failed_before,
            since: Instant::now(),
            open_at: Duration::ZERO,
            was_under_way: false,
            was_seen_ended: false,
            was_missing: false,
            status: String::new(),
            end,
        });
        self.joined.notify_one();
        let ended = ended.await;
        ended.unwrap_or_else(|_| Settle::TimedOut(String::new()))
    }

    /// When an integration was last changed, by the list that told of its end.
    pub fn updated(&self, id: &ArtifactId) -> Option<String> {
        let key = (id.scope.clone(), id.wire());
        self.state().updated.get(&key).cloned()
    }

    /// Asks for lists as long as something is followed; never ends.
    pub async fn run(&self) -> Infallible {
        loop {
            let Some((scope, at)) = self.next() else {
                self.joined.notified().await;
                continue;
            };
            tokio::select! {
                () = tokio::time::sleep_until(at) => {}
                () = self.scout(&scope) => {}
                () = self.joined.notified() => continue,
            }
            self.ask(&scope).await;
        }
    }

    /// The scope that is asked for next, and when.
    fn next(&self) -> Option<(Scope, Instant)> {
        let mut state = self.state();
        // Whoever waited for it has gone.
        state.followed.retain(|one| !one.end.is_closed());
        let mut begun: BTreeMap<&Scope, Vec<Instant>> = BTreeMap::new();
        for one in &state.followed {
            begun.entry(&one.scope).or_default().push(one.since);
        }
        let times = begun.into_iter().map(|(scope, since)| {
            let asked = state.asked.get(scope).copied();
            let at = state.usual.next(asked, &since, self.floor());
            (scope.clone(), at + state.usual.slack(self.floor()))
        });
        times.min_by_key(|(_, at)| *at)
    }

    async fn ask(&self, scope: &Scope) {
        let ids: Vec<String> = {
            let state = self.state();
            let own = state.followed.iter().filter(|one| one.scope == *scope);
            own.map(|one| one.id.clone()).collect()
        };
        if ids.is_empty() {
            return;
        }
        let asked = Instant::now();
        self.state().asked.insert(scope.clone(), asked);
        match self.statuses(scope, &ids).await {
            Ok(statuses) => self.take(scope, &ids, &statuses, asked),
            Err(error) if reach(&error) == Reach::Everything => {
                let mut state = self.state();
                for one in std::mem::take(&mut state.followed) {
                    let _ = one.end.send(Settle::Lost(error.clone()));
                }
            }
            // Whoever cancelled waits for nothing any more; the rest is asked for again.
            Err(error) => {
                tracing::debug!(%error, "a list failed; asking again");
                self.give_up(scope);
            }
        }
    }

    /// One alone is asked for by itself: a list may have many pages.
    async fn statuses(
        &self,
        scope: &Scope,
        ids: &[String],
    ) -> Result<BTreeMap<String, Told>, Error> {
        if let [only] = ids {
            return match self.client.activation_state(scope, only).await {
                Ok(read) => {
                    let told = Told {
                        status: read.value.activation_status,
                        updated: None,
                    };
                    Ok([(only.clone(), told)].into())
                }
                Err(error) if *error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
                Err(error) => Err(error),
            };
        }
        let list = self.client.integrations(scope).await?;
        let entries = list.into_iter().map(|read| read.value);
        let told = entries.map(|one| {
            let told = Told {
                status: one.status.unwrap_or_default(),
                updated: rfc3339(one.last_updated.as_deref()),
            };
            (one.id, told)
        });
        Ok(told.collect())
    }

    fn take(
        &self,
        scope: &Scope,
        asked_for: &[String],
        statuses: &BTreeMap<String, Told>,
        asked: Instant,
    ) {
        let mut state = self.state();
        let mut rest = Vec::with_capacity(state.followed.len());
        for mut one in std::mem::take(&mut state.followed) {
            // What joined meanwhile may not be in this answer.
            if one.scope != *scope || !asked_for.contains(&one.id) || one.since > asked {
                rest.push(one);
                continue;
            }
            let age = asked.saturating_duration_since(one.since);
            let told = statuses.get(&one.id);
            match one.judge(told.map(|told| &told.status), age, &self.patience) {
                None => rest.push(one),
                Some(end) => {
                    if let Some(updated) = told.and_then(|told| told.updated.clone()) {
                        let key = (one.scope.clone(), one.id.clone());
                        state.updated.insert(key, updated);
                    }
                    one.close(end, age, &mut state.usual);
                }
            }
        }
        state.followed = rest;
    }

    fn give_up(&self, scope: &Scope) {
        let mut state = self.state();
        let patience = self.patience.give_up;
        for one in std::mem::take(&mut state.followed) {
            if one.scope == *scope && one.since.elapsed() > patience {
                let _ = one.end.send(Settle::TimedOut(one.status));
            } else {
                state.followed.push(one);
            }
        }
    }
}

impl Followed {
    /// Tells whoever waits for it how it ended, `age` after it was begun to be followed.
    pub fn close(self, end: Settle, age: Duration, usual: &mut Usual) {
        if matches!(
            (&end, self.wanted),
            (Settle::Reached, AwaitedState::Activated)
        ) {
            usual.learn(self.open_at, age);
        }
        // Whoever waited may have gone.
        let _ = self.end.send(end);
    }

    /// How it ended, by the status it has now. Statuses as recorded.
    pub fn judge(
        &mut self,
        status: Option<&String>,
        age: Duration,
        patience: &SettlePatience,
    ) -> Option<Settle> {
        let Some(status) = status else {
            // A list can shift while it is read: only what is missing twice is gone.
            return std::mem::replace(&mut self.was_missing, true).then_some(Settle::Gone);
        };
        self.was_missing = false;
        self.status.clone_from(status);
        if status.ends_with("_INPROGRESS") {
            self.was_under_way = true;
            self.open_at = age;
            return (age > patience.give_up).then(|| Settle::TimedOut(status.clone()));
        }
        let settled_late = age > patience.no_effect;
        match (self.wanted, status.as_str()) {
            (AwaitedState::Activated, "ACTIVATED") => Some(Settle::Reached),
            (AwaitedState::Activated, "FAILEDACTIVATION") => {
                let is_old = self.failed_before && !self.was_under_way && !settled_late;
                (!is_old).then(|| Settle::Failed(status.clone()))
            }
            (AwaitedState::Deactivated, status) if status != "ACTIVATED" => Some(Settle::Reached),
            _ if self.was_under_way => Some(Settle::Failed(status.clone())),
            _ if settled_late => Some(Settle::NoEffect(status.clone())),
            _ => {
                self.open_at = age;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(wanted: AwaitedState, failed_before: bool, statuses: &[(u64, &str)]) -> String {
        let (end, _kept) = oneshot::channel();
        let mut one = Followed {
            scope: Scope::Global,
            id: "A|01.00.0000".to_owned(),
            wanted,
            failed_before,
            since: Instant::now(),
            open_at: Duration::ZERO,
            was_under_way: false,
            was_seen_ended: false,
            was_missing: false,
            status: String::new(),
            end,
        };
        for (seconds, status) in statuses {
            let status = Some((*status).to_owned()).filter(|status| !status.is_empty());
            let age = Duration::from_secs(*seconds);
            if let Some(end) = one.judge(status.as_ref(), age, &SettlePatience::default()) {
                return format!("{end:?}");
            }
        }
        "open".to_owned()
    }

    #[test]
    fn statuses_tell_how_it_ended() {
        use AwaitedState::{Activated, Deactivated};
        for (wanted, failed_before, statuses, ended) in [
            (
                Activated,
                false,
                &[(1, "CONFIGURED"), (3, "ACTIVATION_INPROGRESS")][..],
                "open",
            ),
            (Activated, false, &[(1, "ACTIVATED")], "Reached"),
            (
                Activated,
                false,
                &[(1, "ACTIVATION_INPROGRESS"), (3, "CONFIGURED")],
                "Failed(\"CONFIGURED\")",
            ),
            (
                Activated,
                false,
                &[(1, "FAILEDACTIVATION")],
                "Failed(\"FAILEDACTIVATION\")",
            ),
            (Activated, true, &[(1, "FAILEDACTIVATION")], "open"),
            (
                Activated,
                true,
                &[(1, "FAILEDACTIVATION"), (30, "FAILEDACTIVATION")],
                "Failed(\"FAILEDACTIVATION\")",
            ),
            (
                Activated,
                false,
                &[(30, "CONFIGURED")],
                "NoEffect(\"CONFIGURED\")",
            ),
            (
                Activated,
                false,
                &[(1, ""), (3, "ACTIVATION_INPROGRESS")],
                "open",
            ),
            (Activated, false, &[(1, ""), (3, "")], "Gone"),
            (
                Activated,
                false,
                &[(1000, "ACTIVATION_INPROGRESS")],
                "TimedOut(\"ACTIVATION_INPROGRESS\")",
            ),
            (
                Deactivated,
                false,
                &[(1, "DEACTIVATION_INPROGRESS"), (3, "CONFIGURED")],
                "Reached",
            ),
            (Deactivated, false, &[(1, "ACTIVATED")], "open"),
        ] {
            assert_eq!(end(wanted, failed_before, statuses), ended, "{statuses:?}");
        }
    }
}
