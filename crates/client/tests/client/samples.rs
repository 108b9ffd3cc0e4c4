//! Every file of the samples is read: answers decode without losing a member that the program uses, and
//! requests are what the client sends. Rules go by the names of the files, so a new sample is tried by
//! being there; one that no rule knows fails the test. Passed over, with a word, where there are none.

mod members;
mod probe;
mod requests;

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use waybill_client::ErrorKind;
use waybill_client::wire::{
    AccessList, ActivationState, ArchiveJob, ArchiveJobStarted, Certificate, Connection,
    ConnectionTest, Deployment, GitProject, GitSettings, Integration, Library, Lookup, Package,
    Project, Schedule, WireObject, WorkRequest,
};
use waybill_model::Scope;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{client, instance};
use probe::keeps;
use requests::Outcome;

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_OIC_SAMPLES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/oic/samples"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    #[expect(clippy::print_stderr, reason = "a test that is passed over says so")]
    {
        eprintln!("passed over: no samples at {}", folder.display());
    }
    None
}

/// All files below a folder that hold samples.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.file_name().is_some_and(|name| name != "README.md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn every_sample_is_understood() {
    let Some(folder) = folder() else { return };
    let mut failures = Vec::new();
    let files = files(&folder);
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(file).unwrap();
        let outcome = match serde_json::from_str(&text) {
            Ok(sample) => check(&name, &sample).await,
            Err(error) => Err(error.to_string()),
        };
        if let Err(cause) = outcome {
            failures.push(format!("{name}: {cause}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(!files.is_empty(), "there are no samples in the folder");
}

#[tokio::test]
async fn a_file_that_no_rule_knows_fails() {
    assert!(check("something-else-200.json", &json!({})).await.is_err());
}

/// Whether the name has these parts, one after the other.
fn has(name: &str, parts: &[&str]) -> bool {
    let mut rest = name;
    parts.iter().all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// The object of a recorded exchange, or the whole where it stands alone.
fn answer(sample: &Value) -> &Value {
    sample
        .pointer("/response/body")
        .or_else(|| sample.get("body"))
        .unwrap_or(sample)
}

fn request(sample: &Value) -> &Value {
    sample.pointer("/request/body").unwrap_or(sample)
}

fn at<'a>(sample: &'a Value, pointer: &str) -> Result<&'a Value, String> {
    sample
        .pointer(pointer)
        .ok_or(format!("{pointer} is not there"))
}

fn items(sample: &Value) -> Result<&Vec<Value>, String> {
    let items = sample.get("items").and_then(Value::as_array);
    items
        .filter(|items| !items.is_empty())
        .ok_or_else(|| "there are no items".to_owned())
}

/// Finds the rule of a file and applies it. Requests first: their names say so.
async fn check(name: &str, sample: &Value) -> Outcome {
    let is = |parts: &[&str]| has(name, parts);
    let wanted = request(sample);
    let given = answer(sample);
    if is(&["request"]) {
        return match () {
            () if is(&["clone-export"]) => requests::instance_export(wanted).await,
            () if is(&["clone-import"]) => requests::instance_import(wanted).await,
            () if is(&["connection"]) => requests::connection_update(wanted).await,
            () if is(&["integration-clone"]) => requests::integration_clone(wanted).await,
            () if is(&["integrations-copy"]) => requests::integrations_copy(wanted).await,
            () if is(&["lookup-create"]) => requests::lookup(wanted).await,
            () if is(&["reactivate"]) => requests::reactivation(wanted).await,
            () if is(&["activate"]) => requests::activation(wanted).await,
            () if is(&["workrequest"]) => each::<WorkRequest>(given, members::WORK_REQUEST),
            () if is(&["schedule-start"]) => requests::schedule_start(wanted).await,
            () if is(&["schedule-parameters"]) => requests::schedule_parameters(wanted).await,
            () if is(&["project-schedule-create"]) => project_schedules(sample).await,
            () if is(&["schedule-create"]) => requests::schedule_definition(wanted).await,
            () if is(&["acl-put"]) => {
                keeps::<AccessList>(wanted, members::ACCESS_LIST)?;
                requests::access_list(wanted).await
            }
            () => unknown(),
        };
    }
    match () {
        () if is(&["clone-", "post-response"]) => {
            keeps::<ArchiveJobStarted>(given, members::JOB_STARTED)
        }
        () if is(&["clone-", "status"]) => keeps::<ArchiveJob>(given, members::JOB),
        () if is(&["instance-archive"]) => instance_archive(sample).await,
        () if is(&["-404-body"]) => refusal(404, &body_of(given), None).await,
        () if is(&["error-404"]) => refusal(404, &body_of(given), Some(given)).await,
        () if is(&["schedule-frequency"]) => requests::schedule_definition(wanted).await,
        () if is(&["activation", "tatus"]) => keeps::<ActivationState>(given, members::ACTIVATION),
        () if is(&["connection-test"]) => keeps::<ConnectionTest>(given, members::CONNECTION_TEST),
        () if is(&["get-connection"]) || is(&["connection-get"]) || is(&["connection-update"]) => {
            keeps::<Connection>(given, members::CONNECTION)
        }
        () if is(&["get-integration"]) || is(&["activate", "response"]) => {
            keeps::<Integration>(given, members::INTEGRATION)
        }
        () if is(&["project-integration-activate"]) => {
            keeps::<Integration>(given, members::INTEGRATION)?;
            requests::activation(wanted).await
        }
        () if is(&["deployments-list"]) => each::<Deployment>(given, members::DEPLOYMENT),
        () if is(&["deployment-get"]) => keeps::<Deployment>(given, members::DEPLOYMENT),
        () if is(&["deployment-create"]) => {
            keeps::<Deployment>(given, members::DEPLOYMENT)?;
            requests::deployment(wanted, false).await
        }
        () if is(&["deployment-update"]) => {
            keeps::<Deployment>(given, members::DEPLOYMENT)?;
            requests::deployment(wanted, true).await
        }
        () if is(&["deployment-delete"]) => deletion(sample).await,
        () if is(&["project-export"]) => requests::project_export(wanted).await,
        () if is(&["project-get"]) || is(&["project-import"]) => {
            keeps::<Project>(given, members::PROJECT)
        }
        () if is(&["gitprojects"]) => git_projects(sample).await,
        () if is(&["workrequest"]) => each::<WorkRequest>(given, members::WORK_REQUEST),
        () if is(&["token-error"]) => token_refused(given).await,
        () if is(&["token-jwt-claims"]) => token_claims(sample).await,
        () if is(&["token"]) => token(sample).await,
        () if is(&["response-headers"]) => headers(sample).await,
        () if is(&["integration", "list"]) => each::<Integration>(given, members::INTEGRATION),
        () if is(&["connection", "list"]) => each::<Connection>(given, members::CONNECTION),
        () if is(&["project", "list"]) => each::<Project>(given, members::PROJECT),
        () if is(&["lookup"]) => one_or_each::<Lookup>(given, members::LOOKUP),
        () if is(&["package"]) => one_or_each::<Package>(given, members::PACKAGE),
        () if is(&["librar"]) => one_or_each::<Library>(given, members::LIBRARY),
        () if is(&["certificate"]) => one_or_each::<Certificate>(given, members::CERTIFICATE),
        () if is(&["schedule"]) => keeps::<Schedule>(given, members::SCHEDULE),
        () if is(&["acl"]) => keeps::<AccessList>(given, members::ACCESS_LIST),
        // Of other crates: what an archive holds, and what an object store answers.
        () if is(&["car-manifest"]) => at(sample, "/entries/0").map(drop),
        () if is(&["bucket-listing"]) => at(sample, "/0/name").map(drop),
        () => unknown(),
    }
}

fn unknown() -> Outcome {
    Err("no rule knows this file; add one".to_owned())
}

fn each<T: WireObject + std::fmt::Debug>(list: &Value, used: &[&str]) -> Outcome {
    items(list)?
        .iter()
        .try_for_each(|item| keeps::<T>(item, used))
}

fn one_or_each<T: WireObject + std::fmt::Debug>(given: &Value, used: &[&str]) -> Outcome {
    match given.get("items") {
        Some(_) => each::<T>(given, used),
        None => keeps::<T>(given, used),
    }
}

async fn project_schedules(sample: &Value) -> Outcome {
    requests::schedule_definition(at(sample, "/simple")?).await?;
    requests::schedule_definition(at(sample, "/ical")?).await?;
    requests::schedule_start(at(sample, "/start")?).await
}

async fn instance_archive(sample: &Value) -> Outcome {
    requests::instance_export(at(sample, "/export/request/body")?).await?;
    requests::instance_import(at(sample, "/import/request/body")?).await?;
    for started in ["/export/response/body", "/import/response/body"] {
        keeps::<ArchiveJobStarted>(at(sample, started)?, members::JOB_STARTED)?;
    }
    for job in [
        "/exportStatusItem",
        "/exportFailedItem",
        "/importStatus/body",
    ] {
        keeps::<ArchiveJob>(at(sample, job)?, members::JOB)?;
    }
    Ok(())
}

async fn git_projects(sample: &Value) -> Outcome {
    requests::git_settings(at(sample, "/settingsCreate/body")?).await?;
    requests::git_import(at(sample, "/import/body")?).await?;
    keeps::<GitSettings>(
        at(sample, "/settingsFetch/response")?,
        members::GIT_SETTINGS,
    )?;
    let list = at(sample, "/list/response")?;
    for item in items(list)? {
        keeps::<GitProject>(item, members::GIT_PROJECT)?;
    }
    let server = instance().await;
    Mock::given(path("/ic/api/integration/v1/gitprojects"))
        .respond_with(ResponseTemplate::new(200).set_body_json(list))
        .mount(&server)
        .await;
    let projects = client(&server).git_projects().await;
    let projects = projects.map_err(|error| error.to_string())?;
    let url = projects[0].value.download_url.as_ref();
    // Where a file is fetched from holds a token: it is kept, and shows nowhere.
    let url = url.map(ExposeSecret::expose_secret).unwrap_or_default();
    let shown = format!("{projects:?}");
    if items(list)?[0]["download_url"] == url && !url.is_empty() && !shown.contains(url) {
        Ok(())
    } else {
        Err("the address of the file is lost, or shows".to_owned())
    }
}

fn body_of(given: &Value) -> String {
    match given {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

async fn refusal(status: u16, body: &str, shape: Option<&Value>) -> Outcome {
    let server = instance().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(status).set_body_string(body))
        .mount(&server)
        .await;
    let read = client(&server).connection(&Scope::Global, "X").await;
    let error = read.err().ok_or("the refusal was taken for a success")?;
    let title = error.exchange().and_then(|exchange| exchange.title.clone());
    let expected = match shape {
        Some(shape) => shape["title"].as_str().map(str::to_owned),
        None => Some(body.to_owned()),
    };
    if *error.kind() == ErrorKind::NotFound && title == expected {
        Ok(())
    } else {
        Err(format!("{error:?}"))
    }
}

async fn deletion(sample: &Value) -> Outcome {
    let status = at(sample, "/response/status")?.as_u64();
    let status = u16::try_from(status.unwrap_or(0)).map_err(|error| error.to_string())?;
    let server = instance().await;
    Mock::given(method("DELETE"))
        .respond_with(ResponseTemplate::new(status))
        .mount(&server)
        .await;
    let deleted = client(&server).delete_deployment("P", "D").await;
    let deleted = deleted.map_err(|error| error.to_string())?;
    if deleted.status == status && !deleted.looked_up {
        Ok(())
    } else {
        Err(format!("{deleted:?}"))
    }
}

async fn headers(sample: &Value) -> Outcome {
    let mut answer = ResponseTemplate::new(404);
    for (name, value) in sample.as_object().into_iter().flatten() {
        if !matches!(name.as_str(), "Connection" | "Content-Type") {
            answer = answer.insert_header(name.as_str(), value.as_str().unwrap_or_default());
        }
    }
    let server = instance().await;
    Mock::given(method("GET"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let read = client(&server).connection(&Scope::Global, "X").await;
    let error = read.err().ok_or("a refusal was taken for a success")?;
    let id = error
        .exchange()
        .and_then(|exchange| exchange.request_id.clone());
    if id.as_deref() == sample["opc-request-id"].as_str() {
        Ok(())
    } else {
        Err(format!("the request's number is {id:?}"))
    }
}

async fn token_server(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path("/oauth2/v1/token"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

async fn token(sample: &Value) -> Outcome {
    let mut given = answer(sample).clone();
    given["access_token"] = "a.b.c".into();
    let server = token_server(ResponseTemplate::new(200).set_body_json(&given)).await;
    let life = client(&server).sign_in_now().await;
    let life = life.map_err(|error| error.to_string())?;
    let seconds = life.expires_in.map_or(0, |left| left.as_secs());
    let announced = given["expires_in"].as_u64().unwrap_or_default();
    if announced < seconds || announced > seconds + 60 {
        return Err(format!("it lasts {seconds} s instead of {announced} s"));
    }
    let requests = server.received_requests().await.unwrap();
    let form = String::from_utf8_lossy(&requests[0].body).into_owned();
    let grant = at(sample, "/request/form/grant_type")?.as_str();
    if form.contains(&format!("grant_type={}", grant.unwrap_or_default())) {
        Ok(())
    } else {
        Err("another grant was asked for".to_owned())
    }
}

async fn token_refused(given: &Value) -> Outcome {
    let server = token_server(ResponseTemplate::new(401).set_body_json(given)).await;
    let error = client(&server).sign_in_now().await.err();
    match error.as_ref().map(waybill_client::Error::kind) {
        Some(ErrorKind::SignInRefused { code, .. }) if given["error"] == code.as_str() => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

async fn token_claims(sample: &Value) -> Outcome {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let claims = at(sample, "/payload")?;
    let token = format!("{}.{}.c2ln", part(at(sample, "/header")?), part(claims));
    let given = json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600});
    let server = token_server(ResponseTemplate::new(200).set_body_json(given)).await;
    let life = client(&server).sign_in_now().await;
    let life = life.map_err(|error| error.to_string())?;
    let scopes: Vec<&str> = claims["scope"]
        .as_str()
        .into_iter()
        .flat_map(str::split_whitespace)
        .collect();
    if life.subject.as_deref() == claims["sub"].as_str() && life.scopes == scopes {
        Ok(())
    } else {
        Err(format!("{life:?}"))
    }
}
