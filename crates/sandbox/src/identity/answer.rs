//! The requests of the identity domain's API.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::SCOPE;
use super::directory::{Directory, Refusal};
use super::filter::Filter;
use crate::house::{House, hold};
use crate::role::Role;
use crate::wire::{Query, raw, to_bytes};

/// The largest page, and the one given to those who ask for none (documented: 1,000 and 50).
const LARGEST: usize = 1_000;
const USUAL: usize = 50;

/// What a list is asked for.
struct Wish {
    filter: Option<String>,
    start: usize,
    count: usize,
    attributes: Vec<String>,
}

/// Answers a call below `/admin/v1`.
pub(crate) fn answer(house: &House, request: &Parts, path: &[&str], body: &[u8]) -> Response<Body> {
    let grant = request
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, token)| house.tokens.access(token.trim()))
        .filter(|grant| grant.scope.split_whitespace().any(|one| one == SCOPE));
    let Some(grant) = grant else {
        let mut response = error(
            StatusCode::UNAUTHORIZED,
            None,
            "Authentication is required: a token with the scope of the identity domain.",
        );
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"identity domain\""),
        );
        return response;
    };
    // An application needs a role of an administrator in the domain (documented); the sandbox has
    // one kind of administrator.
    if !grant.roles.contains(&Role::Administrator) {
        return error(
            StatusCode::FORBIDDEN,
            None,
            "The caller has no role of an administrator.",
        );
    }
    let base = house
        .residents
        .first()
        .map_or("", |resident| resident.base.as_str());
    let query = &Query::parse(request.uri.query());
    let method = &request.method;
    let mut directory = hold(&house.directory);
    let kind = path.first().copied().unwrap_or_default();
    if directory.all(kind).is_none() {
        return error(StatusCode::NOT_FOUND, None, "The resource type is unknown.");
    }
    match (method.as_str(), path) {
        ("GET", [kind]) => {
            let number = |name: &str, usual: usize| match query.get(name) {
                None => Some(usual),
                Some(text) => text.parse().ok(),
            };
            let (Some(start), Some(count)) = (number("startIndex", 1), number("count", USUAL))
            else {
                return invalid("invalidValue", "startIndex and count are numbers.");
            };
            let wish = Wish {
                filter: query.get("filter").map(str::to_owned),
                start,
                count,
                attributes: query
                    .get("attributes")
                    .map(|names| {
                        names
                            .split(',')
                            .map(|name| name.trim().to_owned())
                            .collect()
                    })
                    .unwrap_or_default(),
            };
            list(&directory, base, kind, &wish)
        }
        ("POST", [kind, ".search"]) => match search(body) {
            Some(wish) => list(&directory, base, kind, &wish),
            None => invalid("invalidSyntax", "The body is not a search request."),
        },
        ("GET", [kind, id]) => match directory.find(kind, id) {
            Some(found) => shown(
                StatusCode::OK,
                &with_location(found.clone(), base, kind, id),
            ),
            None => missing(id),
        },
        ("POST", ["Grants"]) => make_grant(&mut directory, base, body),
        ("DELETE", ["Grants", id]) => {
            if directory.revoke(id) {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::NO_CONTENT;
                response
            } else {
                missing(id)
            }
        }
        _ => error(
            StatusCode::METHOD_NOT_ALLOWED,
            None,
            "The operation is not supported here.",
        ),
    }
}

fn search(body: &[u8]) -> Option<Wish> {
    let request: Value = serde_json::from_slice(body).ok()?;
    let schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
    let schemas = request.get("schemas")?.as_array()?;
    if !schemas.iter().any(|one| one == schema) {
        return None;
    }
    let number = |name: &str, usual: usize| match request.get(name) {
        None => Some(usual),
        Some(value) => usize::try_from(value.as_u64()?).ok(),
    };
    Some(Wish {
        filter: request
            .get("filter")
            .and_then(Value::as_str)
            .map(str::to_owned),
        start: number("startIndex", 1)?,
        count: number("count", USUAL)?,
        attributes: request
            .get("attributes")
            .and_then(Value::as_array)
            .map(|names| {
                names
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_default(),
    })
}

fn list(directory: &Directory, base: &str, kind: &str, wish: &Wish) -> Response<Body> {
    let filter = match wish
        .filter
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        None => None,
        Some(text) => match Filter::parse(text) {
            Some(filter) => Some(filter),
            None => return invalid("invalidFilter", "The filter is not valid."),
        },
    };
    let fitting: Vec<&Value> = directory
        .all(kind)
        .unwrap_or_default()
        .iter()
        .filter(|one| filter.as_ref().is_none_or(|filter| filter.fits(one)))
        .collect();
    let start = wish.start.max(1);
    let page: Vec<Value> = fitting
        .iter()
        .skip(start - 1)
        .take(wish.count.min(LARGEST))
        .map(|one| {
            let id = one.get("id").and_then(Value::as_str).unwrap_or_default();
            chosen(
                with_location((*one).clone(), base, kind, id),
                &wish.attributes,
            )
        })
        .collect();
    shown(
        StatusCode::OK,
        &json!({
            "Resources": page,
            "itemsPerPage": page.len(),
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "startIndex": start,
            "totalResults": fitting.len(),
        }),
    )
}

/// Only the members asked for; id and schemas are always there.
fn chosen(mut resource: Value, attributes: &[String]) -> Value {
    if !attributes.is_empty()
        && let Some(members) = resource.as_object_mut()
    {
        members.retain(|name, _| {
            matches!(name.as_str(), "id" | "schemas")
                || attributes.iter().any(|wanted| {
                    wanted
                        .split('.')
                        .next()
                        .is_some_and(|first| first.eq_ignore_ascii_case(name))
                })
        });
    }
    resource
}

fn with_location(mut resource: Value, base: &str, kind: &str, id: &str) -> Value {
    if let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) {
        let location = format!("{base}/admin/v1/{kind}/{id}");
        meta.insert("location".to_owned(), Value::String(location));
    }
    resource
}

fn make_grant(directory: &mut Directory, base: &str, body: &[u8]) -> Response<Body> {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        return invalid("invalidSyntax", "The body is not JSON.");
    };
    let schema = "urn:ietf:params:scim:schemas:oracle:idcs:Grant";
    let schemas = request.get("schemas").and_then(Value::as_array);
    if !schemas.is_some_and(|all| all.iter().any(|one| one == schema)) {
        return invalid("invalidValue", "Attribute schemas does not name a grant.");
    }
    match directory.grant(&request) {
        Ok(made) => {
            let id = made
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let mut response = shown(
                StatusCode::CREATED,
                &with_location(made, base, "Grants", &id),
            );
            if let Ok(location) = HeaderValue::from_str(&format!("{base}/admin/v1/Grants/{id}")) {
                response.headers_mut().insert(header::LOCATION, location);
            }
            response
        }
        Err(Refusal::Invalid(attribute)) => invalid(
            "invalidValue",
            &format!("Attribute {attribute} has a value that is missing or not valid."),
        ),
        Err(Refusal::Exists) => error(
            StatusCode::CONFLICT,
            Some("uniqueness"),
            "The grant exists already.",
        ),
    }
}

fn shown(status: StatusCode, body: &Value) -> Response<Body> {
    raw(status, "application/scim+json", to_bytes(body).into())
}

fn missing(id: &str) -> Response<Body> {
    error(
        StatusCode::NOT_FOUND,
        None,
        &format!("The resource {id} was not found."),
    )
}

fn invalid(kind: &str, detail: &str) -> Response<Body> {
    error(StatusCode::BAD_REQUEST, Some(kind), detail)
}

/// An error in the form of RFC 7644 §3.12 (documented).
fn error(status: StatusCode, kind: Option<&str>, detail: &str) -> Response<Body> {
    shown(
        status,
        &json!({
            "detail": detail,
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "scimType": kind,
            "status": status.as_u16().to_string(),
        }),
    )
}
