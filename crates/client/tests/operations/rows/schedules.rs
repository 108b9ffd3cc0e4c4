//! Schedules: read, created, changed, removed, turned, and run now.

use waybill_client::Error;
use waybill_client::wire::{
    Recurrence, ScheduleDefinition, ScheduleMode, ScheduleParameter, ScheduleRun,
};
use waybill_model::Generation::Oic3;

use super::integrations::NO_ID;
use super::place::{PROJECT, Place};
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

const PLAIN: ScheduleMode = ScheduleMode {
    at_once: false,
    retry: false,
};

pub fn rows() -> Vec<Operation> {
    let mut rows = Vec::new();
    for place in [Place::Outside, Place::Project] {
        rows.extend([
            get(place),
            create(place),
            update(place),
            parameters(place),
            start(place),
            stop(place),
            pause(place),
            resume(place),
            run_now(place),
        ]);
    }
    rows.push(delete());
    rows
}

/// Project calls that scripts or neighbours alone tell of.
const INSIDE: &str = "public scripts of Oracle's for projects";

fn definition() -> ScheduleDefinition {
    ScheduleDefinition::new("Nightly", "UTC", &Recurrence::Minutes(65))
        .starting("1/20/2027|13:12:00")
}

/// A scheduled integration whose schedule is in a state.
async fn in_state(b: &Bench, place: Place, state: &str) -> Result<String, Error> {
    let id = b.scheduled(&place.scope()).await?;
    let within = place.scope();
    let now = b.client.schedule(&within, &id).await?.unwrap();
    if now.value.state.as_deref() == Some(state) {
        return Ok(id);
    }
    match state {
        "CANCELLED" => b.client.stop_schedule(&within, &id, PLAIN).await?,
        "PAUSED" => b.client.pause_schedule(&within, &id, PLAIN).await?,
        _ => {
            let run = ScheduleRun::default();
            b.client.start_schedule(&within, &id, &run, PLAIN).await?
        }
    };
    Ok(id)
}

async fn state(b: &Bench, place: Place, id: &str) -> Result<String, Error> {
    let schedule = b.client.schedule(&place.scope(), id).await?.unwrap();
    Ok(schedule.value.state.unwrap_or_default())
}

fn get(place: Place) -> Operation {
    place
        .row(
            "Retrieve a schedule",
            "Retrieve a schedule of a project",
            "GET",
            "/integrations/{id}/schedule",
        )
        .source(place.pick("op-ic-api-integration-v1-integrations-id-schedule-get", "its neighbours"))
        .marks(place.pick(
            &[Mark::Documented, Mark::Scripts],
            &[Mark::Inferred],
        ))
        .client("schedule")
        .call(move |b| async move {
            let id = b.scheduled(&place.scope()).await?;
            let schedule = b.client.schedule(&place.scope(), &id).await?.unwrap();
            assert!(schedule.value.name.is_some());
            let other = b.integration(&place.scope(), "ACTIVATED").await?;
            assert!(b.client.schedule(&place.scope(), &other).await?.is_none());
            b.client.schedule(&place.scope(), &id).await.map(drop)
        })
        .note("404 means that there is none, and is no error of the client's. The Gen 2 pages lack the call; it works there by an article of Oracle's (2021).")
}

fn create(place: Place) -> Operation {
    place
        .row(
            "Create a schedule",
            "Create a schedule in a project",
            "POST",
            "/integrations/{id}/schedule",
        )
        .source(place.pick("Oracle's article “Defining OIC schedules” (2021)", INSIDE))
        .marks(place.pick(&[Mark::Documented], &[Mark::Scripts]))
        .client("create_schedule")
        .call(move |b| async move {
            let within = place.scope();
            let all = b.integrations(&within).await?;
            let without = all
                .iter()
                .find(|one| one.value.schedule_applicable_flag && !one.value.schedule_defined_flag)
                .map(|one| one.value.id.clone());
            let id = match without {
                Some(id) => id,
                None => copy_without_schedule(&b, place).await?,
            };
            b.client
                .create_schedule(&within, &id, &definition())
                .await?;
            let made = b.client.schedule(&within, &id).await?.unwrap();
            assert_eq!(made.value.name.as_deref(), Some("Nightly"));
            Ok(())
        })
        .note("No codes are documented.")
}

/// A scheduled integration without a schedule.
async fn copy_without_schedule(b: &Bench, place: Place) -> Result<String, Error> {
    let id = b.scheduled(&place.scope()).await?;
    match place {
        Place::Outside => {
            let clone = waybill_client::wire::IntegrationClone {
                code: "COPY".to_owned(),
                version: "01.00.0000".to_owned(),
                name: "Copy".to_owned(),
                ..waybill_client::wire::IntegrationClone::default()
            };
            b.client.clone_integration(&id, &clone).await?;
            Ok("COPY|01.00.0000".to_owned())
        }
        Place::Project => {
            b.client.stop_schedule(&place.scope(), &id, PLAIN).await?;
            b.client.delete_schedule(PROJECT, &id).await?;
            Ok(id)
        }
    }
}

fn update(place: Place) -> Operation {
    place
        .row(
            "Update a schedule",
            "Update a schedule of a project",
            "PUT",
            "/integrations/{id}/schedule",
        )
        .source(place.pick("op-ic-api-integration-v1-integrations-id-schedule-put", "its neighbours"))
        .marks(place.pick(&[Mark::Documented], &[Mark::Inferred]))
        .client("update_schedule")
        .call(move |b| async move {
            let within = place.scope();
            let id = b.scheduled(&within).await?;
            let stored = b.client.schedule(&within, &id).await?.unwrap();
            let same = ScheduleDefinition::from_stored(&stored.raw);
            b.client.update_schedule(&within, &id, &same).await?;
            let after = b.client.schedule(&within, &id).await?.unwrap();
            assert_eq!(after.value.name, stored.value.name);
            assert_eq!(after.value.ical_expression, stored.value.ical_expression);
            b.client.update_schedule(&within, &id, &definition()).await?;
            let after = b.client.schedule(&within, &id).await?.unwrap();
            assert_eq!(after.value.name.as_deref(), Some("Nightly"));
            Ok(())
        })
        .note("A schedule is restored by sending back what was read, without the members that the service alone sets.")
}

fn parameters(place: Place) -> Operation {
    let value = |name: &str| ScheduleParameter {
        name: name.to_owned(),
        value: "1234".to_owned(),
    };
    place
        .row(
            "Update schedule parameters",
            "Update schedule parameters of a project",
            "PATCH",
            "/integrations/{id}/schedule/parameters",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-integrations-id-schedule-parameters-patch",
            "its neighbour outside projects",
        ))
        .marks(place.pick(&[Mark::Documented], &[Mark::Inferred]))
        .client("set_schedule_parameters")
        .statuses(
            &[200],
            place.pick(&[400, 404, 412], &[]),
        )
        .call(move |b| async move {
            let within = place.scope();
            let id = b.scheduled(&within).await?;
            let name = first_parameter(&b, place, &id).await?;
            b.client
                .set_schedule_parameters(&within, &id, &[value(&name)])
                .await
                .map(drop)
        })
        .refused_where(place == Place::Outside, 400, move |b| async move {
            let id = b.scheduled(&place.scope()).await?;
            b.client
                .set_schedule_parameters(&place.scope(), &id, &[])
                .await
                .map(drop)
        })
        .refused_where(place == Place::Outside, 404, move |b| async move {
            b.client
                .set_schedule_parameters(&place.scope(), NO_ID, &[value("p")])
                .await
                .map(drop)
        })
        .refused_where(place == Place::Outside, 412, move |b| async move {
            let id = b.integration(&place.scope(), "ACTIVATED").await?;
            b.client
                .set_schedule_parameters(&place.scope(), &id, &[value("p")])
                .await
                .map(drop)
        })
        .note("A real `PATCH`, as the documented example shows. The Gen 2 page shows a header parameter without a name; none is sent.")
}

/// The name of a parameter that the integration has, or any where it has none.
async fn first_parameter(b: &Bench, place: Place, id: &str) -> Result<String, Error> {
    let one = b.client.integration(&place.scope(), id).await?;
    let names = one.value.schedule_params.as_object();
    let first = names.and_then(|names| names.keys().next().cloned());
    Ok(first.unwrap_or_else(|| "p1".to_owned()))
}

/// A row of start, stop, pause or resume; inside projects it has the same page.
fn turn(place: Place, words: [&'static str; 2], path: &str, page: &'static str) -> Operation {
    place
        .row(words[0], words[1], "POST", path)
        .source(place.pick(
            page,
            "category Integrations/Projects/Integrations/Scheduled Integrations",
        ))
        .marks(&[Mark::Documented, Mark::Scripts])
        .statuses(&[200, 202, 204], &[404])
}

fn start(place: Place) -> Operation {
    turn(
        place,
        ["Start a schedule", "Start a schedule of a project"],
        "/integrations/{id}/schedule/start",
        "op-ic-api-integration-v1-integrations-id-schedule-start-post",
    )
    .client("start_schedule")
    .call(move |b| async move {
        let id = in_state(&b, place, "CANCELLED").await?;
        let run = ScheduleRun {
            run_as_user_name: Some("user@example.com".to_owned()),
            ..ScheduleRun::default()
        };
        b.client
            .start_schedule(&place.scope(), &id, &run, PLAIN)
            .await?;
        assert_eq!(state(&b, place, &id).await?, "ACTIVE");
        Ok(())
    })
    .refused(404, move |b| async move {
        b.client
            .start_schedule(&place.scope(), NO_ID, &ScheduleRun::default(), PLAIN)
            .await
            .map(drop)
    })
    .note("`async=true` (OIC 3) is answered with 202 and a `Location`. The body prints `run-as-user-name` on the OIC 3 page; scripts send `runAsUserName`.")
}

fn stop(place: Place) -> Operation {
    turn(
        place,
        ["Stop a schedule", "Stop a schedule of a project"],
        "/integrations/{id}/schedule/stop",
        "op-ic-api-integration-v1-integrations-id-schedule-stop-post",
    )
    .client("stop_schedule")
    .call(move |b| async move {
        let id = in_state(&b, place, "ACTIVE").await?;
        let mode = ScheduleMode {
            at_once: b.generation == Oic3,
            retry: false,
        };
        let done = b.client.stop_schedule(&place.scope(), &id, mode).await?;
        assert_eq!(done.status, if mode.at_once { 202 } else { 200 });
        assert_eq!(done.location.is_some(), mode.at_once);
        Ok(())
    })
    .refused(404, move |b| async move {
        b.client
            .stop_schedule(&place.scope(), NO_ID, PLAIN)
            .await
            .map(drop)
    })
    .note("Scripts see 412 where there is nothing to stop.")
}

fn pause(place: Place) -> Operation {
    turn(
        place,
        ["Pause a schedule", "Pause a schedule of a project"],
        "/integrations/{id}/schedule/pause",
        "op-ic-api-integration-v1-integrations-id-schedule-pause-post",
    )
    .client("pause_schedule")
    .call(move |b| async move {
        let id = in_state(&b, place, "ACTIVE").await?;
        b.client.pause_schedule(&place.scope(), &id, PLAIN).await?;
        assert_eq!(state(&b, place, &id).await?, "PAUSED");
        Ok(())
    })
    .refused(404, move |b| async move {
        b.client
            .pause_schedule(&place.scope(), NO_ID, PLAIN)
            .await
            .map(drop)
    })
}

fn resume(place: Place) -> Operation {
    turn(
        place,
        ["Resume a schedule", "Resume a schedule of a project"],
        "/integrations/{id}/schedule/resume",
        "op-ic-api-integration-v1-integrations-id-schedule-resume-post",
    )
    .client("resume_schedule")
    .call(move |b| async move {
        let id = in_state(&b, place, "PAUSED").await?;
        b.client.resume_schedule(&place.scope(), &id, PLAIN).await?;
        assert_eq!(state(&b, place, &id).await?, "ACTIVE");
        Ok(())
    })
    .refused(404, move |b| async move {
        b.client
            .resume_schedule(&place.scope(), NO_ID, PLAIN)
            .await
            .map(drop)
    })
}

fn run_now(place: Place) -> Operation {
    place
        .row(
            "Run a scheduled integration now",
            "Run a scheduled integration of a project now",
            "POST",
            "/integrations/{id}/schedule/jobs",
        )
        .source(place.pick("op-ic-api-integration-v1-integrations-id-schedule-jobs-post", INSIDE))
        .marks(place.pick(&[Mark::Documented], &[Mark::Scripts]))
        .client("run_now")
        .statuses(&[204, 200, 202], place.pick(&[404], &[]))
        .call(move |b| async move {
            let id = b.scheduled(&place.scope()).await?;
            b.client
                .run_now(&place.scope(), &id, &ScheduleRun::default())
                .await
                .map(drop)
        })
        .refused_where(place == Place::Outside, 404, move |b| async move {
            b.client
                .run_now(&place.scope(), NO_ID, &ScheduleRun::default())
                .await
                .map(drop)
        })
        .note("Never sent twice: whether a lost answer began a run, the design-time API does not tell.")
}

fn delete() -> Operation {
    let place = Place::Project;
    place
        .row(
            "",
            "Delete a schedule of a project",
            "DELETE",
            "/integrations/{id}/schedule",
        )
        .source(INSIDE)
        .marks(&[Mark::Scripts])
        .client("delete_schedule")
        .statuses(&[200, 204], &[])
        .call(move |b| async move {
            let id = in_state(&b, place, "CANCELLED").await?;
            b.client.delete_schedule(PROJECT, &id).await?;
            assert!(b.client.schedule(&place.scope(), &id).await?.is_none());
            Ok(())
        })
        .note("Outside projects no such call is known.")
}
