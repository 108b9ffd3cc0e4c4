//! Looks at one activation alone, to know when it is worth asking for the list that tells of all: one
//! look now and then, however many are under way.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use waybill_client::AwaitedState;
use waybill_model::Scope;

use super::watch::{Followed, State, Watch};

impl Watch {
    /// Waits until the last of those that began together has ended, and a list may be asked for.
    pub(super) async fn scout(&self, scope: &Scope) {
        while let Some((id, at)) = self.foremost(scope) {
            sleep_until(at).await;
            self.look_at(scope, &id).await;
        }
        // Their order here is not quite that in the service.
        sleep(self.patience.first_pause / 8).await;
        let asked = self.state().asked.get(scope).copied();
        if let Some(asked) = asked {
            sleep_until(asked + self.floor()).await;
        }
    }

    /// Which one to look at, and when; none once it is known to have ended.
    fn foremost(&self, scope: &Scope) -> Option<(String, Instant)> {
        let state = self.state();
        let pause = self.patience.first_pause;
        // A busy computer sends the calls of one wave with gaps.
        let one = last_of_first(&state, scope, pause.mul_f64(1.5))?;
        if one.was_seen_ended {
            return None;
        }
        let ripe = match one.wanted {
            AwaitedState::Activated => state.usual.ripe(self.floor(), pause),
            AwaitedState::Deactivated => pause,
        };
        let next = state
            .looked
            .map(|looked| looked + state.usual.pause(one.since.elapsed(), pause));
        let at = one.since + ripe;
        Some((one.id.clone(), next.map_or(at, |next| at.max(next))))
    }

    async fn look_at(&self, scope: &Scope, id: &str) {
        let began = Instant::now();
        self.state().looked = Some(began);
        let Ok(read) = self.client.activation_state(scope, id).await else {
            // The list will tell.
            return;
        };
        let status = read.value.activation_status;
        let mut state = self.state();
        let State {
            followed, usual, ..
        } = &mut *state;
        let mut own = followed.iter_mut();
        let Some(one) = own.find(|one| one.scope == *scope && one.id == id) else {
            return;
        };
        let age = began.saturating_duration_since(one.since);
        if status.ends_with("_INPROGRESS") {
            one.was_under_way = true;
            one.open_at = age;
            return;
        }
        let is_active = status == "ACTIVATED";
        let is_there = is_active == (one.wanted == AwaitedState::Activated);
        one.was_seen_ended = is_there || one.was_under_way;
        if is_active && is_there {
            usual.learn(one.open_at, age);
        }
    }
}

/// The last of those that began one soon after the other, the earliest first.
fn last_of_first<'a>(state: &'a State, scope: &Scope, soon: Duration) -> Option<&'a Followed> {
    let own = state.followed.iter().filter(|one| one.scope == *scope);
    let mut own: Vec<&Followed> = own.collect();
    own.sort_by_key(|one| one.since);
    let mut all = own.into_iter();
    let mut last = all.next()?;
    for one in all {
        if one.since.saturating_duration_since(last.since) > soon {
            break;
        }
        last = one;
    }
    Some(last)
}
