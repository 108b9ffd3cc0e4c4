//! Schedules of integrations.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use waybill_model::Generation;

use super::call::{
    Answer, Call, Refusal, Verb, bad, bare, conflict, not_allowed, not_found, wrong_state,
};
use super::desk::{Desk, changed};
use crate::role::Action;
use crate::store::{Integration, Schedule, ScheduledRun, Style};
use crate::wire::{self, WithinInstance, encode_segment};

pub(crate) fn read(of: &Integration, place: WithinInstance<'_>, call: &Call<'_>) -> Answer {
    let schedule = of.schedule.as_ref().ok_or_else(|| not_found("Schedule"))?;
    Ok(call.show(&wire::schedule(schedule, of, place)))
}

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, id: &str, path: &[&str]) -> Answer {
    match (call.verb, path) {
        (Verb::Post | Verb::Put, []) => define(desk, call, id),
        // Scripts delete the schedules of projects; outside there is no such call.
        (Verb::Delete, []) if desk.project.is_some() => remove(desk, call, id),
        (Verb::Patch, ["parameters"]) => parameters(desk, call, id),
        // Before Oracle Integration 3, the page shows a header whose name is lost: the usual one.
        (Verb::PostPatch, ["parameters"]) if desk.instance.generation != Generation::Oic3 => {
            parameters(desk, call, id)
        }
        (Verb::Post, ["jobs"]) => run_now(desk, call, id),
        (Verb::Post, [verb @ ("start" | "stop" | "pause" | "resume")]) => {
            turn(desk, call, id, verb)
        }
        (_, [] | ["parameters" | "jobs" | "start" | "stop" | "pause" | "resume"]) => {
            Err(not_allowed())
        }
        _ => Err(not_found("Resource")),
    }
}

fn find<'desk>(desk: &'desk mut Desk<'_>, id: &str) -> Result<&'desk mut Integration, Refusal> {
    desk.space()?
        .integrations
        .get_mut(id)
        .ok_or_else(|| not_found("Integration"))
}

/// `POST` sets one up, `PUT` changes it.
fn define(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    call.needs(Action::Schedule)?;
    let body = call.json()?;
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, id)?;
    if one.style != Style::Scheduled {
        return Err(wrong_state("The integration cannot be scheduled."));
    }
    match (call.verb, &one.schedule) {
        (Verb::Put, None) => return Err(not_found("Schedule")),
        (Verb::Post, Some(_)) => return Err(conflict("Schedule already exists.")),
        _ => {}
    }
    let before = one.schedule.take();
    let defined = defined(&body, one, before.as_ref());
    one.schedule = before;
    one.schedule = Some(defined?);
    changed(&mut one.audit, who, now);
    show(desk, call, id)
}

fn show(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    let of = desk
        .shown()?
        .integrations
        .get(id)
        .ok_or_else(|| not_found("Integration"))?;
    let schedule = of.schedule.as_ref().ok_or_else(|| not_found("Schedule"))?;
    Ok(call.show(&wire::schedule(schedule, of, desk.place())))
}

const FREQUENCIES: [&str; 7] = [
    "ONCE", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY",
];

/// Reads a schedule out of a body, and refuses what the limits forbid: simple recurrences of less
/// than 10 minutes, more than five iCal expressions (documented).
fn defined(body: &Value, of: &Integration, before: Option<&Schedule>) -> Result<Schedule, Refusal> {
    if !body.is_object() {
        return Err(bad("The body has to be a JSON object."));
    }
    let text = |name: &str| {
        body.get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let expression = text("icalExpression").unwrap_or_default();
    let frequency = body
        .get("frequency")
        .filter(|frequency| frequency.as_object().is_some_and(|all| !all.is_empty()))
        .cloned();
    match &frequency {
        Some(frequency) => {
            let kind = frequency
                .get("frequencyType")
                .and_then(Value::as_str)
                .filter(|kind| FREQUENCIES.contains(kind))
                .ok_or_else(|| bad("frequencyType is not known."))?;
            let interval = frequency.get("interval").map(|value| {
                value
                    .as_u64()
                    .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
            });
            match (kind, interval) {
                (_, Some(None | Some(0))) => return Err(bad("interval has to be a number.")),
                ("MINUTELY", None) => return Err(bad("interval is required.")),
                ("MINUTELY", Some(Some(minutes))) if minutes < 10 => {
                    return Err(bad("A schedule cannot recur within 10 minutes."));
                }
                _ => {}
            }
        }
        None if expression.is_empty() => {
            return Err(bad("frequency or icalExpression is required."));
        }
        None => {}
    }
    let recurrences: Vec<&str> = expression
        .split('&')
        .filter(|one| !one.is_empty())
        .collect();
    if recurrences.iter().any(|one| !one.starts_with("FREQ=")) || recurrences.len() > 5 {
        return Err(bad("icalExpression is not valid."));
    }
    for name in ["startDate", "endDate"] {
        if text(name).is_some_and(|text| !is_date(&text)) {
            return Err(bad(&format!("{name} has to be like 1/20/2021|13:12:00.")));
        }
    }
    Ok(Schedule {
        name: text("name").unwrap_or_else(|| {
            before.map_or_else(
                || format!("{}_{}", of.code, of.version.replace('.', "_")),
                |before| before.name.clone(),
            )
        }),
        description: text("description").unwrap_or_default(),
        expression,
        frequency,
        zone: text("scheduleTZ").unwrap_or_else(|| "UTC".to_owned()),
        state: before.map_or_else(|| "CANCELLED".to_owned(), |before| before.state.clone()),
        start: text("startDate").unwrap_or_default(),
        end: text("endDate"),
        pending: before.and_then(|before| before.pending.clone()),
    })
}

/// `1/20/2021|13:12:00`: month, day, year, and the time in the schedule's own zone.
fn is_date(text: &str) -> bool {
    let Some((date, time)) = text.split_once('|') else {
        return false;
    };
    let numbers = |text: &str, sign: char| -> Option<Vec<u32>> {
        text.split(sign).map(|part| part.parse().ok()).collect()
    };
    matches!(
        numbers(date, '/').as_deref(),
        Some([1..=12, 1..=31, 1970..=9999])
    ) && matches!(
        numbers(time, ':').as_deref(),
        Some([0..=23, 0..=59, 0..=59])
    )
}

fn remove(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    call.needs(Action::Schedule)?;
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, id)?;
    let schedule = one.schedule.as_ref().ok_or_else(|| not_found("Schedule"))?;
    if schedule.is_running() {
        return Err(wrong_state("The schedule is running. Stop it first."));
    }
    one.schedule = None;
    changed(&mut one.audit, who, now);
    Ok(bare(StatusCode::OK))
}

/// The list of parameters in a body: names and values.
fn given(body: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let list = match body.get("parameters") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(list) => list
            .as_array()
            .ok_or_else(|| bad("parameters has to be a list."))?,
    };
    list.iter()
        .map(|one| {
            let name = one.get("name").and_then(Value::as_str)?;
            let value = match one.get("value") {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            Some((name.to_owned(), value))
        })
        .collect::<Option<_>>()
        .ok_or_else(|| bad("A parameter needs a name."))
}

fn parameters(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    call.needs(Action::Schedule)?;
    let body = call.json()?;
    let given = given(&body)?;
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, id)?;
    if one.style != Style::Scheduled {
        return Err(wrong_state("The integration has no schedule parameters."));
    }
    if given.is_empty() {
        return Err(bad("parameters is required."));
    }
    // Archives that came in do not tell the names: then any is taken.
    let open = one.parameters.is_empty();
    for (name, _) in &given {
        if !open && !one.parameters.iter().any(|(known, _)| known == name) {
            return Err(bad(&format!("Parameter {name} does not exist.")));
        }
    }
    for (name, value) in given {
        match one.parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, place)) => *place = value,
            None => one.parameters.push((name, value)),
        }
    }
    changed(&mut one.audit, who, now);
    let shown: Vec<Value> = one
        .parameters
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    Ok(call.show(&json!({"parameters": shown})))
}

/// `POST schedule/jobs`: one run, whatever the schedule says.
fn run_now(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    call.needs(Action::Run)?;
    let body = call.json_if_any()?;
    given(&body)?;
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, id)?;
    if one.style != Style::Scheduled {
        return Err(not_found("Schedule"));
    }
    if !one.is_active() {
        return Err(wrong_state("Integration is not active."));
    }
    one.operation.runs.push(ScheduledRun {
        asked: now,
        by: who.to_owned(),
    });
    Ok(bare(StatusCode::NO_CONTENT))
}

fn turn(desk: &mut Desk<'_>, call: &Call<'_>, id: &str, verb: &str) -> Answer {
    call.needs(Action::Schedule)?;
    let body = call.json_if_any()?;
    let given = given(&body)?;
    let oic3 = desk.instance.generation == Generation::Oic3;
    let retry = oic3 && call.query.flag("retry");
    let slowly = oic3 && call.query.flag("async");
    let runs_too = body
        .get("action")
        .and_then(Value::as_str)
        .is_some_and(|action| action.eq_ignore_ascii_case("now"));
    let time = desk.house.activations.usual();
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, id)?;
    let active = one.is_active();
    let Some(schedule) = &mut one.schedule else {
        // Clients count on 412 for a stop without a schedule (seen in scripts).
        return Err(if verb == "stop" {
            wrong_state("The integration has no schedule.")
        } else {
            not_found("Schedule")
        });
    };
    let (from, meanwhile, becomes): (&[&str], _, _) = match verb {
        "start" => (&["CANCELLED", "COMPLETED"], "STARTING", "ACTIVE"),
        "stop" => (&["ACTIVE", "PAUSED"], "STOPPING", "CANCELLED"),
        "pause" => (&["ACTIVE"], "PAUSING", "PAUSED"),
        _ => (&["PAUSED"], "RESUMING", "ACTIVE"),
    };
    if !active && verb != "stop" {
        return Err(wrong_state("Integration is not active."));
    }
    let again = retry && schedule.state == meanwhile;
    let only_runs = verb == "start" && runs_too && schedule.state == "ACTIVE";
    if !only_runs {
        if !again && !from.contains(&schedule.state.as_str()) {
            return Err(wrong_state(&format!(
                "The schedule is {} and cannot {verb}.",
                schedule.state
            )));
        }
        if slowly {
            meanwhile.clone_into(&mut schedule.state);
            schedule.pending = Some((now + time, becomes.to_owned()));
        } else {
            becomes.clone_into(&mut schedule.state);
            schedule.pending = None;
        }
    }
    for (name, value) in given {
        match one.parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, place)) => *place = value,
            None => one.parameters.push((name, value)),
        }
    }
    if verb == "start" && runs_too {
        one.operation.runs.push(ScheduledRun {
            asked: now,
            by: who.to_owned(),
        });
    }
    changed(&mut one.audit, who, now);
    if slowly {
        desk.instance.plan(now + time);
        let path = format!("integrations/{}/schedule", encode_segment(id));
        return Ok(accepted(&desk.place().href(&path)));
    }
    show(desk, call, id)
}

/// 202 with the address where the end can be seen.
fn accepted(location: &str) -> Response<Body> {
    let mut response = bare(StatusCode::ACCEPTED);
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
