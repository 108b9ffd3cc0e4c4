//! Who calls the API.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::client::basic;
use crate::house::{House, Resident, hold, read};
use crate::role::Role;
use crate::wire::problem;

/// The sender of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The e-mail of a person, the id of an application: what the who-fields show (recorded).
    pub name: String,
    /// Whether a person signed in. Schedules are started on behalf of people: an application has
    /// to name one.
    pub person: bool,
    pub roles: Vec<Role>,
}

/// The sender of a call to an instance, or the refusal. Oracle Integration 3 takes bearer tokens
/// only, the generations before it a name and password too (documented); without an instance, any
/// token that has not ended will do.
pub(crate) fn identify(
    house: &House,
    headers: &HeaderMap,
    resident: Option<&Resident>,
    basic_allowed: bool,
) -> Result<Identity, Box<Response<Body>>> {
    let refused = || {
        let mut response = problem(StatusCode::UNAUTHORIZED, "Unauthorized.");
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"Oracle Integration\""),
        );
        Box::new(response)
    };
    if basic_allowed
        && let Some(resident) = resident
        && let Some((user, password)) = basic(headers)
    {
        return read(&house.people)
            .iter()
            .find(|person| {
                person.name == user
                    && person.password == password
                    && !person.second_factor
                    && person.knows(&resident.name)
            })
            .map(|person| Identity {
                name: person.name.clone(),
                person: true,
                roles: hold(&house.directory).roles_in(
                    &person.name,
                    &resident.wire_name,
                    &person.roles,
                ),
            })
            .ok_or_else(refused);
    }
    let text = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(refused)?;
    let grant = house.tokens.access(text).ok_or_else(refused)?;
    if resident.is_some_and(|resident| !grant.audience.contains(&resident.wire_name)) {
        return Err(refused());
    }
    let person = grant.person.is_some();
    let name = grant.person.unwrap_or(grant.client);
    let roles = match resident {
        Some(resident) => hold(&house.directory).roles_in(&name, &resident.wire_name, &grant.roles),
        None => grant.roles,
    };
    Ok(Identity {
        name,
        person,
        roles,
    })
}
