//! Pages of monitoring lists: small ones, whose counters mean something else than elsewhere.

use axum::body::Body;
use axum::http::Response;
use serde_json::{Value, json};

use super::filter::bad;
use crate::api::{Answer, Call};
use crate::wire::{Query, links};

/// The largest page, whatever is asked for (working clients say so).
pub(super) const LARGEST: usize = 50;
/// The last offset that is answered (working clients say so).
const FARTHEST: usize = 500;

/// The page that was asked for. `totalResults` counts the page, `totalRecordsCount` all, and
/// `hasMore` says only whether the page is full.
pub(super) fn page(
    call: &Call<'_>,
    href: &str,
    total: usize,
    limited: bool,
    items: impl FnOnce(usize, usize) -> Vec<Value>,
) -> Answer {
    let offset = number(call.query, "offset")?.unwrap_or(0);
    if limited && offset > FARTHEST {
        return Err(bad(
            "The value of offset is too large; narrow the time window.",
        ));
    }
    let limit = number(call.query, "limit")?
        .unwrap_or(LARGEST)
        .clamp(1, LARGEST);
    let items = items(offset, limit);
    Ok(show(
        call,
        &json!({
            "hasMore": items.len() == limit,
            "limit": limit,
            "links": links(href),
            "offset": offset,
            "totalRecordsCount": total,
            "totalResults": items.len(),
            "items": items,
        }),
    ))
}

pub(super) fn show(call: &Call<'_>, value: &Value) -> Response<Body> {
    call.show(value)
}

fn number(query: &Query, name: &str) -> Result<Option<usize>, crate::api::Refusal> {
    query
        .get(name)
        .filter(|text| !text.is_empty())
        .map(|text| {
            text.parse()
                .map_err(|_| bad(&format!("The value of {name} is not a number.")))
        })
        .transpose()
}
