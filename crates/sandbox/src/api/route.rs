//! Which call is answered by whom: reads share the instance, changes have it to themselves.

use std::sync::PoisonError;

use axum::body::Body;
use axum::http::Response;
use jiff::Timestamp;
use waybill_model::Generation;

use super::activation::{Waits, ended};
use super::call::{Answer, Call, Verb, not_allowed, not_found};
use super::desk::Desk;
use super::{
    agents, certificates, connections, git_projects, integrations, libraries, library_change,
    lookup_change, lookups, package_change, packages, project, work_requests,
};
use crate::house::{House, Resident};
use crate::role::Action;
use crate::wire::{self, WithinInstance};

/// Answers a call of `/ic/api/integration/v1`. Activations of before Oracle Integration 3 are
/// answered when they have ended, if nothing else was asked for.
pub(crate) async fn route(house: &House, resident: &Resident, call: &Call<'_>) -> Response<Body> {
    let answer = at_once(house, resident, call);
    let Some(waits) = answer.extensions().get::<Waits>().copied() else {
        return answer;
    };
    let left = waits.until.duration_since(Timestamp::now());
    tokio::time::sleep(left.try_into().unwrap_or_default()).await;
    settle(resident);
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
    let one = match call.path {
        ["integrations", id] => content.global.integrations.get(*id),
        _ => None,
    };
    one.map_or(answer, |one| {
        ended(one, &wire::integration(one, place), call)
    })
}

fn at_once(house: &House, resident: &Resident, call: &Call<'_>) -> Response<Body> {
    let answer = if call.verb.writes() && !reads_only(call) {
        let mut content = resident
            .content
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let mut desk = Desk {
            house,
            resident,
            instance: &mut content,
            project: None,
            who: call.who,
            now: Timestamp::now(),
        };
        change(&mut desk, call)
    } else {
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
        read(house, place, call)
    };
    answer.unwrap_or_else(|refusal| *refusal)
}

/// Lets happen what became due since the last call: activations that end, schedules that start.
pub(crate) fn settle(resident: &Resident) {
    let now = Timestamp::now();
    let due = resident
        .content
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .is_due(now);
    if due {
        resident
            .content
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .settle(now);
    }
}

/// Exports of projects are asked for by `POST`, and change nothing.
fn reads_only(call: &Call<'_>) -> bool {
    matches!(call.path, ["projects", _, "archive"])
        && call.verb == Verb::Post
        && !call.query.flag("enableAsync")
}

fn read(house: &House, place: WithinInstance<'_>, call: &Call<'_>) -> Answer {
    let oic3 = place.instance.generation == Generation::Oic3;
    match call.path {
        ["projects", ..] if oic3 => project::dispatch(house, place, call),
        ["gitprojects", rest @ ..] if oic3 => git_projects::read(place, call, rest),
        ["packages", rest @ ..] => packages::read(house, place, call, rest),
        ["certificates", rest @ ..] if oic3 => certificates::read(place, call, rest),
        ["monitoring", "agentgroups", rest @ ..] => agents::groups(place, call, rest),
        ["agentgroups" | "agents", ..] if oic3 => agents::installer(house, place, call),
        ["workRequests"] if oic3 => work_requests::read(place, call),
        path => scoped(house, place, call, path),
    }
}

/// What the global scope and projects both answer; the path begins with the collection.
pub(crate) fn scoped(
    house: &House,
    place: WithinInstance<'_>,
    call: &Call<'_>,
    path: &[&str],
) -> Answer {
    let [collection, rest @ ..] = path else {
        return Err(not_found("Resource"));
    };
    match *collection {
        "integrations" => {
            call.needs(Action::View)?;
            integrations::read(house, place, call, rest)
        }
        "connections" => {
            call.needs(Action::View)?;
            connections::read(place, call, rest)
        }
        "lookups" => {
            call.needs(Action::View)?;
            lookups::read(house, place, call, rest)
        }
        "libraries" => {
            call.needs(Action::View)?;
            libraries::read(house, place, call, rest)
        }
        _ => Err(not_found("Resource")),
    }
}

fn change(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    let oic3 = desk.instance.generation == Generation::Oic3;
    match call.path {
        ["projects", code, "archive"]
            if oic3 && call.verb == Verb::Post && call.query.flag("enableAsync") =>
        {
            work_requests::export_project(desk, call, code)
        }
        ["projects", ..] if oic3 => project::change(desk, call),
        ["gitprojects", rest @ ..] if oic3 => git_projects::change(desk, call, rest),
        ["packages", rest @ ..] => package_change::change(desk, call, rest),
        ["certificates", rest @ ..] if oic3 => certificates::change(desk, call, rest),
        ["monitoring", "agentgroups", ..] => Err(not_allowed()),
        ["agentgroups" | "agents" | "workRequests", ..] if oic3 => Err(not_allowed()),
        path => scoped_change(desk, call, path),
    }
}

/// The changes that the global scope and projects both know; the path begins with the collection.
pub(crate) fn scoped_change(desk: &mut Desk<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    let [collection, rest @ ..] = path else {
        return Err(not_found("Resource"));
    };
    match *collection {
        "integrations" => integrations::change(desk, call, rest),
        "connections" => connections::change(desk, call, rest),
        "lookups" => lookup_change::change(desk, call, rest),
        "libraries" => library_change::change(desk, call, rest),
        _ => Err(not_found("Resource")),
    }
}
