//! What stops a clone, each with its own words, and nothing begun where it can be known before.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use waybill_engine::clone::{ClonePart, CloneRequest};
use waybill_engine::{Run, RunId, RunStatus, StepState};
use waybill_model::ArtifactKind;
use waybill_sandbox::{InstanceSpec, JobFault};

use crate::stage::{Stage, Turnstile, reading, server};

/// The headline of a run that failed, and how many jobs were begun.
fn failed(run: &Run) -> String {
    assert_eq!(run.status, RunStatus::Failed, "{run:#?}");
    assert!(run.resumable, "{run:#?}");
    assert!(run.guidance.is_some(), "{run:#?}");
    run.headline.clone().unwrap()
}

fn jobs_begun(stage: &Stage) -> u64 {
    let calls = stage.sandbox.control().calls();
    calls
        .by_path
        .iter()
        .filter(|(path, _)| path.contains("POST") && path.contains("ServiceInstanceArchive"))
        .map(|(_, count)| count)
        .sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_found_before_anything_is_begun() {
    let mut stage = Stage::oic3().await;
    stage.access.key = "another-key-entirely".to_owned();
    let run = stage.run(&stage.request()).await;
    let headline = failed(&run);
    assert!(headline.contains("does not let the user in"), "{headline}");
    assert!(!headline.contains("another-key-entirely"));
    assert_eq!(jobs_begun(&stage), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_container_that_can_only_be_read_is_found_before_anything_is_begun() {
    let mut stage = Stage::oic3().await;
    let (status, _) = server().ask(
        "PUT",
        &stage.access.container,
        &[("X-Container-Read", "backup:reader")],
    );
    assert!(matches!(status, 201 | 202), "{status}");
    reading(&mut stage);
    let run = stage.run(&stage.request()).await;
    let headline = failed(&run);
    assert!(headline.contains("can only be read"), "{headline}");
    assert_eq!(jobs_begun(&stage), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_that_is_not_there_is_said_before_the_import() {
    let stage = Stage::oic3().await;
    let request = CloneRequest {
        archive: Some("Service_Instance_Data-nowhere".to_owned()),
        ..stage.request()
    };
    let headline = failed(&stage.run(&request).await);
    assert!(
        headline.contains("no archive `Service_Instance_Data-nowhere`"),
        "{headline}"
    );
    assert_eq!(jobs_begun(&stage), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_component_that_fails_is_named_and_the_next_try_ends_well() {
    let stage = Stage::new(InstanceSpec::gen2("source"), Duration::from_millis(60)).await;
    stage.sandbox.control().fail_jobs(JobFault {
        kind: "export".to_owned(),
        component: "Process".to_owned(),
        message: "Failed to export the data".to_owned(),
        times: None,
    });
    let request = stage.request();
    let headline = failed(&stage.run(&request).await);
    assert!(headline.contains("component `Process`"), "{headline}");
    let part = |wanted: ClonePart| {
        let parts = stage.parts(&request);
        parts.into_iter().find(|one| one.part == wanted).unwrap()
    };
    assert_eq!(part(ClonePart::Export).state, StepState::Failed);
    // The same run, taken up: another job under another name.
    let run = stage.run(&request).await;
    assert!(
        matches!(run.status, RunStatus::Done | RunStatus::Partial),
        "{run:#?}"
    );
    let name = part(ClonePart::Export).job.unwrap().name;
    assert_eq!(name, format!("{}-2", request.job_name));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_was_taken_is_refused_where_a_person_chose_it() {
    let stage = Stage::oic3().await;
    let kept = CloneRequest {
        destination: None,
        name_chosen: true,
        ..stage.request()
    };
    assert_eq!(stage.run(&kept).await.status, RunStatus::Done);
    let again = CloneRequest {
        run: RunId::fresh(),
        ..kept.clone()
    };
    let headline = failed(&stage.run(&again).await);
    assert!(headline.contains("already"), "{headline}");
    // Removed from the container, and known to the service all the same.
    let path = format!("{}/{}", stage.access.container, kept.job_name);
    server().ask("DELETE", &path, &[]);
    let headline = failed(&stage.run(&again).await);
    assert!(headline.contains("takes a name once"), "{headline}");
    // One that Waybill made gives way to the next.
    let free = CloneRequest {
        run: RunId::fresh(),
        name_chosen: false,
        ..kept.clone()
    };
    assert_eq!(stage.run(&free).await.status, RunStatus::Done);
    assert!(stage.names().contains(&format!("{}-2", kept.job_name)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_imported_where_nobody_allows_it() {
    let mut stage = Stage::oic3().await;
    stage.permit = Arc::new(Turnstile(AtomicI64::new(0)));
    let request = stage.request();
    let headline = failed(&stage.run(&request).await);
    assert!(headline.contains("read-only"), "{headline}");
    assert_eq!(jobs_begun(&stage), 1, "the export alone");
    stage.permit = Turnstile::open();
    let run = stage.run(&request).await;
    assert!(matches!(run.status, RunStatus::Done | RunStatus::Partial));
    assert_eq!(jobs_begun(&stage), 2, "nothing is exported again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_imported_over_what_cannot_be_kept() {
    let stage = Stage::oic3().await;
    stage.run(&stage.request()).await;
    let there = stage.catalogue("destination").await;
    let open = there
        .artifacts
        .iter()
        .find(|one| one.id.kind == ArtifactKind::Integration && one.id.scope.project().is_none())
        .unwrap();
    assert!(stage.sandbox.control().lock("destination", &open.id));
    let request = stage.request();
    let headline = failed(&stage.run(&request).await);
    assert!(headline.contains("could not be kept whole"), "{headline}");
    assert_eq!(jobs_begun(&stage), 3, "nothing is imported a second time");
    assert!(stage.sandbox.control().unlock("destination", &open.id));
    let run = stage.run(&request).await;
    assert!(
        matches!(run.status, RunStatus::Done | RunStatus::Partial),
        "{run:#?}"
    );
    assert!(run.snapshot.is_some());
    assert_eq!(jobs_begun(&stage), 4, "nothing is exported again");
}
