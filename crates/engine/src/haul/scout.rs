//! Looks at one activation alone, to know when it is worth asking for the list that tells of all: one
//! look now and then, however many are under way. Few are followed by such looks to their ends.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use waybill_client::AwaitedState;
use waybill_model::Scope;

use super::watch::{Followed, State, Watch};

/// So few of those that began together need no list.
const FEW: usize = 4;

/// One that is looked at next.
struct Foremost {
    id: String,
    at: Instant,
    /// Few began with it: its look alone tells of its end.
    is_of_few: bool,
}

impl Watch {
    /// Waits until the last of those that began together has ended, and a list may be asked for.
    pub(super) async fn scout(&self, scope: &Scope) {
        while let Some(next) = self.foremost(scope) {
            sleep_until(next.at).await;
            self.look_at(scope, &next).await;
        }
        // Their order here is not quite that in the service.
        sleep(self.patience.first_pause / 16).await;
        let asked = self.state().asked.get(scope).copied();
        if let Some(asked) = asked {
            sleep_until(asked + self.floor()).await;
        }
    }

    /// Which one to look at, and when; none once it is known to have ended, or where nothing is
    /// followed.
    fn foremost(&self, scope: &Scope) -> Option<Foremost> {
        let state = self.state();
        let pause = self.patience.first_pause;
        // A busy computer sends the calls of one wave with gaps.
        let (one, together) = last_of_first(&state, scope, pause.mul_f64(1.5))?;
        if one.was_seen_ended {
            return None;
        }
        let ripe = match one.wanted {
            AwaitedState::Activated => state.usual.ripe(self.floor(), pause),
            AwaitedState::Deactivated => pause,
        };
        let is_of_few = together <= FEW;
        let next = state.looked.as_ref().map(|(last, looked)| {
            // The others of few are looked at at once when one has ended.
            if is_of_few && *last != one.id {
                return *looked;
            }
            *looked + state.usual.pause(one.since.elapsed(), pause)
        });
        let at = one.since + ripe;
        Some(Foremost {
            id: one.id.clone(),
            at: next.map_or(at, |next| at.max(next)),
            is_of_few,
        })
    }

    async fn look_at(&self, scope: &Scope, next: &Foremost) {
        let began = Instant::now();
        self.state().looked = Some((next.id.clone(), began));
        let Ok(read) = self.client.activation_state(scope, &next.id).await else {
            // The list will tell.
            return;
        };
        let status = read.value.activation_status;
        let mut state = self.state();
        let State {
            followed, usual, ..
        } = &mut *state;
        let mut own = followed.iter();
        let place = own.position(|one| one.scope == *scope && one.id == next.id);
        let Some(place) = place else {
            return;
        };
        let one = &mut followed[place];
        let age = began.saturating_duration_since(one.since);
        if next.is_of_few {
            if let Some(end) = one.judge(Some(&status), age, &self.patience) {
                followed.remove(place).close(end, age, usual);
            }
            return;
        }
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

/// The last of those that began one soon after the other, the earliest first, and how many these are.
fn last_of_first<'a>(
    state: &'a State,
    scope: &Scope,
    soon: Duration,
) -> Option<(&'a Followed, usize)> {
    let own = state.followed.iter().filter(|one| one.scope == *scope);
    let mut own: Vec<&Followed> = own.collect();
    own.sort_by_key(|one| one.since);
    let mut all = own.into_iter();
    let (mut last, mut count) = (all.next()?, 1);
    for one in all {
        if one.since.saturating_duration_since(last.since) > soon {
            break;
        }
        (last, count) = (one, count + 1);
    }
    Some((last, count))
}
