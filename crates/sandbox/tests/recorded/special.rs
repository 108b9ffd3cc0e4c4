//! Samples of a form of their own.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};

use super::shape::same;
use super::single::schedule;
use super::stage::{PROJECT, Stage, status, text};
use super::table::{Special, Way};
use crate::support::ask_token;

pub async fn special(stage: &Stage, special: Special, sample: &Value) -> Result<(), String> {
    let instance = &stage.running.ready.instances[0];
    let scope = &instance.scope;
    let token = async |secret: &str| ask_token(instance, &instance.client_id, secret, scope).await;
    match special {
        Special::Headers => {
            let reply = stage.new.get("connections").await;
            for (name, value) in sample.as_object().ok_or("not an object")? {
                let own = reply.header(name).map(str::to_owned);
                // The tests close each connection; dates and ids are of the moment.
                let of_the_moment =
                    ["Date", "Connection", "opc-request-id"].contains(&name.as_str());
                if !of_the_moment && own.as_deref() != value.as_str() {
                    return Err(format!("{name}: {own:?}, recorded as {value}"));
                }
            }
            Ok(())
        }
        Special::Token => {
            let reply = token(&instance.client_secret).await;
            status(&reply, &[200])?;
            let recorded = sample["response"]["headers"].as_object();
            for name in ["Cache-Control", "Content-Type", "X-Content-Type-Options"] {
                let wanted = recorded
                    .and_then(|all| all.get(name))
                    .and_then(Value::as_str);
                if wanted.is_some() && reply.header(name) != wanted {
                    return Err(format!("{name}: {:?}", reply.header(name)));
                }
            }
            same(&sample["response"]["body"], &reply.json(), "token")
        }
        Special::TokenError => {
            let reply = token("wrong").await;
            status(&reply, &[400, 401])?;
            same(&sample["response"]["body"], &reply.json(), "token")
        }
        Special::TokenClaims => {
            let reply = token(&instance.client_secret).await.json();
            let parts: Vec<&str> = text(&reply, "access_token").split('.').collect();
            for (part, name) in parts.iter().zip(["header", "payload"]) {
                let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
                    .decode(part)
                    .map_err(|error| error.to_string())?;
                let claims: Value =
                    serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
                same(&sample[name], &claims, "token")?;
            }
            Ok(())
        }
        Special::ErrorBody => {
            let got = stage.new.get("connections/NO").await;
            status(&got, &[404])?;
            same(&sample["body"], &got.json(), "connections")
        }
        Special::Schedules => {
            let scope = format!("projects/{PROJECT}/");
            for (name, body) in sample.as_object().ok_or("not an object")? {
                let way = match body {
                    Value::Object(body) if body.contains_key("name") => Way::Schedule,
                    Value::Object(body) if body.contains_key("parameters") => Way::ScheduleStart,
                    _ => continue,
                };
                schedule(stage, &stage.new, &scope, way, body)
                    .await
                    .map_err(|error| format!("{name}: {error}"))?;
            }
            Ok(())
        }
        Special::InstanceArchives => archives(stage, sample).await,
        Special::ProjectArchive => project_archive(stage, sample).await,
    }
}

/// Jobs of Oracle Integration 3: one that succeeds, one that fails, an import.
async fn archives(stage: &Stage, sample: &Value) -> Result<(), String> {
    let export = run(stage, "export", sample, |_| {}).await?;
    same(&sample["exportStatusItem"], &export, "")?;
    let failed = run(stage, "export", sample, |body| {
        body["jobName"] = json!("another");
        body["storageInfo"]["storagePassword"] = json!("wrong");
    })
    .await?;
    same(&sample["exportFailedItem"], &failed, "")?;
    let import = run(stage, "import", sample, |body| {
        body["archiveFile"] = export["archiveName"].clone();
    })
    .await?;
    same(&sample["importStatus"]["body"], &import, "")
}

async fn run(
    stage: &Stage,
    kind: &str,
    sample: &Value,
    change: impl Fn(&mut Value),
) -> Result<Value, String> {
    let recorded = &sample[kind];
    let mut body = stage.stored(&recorded["request"]["body"]);
    change(&mut body);
    let path = format!("{kind}ServiceInstanceArchive");
    let reply = stage.common(&stage.new, "POST", &path, &body).await;
    status(&reply, &[202])?;
    same(&recorded["response"]["body"], &reply.json(), "")?;
    let id = reply.header("jobid").ok_or("no header jobid")?.to_owned();
    for _ in 0..200 {
        let got = stage
            .common(&stage.new, "GET", &format!("{path}/{id}"), &Value::Null)
            .await
            .json();
        if got["endTime"].is_string() {
            return Ok(got);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("the job does not end".to_owned())
}

/// The files of a deployment's archive, and what is in those that are JSON, YAML or properties.
async fn project_archive(stage: &Stage, sample: &Value) -> Result<(), String> {
    let path = format!("projects/{PROJECT}/archive");
    let body = json!({"code": PROJECT, "label": "RELEASE_1"});
    let archive = stage.new.json("POST", &path, &[], &body).await;
    let mut zip =
        zip::ZipArchive::new(Cursor::new(archive.body)).map_err(|error| error.to_string())?;
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(|error| error.to_string())?;
        let name = file.name().map_err(|error| error.to_string())?.into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        files.insert(name, String::from_utf8_lossy(&bytes).into_owned());
    }
    let ending = |start: &str, end: &str| {
        files
            .iter()
            .find(|(name, _)| name.starts_with(start) && name.ends_with(end))
            .map(|(_, text)| text.as_str())
            .ok_or_else(|| format!("no {start}…{end}"))
    };
    let json = |text: &str| -> Result<Value, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    };
    for entry in sample["entries"].as_array().into_iter().flatten() {
        // Some are groups of files, or were seen in one version of the service only.
        let entry = entry.as_str().unwrap_or_default();
        if !entry.contains([' ', '{']) && !entry.contains("...") {
            let start = entry.split('<').next().unwrap_or_default();
            let end = entry.rsplit('>').next().unwrap_or_default();
            ending(start, end)?;
        }
    }
    let label = ending("project/labels/", ".json")?;
    same(&sample["labels_json"], &json(label)?, "")?;
    let info = ending("project/integrations/", "/info.json")?;
    same(&sample["integration_info_json"], &json(info)?, "")?;
    let yaml = ending("project/", "project.yaml")?;
    let keys = |value: &Value| -> Vec<String> {
        value
            .as_object()
            .map(|all| all.keys().cloned().collect())
            .unwrap_or_default()
    };
    for key in keys(&sample["project_yaml"]) {
        if !yaml
            .lines()
            .any(|line| line.starts_with(&format!("{key}:")))
        {
            return Err(format!("project.yaml has no {key}"));
        }
    }
    for (place, indent) in [("assets", 2), ("origin", 2)] {
        for key in keys(&sample["project_yaml"][place]) {
            let wanted = format!("{}{key}:", " ".repeat(indent));
            if !yaml.lines().any(|line| line.starts_with(&wanted)) {
                return Err(format!("project.yaml has no {place}.{key}"));
            }
        }
    }
    let properties = ending("project/", "oic_project.properties")?;
    if properties.starts_with('#') && properties.contains("mod=") {
        Ok(())
    } else {
        Err(properties.to_owned())
    }
}
