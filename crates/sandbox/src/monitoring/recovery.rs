//! Failed runs: lists of them, sending them through again, discarding them, and the jobs of both.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

use super::filter::{Filter, Wish, bad};
use super::journal::{Job, Journal};
use super::page::{page, show};
use super::route::Scene;
use super::run::Run;
use crate::api::{Answer, Refusal, bare, leading_json, not_found, refuse};
use crate::wire::{date, encode_segment, links};

/// The most ids that one request may name (a working client says so).
const MOST: usize = 50;

/// `GET errors`.
pub(super) fn list(scene: &Scene<'_>, journal: &Journal) -> Answer {
    let query = scene.call.query;
    let filter = Filter::read(query, scene.now)?;
    let mut rows: Vec<&Run> = failed(scene, journal)
        .filter(|run| filter.fits(run, scene.now))
        .collect();
    rows.sort_by_key(|run| std::cmp::Reverse((run.updated(scene.now), &run.id)));
    let href = scene.href("errors");
    let key: Option<fn(&Run) -> String> = match query.get("groupBy") {
        Some("integration") => Some(Run::integration),
        Some("connection") => Some(|run| run.connection.clone().unwrap_or_default()),
        Some("messages") => Some(message),
        _ => None,
    };
    let Some(key) = key else {
        return page(scene.call, &href, rows.len(), false, |offset, limit| {
            let rows = rows.iter().skip(offset).take(limit);
            rows.map(|run| shown(scene, run)).collect()
        });
    };
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for run in rows {
        *groups.entry(key(run)).or_default() += 1;
    }
    page(scene.call, &href, groups.len(), false, |offset, limit| {
        let groups = groups.iter().skip(offset).take(limit);
        groups
            .map(|(name, count)| json!({"errorCount": count, "id": name, "name": name}))
            .collect()
    })
}

/// `GET errors/{id}`.
pub(super) fn single(scene: &Scene<'_>, journal: &Journal, id: &str) -> Answer {
    let run = failed(scene, journal)
        .find(|run| run.id == id)
        .ok_or_else(|| not_found("Error"))?;
    Ok(show(scene.call, &shown(scene, run)))
}

fn failed<'run>(scene: &Scene<'_>, journal: &'run Journal) -> impl Iterator<Item = &'run Run> {
    let now = scene.now;
    journal
        .runs
        .iter()
        .filter(move |run| run.started <= now && run.status(now) == "FAILED")
}

fn message(run: &Run) -> String {
    run.fault
        .as_ref()
        .map(|fault| fault.message.clone())
        .unwrap_or_default()
}

fn shown(scene: &Scene<'_>, run: &Run) -> Value {
    let fault = run.fault.as_ref();
    json!({
        "connectionId": run.connection,
        "creationDate": date(run.started),
        "endPointName": run.endpoint,
        "errorCode": fault.map(|fault| &fault.code),
        "errorDate": date(run.updated(scene.now)),
        "errorLocation": run.endpoint,
        "errorMessage": fault.map(|fault| &fault.message),
        "id": run.id,
        "instanceId": run.id,
        "integrationCode": run.code,
        "integrationId": run.integration(),
        "integrationName": run.name,
        "integrationVersion": run.version,
        "lastTrackedTime": date(run.updated(scene.now)),
        "links": links(&scene.href(&format!("errors/{}", encode_segment(&run.id)))),
        "primaryName": run.tracked.0,
        "primaryValue": run.tracked.1,
        "projectCode": run.project,
        "recoverable": run.recoverable(),
        "retryCount": run.retries,
        "status": "FAILED",
    })
}

/// What a request for several failures names, sorted by what can be done.
struct Choice {
    accepted: Vec<String>,
    invalid: Vec<String>,
    unable: Vec<String>,
}

/// Reads the ids, the integration or the connection that a body names.
fn chosen(scene: &Scene<'_>, journal: &Journal, recoverable: bool) -> Result<Choice, Refusal> {
    let body = leading_json(scene.call.body).ok_or_else(|| bad("The body is not valid JSON."))?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let able = |run: &Run| !recoverable || run.recoverable();
    let mut choice = Choice {
        accepted: Vec::new(),
        invalid: Vec::new(),
        unable: Vec::new(),
    };
    let mut sort = |run: &Run| {
        let place = if able(run) {
            &mut choice.accepted
        } else {
            &mut choice.unable
        };
        if !place.contains(&run.id) {
            place.push(run.id.clone());
        }
    };
    if let Some(ids) = body.get("ids").and_then(Value::as_array) {
        if ids.is_empty() || ids.len() > MOST {
            return Err(bad(&format!("The request must name 1 to {MOST} ids.")));
        }
        let mut unknown = Vec::new();
        for id in ids {
            let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            match failed(scene, journal).find(|run| run.id == id) {
                Some(run) => sort(run),
                None => unknown.push(id),
            }
        }
        choice.invalid = unknown;
        return Ok(choice);
    }
    let mut keys = BTreeMap::new();
    let wish = |text: &str| Wish::Is(text.to_owned());
    let connection = text("connectionCode");
    if let Some(code) = text("flowCode") {
        keys.insert("code".to_owned(), wish(code));
        keys.insert(
            "timewindow".to_owned(),
            wish(text("timewindow").unwrap_or("1h")),
        );
        if let Some(version) = text("flowVersion") {
            keys.insert("version".to_owned(), wish(version));
        }
    } else if connection.is_some() {
        for (name, key) in [("startDate", "startdate"), ("endDate", "enddate")] {
            if let Some(date) = text(name) {
                keys.insert(key.to_owned(), wish(date));
            }
        }
    } else {
        return Err(bad(
            "The request names no ids, no integration and no connection.",
        ));
    }
    let filter = Filter::of(keys, scene.now)?;
    failed(scene, journal)
        .filter(|run| filter.fits(run, scene.now))
        .filter(|run| connection.is_none_or(|code| run.connection.as_deref() == Some(code)))
        .for_each(sort);
    Ok(choice)
}

/// `POST errors/{id}/resubmit`.
pub(super) fn resubmit(scene: &Scene<'_>, journal: &mut Journal, id: &str) -> Answer {
    let run = journal.run(id).ok_or_else(|| not_found("Error"))?;
    if run.status(scene.now) != "FAILED" || !run.recoverable() {
        return Err(refuse(
            StatusCode::PRECONDITION_FAILED,
            "The instance cannot be resubmitted.",
        ));
    }
    let job = journal.resubmit(&[id.to_owned()], scene.now);
    if !scene.oic3() {
        return Ok(bare(StatusCode::ACCEPTED));
    }
    Ok(show(
        scene.call,
        &json!({
            "message": "The instance was resubmitted.",
            "recoveryJobId": job,
            "redirectUrl": scene.href(&format!("errors/recoveryJobs/{job}")),
            "resubmitSuccessful": true,
            "resubmittedFailedInstances": 1,
        }),
    ))
}

/// `POST errors/resubmit`.
pub(super) fn resubmit_many(scene: &Scene<'_>, journal: &mut Journal) -> Answer {
    let choice = chosen(scene, journal, true)?;
    let count = choice.accepted.len();
    let job = (count > 0).then(|| journal.resubmit(&choice.accepted, scene.now));
    let body = json!({
        "acceptedIds": choice.accepted,
        "invalidIds": choice.invalid,
        "message": format!("{count} instances were resubmitted."),
        "nonRecoverableIds": choice.unable,
        "recoveryJobId": job,
        "resubmitRequested": count > 0,
        "resubmittedInstancesCount": count,
    });
    Ok(with_status(StatusCode::ACCEPTED, show(scene.call, &body)))
}

/// `POST errors/{id}/discard`.
pub(super) fn discard(scene: &Scene<'_>, journal: &mut Journal, id: &str) -> Answer {
    let run = journal.run(id).ok_or_else(|| not_found("Error"))?;
    if run.status(scene.now) != "FAILED" {
        return Err(refuse(
            StatusCode::PRECONDITION_FAILED,
            "The instance has not failed.",
        ));
    }
    journal.end(&[id.to_owned()], scene.now);
    Ok(bare(StatusCode::ACCEPTED))
}

/// `POST errors/discard`.
pub(super) fn discard_many(scene: &Scene<'_>, journal: &mut Journal) -> Answer {
    let choice = chosen(scene, journal, false)?;
    let count = choice.accepted.len();
    let job = (count > 0).then(|| journal.end(&choice.accepted, scene.now));
    if !scene.oic3() {
        return Ok(bare(StatusCode::ACCEPTED));
    }
    Ok(show(
        scene.call,
        &json!({
            "abortJobId": job,
            "abortedInstancesCount": count,
            "acceptedIds": choice.accepted,
            "discardRequested": count > 0,
            "invalidIds": choice.invalid,
            "message": format!("{count} instances were discarded."),
            "nonDiscardableIds": choice.unable,
        }),
    ))
}

fn with_status(status: StatusCode, mut response: Response<Body>) -> Response<Body> {
    *response.status_mut() = status;
    response
}

/// `GET errors/recoveryJobs`.
pub(super) fn jobs(scene: &Scene<'_>, journal: &Journal) -> Answer {
    let href = scene.href("errors/recoveryJobs");
    let total = journal.jobs.len();
    page(scene.call, &href, total, false, |offset, limit| {
        let jobs = journal.jobs.iter().rev().skip(offset).take(limit);
        jobs.map(|job| progress(scene, journal, job)).collect()
    })
}

/// `GET errors/recoveryJobs/{id}`.
pub(super) fn job(scene: &Scene<'_>, journal: &Journal, id: &str) -> Answer {
    let job = journal
        .jobs
        .iter()
        .find(|job| job.id == id)
        .ok_or_else(|| not_found("Recovery job"))?;
    Ok(show(scene.call, &progress(scene, journal, job)))
}

fn progress(scene: &Scene<'_>, journal: &Journal, job: &Job) -> Value {
    let count = |status: &str| {
        job.runs
            .iter()
            .filter_map(|id| journal.run(id))
            .filter(|run| run.status(scene.now) == status)
            .count()
    };
    json!({
        "createdDate": date(job.created),
        "failedCount": count("FAILED"),
        "id": job.id,
        "inProgressCount": count("IN_PROGRESS"),
        "links": links(&scene.href(&format!("errors/recoveryJobs/{}", job.id))),
        "recoveredCount": count("COMPLETED"),
        "totalCount": job.runs.len(),
    })
}
