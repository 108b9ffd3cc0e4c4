//! The page where people sign in, and the way back to the application.

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, Response, StatusCode, Uri, header};

use super::claims::secret_text;
use super::client::{Caller, Person};
use super::grant::asked;
use super::scope::wanted;
use super::tokens::Code;
use crate::house::{House, read};
use crate::wire::{Query, problem, raw};

/// A sign-in that may take place.
struct Wish<'query> {
    caller: Caller,
    redirect: &'query str,
    scope: &'query str,
    state: Option<&'query str>,
    challenge: Option<String>,
}

/// Answers `GET` and `POST /oauth2/v1/authorize`: the page, and the form on it.
pub(crate) fn authorize(house: &House, method: &Method, uri: &Uri, body: &[u8]) -> Response<Body> {
    let query = Query::parse(uri.query());
    let caller = query.get("client_id").and_then(|id| {
        read(&house.callers)
            .iter()
            .find(|one| one.id == id)
            .cloned()
    });
    let (Some(caller), Some(redirect)) = (caller, query.get("redirect_uri")) else {
        return stop("The application is not known, or the redirect address is missing.");
    };
    // Who is sent somewhere else must be known to belong there, letter by letter.
    if !caller.redirects.iter().any(|own| own == redirect) {
        return stop("The redirect address is not registered for the application.");
    }
    let state = query.get("state");
    let back = |error: &str, words: &str| {
        send_back(
            redirect,
            &[
                ("error", Some(error)),
                ("error_description", Some(words)),
                ("state", state),
            ],
        )
    };
    if query.get("response_type") != Some("code") {
        return back(
            "unsupported_response_type",
            "The response type is not supported.",
        );
    }
    if !caller.may("authorization_code") {
        return back(
            "unauthorized_client",
            "The client is not authorized to use this grant type.",
        );
    }
    let challenge = query.get("code_challenge").map(str::to_owned);
    if challenge.is_some() && query.get("code_challenge_method") != Some("S256") {
        return back("invalid_request", "The code challenge method must be S256.");
    }
    if challenge.is_none() && caller.secret.is_none() {
        return back("invalid_request", "Missing parameter: code_challenge.");
    }
    let scope = query.get("scope").unwrap_or_default();
    if wanted(house, &caller, scope).is_none() {
        return back(
            "invalid_scope",
            "The requested scope is invalid, unknown, or malformed.",
        );
    }
    let wish = Wish {
        caller,
        redirect,
        scope,
        state,
        challenge,
    };
    match *method {
        Method::GET if house.auto_consent => {
            let everyone = read(&house.people);
            let person = everyone.iter().find(|person| {
                query
                    .get("login_hint")
                    .is_none_or(|hint| hint == person.name)
                    && asked(house, &wish.caller, Some(&[person]), scope).is_ok()
            });
            match person {
                Some(person) => consent(house, &wish, &[person]),
                None => back("access_denied", "No user has access to the application."),
            }
        }
        Method::GET => page(uri, ""),
        Method::POST => {
            let form: Vec<(String, String)> =
                url::form_urlencoded::parse(body).into_owned().collect();
            let field = |name: &str| {
                form.iter()
                    .find(|(key, _)| key == name)
                    .map_or("", |(_, value)| value.as_str())
            };
            if !field("cancel").is_empty() {
                return back("access_denied", "The user did not sign in.");
            }
            let everyone = read(&house.people);
            let people: Vec<&Person> = everyone
                .iter()
                .filter(|one| one.name == field("user") && one.password == field("password"))
                .collect();
            if people.is_empty() {
                return page(uri, "The user name or password is wrong.");
            }
            consent(house, &wish, &people)
        }
        _ => problem(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed."),
    }
}

/// Sends the browser back with a code.
fn consent(house: &House, wish: &Wish<'_>, people: &[&Person]) -> Response<Body> {
    let grant = match asked(house, &wish.caller, Some(people), wish.scope) {
        Ok(grant) => grant,
        Err((_, _, words)) => {
            let why = [
                ("error", Some("access_denied")),
                ("error_description", Some(words.as_str())),
                ("state", wish.state),
            ];
            return send_back(wish.redirect, &why);
        }
    };
    let text = secret_text();
    let code = Code {
        grant,
        redirect: wish.redirect.to_owned(),
        challenge: wish.challenge.clone(),
        ends: Instant::now() + house.code_life,
    };
    house.tokens.keep_code(text.clone(), code);
    send_back(
        wish.redirect,
        &[("code", Some(&text)), ("state", wish.state)],
    )
}

fn send_back(redirect: &str, fields: &[(&str, Option<&str>)]) -> Response<Body> {
    let mut encoder = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        if let Some(value) = value {
            encoder.append_pair(name, value);
        }
    }
    let joint = if redirect.contains('?') { '&' } else { '?' };
    let target = format!("{redirect}{joint}{}", encoder.finish());
    let mut response = raw(StatusCode::FOUND, "text/html;charset=utf-8", Bytes::new());
    if let Ok(location) = HeaderValue::from_str(&target) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// The form; it sends its fields to the address it came from.
fn page(uri: &Uri, complaint: &str) -> Response<Body> {
    let action = uri
        .path_and_query()
        .map_or("", |whole| whole.as_str())
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;");
    let text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sign in</title></head>\n\
         <body><main><h1>Sign in to the sandbox</h1>\n<p role=\"alert\">{complaint}</p>\n\
         <form method=\"post\" action=\"{action}\">\n\
         <p><label>User name <input name=\"user\" id=\"user\" autocomplete=\"username\"></label></p>\n\
         <p><label>Password <input name=\"password\" id=\"password\" type=\"password\"></label></p>\n\
         <p><button id=\"sign-in\">Sign in</button>\n\
         <button id=\"cancel\" name=\"cancel\" value=\"yes\">Cancel</button></p>\n\
         </form></main></body></html>\n"
    );
    raw(StatusCode::OK, "text/html;charset=utf-8", Bytes::from(text))
}

/// Nobody is sent anywhere: the page says why.
fn stop(words: &str) -> Response<Body> {
    let text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Sign-in error</title></head>\
         <body><h1>Sign-in is not possible</h1><p>{words}</p></body></html>\n"
    );
    raw(
        StatusCode::BAD_REQUEST,
        "text/html;charset=utf-8",
        Bytes::from(text),
    )
}
