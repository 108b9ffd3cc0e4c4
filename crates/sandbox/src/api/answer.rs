//! One request from its arrival to its answer: counting, waiting, faults, rights, routing.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use waybill_model::Generation;

use super::body::Form;
use super::call::{Call, Verb};
use super::path::{kind, segments};
use super::route::{route, settle};
use crate::effect;
use crate::fault::{after, before};
use crate::house::{House, Resident};
use crate::identity;
use crate::sign_in::{authorize, give, identify};
use crate::wire::{Query, problem, raw};

/// Largest body that a request may have: archives of 256 MB.
const BODY: usize = 1 << 28;

/// Behind which address a request came in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DoorKind {
    /// The design host of a region: all instances of Oracle Integration 3.
    Design,
    /// The one host of a Gen 2 instance.
    Own(usize),
    /// The own host of an Oracle Integration 3 instance, which sends design calls on.
    Console(usize),
}

/// An address of a sandbox.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub house: Arc<House>,
    pub kind: DoorKind,
}

/// The prefix of a call, which says whose it is.
enum Api {
    /// `/ic/api/integration/v1`: design, projects, monitoring.
    Design,
    /// `/ic/api/common/v1`: archives of the whole instance.
    Instance,
    /// `/icsapis/v1`, `/icsapis/v2`: the names of before Gen 2.
    Ics,
}

pub(crate) async fn answer(door: Door, request: Request<Body>) -> Response<Body> {
    let house = &door.house;
    let (parts, body) = request.into_parts();
    if let DoorKind::Console(index) = door.kind {
        return send_on(house, index, &parts.uri);
    }
    let Some(path) = segments(parts.uri.path()) else {
        return problem(StatusCode::BAD_REQUEST, "The path is not valid.");
    };
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let Ok(body) = to_bytes(body, BODY).await else {
        return problem(StatusCode::BAD_REQUEST, "The request has no readable body.");
    };
    match path.as_slice() {
        ["oauth2", "v1", "token"] => {
            if parts.method != Method::POST {
                return problem(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.");
            }
            house.calls.change(|counts| counts.token += 1);
            let fault = house.faults.take("POST", "/oauth2/v1/token");
            if let Some(instead) = before(house, fault.as_ref()).await {
                return instead;
            }
            let answer = give(house, &parts.headers, &body);
            after(house, fault.as_ref(), answer).await
        }
        ["oauth2", "v1", "authorize"] => authorize(house, &parts.method, &parts.uri, &body),
        ["ic", "api", "integration", "v1", rest @ ..] => {
            called(&door, &parts, body, Api::Design, rest).await
        }
        ["ic", "api", "common", "v1", rest @ ..] => {
            called(&door, &parts, body, Api::Instance, rest).await
        }
        ["admin", "v1", rest @ ..] => {
            let fault = house.faults.take(parts.method.as_str(), parts.uri.path());
            if let Some(instead) = before(house, fault.as_ref()).await {
                return instead;
            }
            let answer = identity::answer(house, &parts, rest, &body);
            after(house, fault.as_ref(), answer).await
        }
        ["icsapis", rest @ ..] => called(&door, &parts, body, Api::Ics, rest).await,
        _ => problem(StatusCode::NOT_FOUND, "Not found."),
    }
}

/// Answers a call of an instance.
async fn called(
    door: &Door,
    parts: &Parts,
    body: Bytes,
    api: Api,
    path: &[&str],
) -> Response<Body> {
    let house = &door.house;
    let _in_flight = house
        .calls
        .begin(format!("{} {}", parts.method, kind(path)));
    count(house, path);
    if !house.latency.is_zero() {
        tokio::time::sleep(house.latency).await;
    }
    if !house.may_call() {
        house.calls.change(|counts| counts.too_many += 1);
        let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "Too many requests.");
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    }
    let fault = house
        .faults
        .take(parts.method.as_str(), &format!("/{}", path.join("/")));
    if let Some(instead) = before(house, fault.as_ref()).await {
        return instead;
    }
    crate::clone::settle(house);
    let query = Query::parse(parts.uri.query());
    let resident = match resident(house, door.kind, &query) {
        Ok(resident) => resident,
        Err(refusal) => {
            // Who has no token learns nothing about instances.
            return match identify(house, &parts.headers, None, false) {
                Ok(_) => *refusal,
                Err(unauthorised) => *unauthorised,
            };
        }
    };
    let basic = resident.generation != Generation::Oic3;
    let sender = match identify(house, &parts.headers, Some(resident), basic) {
        Ok(sender) => sender,
        Err(refusal) => return *refusal,
    };
    let gzip = parts
        .headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains("gzip"));
    settle(resident);
    let form = Form::read(&parts.headers, &body).await;
    let call = Call {
        verb: Verb::of(&parts.method, &parts.headers),
        path,
        query: &query,
        headers: &parts.headers,
        body: &body,
        form: form.as_ref(),
        gzip,
        roles: &sender.roles,
        who: &sender.name,
    };
    let answer = match api {
        // What is older has names of its own.
        Api::Design if resident.generation == Generation::Ics => {
            problem(StatusCode::NOT_FOUND, "Not found.")
        }
        Api::Design => match path {
            ["monitoring", rest @ ..] if rest.first() != Some(&"agentgroups") => {
                crate::monitoring::answer(house, resident, &call, rest)
                    .unwrap_or_else(|refusal| *refusal)
            }
            _ => route(house, resident, &call).await,
        },
        Api::Instance => {
            crate::clone::answer(house, resident, &call).unwrap_or_else(|refusal| *refusal)
        }
        Api::Ics => crate::ics::answer(house, resident, &call).await,
    };
    let (effect, answer) = effect::seen(&parts.method, path, &kind(path), &body, answer).await;
    if let Some(effect) = effect {
        house.calls.effect(&effect);
        house.changed.notify_one();
        crate::monitoring::note(house, resident, &sender.name, &effect);
    }
    after(house, fault.as_ref(), answer).await
}

fn count(house: &House, path: &[&str]) {
    house.calls.change(|counts| match path {
        [.., "archive"] => counts.archives += 1,
        [_]
        | ["monitoring", "agentgroups"]
        | [
            "projects",
            _,
            "integrations" | "connections" | "lookups" | "libraries" | "deployments",
        ] => {
            counts.lists += 1;
        }
        _ => counts.items += 1,
    });
}

/// The own host of an instance answers every design call with the address of the design host.
fn send_on(house: &House, index: usize, uri: &axum::http::Uri) -> Response<Body> {
    house.calls.change(|counts| counts.redirects += 1);
    let Some(resident) = house.residents.get(index) else {
        return problem(StatusCode::NOT_FOUND, "Not found.");
    };
    let selector = format!("integrationInstance={}", resident.wire_name);
    let query = match uri.query() {
        Some(query) if query.contains("integrationInstance=") => query.to_owned(),
        Some(query) if !query.is_empty() => format!("{query}&{selector}"),
        _ => selector,
    };
    let mut response = raw(StatusCode::TEMPORARY_REDIRECT, "text/html", Bytes::new());
    let target = format!("{}{}?{query}", resident.base, uri.path());
    if let Ok(location) = HeaderValue::from_str(&target) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn resident<'house>(
    house: &'house House,
    door: DoorKind,
    query: &Query,
) -> Result<&'house Resident, Box<Response<Body>>> {
    let unknown = || {
        Box::new(problem(
            StatusCode::NOT_FOUND,
            "Integration instance not found.",
        ))
    };
    match door {
        DoorKind::Own(index) => house.residents.get(index).ok_or_else(unknown),
        DoorKind::Design | DoorKind::Console(_) => {
            let Some(name) = query
                .get("integrationInstance")
                .filter(|name| !name.is_empty())
            else {
                return Err(Box::new(problem(
                    StatusCode::BAD_REQUEST,
                    "Query parameter integrationInstance is required.",
                )));
            };
            house
                .residents
                .iter()
                .find(|resident| {
                    resident.generation == Generation::Oic3 && resident.wire_name == name
                })
                .ok_or_else(unknown)
        }
    }
}
