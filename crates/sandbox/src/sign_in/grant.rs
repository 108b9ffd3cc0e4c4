//! The token endpoint: from each kind of grant to a token.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::assertion::subject;
use super::claims::{access_token, secret_text};
use super::client::{Caller, Person, basic};
use super::scope::wanted;
use super::tokens::{Grant, Token};
use crate::house::{House, Resident, read};
use crate::wire::{raw, to_bytes};

/// How long refresh tokens last: the default of identity domains, as people report it.
const REFRESH_LIFE: Duration = Duration::from_hours(168);
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A refusal of the token endpoint.
type Refused = (StatusCode, &'static str, String);

/// The fields of a form.
struct Form(Vec<(String, String)>);

impl Form {
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn needs(&self, name: &str) -> Result<&str, Refused> {
        self.get(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| invalid_request(&format!("Missing parameter: {name}.")))
    }
}

fn invalid_request(description: &str) -> Refused {
    (
        StatusCode::BAD_REQUEST,
        "invalid_request",
        description.to_owned(),
    )
}

fn invalid_grant(description: &str) -> Refused {
    (
        StatusCode::BAD_REQUEST,
        "invalid_grant",
        description.to_owned(),
    )
}

/// Answers `POST /oauth2/v1/token`.
pub(crate) fn give(house: &House, headers: &HeaderMap, form: &[u8]) -> Response<Body> {
    if !house.may_ask_for_token() {
        // No `Retry-After`: identity domains promise none (documented limits).
        return refuse(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many requests.",
        );
    }
    let form = Form(url::form_urlencoded::parse(form).into_owned().collect());
    match granted(house, headers, &form) {
        Ok((grant, kind, fresh)) => issue(house, grant, kind, fresh),
        Err((status, error, description)) => refuse(status, error, &description),
    }
}

/// What the request is granted, the short name of the grant, and whether it may renew itself.
fn granted(
    house: &House,
    headers: &HeaderMap,
    form: &Form,
) -> Result<(Grant, &'static str, bool), Refused> {
    let caller = client(house, headers, form)?;
    let kind = form.needs("grant_type")?;
    let known = matches!(
        kind,
        "client_credentials"
            | "authorization_code"
            | "refresh_token"
            | "password"
            | "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    if !known {
        return Err((
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "The grant type is not supported.".to_owned(),
        ));
    }
    if !caller.may(kind) {
        return Err((
            StatusCode::UNAUTHORIZED,
            "unauthorized_client",
            "The client is not authorized to use this grant type.".to_owned(),
        ));
    }
    match kind {
        "client_credentials" => {
            let mut grant = asked(house, &caller, None, form.get("scope").unwrap_or_default())?;
            // A client signs in anew instead of renewing.
            grant.offline = false;
            Ok((grant, "cc", false))
        }
        "authorization_code" => redeem(house, &caller, form).map(|grant| (grant, "azc", true)),
        "refresh_token" => {
            let text = form.needs("refresh_token")?;
            let grant = house
                .tokens
                .take_refresh(text, &caller.id)
                .ok_or_else(|| invalid_grant("The refresh token is invalid or has expired."))?;
            Ok((grant, "rt", true))
        }
        "password" => {
            let (name, password) = (form.needs("username")?, form.needs("password")?);
            let people = read(&house.people);
            let people: Vec<&Person> = people
                .iter()
                .filter(|person| person.name == name && person.password == password)
                .collect();
            if people.is_empty() {
                return Err(invalid_grant("The user name or password is wrong."));
            }
            if people.iter().any(|person| person.second_factor) {
                return Err(invalid_grant(
                    "The user has to sign in with a second factor, which this grant cannot ask for.",
                ));
            }
            let scope = form.get("scope").unwrap_or_default();
            Ok((asked(house, &caller, Some(&people), scope)?, "pwd", true))
        }
        _ => {
            let text = form.needs("assertion")?;
            let name = subject(text, &caller, &house.token_url(), Timestamp::now())
                .map_err(|words| invalid_grant(&words))?;
            let people = read(&house.people);
            let people: Vec<&Person> = people.iter().filter(|person| person.name == name).collect();
            if people.is_empty() {
                return Err(invalid_grant("The subject of the assertion is not a user."));
            }
            let scope = form.get("scope").unwrap_or_default();
            Ok((asked(house, &caller, Some(&people), scope)?, "jwt", true))
        }
    }
}

/// The application that asks: by header, by form, or by an assertion of its own.
fn client(house: &House, headers: &HeaderMap, form: &Form) -> Result<Caller, Refused> {
    let failed = || {
        (
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Client authentication failed.".to_owned(),
        )
    };
    let find = |id: &str, secret: Option<&str>| {
        read(&house.callers)
            .iter()
            .find(|caller| caller.id == id && caller.secret.as_deref() == secret)
            .cloned()
    };
    if let Some((id, secret)) = basic(headers) {
        let secret = Some(secret).filter(|secret| !secret.is_empty());
        return find(&id, secret.as_deref()).ok_or_else(failed);
    }
    if form.get("client_assertion_type") == Some(ASSERTION) {
        let text = form.needs("client_assertion")?;
        let known = read(&house.callers).clone();
        return known
            .into_iter()
            .filter(|caller| form.get("client_id").is_none_or(|id| id == caller.id))
            .find(|caller| {
                subject(text, caller, &house.token_url(), Timestamp::now())
                    .is_ok_and(|subject| subject == caller.id)
            })
            .ok_or_else(failed);
    }
    let id = form.get("client_id").ok_or_else(failed)?;
    let secret = form.get("client_secret").filter(|text| !text.is_empty());
    find(id, secret).ok_or_else(failed)
}

/// The grant for the scopes asked for, to the people with access there, or to the client itself.
pub(crate) fn asked(
    house: &House,
    caller: &Caller,
    people: Option<&[&Person]>,
    scope: &str,
) -> Result<Grant, Refused> {
    let wanted = wanted(house, caller, scope).ok_or_else(|| {
        (
            StatusCode::BAD_REQUEST,
            "invalid_scope",
            "The requested scope is invalid, unknown, or malformed.".to_owned(),
        )
    })?;
    let mut roles = Vec::new();
    match people {
        None => roles.clone_from(&caller.roles),
        Some(people) => {
            for resident in &wanted.audience {
                let Some(person) = people.iter().find(|one| one.knows(&resident.name)) else {
                    return Err(invalid_grant("The user has no access to the application."));
                };
                for role in &person.roles {
                    if !roles.contains(role) {
                        roles.push(*role);
                    }
                }
            }
        }
    }
    Ok(Grant {
        client: caller.id.clone(),
        person: people
            .and_then(|people| people.first())
            .map(|person| person.name.clone()),
        roles,
        audience: wanted
            .audience
            .iter()
            .map(|resident| resident.wire_name.clone())
            .collect(),
        scope: scope.to_owned(),
        offline: wanted.offline,
    })
}

/// Takes a code for what its sign-in allowed.
fn redeem(house: &House, caller: &Caller, form: &Form) -> Result<Grant, Refused> {
    let refused = || invalid_grant("The authorization code is invalid or has expired.");
    let code = house
        .tokens
        .take_code(form.needs("code")?)
        .ok_or_else(refused)?;
    if code.grant.client != caller.id {
        return Err(refused());
    }
    if form.needs("redirect_uri")? != code.redirect {
        return Err(invalid_grant(
            "The redirect address is not that of the sign-in.",
        ));
    }
    match (&code.challenge, form.get("code_verifier")) {
        (Some(challenge), Some(verifier)) => {
            let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            let length = (43..=128).contains(&verifier.len());
            if !length || hash != *challenge {
                return Err(invalid_grant(
                    "The code verifier does not fit the challenge.",
                ));
            }
        }
        (Some(_), None) => return Err(invalid_grant("Missing parameter: code_verifier.")),
        (None, _) if caller.secret.is_none() => return Err(refused()),
        (None, _) => {}
    }
    Ok(code.grant)
}

/// Hands out the tokens of a grant.
fn issue(house: &House, grant: Grant, kind: &str, may_renew: bool) -> Response<Body> {
    let audience: Vec<&Resident> = house
        .residents
        .iter()
        .filter(|resident| grant.audience.contains(&resident.wire_name))
        .collect();
    let caller = read(&house.callers)
        .iter()
        .find(|caller| caller.id == grant.client)
        .cloned();
    let shown = caller
        .and_then(|caller| wanted(house, &caller, &grant.scope).map(|wanted| wanted.shown))
        .unwrap_or_default();
    let text = access_token(house, &grant, &audience, &shown, kind);
    let life = house.token_life;
    let mut body =
        json!({"access_token": text, "token_type": "Bearer", "expires_in": life.as_secs()});
    if may_renew && grant.offline {
        let refresh = secret_text();
        if let Some(members) = body.as_object_mut() {
            members.insert("refresh_token".to_owned(), json!(refresh));
        }
        let token = Token {
            grant: grant.clone(),
            ends: Instant::now() + REFRESH_LIFE,
        };
        house.tokens.keep_refresh(refresh, token);
    }
    let ends = Instant::now() + life;
    house.tokens.keep_access(text, Token { grant, ends });
    token_answer(StatusCode::OK, &body)
}

fn refuse(status: StatusCode, error: &str, description: &str) -> Response<Body> {
    let body = json!({
        "ecid": Uuid::new_v4().simple().to_string(),
        "error": error,
        "error_description": description,
    });
    token_answer(status, &body)
}

fn token_answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = raw(
        status,
        "application/json;charset=UTF-8",
        to_bytes(body).into(),
    );
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-frame-options", HeaderValue::from_static("deny"));
    response
}
