//! Samples that are one answer, or one body of a request.

use std::time::Duration;

use serde_json::{Value, json};
use waybill_model::ArtifactKind;

use super::shape::same;
use super::stage::{Stage, status, text};
use super::table::{Older, Way};
use crate::support::{Caller, PATCH, ask};

const EXPORT: &str = "exportServiceInstanceArchive";
const IMPORT: &str = "importServiceInstanceArchive";

pub async fn single(stage: &Stage, way: Way, sample: &Value) -> Result<(), String> {
    let new = &stage.new;
    match way {
        Way::Integration => {
            let one = stage
                .integration(new, "", |one| {
                    one["status"] == "ACTIVATED"
                        && one["pattern"] == "Orchestration"
                        && one["packageName"].is_string()
                        && one["dependencies"]["lookups"]
                            .as_array()
                            .is_some_and(|all| !all.is_empty())
                })
                .await;
            // Lookups of the recorded integrations were open in somebody's console.
            for lookup in one["dependencies"]["lookups"]
                .as_array()
                .into_iter()
                .flatten()
            {
                stage.lock("new", None, ArtifactKind::Lookup, text(lookup, "name"));
            }
            let got = new.get(&format!("integrations/{}", text(&one, "id"))).await;
            status(&got, &[200])?;
            same(sample, &got.json(), "integrations")
        }
        Way::Connection => {
            for one in stage.old.list("connections").await {
                let got = stage
                    .old
                    .get(&format!("connections/{}", text(&one, "id")))
                    .await;
                status(&got, &[200])?;
                if same(sample, &got.json(), "connections").is_ok() {
                    return Ok(());
                }
            }
            let one = &stage.old.list("connections").await[0];
            same(sample, one, "connections")
        }
        Way::MissingConnection => {
            let got = new.get("connections/NO").await;
            status(&got, &[404])?;
            if got.json() == *sample {
                Ok(())
            } else {
                Err(format!("{}", got.json()))
            }
        }
        Way::ConnectionPatch => patch_connection(new, "", sample).await.map(|_| ()),
        Way::ConnectionTest => {
            let all = new.list("connections").await;
            let one = all
                .iter()
                .find(|one| one["status"] == "CONFIGURED")
                .unwrap();
            let path = format!("connections/{}/test", text(one, "id"));
            let reply = new.send("POST", &path, &[], b"").await;
            status(&reply, &[200])?;
            same(sample, &reply.json(), "connections")
        }
        Way::Activate | Way::Activating => {
            let one = stage.integration(new, "", is_ready).await;
            let path = format!("integrations/{}", text(&one, "id"));
            stage.set_status("new", None, text(&one, "id"), "CONFIGURED");
            let body = if way == Way::Activate {
                sample.clone()
            } else {
                json!({"status": "ACTIVATED"})
            };
            let reply = new.json("POST", &path, &[PATCH], &body).await;
            status(&reply, &[200])?;
            if way == Way::Activating {
                same(sample, &reply.json(), "integrations")?;
            }
            Ok(())
        }
        Way::Deactivate => {
            let one = stage.integration(new, "", is_ready).await;
            let path = format!("integrations/{}", text(&one, "id"));
            let reply = new.json("POST", &path, &[PATCH], sample).await;
            status(&reply, &[200])
        }
        Way::ActivationStatus => {
            let one = stage.integration(new, "", is_ready).await;
            let path = format!("integrations/{}/activationStatus", text(&one, "id"));
            let reply = new.get(&path).await;
            status(&reply, &[200])?;
            same(sample, &reply.json(), "integrations")
        }
        Way::Clone => {
            let one = stage.integration(new, "", is_ready).await;
            let path = format!("integrations/{}/clone", text(&one, "id"));
            let reply = new.json("POST", &path, &[], sample).await;
            status(&reply, &[200, 201])
        }
        Way::Reactivate => {
            let one = stage.integration(new, "", is_ready).await;
            let count = sample.as_array().map_or(1, Vec::len).min(1);
            let body = vec![one["id"].clone(); count];
            let reply = new
                .json("POST", "integrations/reactivate", &[], &json!(body))
                .await;
            status(&reply, &[200, 202])
        }
        Way::Lookup => status(&new.json("POST", "lookups", &[], sample).await, &[200, 201]),
        Way::Schedule | Way::ScheduleParameters | Way::ScheduleStart => {
            schedule(stage, new, "", way, sample).await
        }
        Way::WorkRequests => {
            let path = "projects/RETURNS_PORTAL/archive?enableAsync=true";
            let started = new.json("POST", path, &[], &json!({})).await;
            status(&started, &[202])?;
            let id = started
                .header("oic-work-request-id")
                .ok_or("no id")?
                .to_owned();
            let q: String =
                url::form_urlencoded::byte_serialize(format!("{{ids:'{id}'}}").as_bytes())
                    .collect();
            for _ in 0..100 {
                let got = new.get(&format!("workRequests?q={q}")).await;
                status(&got, &[200])?;
                if got.json()["items"][0]["status"] == "SUCCEEDED" {
                    return same(sample, &got.json(), "workRequests");
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Err("the work does not end".to_owned())
        }
        Way::Export | Way::Import => {
            let kind = if way == Way::Export { EXPORT } else { IMPORT };
            for caller in [new, &stage.old] {
                let reply = stage
                    .common(caller, "POST", kind, &stage.stored(sample))
                    .await;
                status(&reply, &[200, 202])?;
            }
            Ok(())
        }
        Way::Exporting | Way::ExportRuns | Way::ExportEnded | Way::Bucket => {
            let started = job(stage, EXPORT, &json!({})).await?;
            if way == Way::Exporting {
                return same(sample, &started, "");
            }
            let seen = look(
                stage,
                EXPORT,
                text(&started, "jobId"),
                way == Way::ExportRuns,
            )
            .await?;
            if way != Way::Bucket {
                return same(sample, &seen, "");
            }
            let store = &stage.running.ready.object_store;
            let at = store.prepared_url[7..].find('/').unwrap() + 7;
            let (base, path) = store.prepared_url.split_at(at);
            let listing = ask(base, "GET", path, &[], b"").await;
            status(&listing, &[200])?;
            same(sample, &listing.json(), "")
        }
        Way::Importing | Way::ImportRuns => {
            let body = json!({"archiveFile": "x.zip", "importActivateMode": "ImportOnly"});
            let started = job(stage, IMPORT, &body).await?;
            if way == Way::Importing {
                return same(sample, &started, "");
            }
            let seen = look(stage, IMPORT, text(&started, "jobId"), true).await?;
            same(sample, &seen, "")
        }
        Way::Older(older) => self::older(stage, older, sample).await,
        Way::Exchange | Way::Exchanges | Way::Special(_) => Err("not a single answer".to_owned()),
    }
}

fn is_ready(one: &Value) -> bool {
    one["status"] == "ACTIVATED"
        && one["scheduleDefinedFlag"] == false
        && one["lockedFlag"] == false
}

/// Starts a job in the instance of Gen 2, whose answers were recorded.
async fn job(stage: &Stage, kind: &str, body: &Value) -> Result<Value, String> {
    let reply = stage
        .common(&stage.old, "POST", kind, &stage.stored(body))
        .await;
    status(&reply, &[200, 202])?;
    Ok(reply.json())
}

async fn look(stage: &Stage, kind: &str, id: &str, runs: bool) -> Result<Value, String> {
    for _ in 0..200 {
        let path = format!("{kind}/{id}");
        let got = stage.common(&stage.old, "GET", &path, &Value::Null).await;
        status(&got, &[200])?;
        let seen = got.json();
        let running = seen["overallStatus"] == "RUNNING";
        let over = seen["endTime"].is_string();
        if (runs && running) || (!runs && over) {
            return Ok(seen);
        }
        tokio::time::sleep(Duration::from_millis(4)).await;
    }
    Err("the job was not seen in that state".to_owned())
}

/// Sends a patch to a connection that has the settings it names; answers with the reply.
pub async fn patch_connection(caller: &Caller, scope: &str, body: &Value) -> Result<Value, String> {
    let mut last = "no connection has these settings".to_owned();
    for one in caller.list(&format!("{scope}connections")).await {
        let path = format!("{scope}connections/{}", text(&one, "id"));
        let reply = caller.json("POST", &path, &[PATCH], body).await;
        if reply.status == 200 {
            return Ok(reply.json());
        }
        last = status(&reply, &[200]).unwrap_err();
    }
    Err(last)
}

/// Sets up, starts, or gives parameters to a schedule.
pub async fn schedule(
    stage: &Stage,
    caller: &Caller,
    scope: &str,
    way: Way,
    sample: &Value,
) -> Result<(), String> {
    let scheduled =
        |one: &Value| one["pattern"] == "Scheduled" && one["scheduleDefinedFlag"] == true;
    let one = stage.integration(caller, scope, scheduled).await;
    let project = scope
        .strip_prefix("projects/")
        .map(|rest| rest.trim_end_matches('/'));
    let id = text(&one, "id").to_owned();
    let path = format!("{scope}integrations/{id}/schedule");
    // It runs in some; what is asked for here needs it at rest.
    let stopped = caller.send("POST", &format!("{path}/stop"), &[], b"").await;
    status(&stopped, &[200, 202, 412])?;
    tokio::time::sleep(Duration::from_millis(60)).await;
    match way {
        Way::Schedule => {
            let mut body = json!({"name": "x", "scheduleTZ": "UTC"});
            body.as_object_mut()
                .unwrap()
                .extend(sample.as_object().unwrap().clone());
            let (method, wanted): (_, &[u16]) = if project.is_some() {
                let gone = caller.send("DELETE", &path, &[], b"").await;
                status(&gone, &[200, 204])?;
                ("POST", &[200, 201])
            } else {
                ("PUT", &[200])
            };
            status(&caller.json(method, &path, &[], &body).await, wanted)
        }
        Way::ScheduleParameters => {
            let known = one["scheduleParams"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            let mut body = sample.clone();
            let wanted = body["parameters"].as_array_mut().unwrap();
            for (parameter, name) in wanted.iter_mut().zip(known.keys()) {
                parameter["name"] = json!(name);
            }
            wanted.truncate(known.len().max(1));
            let path = format!("{path}/parameters");
            status(&caller.json("PATCH", &path, &[], &body).await, &[200])
        }
        _ => {
            stage.set_status("new", project, &id, "ACTIVATED");
            let mut body = sample.clone();
            // Whose parameters the recorded ones were is not known.
            body["parameters"] = json!([]);
            let reply = caller
                .json("POST", &format!("{path}/start"), &[], &body)
                .await;
            status(&reply, &[200, 202])
        }
    }
}

async fn older(stage: &Stage, older: Older, sample: &Value) -> Result<(), String> {
    let old = &stage.old;
    let get = async |path: String| {
        ask(
            &old.base,
            "GET",
            &format!("/icsapis/{path}"),
            &[&old.authorization],
            b"",
        )
        .await
    };
    // One of that state has everything that the recorded one has.
    let any = |kind: &'static str, wanted: &'static str| async move {
        let reply = get(format!("v2/{kind}")).await;
        status(&reply, &[200])?;
        let all = reply.json();
        let mut last = Err(format!("no {kind} {wanted}"));
        for one in all["items"].as_array().into_iter().flatten() {
            if one["status"] == wanted {
                let id = text(one, "id").replace('|', "%7C");
                let reply = get(format!("v2/{kind}/{id}")).await;
                status(&reply, &[200])?;
                last = same(sample, &reply.json(), kind);
                if last.is_ok() {
                    break;
                }
            }
        }
        last
    };
    match older {
        Older::MissingText => {
            let reply = get("v1/connections/SCHEDULE".to_owned()).await;
            status(&reply, &[404])?;
            let text = String::from_utf8_lossy(&reply.body).into_owned();
            if sample["body"] == text {
                Ok(())
            } else {
                Err(text)
            }
        }
        Older::Connection => any("connections", "CONFIGURED").await,
        Older::Active => any("integrations", "ACTIVATED").await,
        Older::Inactive => any("integrations", "CONFIGURED").await,
    }
}
