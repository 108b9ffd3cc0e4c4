//! Samples with a request and a response: the request is made with names that exist here.

use serde_json::{Map, Value, json};
use waybill_model::ArtifactKind;

use super::shape::same;
use super::single::patch_connection;
use super::stage::{PROJECT, Stage, status, text};
use crate::support::{Caller, PATCH, Reply};

/// The project that integrations are copied from.
const OTHER: &str = "SUPPLIER_ONBOARDING";
const DONE: &[u16] = &[200, 201, 202, 204];

/// A request, ready to be made.
struct Ready {
    method: String,
    path: String,
    body: Value,
    patch: bool,
}

pub async fn exchange(stage: &Stage, sample: &Value) -> Result<(), String> {
    let request = sample
        .get("request")
        .ok_or("the file has no request; give it a rule of its own")?;
    let empty = Value::Null;
    let response = sample.get("response").unwrap_or(&empty);
    let reply = make(stage, request, response).await?;
    fits(&reply, response, subject(request))
}

/// Exchanges of the calls for Git projects, in the order in which they can be made.
pub async fn exchanges(stage: &Stage, sample: &Value) -> Result<(), String> {
    let mut all: Vec<&Map<String, Value>> = sample
        .as_object()
        .ok_or("not an object")?
        .values()
        .filter_map(Value::as_object)
        .filter(|one| one.contains_key("method"))
        .collect();
    let is_setting = |one: &Map<String, Value>| {
        one["path"]
            .as_str()
            .is_some_and(|path| path.ends_with("settings/create"))
    };
    all.sort_by_key(|one| !is_setting(one));
    for one in all {
        let mut body = one.get("body").cloned().unwrap_or_default();
        let path = text_of(one, "path").replace("MY_PROJECT", PROJECT);
        let path = path.split("/v1/").nth(1).ok_or("no path")?.to_owned();
        if !is_setting(one) && !path.starts_with("gitprojects/settings") {
            let export = format!("gitprojects/{PROJECT}/exporttorepository");
            let reply = stage.new.json("POST", &export, &[], &json!({})).await;
            status(&reply, &[200])?;
        }
        if body.get("downloadUrl").is_some() {
            let list = stage.new.get("gitprojects").await.json();
            body["downloadUrl"] = list["items"][0]["download_url"].clone();
        }
        let ready = Ready {
            method: text_of(one, "method").to_owned(),
            path: path.clone(),
            body,
            patch: false,
        };
        let reply = send(&stage.new, &ready).await;
        let recorded = json!({"status": one.get("status"), "body": one.get("response")});
        fits(&reply, &recorded, "gitprojects").map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}

fn text_of<'map>(map: &'map Map<String, Value>, name: &str) -> &'map str {
    map.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn segments(request: &Value) -> Vec<String> {
    let address = request.get("url").or_else(|| request.get("path"));
    let path = address
        .and_then(Value::as_str)
        .and_then(|address| address.split("/ic/api/integration/v1/").nth(1))
        .unwrap_or_default();
    path.split('?')
        .next()
        .unwrap_or_default()
        .split('/')
        .map(|segment| segment.replace("%7C", "|"))
        .collect()
}

/// The collection that an answer is from.
fn subject(request: &Value) -> &'static str {
    let segments = segments(request);
    for kind in ["integrations", "connections", "deployments", "acl"] {
        if segments.iter().any(|segment| segment == kind) {
            return kind;
        }
    }
    "projects"
}

async fn make(stage: &Stage, request: &Value, response: &Value) -> Result<Reply, String> {
    let method = request["method"].as_str().ok_or("no method")?.to_owned();
    let headers = request.get("headers");
    let patch = headers
        .and_then(|headers| headers.get("X-HTTP-Method-Override"))
        .is_some();
    let body = request.get("body").cloned().unwrap_or_default();
    let segments = segments(request);
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let mut ready = Ready {
        method,
        path: String::new(),
        body,
        patch,
    };
    match parts.as_slice() {
        ["projects", "archive"] => return import(stage, &ready.method).await,
        ["projects", _, rest @ ..] => {
            prepare(stage, rest, response, &mut ready).await?;
            if ready.path.is_empty() {
                // The connection was found by trying.
                return last_patched(stage, &ready).await;
            }
        }
        rest => ready.path = rest.join("/"),
    }
    Ok(send(&stage.new, &ready).await)
}

async fn send(caller: &Caller, ready: &Ready) -> Reply {
    let headers: &[&str] = if ready.patch { &[PATCH] } else { &[] };
    if ready.body.is_null() {
        return caller.send(&ready.method, &ready.path, headers, b"").await;
    }
    caller
        .json(&ready.method, &ready.path, headers, &ready.body)
        .await
}

/// Puts names that exist here into a request below a project, and the project into the state that
/// the request needs.
async fn prepare(
    stage: &Stage,
    rest: &[&str],
    response: &Value,
    ready: &mut Ready,
) -> Result<(), String> {
    let caller = &stage.new;
    let scope = format!("projects/{PROJECT}/");
    let all = caller.list(&format!("{scope}integrations")).await;
    let first = &all[0];
    let reference = json!({"code": first["code"], "version": first["version"]});
    if ready.body.get("integrations").is_some() {
        ready.body["integrations"] = json!([reference]);
    }
    ready.path = match rest {
        [] => {
            if ready.method == "DELETE" {
                put_to_rest(stage, &all);
            }
            if response.pointer("/body/keyword").is_some() {
                let body = json!({"keyword": "some-keyword"});
                let reply = caller
                    .json("POST", &format!("projects/{PROJECT}"), &[PATCH], &body)
                    .await;
                status(&reply, &[200])?;
            }
            format!("projects/{PROJECT}")
        }
        ["archive"] => {
            let label = ready.body["label"].as_str().unwrap_or_default().to_owned();
            if !label.is_empty() {
                deployment(caller, &label, &reference).await?;
            }
            ready.body["code"] = json!(PROJECT);
            format!("{scope}archive")
        }
        ["deployments", code] => {
            deployment(caller, code, &reference).await?;
            format!("{scope}deployments/{code}")
        }
        ["integrations", "copy"] => {
            let from = caller.list(&format!("projects/{OTHER}/integrations")).await;
            ready.body = json!({
                "projectCode": OTHER,
                "integrations": [{"code": from[0]["code"], "version": from[0]["version"]}],
            });
            format!("{scope}integrations/copy")
        }
        ["integrations", _, rest @ ..] => {
            let one = all
                .iter()
                .find(|one| one["status"] == "ACTIVATED" && one["scheduleDefinedFlag"] == false)
                .ok_or("nothing is active")?;
            let id = text(one, "id");
            if ready.body["status"] == "ACTIVATED" {
                stage.set_status("new", Some(PROJECT), id, "CONFIGURED");
            }
            [&[scope.as_str(), "integrations/", id].concat()]
                .into_iter()
                .map(String::as_str)
                .chain(rest.iter().copied())
                .collect::<Vec<_>>()
                .join("/")
        }
        ["connections", _, rest @ ..] => connection(stage, &scope, rest, response, ready).await?,
        other => format!("{scope}{}", other.join("/")),
    };
    Ok(())
}

async fn connection(
    stage: &Stage,
    scope: &str,
    rest: &[&str],
    response: &Value,
    ready: &mut Ready,
) -> Result<String, String> {
    if ready.patch && ready.body.is_object() {
        return Ok(String::new());
    }
    let all = stage.new.list(&format!("{scope}connections")).await;
    let adapter = response.pointer("/body/adapterType/name");
    let one = all
        .iter()
        .filter(|one| one["status"] == "CONFIGURED")
        .find(|one| adapter.is_none_or(|adapter| one["adapterType"]["name"] == *adapter))
        .ok_or("no such connection")?;
    let id = text(one, "id");
    if ready.patch {
        // The recorded request is the answer of a read, with real passwords in it.
        let path = format!("{scope}connections/{id}");
        let mut body = stage.new.get(&path).await.json();
        for property in body["securityProperties"]
            .as_array_mut()
            .into_iter()
            .flatten()
        {
            if property["propertyType"] == "PASSWORD" {
                property["propertyValue"] = json!("secret");
            }
        }
        ready.body = body;
    } else if response.pointer("/body/lockedFlag") == Some(&json!(true)) {
        stage.lock("new", Some(PROJECT), ArtifactKind::Connection, id);
    }
    let mut path = format!("{scope}connections/{id}");
    for segment in rest {
        path.push('/');
        path.push_str(segment);
    }
    Ok(path)
}

async fn last_patched(stage: &Stage, ready: &Ready) -> Result<Reply, String> {
    let scope = format!("projects/{PROJECT}/");
    let made = match patch_connection(&stage.new, &scope, &ready.body).await {
        Ok(found) => Ok((scope, found)),
        // The project has no connection of that kind; the instance has.
        Err(_) => patch_connection(&stage.new, "", &ready.body)
            .await
            .map(|found| (String::new(), found)),
    };
    let (scope, found) = made?;
    let path = format!("{scope}connections/{}", text(&found, "id"));
    Ok(stage.new.json("POST", &path, &[PATCH], &ready.body).await)
}

/// Sees to it that there is a deployment of that code.
async fn deployment(caller: &Caller, code: &str, integration: &Value) -> Result<(), String> {
    let path = format!("projects/{PROJECT}/deployments");
    let body = json!({"name": code, "code": code, "integrations": [integration]});
    let reply = caller.json("POST", &path, &[], &body).await;
    status(&reply, &[201, 409])
}

fn put_to_rest(stage: &Stage, all: &[Value]) {
    for one in all {
        stage.set_status("new", Some(PROJECT), text(one, "id"), "CONFIGURED");
    }
}

/// Takes a deployment out, removes the project, and brings the deployment in.
async fn import(stage: &Stage, method: &str) -> Result<Reply, String> {
    let caller = &stage.new;
    let all = caller
        .list(&format!("projects/{PROJECT}/integrations"))
        .await;
    let body = json!({"code": PROJECT, "label": "RELEASE_1"});
    let path = format!("projects/{PROJECT}/archive");
    let archive = caller.json("POST", &path, &[], &body).await;
    status(&archive, &[200])?;
    put_to_rest(stage, &all);
    if method == "POST" {
        let gone = caller
            .send("DELETE", &format!("projects/{PROJECT}"), &[], b"")
            .await;
        status(&gone, &[200])?;
    }
    Ok(caller
        .upload(method, "projects/archive", "x.car", &archive.body)
        .await)
}

/// Status, headers and shape of an answer are the recorded ones, as far as they were recorded.
fn fits(reply: &Reply, recorded: &Value, subject: &str) -> Result<(), String> {
    match recorded.get("status").and_then(Value::as_u64) {
        Some(wanted) => status(reply, &[u16::try_from(wanted).unwrap_or_default()])?,
        None => status(reply, DONE)?,
    }
    for (name, value) in recorded
        .get("headers")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let name = name.to_lowercase();
        // The calls here do not ask for compression.
        if name == "content-encoding" {
            continue;
        }
        let own = reply.header(&name).ok_or(format!("no header {name}"))?;
        if name == "content-type" && Some(own) != value.as_str() {
            return Err(format!("{name}: {own}, recorded as {value}"));
        }
        if name == "content-disposition" && own.rsplit('.').next() != Some("car") {
            return Err(format!("{name}: {own}, recorded as {value}"));
        }
    }
    match recorded.get("body") {
        Some(Value::Null) if recorded["status"] == 204 && !reply.body.is_empty() => {
            Err("204 with a body".to_owned())
        }
        Some(Value::String(_)) if reply.body.is_empty() => Err("no content".to_owned()),
        // What was not recorded, or is no JSON, has no shape.
        None | Some(Value::Null | Value::String(_)) => Ok(()),
        Some(body) => same(body, &reply.json(), subject),
    }
}
