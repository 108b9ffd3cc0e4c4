//! Starting, stopping, pausing and resuming a schedule, and running an integration once.
//!
//! The words of the service for the state of a schedule: ACTIVE and CANCELLED were seen; STARTING,
//! STOPPING, PAUSING, RESUMING are documented; PAUSED is inferred. Anything else counts as stopped.

use waybill_client::{Client, Error};
use waybill_model::ArtifactId;

use super::plan::Plan;
use super::request::Change;
use super::scene::{Scene, word};
use super::seen::Seen;
use waybill_model::State;

/// How a schedule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Running,
    Paused,
    Stopped,
    Between,
}

fn standing(state: &str) -> Standing {
    match state.trim().to_ascii_uppercase().as_str() {
        "ACTIVE" | "STARTED" | "RUNNING" | "SCHEDULED" => Standing::Running,
        "PAUSED" => Standing::Paused,
        "STARTING" | "STOPPING" | "PAUSING" | "RESUMING" => Standing::Between,
        _ => Standing::Stopped,
    }
}

/// Whether it fires, or is about to: an integration with such a schedule cannot be deactivated.
pub(super) fn is_running(state: &str) -> bool {
    standing(state) != Standing::Stopped
}

pub(super) fn plan(scene: &Scene<'_>, change: &Change) -> Plan {
    let name = scene.short();
    let mut plan = Plan::new(match change {
        Change::StartSchedule => format!("Start the schedule of {name}"),
        Change::StopSchedule => format!("Stop the schedule of {name}"),
        Change::PauseSchedule => format!("Pause the schedule of {name}"),
        Change::ResumeSchedule => format!("Resume the schedule of {name}"),
        _ => format!("Run {name} now"),
    });
    plan.stands("state", word(scene.state()));
    scene.check_lock(&mut plan);
    let Some(schedule) = &scene.schedule else {
        plan.block(
            format!("{name} has no schedule."),
            "Define one in the console first.",
        );
        return plan;
    };
    let wire = schedule.state.clone().unwrap_or_default();
    let now = standing(&wire);
    plan.stands("schedule", in_words(&wire));
    if matches!(
        change,
        Change::StartSchedule | Change::ResumeSchedule | Change::RunNow
    ) && scene.state() != State::Active
    {
        plan.block(
            format!("{name} is not active: it is {}.", word(scene.state())),
            "Activate it first.",
        );
    }
    if now == Standing::Between && *change != Change::RunNow {
        plan.block(
            format!(
                "Its schedule is changing at this moment: {}.",
                in_words(&wire)
            ),
            "Wait until that has ended, then look again.",
        );
    }
    let refuse = |plan: &mut Plan, text: &str, guidance: &str| plan.block(text, guidance);
    match (change, now) {
        (Change::StartSchedule | Change::ResumeSchedule, Standing::Running) => {
            refuse(
                &mut plan,
                "Its schedule is started already.",
                "Nothing has to be done.",
            );
        }
        (Change::StartSchedule, Standing::Paused) => {
            refuse(
                &mut plan,
                "Its schedule is paused.",
                "Resume it instead of starting it.",
            );
        }
        (Change::StopSchedule, Standing::Stopped) => {
            refuse(
                &mut plan,
                "Its schedule is stopped already.",
                "Nothing has to be done.",
            );
        }
        (Change::PauseSchedule, Standing::Paused) => {
            refuse(
                &mut plan,
                "Its schedule is paused already.",
                "Nothing has to be done.",
            );
        }
        (Change::PauseSchedule, Standing::Stopped) => {
            refuse(
                &mut plan,
                "Its schedule is not started.",
                "There is nothing to pause.",
            );
        }
        (Change::ResumeSchedule, Standing::Stopped) => {
            refuse(
                &mut plan,
                "Its schedule is not paused.",
                "Start it instead of resuming it.",
            );
        }
        _ => {}
    }
    match change {
        Change::StartSchedule => {
            plan.effect("It runs at its next time, and from then on as scheduled.");
            plan.undo = Some("Stop the schedule.".to_owned());
        }
        Change::StopSchedule => {
            plan.effect("It no longer runs by itself.");
            plan.note("Runs that are under way are cancelled. Pausing lets them end.");
            plan.undo = Some("Start the schedule.".to_owned());
        }
        Change::PauseSchedule => {
            plan.effect("It no longer runs by itself until it is resumed; runs under way end by themselves.");
            plan.undo = Some("Resume the schedule.".to_owned());
        }
        Change::ResumeSchedule => {
            plan.effect("It runs at its next time, and from then on as scheduled.");
            plan.undo = Some("Pause the schedule.".to_owned());
        }
        _ => {
            plan.effect("It runs once, beside its schedule.");
            plan.note("A run that has begun cannot be taken back.");
        }
    }
    plan
}

/// How far the change of a schedule is.
pub(crate) async fn look(client: &Client, id: &ArtifactId, change: &Change) -> Result<Seen, Error> {
    if *change == Change::RunNow {
        return Ok(Seen::Unknown(
            "the schedule does not tell whether a single run was asked for".to_owned(),
        ));
    }
    let schedule = client.schedule(&id.scope, &id.wire()).await?;
    let Some(schedule) = schedule.map(|read| read.value) else {
        return Ok(match change {
            Change::StopSchedule => Seen::Done("no schedule".to_owned()),
            _ => Seen::NotDone("no schedule".to_owned()),
        });
    };
    let wire = schedule.state.unwrap_or_default();
    let wanted = match change {
        Change::StopSchedule => Standing::Stopped,
        Change::PauseSchedule => Standing::Paused,
        _ => Standing::Running,
    };
    let words = in_words(&wire);
    Ok(match standing(&wire) {
        now if now == wanted => Seen::Done(words),
        Standing::Between => Seen::UnderWay(words),
        _ => Seen::NotDone(words),
    })
}

/// The state of a schedule in words.
fn in_words(wire: &str) -> String {
    match standing(wire) {
        Standing::Running => "schedule started".to_owned(),
        Standing::Paused => "schedule paused".to_owned(),
        Standing::Stopped => "schedule stopped".to_owned(),
        Standing::Between => format!("schedule {}", wire.trim().to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_counts_as_stopped() {
        for (wire, running) in [
            ("ACTIVE", true),
            ("PAUSED", true),
            ("stopping", true),
            ("CANCELLED", false),
            ("", false),
            ("COMPLETED", false),
        ] {
            assert_eq!(is_running(wire), running, "{wire}");
        }
    }
}
