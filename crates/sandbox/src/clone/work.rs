//! Doing what is due.

use std::sync::PoisonError;

use jiff::Timestamp;
use waybill_model::Generation;

use super::job::{Job, Outcome, Task};
use super::pack::pack;
use super::unpack::unpack;
use crate::house::{House, hold};
use crate::swift::ObjectStore;
use crate::wire::WithinInstance;

/// Does the work of every job whose time is over.
pub(crate) fn settle(house: &House) {
    let now = Timestamp::now();
    // The list is let go before an instance is taken: whoever holds an instance may want the list.
    let due: Vec<Job> = hold(&house.jobs)
        .iter_mut()
        .filter(|job| !job.is_over() && !job.working && job.ends <= now)
        .map(|job| {
            job.working = true;
            job.clone()
        })
        .collect();
    for job in due {
        let outcome = house.job_faults.take(&job).unwrap_or_else(|| {
            let outcome = match &job.task {
                Task::Export { .. } => export(house, &job),
                Task::Import { .. } => import(house, &job),
            };
            outcome.unwrap_or_else(failed)
        });
        let mut jobs = hold(&house.jobs);
        let same = |one: &&mut Job| one.id == job.id && one.instance == job.instance;
        if let Some(place) = jobs.iter_mut().find(same) {
            place.outcome = Some(outcome);
            place.working = false;
        }
        drop(jobs);
        house.changed.notify_one();
    }
}

fn failed(reason: &'static str) -> Outcome {
    Outcome {
        status: "FAILED".to_owned(),
        archive: None,
        resources: 0,
        failure: Some(reason.to_owned()),
        component: None,
    }
}

fn export(house: &House, job: &Job) -> Result<Outcome, &'static str> {
    // The words of the recorded failure.
    const FAILED: &str = "Failed to export the data";
    let resident = house.resident(&job.instance).ok_or(FAILED)?;
    let target = job.target.as_ref().ok_or(FAILED)?;
    let name = job.archive_name();
    if matches!(job.task, Task::Export { overwrite: false })
        && ObjectStore::fetch(&house.objects, target, &name)?.is_some()
    {
        return Err("The archive exists already in the bucket");
    }
    let (bytes, resources) = {
        let content = resident
            .content
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let place = WithinInstance {
            instance: &content,
            project: None,
            base: &resident.base,
            console: &resident.console,
        };
        pack(house, place, job.security)
    };
    ObjectStore::store(&house.objects, target, &name, bytes, None)?;
    Ok(Outcome {
        status: "COMPLETED".to_owned(),
        archive: Some(name),
        resources,
        failure: None,
        component: None,
    })
}

fn import(house: &House, job: &Job) -> Result<Outcome, &'static str> {
    const FAILED: &str = "Failed to import the data";
    let resident = house.resident(&job.instance).ok_or(FAILED)?;
    let target = job.target.as_ref().ok_or(FAILED)?;
    let Task::Import {
        archive,
        mode,
        schedule_parameters,
        start_schedules,
    } = &job.task
    else {
        return Err(FAILED);
    };
    // Clients pass names with and without the ending.
    let mut found = None;
    for name in [archive.clone(), format!("{archive}.zip")] {
        if let Some(bytes) = ObjectStore::fetch(&house.objects, target, &name)? {
            found = Some((name, bytes));
            break;
        }
    }
    let (name, bytes) = found.ok_or("The archive is not in the bucket")?;
    // The service unpacks beside the archive (documented: the bucket has to be writable), so that it ends here where
    // it cannot, and nothing is imported.
    let log = format!("{}-import-{}.log", name.trim_end_matches(".zip"), job.id);
    let begun = b"INFO import begun\n".to_vec();
    let plain = || Some("text/plain".to_owned());
    ObjectStore::store(&house.objects, target, &log, begun, plain())?;
    let brought = {
        let mut content = resident
            .content
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        unpack(
            &mut content,
            &bytes,
            *mode,
            job.security,
            *schedule_parameters,
            *start_schedules,
        )?
    };
    let mut text = brought.lines.join("\n");
    text.push('\n');
    ObjectStore::store(&house.objects, target, &log, text.into_bytes(), plain())?;
    Ok(Outcome {
        // Gen 2 has no such word (recorded): scripts wait for `COMPLETED` alone.
        status: if brought.warnings == 0 || resident.generation != Generation::Oic3 {
            "COMPLETED"
        } else {
            "COMPLETED_WITH_WARNINGS"
        }
        .to_owned(),
        archive: Some(name),
        resources: brought.resources,
        failure: None,
        component: None,
    })
}
