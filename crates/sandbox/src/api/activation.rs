//! The state of integrations: activation, deactivation, tracing, and the rules between them.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use waybill_model::Generation;

use super::call::{Answer, Call, Refusal, bad, bare, not_found, wrong_state};
use super::desk::{Desk, changed};
use crate::store::{Integration, Pending, Schedule, Space};
use crate::wire;

/// The answer to this call has to wait until a change of state has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waits {
    pub until: Timestamp,
}

/// A switch of a body: a boolean, or, as scripts send them, its name as a text.
fn switch(body: &Value, path: &str) -> Result<Option<bool>, Refusal> {
    match body.pointer(path) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(on)) => Ok(Some(*on)),
        Some(Value::String(text)) if text == "true" => Ok(Some(true)),
        Some(Value::String(text)) if text == "false" => Ok(Some(false)),
        Some(_) => Err(bad(&format!(
            "{} has to be true or false.",
            path.trim_start_matches('/')
        ))),
    }
}

/// What a body says about the way an integration is run.
struct Switches {
    tracing: Option<bool>,
    payload_tracing: Option<bool>,
    recording: Option<bool>,
    replay: Option<bool>,
    validation: Option<bool>,
}

impl Switches {
    fn of(body: &Value) -> Result<Self, Refusal> {
        Ok(Self {
            tracing: switch(body, "/tracingEnabledFlag")?,
            payload_tracing: switch(body, "/payloadTracingEnabledFlag")?,
            recording: switch(body, "/recordEnabledFlag")?,
            replay: switch(body, "/replay/canReplay")?,
            validation: switch(body, "/payload/validate")?,
        })
    }

    fn any(&self) -> bool {
        [
            self.tracing,
            self.payload_tracing,
            self.recording,
            self.replay,
            self.validation,
        ]
        .iter()
        .any(Option::is_some)
    }

    fn set(&self, one: &mut Integration) {
        let set = |to: &mut bool, from: Option<bool>| {
            if let Some(on) = from {
                *to = on;
            }
        };
        set(&mut one.tracing, self.tracing);
        set(&mut one.payload_tracing, self.payload_tracing);
        set(&mut one.operation.recording, self.recording);
        set(&mut one.operation.can_replay, self.replay);
        set(&mut one.operation.validates_payload, self.validation);
    }
}

/// `POST integrations/{id}` with `X-HTTP-Method-Override: PATCH` (always sent, documented as
/// optional): activates, deactivates, or sets switches alone.
pub(crate) fn update(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    desk.may_edit(call)?;
    let body = call.json()?;
    if !body.is_object() {
        return Err(bad("The body has to be a JSON object."));
    }
    let switches = Switches::of(&body)?;
    let space = desk.shown()?;
    let one = space
        .integrations
        .get(id)
        .ok_or_else(|| not_found("Integration"))?;
    match body.get("status").map(|status| status.as_str()) {
        None => {
            if !switches.any() {
                return Err(bad("The body has nothing to change."));
            }
            let (who, now) = (desk.who, desk.now);
            if let Some(one) = desk.space()?.integrations.get_mut(id) {
                switches.set(one);
                changed(&mut one.audit, who, now);
            }
            let one = desk
                .shown()?
                .integrations
                .get(id)
                .ok_or_else(|| not_found("Integration"))?;
            Ok(call.show_changed(&wire::integration(one, desk.place())))
        }
        Some(Some("ACTIVATED")) => {
            may_activate(one, space)?;
            let missing = missing(one, space);
            let course = desk.house.activations.next(id);
            let errors: Vec<String> = course.error.into_iter().chain(missing).collect();
            let becomes = if errors.is_empty() {
                "ACTIVATED"
            } else {
                "FAILEDACTIVATION"
            };
            begin(desk, call, id, "ACTIVATION_INPROGRESS", |one| {
                switches.set(one);
                one.operation.soft_deactivated = false;
                one.operation.errors = Vec::new();
                (becomes.to_owned(), errors, course.time)
            })
        }
        Some(Some("CONFIGURED")) => {
            let stop = switch(&body, "/stopScheduleForDeactivation")?.unwrap_or(false)
                || call.query.flag("stopScheduleForDeactivation");
            let soft = switch(&body, "/softDeactivate")?.unwrap_or(false);
            may_deactivate(one, stop)?;
            let time = desk.house.activations.usual();
            begin(desk, call, id, "DEACTIVATION_INPROGRESS", |one| {
                switches.set(one);
                one.operation.soft_deactivated = soft;
                if let Some(schedule) = one.schedule.as_mut().filter(|_| stop) {
                    schedule.stop();
                }
                ("CONFIGURED".to_owned(), Vec::new(), time)
            })
        }
        Some(_) => Err(bad("status has to be ACTIVATED or CONFIGURED.")),
    }
}

/// Starts a change of state. Oracle Integration 3 answers at once (recorded); before it, the call
/// waits for the end, unless `enableAsyncActivationMode` is set.
fn begin(
    desk: &mut Desk<'_>,
    call: &Call<'_>,
    id: &str,
    meanwhile: &str,
    change: impl FnOnce(&mut Integration) -> (String, Vec<String>, std::time::Duration),
) -> Answer {
    let (who, now) = (desk.who, desk.now);
    let one = desk
        .space()?
        .integrations
        .get_mut(id)
        .ok_or_else(|| not_found("Integration"))?;
    let (becomes, errors, time) = change(one);
    let due = now + time;
    meanwhile.clone_into(&mut one.status);
    one.operation.pending = Some(Pending {
        due,
        becomes,
        errors,
    });
    changed(&mut one.audit, who, now);
    desk.instance.plan(due);
    let mut answer = call.show_changed(&under_way(meanwhile));
    let at_once = desk.instance.generation == Generation::Oic3
        || call.query.flag("enableAsyncActivationMode");
    if !at_once {
        answer.extensions_mut().insert(Waits { until: due });
    }
    Ok(answer)
}

/// The answer to a change of state that goes on: an object of defaults (recorded).
fn under_way(status: &str) -> Value {
    json!({
        "apiDeploymentInprogress": false,
        "compatible": false,
        "links": [],
        "lockedFlag": false,
        "scheduleApplicableFlag": false,
        "scheduleDefinedFlag": false,
        "softDeactivated": false,
        "status": status,
        "tempCopyExists": false,
        "totalEndPoints": 0,
    })
}

fn may_activate(one: &Integration, space: &Space) -> Result<(), Refusal> {
    if one.is_active() {
        return Err(wrong_state("Integration is already active."));
    }
    if one.is_busy() {
        return Err(wrong_state(
            "Integration is being activated or deactivated.",
        ));
    }
    if one.lock.is_some() {
        return Err(wrong_state(
            "Integration is locked and cannot be activated.",
        ));
    }
    if !matches!(one.status.as_str(), "CONFIGURED" | "FAILEDACTIVATION") {
        return Err(wrong_state(
            "Integration is not complete and cannot be activated.",
        ));
    }
    let draft = one
        .endpoints
        .iter()
        .filter_map(|endpoint| space.connections.get(&endpoint.connection))
        .find(|connection| connection.status != "CONFIGURED");
    match draft {
        Some(connection) => Err(wrong_state(&format!(
            "Connection {} is not configured.",
            connection.code
        ))),
        None => Ok(()),
    }
}

fn may_deactivate(one: &Integration, stop: bool) -> Result<(), Refusal> {
    if one.is_busy() {
        return Err(wrong_state(
            "Integration is being activated or deactivated.",
        ));
    }
    if !one.is_active() {
        return Err(wrong_state("Integration is not active."));
    }
    if one.lock.is_some() {
        return Err(wrong_state(
            "Integration is locked and cannot be deactivated.",
        ));
    }
    let runs = one.schedule.as_ref().is_some_and(Schedule::is_running);
    if runs && !stop {
        return Err(wrong_state(
            "The schedule of the integration is running. Stop it first.",
        ));
    }
    Ok(())
}

/// What an activation only finds out on its way.
fn missing(one: &Integration, space: &Space) -> Vec<String> {
    let lookups = one
        .lookups
        .iter()
        .filter(|name| !space.lookups.contains_key(*name))
        .map(|name| format!("Lookup {name} does not exist."));
    let libraries = one
        .libraries
        .iter()
        .map(|(code, version)| format!("{code}|{version}"))
        .filter(|id| !space.libraries.contains_key(id))
        .map(|id| format!("Library {id} does not exist."));
    lookups.chain(libraries).collect()
}

/// The answer of a call that waited, from the integration as it is now: 200 with it, or 500 with why
/// it failed.
pub(crate) fn ended(answer: &Integration, shown: &Value, call: &Call<'_>) -> Response<Body> {
    if answer.status == "FAILEDACTIVATION" {
        return wire::problem_with(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Integration activation failed.",
            Some(&answer.operation.errors.join(" ")),
        );
    }
    call.show_changed(shown)
}

/// `POST integrations/reactivate`: active integrations are stopped and started again. Whether the
/// service answers 200 or 202 is not known; the sandbox answers 202.
pub(crate) fn reactivate(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    desk.may_edit(call)?;
    let body = call.json()?;
    let ids: Vec<String> = body
        .as_array()
        .filter(|all| !all.is_empty())
        .and_then(|all| {
            all.iter()
                .map(|id| id.as_str().map(str::to_owned))
                .collect()
        })
        .ok_or_else(|| bad("The body has to be a list of identifiers."))?;
    for id in &ids {
        let one = desk
            .shown()?
            .integrations
            .get(id)
            .ok_or_else(|| not_found("Integration"))?;
        if !one.is_active() {
            return Err(wrong_state(&format!("Integration {id} is not active.")));
        }
    }
    let (who, now) = (desk.who, desk.now);
    for id in &ids {
        let course = desk.house.activations.next(id);
        let due = now + course.time;
        if let Some(one) = desk.space()?.integrations.get_mut(id) {
            "ACTIVATION_INPROGRESS".clone_into(&mut one.status);
            one.operation.pending = Some(Pending {
                due,
                becomes: if course.error.is_some() {
                    "FAILEDACTIVATION"
                } else {
                    "ACTIVATED"
                }
                .to_owned(),
                errors: course.error.into_iter().collect(),
            });
            changed(&mut one.audit, who, now);
        }
        desk.instance.plan(due);
    }
    Ok(bare(StatusCode::ACCEPTED))
}
