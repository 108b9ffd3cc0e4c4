//! Schedules: what is due is made once, whoever looks; what passed is made up for or said; what cannot be made
//! now waits.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use support::{Bench, ended, options, save};
use waybill_app::view::{
    BackupScheduleView, ProofForm, Rhythm, RunStatus, ScheduleForm, ScheduleState, SelectionView,
};
use waybill_app::{Clock, Power, Waybill};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

/// An application whose time and mains are in the hands of the test.
struct Days {
    bench: Bench,
    sandbox: Option<Running>,
    now: Arc<Mutex<Timestamp>>,
    on_battery: Arc<AtomicBool>,
}

impl Days {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        std::fs::write(
            home.join("settings.json"),
            r#"{"version":1,"secretStore":"session"}"#,
        )
        .unwrap();
        let now = Arc::new(Mutex::new("2026-11-20T12:00:00Z".parse().unwrap()));
        let on_battery = Arc::new(AtomicBool::new(false));
        let app = open(&home, &now, &on_battery);
        // A look sees to proofs as well; here backups alone are counted.
        let proofs = ProofForm {
            check: false,
            ..ProofForm::default()
        };
        app.proof_set(&proofs).unwrap();
        let sandbox = Sandbox::builder()
            .instance(InstanceSpec::oic3("one"))
            .synthetic(4, 5)
            .start()
            .await
            .unwrap();
        let bench = Bench { app, folder };
        save(&bench, &sandbox, "one").await;
        Self {
            bench,
            sandbox: Some(sandbox),
            now,
            on_battery,
        }
    }

    fn app(&self) -> &Waybill {
        &self.bench.app
    }

    fn at(&self, time: &str) {
        *self.now.lock().unwrap() = time.parse().unwrap();
    }

    /// Each day at 06:00.
    fn daily(&self, change: impl FnOnce(&mut ScheduleForm)) -> BackupScheduleView {
        let mut form = ScheduleForm {
            id: None,
            instance: "one".into(),
            on: true,
            rhythm: Rhythm::Daily { at: "06:00".into() },
            zone: Some("UTC".into()),
            selection: SelectionView::Everything,
            catch_up: true,
            on_battery: false,
        };
        change(&mut form);
        self.app().schedule_save(&form).unwrap()
    }

    /// Looks, and waits for the ends of what began.
    async fn look(&self) -> Vec<RunStatus> {
        let round = self.app().schedules_look().await.unwrap();
        let mut ends = Vec::new();
        for run in round.started {
            ends.push(ended(self.app(), &run).await.summary.status);
        }
        if !ends.is_empty() {
            self.app().schedules_look().await.unwrap();
        }
        ends
    }

    /// Ends the instance.
    async fn end(&mut self) {
        self.sandbox.take().unwrap().shutdown().await;
    }

    fn shown(&self) -> BackupScheduleView {
        self.app().schedules(None).unwrap().remove(0)
    }
}

fn open(
    home: &std::path::Path,
    now: &Arc<Mutex<Timestamp>>,
    on_battery: &Arc<AtomicBool>,
) -> Waybill {
    let mut options = options(home);
    let now = Arc::clone(now);
    options.clock = Clock::new(move || *now.lock().unwrap());
    let on_battery = Arc::clone(on_battery);
    options.power = Power::new(move || on_battery.load(Ordering::Relaxed));
    Waybill::open(options).unwrap()
}

#[tokio::test]
async fn a_backup_is_made_when_it_is_due_and_once() {
    let mut days = Days::begin().await;
    let schedule = days.daily(|_| ());
    assert_eq!(schedule.next[0], "2026-11-21T06:00:00Z");
    days.at("2026-11-21T05:59:59Z");
    assert!(days.look().await.is_empty());
    days.at("2026-11-21T06:00:10Z");
    assert_eq!(days.look().await, [RunStatus::Done]);
    assert!(days.look().await.is_empty(), "the time is used");

    let shown = days.shown();
    assert_eq!(shown.state, ScheduleState::Waiting);
    assert_eq!(shown.past.len(), 1);
    assert_eq!(shown.past[0].due_at, "2026-11-21T06:00:00Z");
    let snapshot = days.app().snapshots(None).await.unwrap().remove(0);
    assert_eq!(snapshot.asked_by, "Schedule");
    assert_eq!(snapshot.note, None);

    days.app().schedule_turn(&schedule.id, false).unwrap();
    days.at("2026-11-25T12:00:00Z");
    assert!(days.look().await.is_empty());
    days.app().schedule_turn(&schedule.id, true).unwrap();
    assert!(
        days.look().await.is_empty(),
        "times that passed while it was off do not count"
    );
    assert_eq!(days.shown().past.len(), 1);
    days.app().schedule_remove(&schedule.id).unwrap();
    assert!(days.app().schedules(None).unwrap().is_empty());
    days.end().await;
}

#[tokio::test]
async fn times_slept_through_are_said_and_the_last_is_made_up_for() {
    let mut days = Days::begin().await;
    days.daily(|_| ());
    days.at("2026-11-23T09:30:00Z");
    assert_eq!(days.look().await, [RunStatus::Done]);
    let past = days.shown().past;
    let states: Vec<_> = past
        .iter()
        .map(|due| (due.due_at.as_str(), due.state))
        .collect();
    assert_eq!(
        states,
        [
            ("2026-11-23T06:00:00Z", ScheduleState::Waiting),
            ("2026-11-22T06:00:00Z", ScheduleState::Missed),
            ("2026-11-21T06:00:00Z", ScheduleState::Missed),
        ]
    );
    let snapshot = days.app().snapshots(None).await.unwrap().remove(0);
    assert_eq!(snapshot.note.as_deref(), Some("Made up for: was due 06:00"));

    let id = days.shown().id;
    days.daily(|form| {
        form.id = Some(id);
        form.catch_up = false;
    });
    days.at("2026-11-24T09:30:00Z");
    assert!(days.look().await.is_empty());
    assert_eq!(days.shown().state, ScheduleState::Missed);
    days.end().await;
}

#[tokio::test]
async fn a_battery_or_a_lost_network_postpones_and_fails_nothing() {
    let mut days = Days::begin().await;
    days.daily(|_| ());
    days.on_battery.store(true, Ordering::Relaxed);
    days.at("2026-11-21T06:00:10Z");
    assert!(days.look().await.is_empty());
    assert_eq!(days.shown().state, ScheduleState::Postponed);
    days.on_battery.store(false, Ordering::Relaxed);
    days.at("2026-11-21T06:03:00Z");
    assert!(days.look().await.is_empty(), "it is not tried all the time");
    days.at("2026-11-21T06:06:00Z");
    assert_eq!(days.look().await, [RunStatus::Done]);

    days.end().await;
    days.at("2026-11-22T06:00:10Z");
    let ends = days.look().await;
    assert!(ends.iter().all(|end| *end == RunStatus::Failed), "{ends:?}");
    let shown = days.shown();
    assert_eq!(shown.state, ScheduleState::Postponed, "{shown:?}");
    assert!(shown.past[0].words.is_some());
}

#[tokio::test]
async fn of_many_that_look_at_once_one_makes_the_backup() {
    let mut days = Days::begin().await;
    days.daily(|_| ());
    for day in 21..26 {
        days.at(&format!("2026-11-{day}T06:00:05Z"));
        let look = || days.app().schedules_look();
        let (one, two, three) = tokio::join!(look(), look(), look());
        let started: Vec<_> = [one, two, three]
            .into_iter()
            .flat_map(|round| round.unwrap().started)
            .collect();
        assert_eq!(started.len(), 1);
        ended(days.app(), &started[0]).await;
        assert!(days.look().await.is_empty());
    }
    assert_eq!(days.shown().past.len(), 5);
    days.end().await;
}
