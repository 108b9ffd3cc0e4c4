//! Copies that follow a backup by themselves, and are tried again when their time has come.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use waybill_app::view::{
    CopyStanding, RunKind, RunStatus, SelectionView, TargetSecrets, TargetState,
};
use waybill_app::{Clock, Waybill};
use waybill_sandbox::{InstanceSpec, Sandbox};

use crate::kept::{folder, form};
use crate::support::{Bench, ended, options, save};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_followed_by_its_copies_and_what_failed_is_tried_again_after_a_pause() {
    let place = tempfile::tempdir().unwrap();
    let home = place.path().join("home");
    let share = place.path().join("share");
    std::fs::create_dir(&home).unwrap();
    std::fs::create_dir(&share).unwrap();
    std::fs::write(
        home.join("settings.json"),
        r#"{"version":1,"secretStore":"session"}"#,
    )
    .unwrap();
    let now: Arc<Mutex<Timestamp>> = Arc::new(Mutex::new(Timestamp::now()));
    let mut options = options(&home);
    let clock = Arc::clone(&now);
    options.clock = Clock::new(move || *clock.lock().unwrap());
    let bench = Bench {
        app: Waybill::open(options).unwrap(),
        folder: place,
    };
    let later = |minutes| {
        let mut now = now.lock().unwrap();
        *now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
    };
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .synthetic(4, 5)
        .start()
        .await
        .unwrap();
    save(&bench, &sandbox, "one").await;
    let app = &bench.app;
    let mut wanted = form("Share", folder(&share));
    wanted.on = true;
    app.target_save(wanted, TargetSecrets::default())
        .await
        .unwrap();

    let first = back_up(app).await;
    assert_eq!(
        app.copies_of(&first).await.unwrap()[0].standing,
        CopyStanding::Whole
    );

    // The share is away: the backup is made all the same, and its copy waits.
    let away = share.with_extension("away");
    std::fs::rename(&share, &away).unwrap();
    later(60);
    let second = back_up(app).await;
    let copies = app.copies_of(&second).await.unwrap();
    assert_eq!(copies[0].standing, CopyStanding::Failed, "{copies:?}");
    let target = app.targets().await.unwrap().remove(0);
    assert_eq!((target.state, target.behind), (TargetState::Failed, 1));
    assert!(target.problem.is_some() && target.guidance.is_some());

    std::fs::rename(&away, &share).unwrap();
    for (minutes, standing) in [(2, CopyStanding::Failed), (4, CopyStanding::Whole)] {
        later(minutes);
        app.schedules_look().await.unwrap();
        app.settled().await;
        let copies = app.copies_of(&second).await.unwrap();
        assert_eq!(copies[0].standing, standing, "{copies:?}");
    }
    let target = app.targets().await.unwrap().remove(0);
    assert_eq!((target.state, target.behind), (TargetState::Equal, 0));
    let runs = app.runs().await.unwrap();
    let made = runs.iter().filter(|run| run.kind == RunKind::Copy).count();
    assert_eq!(made, 2, "the same run was taken up");
    sandbox.shutdown().await;
}

async fn back_up(app: &Waybill) -> String {
    let run = app
        .backup_start("one", SelectionView::Everything, None)
        .await
        .unwrap();
    let detail = ended(app, &run.id).await;
    assert_eq!(detail.summary.status, RunStatus::Done);
    app.settled().await;
    detail.summary.snapshot.unwrap()
}
