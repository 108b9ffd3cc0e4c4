//! Jobs that others have under way, answers that are lost, and a cancel in the middle.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use waybill_engine::clone::{ClonePart, CloneRequest, clone_instance};
use waybill_engine::{Reporter, RunEvent, RunId, RunStatus};
use waybill_sandbox::{Fault, FaultKind, InstanceSpec};

use crate::stage::{Stage, is_log, stamp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_that_want_the_same_instance_wait_for_each_other() {
    let stage = Stage::new(InstanceSpec::oic3("source"), Duration::from_millis(300)).await;
    // One of them at least is told that another job goes on.
    stage.sandbox.control().fail(Fault {
        kind: FaultKind::Status {
            code: 409,
            retry_after: None,
        },
        times: 1,
        path: Some("POST /exportServiceInstanceArchive".to_owned()),
    });
    // Each under an instance of its own for the journal, with the same instance of the service behind it.
    let requests: Vec<CloneRequest> = (0..3)
        .map(|number| {
            let mut request = stage.request();
            request.job_name = format!("Waybill-queue-{number}-{}", request.run);
            request.destination = None;
            let mut source = stamp(stage.instance("source"));
            source.id = format!("source-{number}");
            request.source = Some(source);
            request
        })
        .collect();
    let all = requests.iter().map(|request| stage.run(request));
    let ended = futures::future::join_all(all).await;
    for run in &ended {
        assert_eq!(run.status, RunStatus::Done, "{run:#?}");
    }
    let lines: Vec<String> = requests
        .iter()
        .flat_map(|request| stage.journal().lines(&request.run).unwrap())
        .map(|line| line.text)
        .collect();
    assert!(
        lines.iter().any(|line| line.contains("one job at a time")),
        "{lines:#?}"
    );
    for request in &requests {
        assert!(stage.names().contains(&request.job_name));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_lost_begins_no_second_job() {
    let stage = Stage::oic3().await;
    stage.sandbox.control().fail(Fault {
        kind: FaultKind::DropAfter,
        times: 1,
        path: Some("POST /exportServiceInstanceArchive".to_owned()),
    });
    let request = stage.request();
    let run = stage.run(&request).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    let archives: Vec<String> = stage
        .names()
        .into_iter()
        .filter(|name| name.starts_with(&request.job_name) && !is_log(name))
        .collect();
    assert_eq!(archives, std::slice::from_ref(&request.job_name));
}

/// Cancels the run as soon as its job has a number.
struct CancelAtJob(CancellationToken);

impl Reporter for CancelAtJob {
    fn report(&self, event: RunEvent) {
        if let RunEvent::Line(line) = event
            && line.text.contains("has begun job")
        {
            self.0.cancel();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_cancelled_follows_the_same_job_afterwards() {
    let stage = Stage::oic3().await;
    let request = CloneRequest {
        run: RunId::fresh(),
        destination: None,
        ..stage.request()
    };
    let mut work = stage.scene(&request).work();
    work.reporter = Arc::new(CancelAtJob(work.cancel.clone()));
    let run = Box::pin(clone_instance(work)).await.unwrap();
    assert_eq!(run.status, RunStatus::Cancelled, "{run:#?}");
    let job = |stage: &Stage| {
        let parts = stage.parts(&request);
        let part = parts.into_iter().find(|one| one.part == ClonePart::Export);
        part.and_then(|one| one.job).and_then(|job| job.job)
    };
    let before = job(&stage);
    assert!(before.is_some());
    let run = stage.run(&request).await;
    assert_eq!(run.status, RunStatus::Done, "{run:#?}");
    assert_eq!(job(&stage), before);
}
