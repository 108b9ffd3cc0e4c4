//! Projects in a Git repository (Oracle Integration 3, since September 2025; documented). The
//! repository is the sandbox's own; a key that contains `expired` is one that it does not take.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::call::{Answer, Call, Refusal, Verb, bad, bare, not_allowed, not_found, refuse};
use super::desk::Desk;
use super::project_archive::{opened, replacing, whole};
use super::project_body::required;
use crate::role::Action;
use crate::store::{Git, GitFile, GitSettings, PendingImport};
use crate::wire::{WithinInstance, encode_segment};

pub(crate) fn read(place: WithinInstance<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    call.needs(Action::View)?;
    let [] = path else {
        return Err(not_found("Resource"));
    };
    let git = &place.instance.git;
    let settings = known(git)?;
    let items: Vec<Value> = git
        .files
        .iter()
        .map(|(name, file)| shown(settings, name, file))
        .collect();
    Ok(call.show(&json!({"items": items})))
}

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    call.needs(Action::EditProject)?;
    if call.verb != Verb::Post {
        return Err(not_allowed());
    }
    match path {
        // That there is a test is documented; its path and body are inferred.
        ["settings", action @ ("create" | "test")] => {
            let body = call.json()?;
            let settings = GitSettings {
                repository: required(&body, "repoURL")?,
                key: required(&body, "apiKey")?,
                branch: required(&body, "branchName")?,
            };
            if settings
                .repository
                .split('/')
                .filter(|part| !part.is_empty())
                .count()
                < 2
            {
                return Err(bad("repoURL has to be of the form owner/repo."));
            }
            if *action == "create" {
                desk.instance.git.settings = Some(settings);
            }
            Ok(bare(StatusCode::OK))
        }
        ["settings", "fetch"] => {
            let settings = desk
                .instance
                .git
                .settings
                .as_ref()
                .ok_or_else(|| not_found("Git settings"))?;
            Ok(call.show_changed(&json!({
                "apiKey": "******",
                "branchName": settings.branch,
                "repoURL": settings.repository,
            })))
        }
        [code, "exporttorepository"] => export(desk, call, code),
        [code, "importfromrepository"] => import(desk, call, code),
        _ => Err(not_found("Resource")),
    }
}

fn known(git: &Git) -> Result<&GitSettings, Refusal> {
    let settings = git
        .settings
        .as_ref()
        .ok_or_else(|| bad("Git settings are missing."))?;
    if settings.key.contains("expired") {
        return Err(refuse(
            StatusCode::UNAUTHORIZED,
            "The repository refused the key.",
        ));
    }
    Ok(settings)
}

fn shown(settings: &GitSettings, name: &str, file: &GitFile) -> Value {
    json!({
        "download_url": address(settings, name),
        "id": name,
        "path": format!("projects/{name}"),
        "sha": file.hash,
    })
}

fn address(settings: &GitSettings, name: &str) -> String {
    format!(
        "https://raw.githubusercontent.com/{}/{}/projects/{}",
        settings.repository,
        settings.branch,
        encode_segment(name)
    )
}

fn export(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    let settings = known(&desk.instance.git)?.clone();
    let project = desk
        .instance
        .projects
        .get(code)
        .ok_or_else(|| bad("Project not found."))?;
    let bytes = whole(desk.house, project);
    let mut hash = String::new();
    for byte in Sha256::digest(&bytes).iter().take(20) {
        use std::fmt::Write;
        // Writing to a string does not fail.
        let _ = write!(hash, "{byte:02x}");
    }
    let file = GitFile {
        bytes: Arc::new(bytes),
        hash,
    };
    let name = format!("{code}.car");
    let answer = call.show_changed(&shown(&settings, &name, &file));
    desk.instance.git.files.insert(name, file);
    Ok(answer)
}

/// The project is there some time after the answer (documented as asynchronous).
fn import(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    let body = call.json()?;
    let wanted = required(&body, "downloadUrl")?;
    let settings = known(&desk.instance.git)?;
    let name = format!("{code}.car");
    let file = desk
        .instance
        .git
        .files
        .get(&name)
        .filter(|_| wanted.split('?').next() == Some(address(settings, &name).as_str()))
        .ok_or_else(|| bad("The repository has no such file."))?;
    let new = opened(&file.bytes, &desk.fresh())?;
    let project = match desk.instance.projects.get(code) {
        Some(known) => replacing(known.clone(), new),
        None => new,
    };
    let time = jiff::SignedDuration::try_from(desk.house.job_time()).unwrap_or_default();
    let due = desk.now.checked_add(time).unwrap_or(desk.now);
    desk.instance
        .git
        .pending
        .push(PendingImport { due, project });
    desk.instance.plan(due);
    Ok(bare(StatusCode::OK))
}
