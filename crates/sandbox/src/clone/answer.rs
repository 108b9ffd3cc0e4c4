//! The requests for jobs.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;
use waybill_model::Generation;

use super::job::{Job, Mode, Task};
use super::work::settle;
use crate::api::{Answer, Call, Refusal, Verb, bad, conflict, not_allowed, not_found};
use crate::house::{House, Resident, hold};
use crate::role::Action;

/// Answers a call below `/ic/api/common/v1`.
pub(crate) fn answer(house: &House, resident: &Resident, call: &Call<'_>) -> Answer {
    let export = match call.path.first() {
        Some(&"exportServiceInstanceArchive") => true,
        Some(&"importServiceInstanceArchive") => false,
        _ => return Err(not_found("Resource")),
    };
    call.needs(Action::Administer)?;
    settle(house);
    match (call.verb, call.path) {
        (Verb::Post, [_]) => start(house, resident, call, export),
        (Verb::Get, [_, id]) => {
            let jobs = hold(&house.jobs);
            let job = jobs
                .iter()
                .find(|job| {
                    job.id == *id
                        && job.instance == resident.wire_name
                        && job.task.is_export() == export
                })
                .ok_or_else(|| not_found("Job"))?;
            Ok(call.show(&job.shown(Timestamp::now())))
        }
        (_, [_] | [_, _]) => Err(not_allowed()),
        _ => Err(not_found("Resource")),
    }
}

fn start(house: &House, resident: &Resident, call: &Call<'_>, export: bool) -> Answer {
    let wanted = call.json()?;
    let text = |name: &str| -> Option<String> {
        wanted
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let flag = |name: &str, usual: bool| match wanted.get(name) {
        None | Some(Value::Null) => Ok(usual),
        Some(value) => value
            .as_bool()
            .ok_or_else(|| bad(&format!("{name} has to be true or false."))),
    };
    let [address, user, password] = storage(&wanted)?;
    let security = if export {
        "exportSecurityArtifacts"
    } else {
        "importSecurityArtifacts"
    };
    // True where nothing is said (recorded).
    let security = flag(security, true)?;
    let task = if export {
        Task::Export {
            overwrite: flag("overwrite", false)?,
        }
    } else {
        let mode =
            text("importActivateMode").ok_or_else(|| bad("importActivateMode is required."))?;
        Task::Import {
            archive: text("archiveFile").ok_or_else(|| bad("archiveFile is required."))?,
            mode: Mode::parse(&mode).ok_or_else(|| bad("importActivateMode is not valid."))?,
            schedule_parameters: flag("importScheduleParams", false)?,
            start_schedules: flag("startSchedules", false)?,
        }
    };
    let name = text("jobName");
    let mut jobs = hold(&house.jobs);
    let mut own = jobs.iter().filter(|job| job.instance == resident.wire_name);
    if own.clone().any(|job| !job.is_over()) {
        return Err(conflict("A job is in progress."));
    }
    let replaces = matches!(task, Task::Export { overwrite: true });
    if !replaces && name.is_some() && own.any(|job| job.name == name) {
        return Err(conflict("A job of that name exists."));
    }
    let oic3 = resident.generation == Generation::Oic3;
    let id = if oic3 {
        Uuid::new_v4().to_string()
    } else {
        (142_040 + jobs.len()).to_string()
    };
    let started = Timestamp::now();
    let time = jiff::SignedDuration::try_from(house.job_time()).unwrap_or_default();
    let job = Job {
        id,
        instance: resident.wire_name.clone(),
        generation: resident.generation,
        task,
        name,
        description: wanted
            .get("description")
            .and_then(Value::as_str)
            .map(str::to_owned),
        security,
        target: hold(&house.objects).target(&address, &user, &password),
        started,
        ends: started.checked_add(time).unwrap_or(started),
        outcome: None,
        working: false,
    };
    let mut response = call.show_changed(&job.accepted(&address));
    if oic3 {
        *response.status_mut() = StatusCode::ACCEPTED;
    }
    with_job(&mut response, &job.id);
    jobs.push(job);
    Ok(response)
}

fn with_job(response: &mut Response<Body>, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("jobid", id);
    }
}

/// Address, user and password, all of which have to be there.
fn storage(wanted: &Value) -> Result<[String; 3], Refusal> {
    let part = |name: &str| -> Result<String, Refusal> {
        wanted
            .pointer(&format!("/storageInfo/{name}"))
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| bad(&format!("storageInfo.{name} is required.")))
    };
    Ok([
        part("storageUrl")?,
        part("storageUser")?,
        part("storagePassword")?,
    ])
}
