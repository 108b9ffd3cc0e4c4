//! The names and shapes of before Gen 2: `/icsapis/v1` and `/icsapis/v2`.
//!
//! The older calls say the same as those of today under other paths, so each is put into today's
//! words, answered, and its answer put into the older shape: version 2 as recorded, version 1 as
//! documented and as a public script reads it. Gen 2 hosts still answer version 2 (a script says
//! so).

mod dress;
mod words;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use waybill_model::Generation;

use crate::api::{Call, route};
use crate::house::{House, Resident};
use crate::wire::problem;

/// Answers a call below `/icsapis`.
pub(crate) async fn answer(house: &House, resident: &Resident, call: &Call<'_>) -> Response<Body> {
    let version = match (call.path.first(), resident.generation) {
        (Some(&"v1"), Generation::Ics) => 1,
        (Some(&"v2"), Generation::Ics | Generation::Gen2) => 2,
        _ => return problem(StatusCode::NOT_FOUND, "Not found."),
    };
    let rest = call.path.get(1..).unwrap_or_default();
    let translated = if version == 1 {
        words::first(call, rest)
    } else {
        Some(words::second(call, rest))
    };
    let Some(today) = translated else {
        return dress::plain(StatusCode::NOT_FOUND, "Resource not found.");
    };
    let path: Vec<&str> = today.path.iter().map(String::as_str).collect();
    let inner = Call {
        verb: today.verb,
        path: &path,
        query: &today.query,
        headers: call.headers,
        body: &today.body,
        form: call.form,
        // The answer is read before it is sent on.
        gzip: false,
        roles: call.roles,
        who: call.who,
    };
    let answer = if today.of_instance {
        crate::clone::answer(house, resident, &inner).unwrap_or_else(|refusal| *refusal)
    } else {
        route(house, resident, &inner).await
    };
    dress::dress(version, &path, answer).await
}
