//! Runs, one by one and in lists; their course; ending them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::filter::{Filter, bad};
use super::journal::Journal;
use super::page::{page, show};
use super::route::Scene;
use super::run::Run;
use crate::api::{Answer, not_found, refuse};
use crate::wire::{date, encode_segment, links};

/// `GET instances`.
pub(super) fn list(scene: &Scene<'_>, journal: &Journal) -> Answer {
    let query = scene.call.query;
    let filter = Filter::read(query, scene.now)?;
    let now = scene.now;
    let mut rows: Vec<&Run> = journal
        .runs
        .iter()
        .filter(|run| run.started <= now && filter.fits(run, now))
        .collect();
    match query.get("orderBy").unwrap_or("lastupdateddate") {
        "lastupdateddate" => rows.sort_by_key(|run| std::cmp::Reverse((run.updated(now), &run.id))),
        "creationdate" => rows.sort_by_key(|run| std::cmp::Reverse((run.started, &run.id))),
        "executiontime" => rows.sort_by_key(|run| std::cmp::Reverse((run.duration(now), &run.id))),
        _ => return Err(bad("The value of orderBy is not valid.")),
    }
    let href = scene.href("instances");
    if query.get("groupBy") == Some("integration") {
        let mut groups: BTreeMap<String, Vec<&Run>> = BTreeMap::new();
        for run in rows {
            groups.entry(run.integration()).or_default().push(run);
        }
        return page(scene.call, &href, groups.len(), true, |offset, limit| {
            groups
                .values()
                .skip(offset)
                .take(limit)
                .filter_map(|runs| group(scene, runs))
                .collect()
        });
    }
    let fields = query.get("fields").unwrap_or("all");
    let brief = matches!(query.get("return"), Some("minimal" | "metadataminimal"));
    page(scene.call, &href, rows.len(), true, |offset, limit| {
        rows.iter()
            .skip(offset)
            .take(limit)
            .map(|run| match fields {
                "id" => json!({"id": run.id}),
                "runId" => json!({"id": run.id, "runId": run_id(run)}),
                _ if brief => minimal(scene, run),
                _ => whole(scene, run),
            })
            .collect()
    })
}

fn group(scene: &Scene<'_>, runs: &[&Run]) -> Option<Value> {
    let first = runs.first()?;
    Some(json!({
        "count": runs.len(),
        "integrationId": first.integration(),
        "integrationName": first.name,
        "integrationVersion": first.version,
        "lastTrackedTime": date(first.updated(scene.now)),
        "projectCode": first.project,
    }))
}

/// `GET instances/{id}`.
pub(super) fn single(scene: &Scene<'_>, journal: &Journal, id: &str) -> Answer {
    let run = journal.run(id).ok_or_else(|| not_found("Instance"))?;
    let brief = scene.call.query.get("return") == Some("minimal");
    let value = if brief {
        minimal(scene, run)
    } else {
        whole(scene, run)
    };
    Ok(show(scene.call, &value))
}

/// Runs of a schedule have an id as such.
fn run_id(run: &Run) -> Option<String> {
    run.scheduled.then(|| format!("{}_run", run.id))
}

fn minimal(scene: &Scene<'_>, run: &Run) -> Value {
    json!({
        "creationDate": date(run.started),
        "date": date(run.updated(scene.now)),
        "id": run.id,
        "instanceId": run.id,
        "integrationId": run.integration(),
        "links": links(&scene.href(&format!("instances/{}", encode_segment(&run.id)))),
        "status": run.status(scene.now),
    })
}

fn whole(scene: &Scene<'_>, run: &Run) -> Value {
    let now = scene.now;
    let status = run.status(now);
    json!({
        "creationDate": date(run.started),
        "date": date(run.updated(now)),
        "duration": run.duration(now),
        "hasRecoverableFaults": status == "FAILED" && run.recoverable(),
        "id": run.id,
        "instanceId": run.id,
        "instanceReportingLevel": "Production",
        "integrationId": run.integration(),
        "integrationName": run.name,
        "integrationStyle": if run.scheduled { "scheduled" } else { "appdriven" },
        "integrationVersion": run.version,
        "invokedBy": run.invoked_by,
        "isPurged": false,
        "lastTrackedTime": date(run.updated(now)),
        "links": links(&scene.href(&format!("instances/{}", encode_segment(&run.id)))),
        "processingEndDate": (status != "IN_PROGRESS").then(|| date(run.updated(now))),
        "projectCode": run.project,
        "receivedDate": date(run.started),
        "retryCount": run.retries,
        "runId": run_id(run),
        "status": status,
        "trackings": [{"name": run.tracked.0, "primary": true, "value": run.tracked.1}],
    })
}

/// `GET instances/{id}/activityStream` and `…Details[/{key}]`: what happened, step by step.
pub(super) fn activity(
    scene: &Scene<'_>,
    journal: &Journal,
    id: &str,
    key: Option<&str>,
) -> Answer {
    let run = journal.run(id).ok_or_else(|| not_found("Instance"))?;
    let steps = steps(scene, run);
    let href = scene.href(&format!(
        "instances/{}/activityStreamDetails",
        encode_segment(id)
    ));
    let Some(key) = key else {
        return Ok(show(
            scene.call,
            &json!({
                "hasMore": false,
                "id": run.id,
                "items": steps,
                "links": links(&href),
                "status": run.status(scene.now),
                "totalResults": steps.len(),
            }),
        ));
    };
    let step = steps
        .into_iter()
        .find(|step| step.get("key").and_then(Value::as_str) == Some(key))
        .ok_or_else(|| not_found("Activity"))?;
    Ok(show(scene.call, &step))
}

fn steps(scene: &Scene<'_>, run: &Run) -> Vec<Value> {
    let ended = run.updated(scene.now);
    let status = run.status(scene.now);
    let mut steps = Vec::new();
    let mut step = |moment, kind: &str, message: String, error: bool| {
        steps.push(json!({
            "date": date(moment),
            "error": error,
            "key": format!("{}", steps.len() + 1),
            "message": message,
            "type": kind,
        }));
    };
    let soon = run
        .started
        .checked_add(SignedDuration::from_millis(30))
        .unwrap_or(run.started)
        .min(scene.now);
    step(
        run.started,
        "RECEIVE",
        format!("Instance of {} created.", run.name),
        false,
    );
    if let Some(endpoint) = &run.endpoint {
        step(
            soon,
            "INVOKE",
            format!("Endpoint {endpoint} called."),
            false,
        );
    }
    match (status, &run.fault) {
        ("FAILED", Some(fault)) => {
            step(
                ended,
                "FAULT",
                format!("{}: {}", fault.code, fault.message),
                true,
            );
        }
        ("ABORTED", _) => step(ended, "ABORT", "Instance aborted.".to_owned(), true),
        ("COMPLETED", _) => step(ended, "COMPLETE", "Instance completed.".to_owned(), false),
        _ => {}
    }
    steps
}

/// `POST instances/{id}/abort`.
pub(super) fn abort(scene: &Scene<'_>, journal: &mut Journal, id: &str) -> Answer {
    let run = journal.run(id).ok_or_else(|| not_found("Instance"))?;
    if run.status(scene.now) != "IN_PROGRESS" {
        return Err(refuse(StatusCode::CONFLICT, "Instance is not in progress."));
    }
    let job = journal.end(&[id.to_owned()], scene.now);
    Ok(show(
        scene.call,
        &json!({
            "abortJobId": job,
            "message": "The instance was aborted.",
            "status": "ABORTED",
        }),
    ))
}
