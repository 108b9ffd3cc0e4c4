//! Each cause is said once, again after a day, and once when it is over.

use waybill_app::view::{
    DigestForm, HookKind, Rhythm, RunStatus, ScheduleForm, SelectionView, WordKind, WordSeverity,
};
use waybill_sandbox::{Fault, FaultKind};

use crate::receiver::Receiver;
use crate::{CANARY, Office};

async fn office() -> (Office, Receiver) {
    let office = Office::begin().await;
    let receiver = Receiver::open().await;
    let address = format!("http://127.0.0.1:{}/{CANARY}", receiver.port);
    office
        .hook("ours", HookKind::Json, &address, WordSeverity::Info)
        .await;
    (office, receiver)
}

/// The kinds and titles of what was posted.
fn said(receiver: &Receiver) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    receiver
        .posted()
        .iter()
        .map(|one| (text(&one.body["kind"]), text(&one.body["title"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_fails_is_said_once_a_day_and_once_when_it_works_again() {
    let (office, receiver) = office().await;
    office
        .sandbox
        .control()
        .fail_often(waybill_sandbox::StandingFault {
            chance: 1.0,
            kinds: vec![FaultKind::Status {
                code: 401,
                retry_after: None,
            }],
            seed: 1,
            path: None,
            method: None,
            except: None,
        });
    for _ in 0..2 {
        let end = office.back_up().await;
        assert_eq!(end.summary.status, RunStatus::Failed, "{:?}", end.summary);
    }
    let title = "one: the sign-in failed";
    assert_eq!(said(&receiver), [("began".into(), title.into())]);
    let body = receiver.posted()[0].body.clone();
    assert_eq!(body["severity"], "failure");
    assert_eq!(body["instance"], "one");
    assert!(
        body["remedy"]
            .as_str()
            .unwrap()
            .contains("Test the instance")
    );
    office.forward(3);
    office.app().words_look().await;
    assert_eq!(said(&receiver).len(), 1);
    office.forward(22);
    office.app().words_look().await;
    office.app().words_look().await;
    assert_eq!(
        said(&receiver)[1..],
        [("still".into(), format!("Still: {title}"))]
    );

    office.sandbox.control().heal();
    office.back_up().await;
    office.back_up().await;
    assert_eq!(
        said(&receiver)[2..],
        [("over".into(), "one: the sign-in works again".into())]
    );
    let log = office.app().word_log(99).unwrap();
    let kinds: Vec<WordKind> = log.iter().rev().map(|line| line.kind).collect();
    assert_eq!(kinds, [WordKind::Began, WordKind::Still, WordKind::Over]);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_that_were_missed_are_one_word_together() {
    let (office, receiver) = office().await;
    office
        .app()
        .schedule_save(&ScheduleForm {
            id: None,
            instance: "one".into(),
            on: true,
            rhythm: Rhythm::Hourly { minute: 0 },
            zone: Some("UTC".into()),
            selection: SelectionView::Everything,
            catch_up: false,
            on_battery: true,
        })
        .unwrap();
    // Nobody looks for five hours and a bit; at whatever minute this runs, several times have passed.
    office.forward(5);
    office.app().schedules_look().await.unwrap();
    office.app().settled().await;
    office.app().words_look().await;
    office.app().words_look().await;
    let told = said(&receiver);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("backup times were missed"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_waits_is_a_word_only_after_two_hours_and_one_when_it_was_made() {
    let (office, receiver) = office().await;
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(30);
    let at = soon.strftime("%H:%M").to_string();
    office
        .app()
        .schedule_save(&ScheduleForm {
            id: None,
            instance: "one".into(),
            on: true,
            rhythm: Rhythm::Daily { at },
            zone: Some("UTC".into()),
            selection: SelectionView::Everything,
            catch_up: true,
            on_battery: false,
        })
        .unwrap();
    office.on_battery(true);
    for _ in 0..2 {
        office.forward(1);
        office.app().schedules_look().await.unwrap();
    }
    assert!(receiver.posted().is_empty(), "it may still pass by itself");
    office.forward(1);
    office.app().schedules_look().await.unwrap();
    office.app().schedules_look().await.unwrap();
    assert_eq!(
        said(&receiver),
        [("began".into(), "one: the backup waits".into())]
    );
    let text = receiver.posted()[0].body["text"].to_string();
    assert!(text.contains("battery"), "{text}");
    office.on_battery(false);
    office.forward(1);
    office.app().schedules_look().await.unwrap();
    office.app().settled().await;
    office.app().schedules_look().await.unwrap();
    assert_eq!(
        said(&receiver)[1..],
        [(
            "over".into(),
            "one: the backup does not wait any more".into()
        )]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn production_that_was_changed_from_outside_is_worth_a_word() {
    let (office, receiver) = office().await;
    office.back_up().await;
    let touched = office.sandbox.control().touch_integrations("one", 2);
    assert_eq!(touched.len(), 2);
    office.back_up().await;
    office.back_up().await;
    let told = said(&receiver);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("changed outside of Waybill"), "{told:?}");
    assert_eq!(receiver.posted()[0].body["severity"], "info");
    assert!(office.app().word().unwrap().open.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_is_made_once_a_day() {
    let (office, receiver) = office().await;
    let mut form = office.app().word().unwrap().form;
    form.digest = DigestForm::Daily { at: "07:00".into() };
    office
        .app()
        .word_set(&form, waybill_app::view::WordSecrets::default())
        .await
        .unwrap();
    office.app().words_look().await;
    assert!(
        receiver.posted().is_empty(),
        "times before it was set do not count"
    );
    office.back_up().await;
    // Wherever in the day this runs, one time lies between; looks come at least every few hours.
    for _ in 0..6 {
        office.forward(4);
        office.app().words_look().await;
    }
    let told = said(&receiver);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "digest");
    assert!(told[0].1.contains("all is well"), "{told:?}");
    let text = receiver.posted()[0].body["text"].to_string();
    assert!(text.contains("one: backups 1 complete"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_any_word_file_or_answer() {
    let (office, receiver) = office().await;
    office.sandbox.control().fail(Fault {
        kind: FaultKind::HtmlStatus { code: 403 },
        times: 400,
        path: None,
    });
    receiver.answers(403);
    office.mail(9, |_| {}).await;
    office.back_up().await;
    let app = office.app();
    let mut printed = format!("{:?}", app.word().unwrap());
    printed += &serde_json::to_string(&app.word_log(99).unwrap()).unwrap();
    for way in ["mail", "ours"] {
        let test = app.word_test(way, &|_| {}).await.unwrap();
        assert!(!test.passed);
        printed += &serde_json::to_string(&test).unwrap();
    }
    assert!(!printed.contains(CANARY), "{printed}");
    for posted in receiver.posted() {
        assert!(posted.path.contains(CANARY), "the address itself was used");
        assert!(!posted.body.to_string().contains(CANARY));
    }
    let mut folders = vec![office.bench.folder.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(CANARY.len())
                .any(|part| part == CANARY.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    assert!(files > 2);
}
