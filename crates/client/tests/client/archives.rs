//! The archive of a whole instance: secrets that go along, and the words of its jobs.

use serde_json::json;
use waybill_client::wire::{ArchiveJob, InstanceExport, JobState, StorageInfo};
use waybill_client::{Error, ErrorKind, GitRepository};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{client, instance};

const EXPORT: &str = "/ic/api/common/v1/exportServiceInstanceArchive";
const PASSWORD: &str = "canary/token=99";
const ADDRESS: &str = "https://objectstorage.example/p/canary-request/n/ns/b/bucket/o/";

fn export() -> InstanceExport {
    InstanceExport::to(StorageInfo {
        url: ADDRESS.into(),
        user: "me".to_owned(),
        password: PASSWORD.into(),
    })
}

/// A server that gives back what it was sent.
async fn echo(at: &str) -> MockServer {
    let server = instance().await;
    Mock::given(method("POST"))
        .and(path(at))
        .respond_with(|request: &Request| {
            let sent = String::from_utf8_lossy(&request.body).into_owned();
            ResponseTemplate::new(400).set_body_json(json!({"title": "Bad", "detail": sent}))
        })
        .mount(&server)
        .await;
    server
}

fn shows(error: &Error) -> String {
    format!("{error} {error:?} {:?}", error.exchange())
}

#[tokio::test]
async fn what_goes_to_the_store_does_not_come_back_in_an_error() {
    let server = echo(EXPORT).await;
    let error = client(&server)
        .start_instance_export(&export())
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Server(400));
    let shown = shows(&error) + &format!("{:?}", export());
    for secret in [PASSWORD, "canary-request", "canary"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn the_key_of_a_repository_does_not_come_back_in_an_error() {
    let server = echo("/ic/api/integration/v1/gitprojects/settings/create").await;
    let repository = GitRepository {
        repository: "owner/repo".to_owned(),
        branch: "main".to_owned(),
        api_key: PASSWORD.into(),
    };
    let error = client(&server)
        .set_git_repository(&repository)
        .await
        .unwrap_err();
    let shown = shows(&error) + &format!("{repository:?}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn a_job_is_known_by_the_header_where_the_body_says_nothing() {
    let server = instance().await;
    Mock::given(path(EXPORT))
        .respond_with(ResponseTemplate::new(202).insert_header("jobid", "0bf9-4711"))
        .mount(&server)
        .await;
    let started = client(&server).start_instance_export(&export()).await;
    assert_eq!(started.unwrap().job_id, "0bf9-4711");
}

#[tokio::test]
async fn a_job_without_a_number_is_uncertain() {
    let server = instance().await;
    Mock::given(path(EXPORT))
        .respond_with(ResponseTemplate::new(202))
        .mount(&server)
        .await;
    let error = client(&server).start_instance_export(&export()).await;
    assert_eq!(*error.unwrap_err().kind(), ErrorKind::Uncertain);
}

async fn job(body: serde_json::Value) -> ArchiveJob {
    let server = instance().await;
    Mock::given(path(format!("{EXPORT}/7")))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&server)
        .await;
    client(&server)
        .instance_export_job("7")
        .await
        .unwrap()
        .value
}

#[tokio::test]
async fn all_words_for_a_state_are_understood() {
    for (word, state) in [
        ("NOT_STARTED", JobState::Underway),
        ("RUNNING", JobState::Underway),
        ("In Progress", JobState::Underway),
        ("COMPLETED", JobState::Completed),
        ("Completed-with-warnings", JobState::CompletedWithWarnings),
        ("FAILED", JobState::Failed),
        ("CANCELLED", JobState::Cancelled),
        ("SLEEPING", JobState::Unknown("SLEEPING".to_owned())),
    ] {
        let job = job(json!({"jobId": "7", "overallStatus": word})).await;
        assert_eq!(job.state(), state);
        let ends = !matches!(state, JobState::Underway | JobState::Unknown(_));
        assert_eq!(job.state().has_ended(), ends);
    }
}

#[tokio::test]
async fn an_archive_has_either_name_and_a_state_either_place() {
    let older = job(json!({
        "jobId": 7, "archiveFilename": "a.zip", "status": "COMPLETED",
    }))
    .await;
    assert_eq!(older.job_id, "7");
    assert_eq!(older.archive_name.as_deref(), Some("a.zip"));
    assert_eq!(older.state(), JobState::Completed);
    let both = job(json!({
        "archiveName": "b.zip", "archiveFilename": "a.zip",
        "overallStatus": "RUNNING", "status": "COMPLETED",
    }))
    .await;
    assert_eq!(both.archive_name.as_deref(), Some("b.zip"));
    assert_eq!(both.state(), JobState::Underway);
}
