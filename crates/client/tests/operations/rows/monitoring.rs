//! Monitoring: integration instances, failures, and what is done about them.

use std::sync::Arc;

use waybill_client::wire::InstanceState;
use waybill_client::{
    Error, ErrorQuery, ErrorSelection, ErrorsBy, InstanceFilter, InstanceQuery, Period, TimeWindow,
};
use waybill_sandbox::{Fault, FaultKind};

use crate::bench::Bench;
use crate::operation::{Mark, Operation};

/// Of no instance.
const NO_ID: &str = "AAAAAAAAAAAAAAAAAAAAAA";

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::design(name, method, &format!("/monitoring{path}"))
}

pub fn rows() -> Vec<Operation> {
    vec![
        list(),
        get(),
        stream(),
        details(),
        detail(),
        abort(),
        errors(),
        error(),
        resubmit(),
        resubmit_many(),
        discard(),
        discard_many(),
        jobs(),
        job(),
    ]
}

/// The first integration instance of the last days in this state.
async fn instance(b: &Bench, status: &str) -> Result<String, Error> {
    let query = InstanceQuery {
        filter: InstanceFilter {
            status: Some(status.to_owned()),
            ..InstanceFilter::default()
        },
        period: Some(Period::Last(TimeWindow::ThreeDays)),
        most: Some(1),
        ..InstanceQuery::default()
    };
    let found = b.client.integration_instances(&query).await?;
    Ok(found.items[0].value.instance_id.clone())
}

/// A failed instance that can be sent on, or that cannot.
async fn failed(b: &Bench, recoverable: bool) -> Result<String, Error> {
    let query = ErrorQuery {
        period: Some(Period::Last(TimeWindow::ThreeDays)),
        ..ErrorQuery::default()
    };
    let found = b.client.errored_instances(&query).await?;
    let one = found
        .items
        .iter()
        .find(|one| one.value.recoverable == recoverable);
    Ok(one.unwrap().value.instance_id.clone())
}

async fn state(b: &Bench, id: &str) -> Result<InstanceState, Error> {
    Ok(b.client.integration_instance(id).await?.value.state())
}

fn list() -> Operation {
    row("Retrieve integration instances", "GET", "/instances")
        .source("op-ic-api-integration-v1-monitoring-instances-get")
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("integration_instances")
        .statuses(&[200], &[400])
        .call(|b| async move {
            let day = Period::before(jiff::Timestamp::now(), 24 * 3600);
            let query = InstanceQuery {
                period: Some(day),
                ..InstanceQuery::default()
            };
            let all = b.client.integration_instances(&query).await?;
            // More than one list can show: the day was read in parts.
            assert!(all.complete && all.items.len() > 1_000, "{}", all.items.len());
            let few = InstanceQuery {
                most: Some(120),
                ..query
            };
            let few = b.client.integration_instances(&few).await?;
            assert!(!few.complete);
            assert_eq!(few.items.len(), 120);
            Ok(())
        })
        .faulted(400)
        .note("At most 50 a page, no offset above 500, and a `hasMore` that is not to be trusted; what does not fit is read in halves of the time.")
}

fn get() -> Operation {
    row("Retrieve an integration instance", "GET", "/instances/{id}")
        .source("op-ic-api-integration-v1-monitoring-instances-id-get")
        .client("integration_instance")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let id = instance(&b, "COMPLETED").await?;
            let one = b.client.integration_instance(&id).await?.value;
            assert_eq!(one.state(), InstanceState::Completed);
            assert!(one.integration_name.is_some() && one.creation_date.is_some());
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.integration_instance(NO_ID).await.map(drop)
        })
}

fn stream() -> Operation {
    row(
        "Retrieve the activity stream (older form)",
        "GET",
        "/instances/{id}/activityStream",
    )
    .source("op-ic-api-integration-v1-monitoring-instances-id-activitystream-get")
    .client("activity_stream")
    .call(|b| async move {
        let id = instance(&b, "FAILED").await?;
        let stream = b.client.activity_stream(&id, Some(true), None).await?;
        assert!(stream.value.milestones.len() > 1);
        Ok(())
    })
    .note("Deprecated in OIC 3.")
}

fn details() -> Operation {
    row(
        "Retrieve the activity stream",
        "GET",
        "/instances/{id}/activityStreamDetails",
    )
    .source("op-ic-api-integration-v1-monitoring-instances-id-activitystreamdetails-get")
    .client("activity_stream_details")
    .statuses(&[200], &[400, 404])
    .call(|b| async move {
        let id = instance(&b, "FAILED").await?;
        let details = b.client.activity_stream_details(&id, Some("UTC"));
        let steps = details.await?.value.milestones;
        assert!(steps.iter().any(|step| step.error));
        Ok(())
    })
    .refused(400, |b| async move {
        let id = instance(&b, "FAILED").await?;
        b.control().fail(Fault {
            kind: FaultKind::Status {
                code: 400,
                retry_after: None,
            },
            times: 1,
            path: Some("activityStreamDetails".to_owned()),
        });
        let details = b.client.activity_stream_details(&id, None);
        details.await.map(drop)
    })
    .refused(404, |b| async move {
        let details = b.client.activity_stream_details(NO_ID, None);
        details.await.map(drop)
    })
}

fn detail() -> Operation {
    row(
        "Retrieve a step of the activity stream",
        "GET",
        "/instances/{id}/activityStreamDetails/{key}",
    )
    .marks(&[Mark::Scripts])
    .source("a public monitoring client")
    .client("activity_detail")
    .statuses(&[200], &[404])
    .call(|b| async move {
        let id = instance(&b, "FAILED").await?;
        let stream = b.client.activity_stream_details(&id, None).await?;
        let key = stream.value.milestones[0].key.clone().unwrap();
        let step = b.client.activity_detail(&id, &key, None).await?.value;
        assert_eq!(step.key, Some(key));
        Ok(())
    })
    .refused(404, |b| async move {
        b.client.activity_detail(NO_ID, "1", None).await.map(drop)
    })
}

fn abort() -> Operation {
    row(
        "Abort an integration instance",
        "POST",
        "/instances/{id}/abort",
    )
    .source("op-ic-api-integration-v1-monitoring-instances-id-abort-post")
    .client("abort_integration_instance")
    .statuses(&[200], &[400, 404, 409])
    .call(|b| async move {
        let id = instance(&b, "IN_PROGRESS").await?;
        let made = b.client.abort_integration_instance(&id).await?;
        assert!(made.answer.unwrap().value.abort_job_id.is_some());
        assert_eq!(state(&b, &id).await?, InstanceState::Aborted);
        Ok(())
    })
    .faulted(400)
    .refused(404, |b| async move {
        b.client.abort_integration_instance(NO_ID).await.map(drop)
    })
    .refused(409, |b| async move {
        let id = instance(&b, "COMPLETED").await?;
        b.client.abort_integration_instance(&id).await.map(drop)
    })
}

fn errors() -> Operation {
    row("Retrieve errors", "GET", "/errors")
        .source("op-ic-api-integration-v1-monitoring-errors-get")
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("errored_instances, error_groups")
        .call(|b| async move {
            let days = Period::before(jiff::Timestamp::now(), 60 * 3600);
            let query = ErrorQuery {
                period: Some(days),
                ..ErrorQuery::default()
            };
            let all = b.client.errored_instances(&query).await?;
            assert!(
                all.items
                    .iter()
                    .all(|one| one.value.error_message.is_some())
            );
            assert!(all.complete);
            let total = all.items.len() as u64;
            for by in [
                ErrorsBy::Message,
                ErrorsBy::Integration,
                ErrorsBy::Connection,
            ] {
                let groups = b.client.error_groups(&query, by).await?.items;
                let sum: u64 = groups.iter().filter_map(|one| one.value.error_count).sum();
                assert_eq!(sum, total);
            }
            Ok(())
        })
        .note("Without a time it is the last hour.")
}

fn error() -> Operation {
    row("Retrieve an error", "GET", "/errors/{id}")
        .source("op-ic-api-integration-v1-monitoring-errors-id-get")
        .client("errored_instance")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let id = failed(&b, true).await?;
            let one = b.client.errored_instance(&id).await?.value;
            assert_eq!(one.instance_id, id);
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.errored_instance(NO_ID).await.map(drop)
        })
}

/// Refuses the tokens of the next two calls, the second one with a fresh token.
fn refuse_tokens(b: &Bench, path: &str) {
    b.control().fail(Fault {
        kind: FaultKind::Status {
            code: 401,
            retry_after: None,
        },
        times: 2,
        path: Some(path.to_owned()),
    });
}

fn resubmit() -> Operation {
    row("Resubmit an error", "POST", "/errors/{id}/resubmit")
        .source("op-ic-api-integration-v1-monitoring-errors-id-resubmit-post")
        .client("resubmit_error")
        .statuses(&[200, 202], &[400, 401, 403, 412])
        .call(|b| async move {
            let id = failed(&b, true).await?;
            b.client.resubmit_error(&id, true).await?;
            assert_ne!(state(&b, &id).await?, InstanceState::Aborted);
            let jobs = b.client.recovery_jobs().await?;
            assert_eq!(jobs.items[0].value.total_count, Some(1));
            Ok(())
        })
        .faulted(400)
        .refused(401, |b| async move {
            let id = failed(&b, true).await?;
            refuse_tokens(&b, "/resubmit");
            b.client.resubmit_error(&id, false).await.map(drop)
        })
        .faulted(403)
        .refused(412, |b| async move {
            let id = failed(&b, false).await?;
            b.client.resubmit_error(&id, false).await.map(drop)
        })
        .note("A lost answer is `Uncertain` where the instance stands as failed: it may have failed again.")
}

fn resubmit_many() -> Operation {
    row("Resubmit errors", "POST", "/errors/resubmit")
        .source("op-ic-api-integration-v1-monitoring-errors-resubmit-post")
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("resubmit_errors")
        .statuses(&[202], &[400])
        .call(|b| async move {
            let (good, bad) = (failed(&b, true).await?, failed(&b, false).await?);
            let ids = vec![good.clone(), bad.clone(), NO_ID.to_owned()];
            let made = b.client.resubmit_errors(&ErrorSelection::Ids(ids)).await?;
            let answer = made.answer.unwrap().value;
            assert_eq!(answer.accepted_ids, [good]);
            assert_eq!(answer.non_recoverable_ids, [bad]);
            assert_eq!(answer.invalid_ids, [NO_ID]);
            Ok(())
        })
        .faulted(400)
        .note("At most 50 ids; more are refused without a call. A lost answer is `Uncertain`.")
}

fn discard() -> Operation {
    row("Discard an error", "POST", "/errors/{id}/discard")
        .source("op-ic-api-integration-v1-monitoring-errors-id-discard-post")
        .client("discard_error")
        .statuses(&[202, 200], &[404])
        .call(|b| async move {
            let id = failed(&b, true).await?;
            b.client.discard_error(&id).await?;
            assert_eq!(state(&b, &id).await?, InstanceState::Aborted);
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.discard_error(NO_ID).await.map(drop)
        })
        .note("404 is inferred.")
}

fn discard_many() -> Operation {
    row("Discard errors", "POST", "/errors/discard")
        .source("op-ic-api-integration-v1-monitoring-errors-discard-post")
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("discard_errors")
        .statuses(&[200, 202], &[400])
        .call(|b| async move {
            let id = failed(&b, false).await?;
            let selection = ErrorSelection::Ids(vec![id.clone()]);
            b.client.discard_errors(&selection).await?;
            assert_eq!(state(&b, &id).await?, InstanceState::Aborted);
            Ok(())
        })
        .faulted(400)
        .note("OIC 3 answers with counts, Gen 2 without a body.")
}

/// A job that sends one instance on.
async fn begun(b: Arc<Bench>) -> Result<(), Error> {
    let id = failed(&b, true).await?;
    b.client.resubmit_error(&id, false).await.map(drop)
}

fn jobs() -> Operation {
    row("Retrieve recovery jobs", "GET", "/errors/recoveryJobs")
        .source("op-ic-api-integration-v1-monitoring-errors-recoveryjobs-get")
        .client("recovery_jobs")
        .before(begun)
        .call(|b| async move {
            let jobs = b.client.recovery_jobs().await?;
            assert_eq!(jobs.items.len(), 1);
            Ok(())
        })
}

fn job() -> Operation {
    row(
        "Retrieve a recovery job",
        "GET",
        "/errors/recoveryJobs/{id}",
    )
    .source("op-ic-api-integration-v1-monitoring-errors-recoveryjobs-id-get")
    .client("recovery_job")
    .statuses(&[200], &[404])
    .before(begun)
    .call(|b| async move {
        let jobs = b.client.recovery_jobs().await?;
        let id = &jobs.items[0].value.recovery_job_id;
        let job = b.client.recovery_job(id).await?.value;
        assert_eq!(job.total_count, Some(1));
        Ok(())
    })
    .refused(404, |b| async move {
        b.client.recovery_job("4711").await.map(drop)
    })
    .note("404 is inferred.")
}
