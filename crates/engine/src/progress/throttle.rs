//! Gathers the events of a run into at most ten messages a second.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::{Progress, Reporter, RunEvent, StepNews};
use crate::journal::{Run, RunCounts, RunId, RunItem, RunPhase, RunStatus};

/// The shortest time between two messages.
const BETWEEN: Duration = Duration::from_millis(100);
/// The most artifacts and lines in one message, so that it stays below 8 kB.
const MOST_ITEMS: usize = 40;
const MOST_LINES: usize = 10;
/// The same for steps.
const MOST_STEPS: usize = 20;
/// The time over which the rate is measured.
const WINDOW: Duration = Duration::from_secs(3);

type Sink = Box<dyn Fn(Progress, Option<Run>) + Send + Sync>;

/// A reporter that sends messages: the first event and the end at once, the rest at most every
/// 100 ms. An artifact that changed twice in between is sent once, as it is now; nothing is lost.
pub struct Throttle {
    state: Mutex<State>,
    sink: Sink,
}

struct State {
    message: Progress,
    order: std::collections::HashMap<waybill_model::ArtifactId, usize>,
    sent: Option<Instant>,
    dirty: bool,
    ended: bool,
    rate: Rate,
    phase_began: Instant,
    done_at_phase: u64,
    in_bytes: Option<(u64, u64)>,
}

impl Throttle {
    /// Sends messages of `run` to `sink`; the last one comes with the run as it ended. Has to be
    /// called inside a tokio runtime, whose clock sends what waits when no further event comes.
    pub fn start(
        run: RunId,
        sink: impl Fn(Progress, Option<Run>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let now = Instant::now();
        let throttle = Arc::new(Self {
            state: Mutex::new(State {
                message: Progress {
                    run,
                    status: RunStatus::Running,
                    phase: RunPhase::Preparing,
                    counts: RunCounts::default(),
                    bytes_per_second: 0,
                    seconds_left: None,
                    in_flight: 0,
                    slowed: None,
                    items: Vec::new(),
                    steps: Vec::new(),
                    log: Vec::new(),
                },
                order: std::collections::HashMap::new(),
                sent: None,
                dirty: false,
                ended: false,
                rate: Rate::default(),
                phase_began: now,
                done_at_phase: 0,
                in_bytes: None,
            }),
            sink: Box::new(sink),
        });
        tokio::spawn(tick(Arc::downgrade(&throttle)));
        throttle
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flush(&self, state: &mut State, now: Instant, ended: Option<Run>) {
        state.message.bytes_per_second = state.rate.per_second(now);
        state.message.seconds_left = state.seconds_left(now);
        state.sent = Some(now);
        // The end waits for nothing; anything else takes as many messages as it takes.
        while ended.is_some() && state.is_crowded() {
            let message = state.next();
            (self.sink)(message, None);
        }
        let message = state.next();
        state.dirty = state.holds_more();
        (self.sink)(message, ended);
    }
}

impl Reporter for Throttle {
    fn report(&self, event: RunEvent) {
        let now = Instant::now();
        let mut state = self.state();
        if state.ended {
            return;
        }
        if let RunEvent::Ended(run) = event {
            state.ended = true;
            state.message.status = run.status;
            state.message.phase = run.phase;
            state.message.counts = run.counts;
            state.message.in_flight = 0;
            state.message.slowed = None;
            self.flush(&mut state, now, Some(*run));
            return;
        }
        state.take(event, now);
        if state
            .sent
            .is_none_or(|sent| now.duration_since(sent) >= BETWEEN)
        {
            self.flush(&mut state, now, None);
        } else {
            state.dirty = true;
        }
    }
}

async fn tick(throttle: Weak<Throttle>) {
    let mut interval = tokio::time::interval(BETWEEN);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let Some(throttle) = throttle.upgrade() else {
            return;
        };
        let now = Instant::now();
        let mut state = throttle.state();
        if state.ended {
            return;
        }
        // The rate falls and the time left changes also while nothing happens.
        let moving = state.message.bytes_per_second > 0 || state.message.seconds_left.is_some();
        let due = state.sent.is_some_and(|sent| {
            let wait = if state.dirty { BETWEEN } else { BETWEEN * 5 };
            now.duration_since(sent) >= wait
        });
        if due && (state.dirty || moving) {
            throttle.flush(&mut state, now, None);
        }
    }
}

impl State {
    /// More waits than one message holds.
    fn is_crowded(&self) -> bool {
        self.message.items.len() > MOST_ITEMS
            || self.message.steps.len() > MOST_STEPS
            || self.message.log.len() > MOST_LINES
    }

    /// Something waits for the next message.
    fn holds_more(&self) -> bool {
        !(self.message.items.is_empty()
            && self.message.steps.is_empty()
            && self.message.log.is_empty())
    }

    /// The next message; what does not fit into it waits for the one after.
    fn next(&mut self) -> Progress {
        let items_later = self
            .message
            .items
            .split_off(self.message.items.len().min(MOST_ITEMS));
        let lines_later = self
            .message
            .log
            .split_off(self.message.log.len().min(MOST_LINES));
        let most = self.message.steps.len().min(MOST_STEPS);
        let steps_later = self.message.steps.split_off(most);
        let steps = std::mem::replace(&mut self.message.steps, steps_later);
        let items = std::mem::replace(&mut self.message.items, items_later);
        let log = std::mem::replace(&mut self.message.log, lines_later);
        let places = self.message.items.iter().enumerate();
        self.order = places
            .map(|(index, item)| (item.id.clone(), index))
            .collect();
        Progress {
            items,
            steps,
            log,
            ..self.message.clone()
        }
    }

    fn take(&mut self, event: RunEvent, now: Instant) {
        match event {
            RunEvent::Phase(phase) => {
                self.message.phase = phase;
                self.phase_began = now;
                self.done_at_phase = self.done();
                self.in_bytes = None;
            }
            RunEvent::Cancelling => self.message.status = RunStatus::Cancelling,
            RunEvent::Counts(counts) => self.message.counts = counts,
            RunEvent::Item(item) => self.take_item(item),
            RunEvent::Step(step) => self.take_step(*step),
            RunEvent::Line(line) => self.message.log.push(line),
            RunEvent::Bytes { done, of } => self.in_bytes = Some((done, of)),
            RunEvent::Calls { in_flight, arrived } => {
                self.message.in_flight = in_flight;
                if arrived > 0 {
                    self.rate.arrived(now, arrived);
                }
            }
            RunEvent::Slowed(sentence) => self.message.slowed = sentence,
            RunEvent::Ended(_) => {}
        }
    }

    fn take_item(&mut self, item: RunItem) {
        if let Some(&index) = self.order.get(&item.id) {
            self.message.items[index] = item;
        } else {
            self.order.insert(item.id.clone(), self.message.items.len());
            self.message.items.push(item);
        }
    }

    fn take_step(&mut self, step: StepNews) {
        let mut steps = self.message.steps.iter_mut();
        match steps.find(|known| known.key == step.key) {
            Some(known) => *known = step,
            None => self.message.steps.push(step),
        }
    }

    fn done(&self) -> u64 {
        let counts = self.message.counts;
        u64::from(counts.fetched) + u64::from(counts.carried) + u64::from(counts.failed)
    }

    /// From how fast the phase went so far. Told only once there is something to tell it from.
    fn seconds_left(&self, now: Instant) -> Option<u32> {
        let took = now.duration_since(self.phase_began).as_secs_f64();
        let (done, left) = match (self.message.phase, self.in_bytes) {
            (RunPhase::Fetching, _) => {
                let done = self.done();
                let planned = u64::from(self.message.counts.planned);
                (
                    done.saturating_sub(self.done_at_phase),
                    planned.saturating_sub(done),
                )
            }
            (RunPhase::Writing | RunPhase::Verifying, Some((done, of))) => {
                (done, of.saturating_sub(done))
            }
            _ => return None,
        };
        if done == 0 || took < 0.5 {
            return None;
        }
        let seconds = (took / done as f64 * left as f64).ceil();
        // Between 0 and u32::MAX: a cast of a float saturates.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates"
        )]
        Some(seconds as u32)
    }
}

/// Bytes over the last seconds.
#[derive(Default)]
struct Rate {
    arrived: VecDeque<(Instant, u64)>,
    began: Option<Instant>,
}

impl Rate {
    fn arrived(&mut self, now: Instant, bytes: u64) {
        self.began.get_or_insert(now);
        self.arrived.push_back((now, bytes));
    }

    fn per_second(&mut self, now: Instant) -> u64 {
        while self
            .arrived
            .front()
            .is_some_and(|(at, _)| now.duration_since(*at) > WINDOW)
        {
            self.arrived.pop_front();
        }
        let bytes: u64 = self.arrived.iter().map(|(_, bytes)| bytes).sum();
        let Some(began) = self.began else {
            return 0;
        };
        let milliseconds = now.duration_since(began).min(WINDOW).as_millis().max(250);
        bytes.saturating_mul(1000) / u64::try_from(milliseconds).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::{ArtifactId, ArtifactKind};

    use super::*;
    use crate::journal::{ItemState, LogLine, LogWeight};

    type Messages = Arc<Mutex<Vec<(Progress, bool)>>>;

    fn watched() -> (Arc<Throttle>, Messages) {
        let messages = Messages::default();
        let into = messages.clone();
        let throttle = Throttle::start(RunId::named("r"), move |message, ended| {
            into.lock().unwrap().push((message, ended.is_some()));
        });
        (throttle, messages)
    }

    fn item(code: &str, state: ItemState) -> RunItem {
        let id = ArtifactId::global(ArtifactKind::Lookup, code, None);
        let mut item = RunItem::waiting(id, "k");
        item.state = state;
        item
    }

    fn ended() -> RunEvent {
        let folder = tempfile::tempdir().unwrap();
        let journal = crate::Journal::open(&folder.path().join("w.db")).unwrap();
        let run = journal
            .begin(&crate::NewRun {
                id: RunId::named("r"),
                kind: crate::RunKind::Backup,
                instance_id: None,
                instance_name: None,
                environment: None,
                asked_by: String::new(),
                request: serde_json::Value::Null,
                snapshot: None,
            })
            .unwrap();
        RunEvent::Ended(Box::new(run))
    }

    #[tokio::test]
    async fn first_and_last_come_at_once_and_nothing_is_lost() {
        let (throttle, messages) = watched();
        throttle.report(RunEvent::Phase(RunPhase::Fetching));
        assert_eq!(messages.lock().unwrap().len(), 1);
        let began = Instant::now();
        for number in 0..1000 {
            let code = format!("L{}", number % 500);
            let state = if number < 500 {
                ItemState::Running
            } else {
                ItemState::Fetched
            };
            throttle.report(RunEvent::Item(item(&code, state)));
            throttle.report(RunEvent::Line(LogLine::now(
                LogWeight::Note,
                format!("{number}"),
            )));
        }
        let most = 2 + began.elapsed().as_millis() / 100;
        let sent = messages.lock().unwrap().len();
        assert!(sent as u128 <= most, "{sent} messages");
        throttle.report(ended());
        throttle.report(RunEvent::Phase(RunPhase::Writing));
        let messages = messages.lock().unwrap();
        for (message, _) in messages.iter() {
            assert!(serde_json::to_vec(message).unwrap().len() < 8000);
        }
        assert!(messages.last().unwrap().1);
        assert_eq!(messages.iter().filter(|(_, last)| *last).count(), 1);
        let mut last = std::collections::HashMap::new();
        for item in messages.iter().flat_map(|(message, _)| &message.items) {
            last.insert(item.id.clone(), item.state);
        }
        assert_eq!(last.len(), 500);
        assert!(last.values().all(|state| *state == ItemState::Fetched));
        let lines = messages.iter().flat_map(|(message, _)| &message.log);
        let lines: Vec<_> = lines.map(|line| line.text.clone()).collect();
        assert_eq!(
            lines,
            (0..1000)
                .map(|number| number.to_string())
                .collect::<Vec<_>>()
        );
    }

    #[tokio::test]
    async fn what_waits_is_sent_though_nothing_more_happens() {
        let (throttle, messages) = watched();
        throttle.report(RunEvent::Phase(RunPhase::Fetching));
        throttle.report(RunEvent::Item(item("A", ItemState::Running)));
        tokio::time::sleep(Duration::from_millis(350)).await;
        let sent = messages
            .lock()
            .unwrap()
            .iter()
            .map(|(message, _)| message.items.len())
            .sum::<usize>();
        assert_eq!(sent, 1);
    }

    #[tokio::test]
    async fn no_more_than_ten_messages_a_second() {
        let (throttle, messages) = watched();
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(500) {
            throttle.report(RunEvent::Calls {
                in_flight: 1,
                arrived: 10,
            });
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let count = messages.lock().unwrap().len();
        assert!(
            (3..=7).contains(&count),
            "{count} messages in half a second"
        );
        let last = messages.lock().unwrap().last().unwrap().0.clone();
        assert!(last.bytes_per_second > 0);
    }

    #[test]
    fn the_rate_forgets_what_is_long_past() {
        let mut rate = Rate::default();
        let start = Instant::now();
        rate.arrived(start, 3000);
        assert_eq!(rate.per_second(start + Duration::from_secs(1)), 3000);
        assert_eq!(rate.per_second(start + Duration::from_secs(3)), 1000);
        assert_eq!(rate.per_second(start + Duration::from_secs(4)), 0);
    }
}
