//! A request whose sender is known, and the ways to answer or refuse it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use serde_json::Value;

use super::body::{Form, leading_json};
use crate::effect::Subject;
use crate::role::{Action, Role, allows};
use crate::wire::{self, Listing, Query, problem, raw};

/// A refusal, ready to be sent; boxed, because answers are large.
pub(crate) type Refusal = Box<Response<Body>>;

/// An answer, or a refusal.
pub(crate) type Answer = Result<Response<Body>, Refusal>;

/// What a request asks for: its method, seen together with `X-HTTP-Method-Override`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Put,
    Delete,
    /// The method `PATCH` itself, which only the parameters of schedules take (documented).
    Patch,
    /// `POST` with `X-HTTP-Method-Override: PATCH`.
    PostPatch,
    /// `POST` with `X-HTTP-Method-Override: PUT`.
    PostPut,
    Other,
}

impl Verb {
    pub fn of(method: &Method, headers: &HeaderMap) -> Self {
        let instead = headers
            .get("x-http-method-override")
            .and_then(|value| value.to_str().ok())
            .map(|value| value.trim().to_ascii_uppercase());
        match (method.as_str(), instead.as_deref()) {
            ("GET", _) => Self::Get,
            ("POST", None | Some("" | "POST")) => Self::Post,
            ("POST", Some("PATCH")) => Self::PostPatch,
            ("POST", Some("PUT")) => Self::PostPut,
            ("PUT", _) => Self::Put,
            ("DELETE", _) => Self::Delete,
            ("PATCH", _) => Self::Patch,
            _ => Self::Other,
        }
    }

    /// Whether content may change.
    pub fn writes(self) -> bool {
        self != Self::Get
    }
}

/// A request whose sender is known.
pub(crate) struct Call<'request> {
    pub verb: Verb,
    /// Below the prefix of its API, decoded.
    pub path: &'request [&'request str],
    pub query: &'request Query,
    pub headers: &'request HeaderMap,
    pub body: &'request Bytes,
    /// The parts of a `multipart/form-data` body; `None` for bodies of other types.
    pub form: Option<&'request Result<Form, String>>,
    pub gzip: bool,
    pub roles: &'request [Role],
    /// Who calls: the id of a client, the e-mail of a person (recorded).
    pub who: &'request str,
}

pub(crate) fn refuse(status: StatusCode, title: &str) -> Refusal {
    Box::new(problem(status, title))
}

pub(crate) fn not_found(what: &str) -> Refusal {
    refuse(StatusCode::NOT_FOUND, &format!("{what} not found."))
}

pub(crate) fn locked(what: &str) -> Refusal {
    refuse(StatusCode::LOCKED, &format!("{what} is locked."))
}

pub(crate) fn bad(title: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, title)
}

pub(crate) fn conflict(title: &str) -> Refusal {
    refuse(StatusCode::CONFLICT, title)
}

/// 412: the artifact is in the wrong state.
pub(crate) fn wrong_state(title: &str) -> Refusal {
    refuse(StatusCode::PRECONDITION_FAILED, title)
}

pub(crate) fn not_allowed() -> Refusal {
    refuse(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.")
}

/// Success without a body: 204, or whatever was documented.
pub(crate) fn bare(status: StatusCode) -> Response<Body> {
    let mut response = raw(status, "application/json", Bytes::new());
    response.headers_mut().remove(header::CONTENT_TYPE);
    response
}

/// The same for answers that name their subject nowhere: what counts effects learns it from here.
pub(crate) fn silent(status: StatusCode, subject: &str) -> Response<Body> {
    let mut response = bare(status);
    response
        .extensions_mut()
        .insert(Subject(subject.to_owned()));
    response
}

/// 204 with the address of what was made.
pub(crate) fn made(location: &str) -> Response<Body> {
    let mut response = bare(StatusCode::NO_CONTENT);
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

impl Call<'_> {
    /// Refuses those whose roles do not allow the action.
    pub fn needs(&self, action: Action) -> Result<(), Refusal> {
        if allows(self.roles, action) {
            Ok(())
        } else {
            Err(refuse(
                StatusCode::FORBIDDEN,
                "User does not have the role that this operation needs.",
            ))
        }
    }

    pub fn show(&self, value: &Value) -> Response<Body> {
        wire::json(value, self.gzip)
    }

    /// The reply to a change, whose content type has no character set (recorded).
    pub fn show_changed(&self, value: &Value) -> Response<Body> {
        let mut response = wire::json(value, self.gzip);
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        response
    }

    pub fn page<T>(
        &self,
        rows: Vec<Listing<'_, T>>,
        href: &str,
        show: impl Fn(&T) -> Value,
    ) -> Answer {
        let page = wire::page(rows, self.query, href, show)?;
        Ok(self.show(&page))
    }

    fn content_type(&self) -> &str {
        self.headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as JSON. What follows the first value is passed over, because clients send
    /// `{"status":"ACTIVATED"}&enableAsyncActivationMode=true` and are served. For the same reason
    /// the type that such clients do not set (`application/x-www-form-urlencoded`) is taken for
    /// bodies that begin like JSON; every other type but JSON is refused (inferred).
    pub fn json(&self) -> Result<Value, Refusal> {
        let kind = self.content_type().to_ascii_lowercase();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let value = leading_json(self.body);
        let taken = match essence {
            "" | "application/json" => true,
            "application/x-www-form-urlencoded" => value.is_some(),
            other => other.ends_with("+json"),
        };
        if !taken {
            return Err(refuse(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The content type has to be application/json.",
            ));
        }
        value.ok_or_else(|| bad("The request has no valid JSON body."))
    }

    /// The same, for calls whose body may be left out.
    pub fn json_if_any(&self) -> Result<Value, Refusal> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        self.json()
    }

    /// The parts of the body.
    pub fn form(&self) -> Result<&Form, Refusal> {
        match self.form {
            Some(Ok(form)) => Ok(form),
            Some(Err(error)) => Err(bad(&format!("The form cannot be read: {error}"))),
            None if self.body.is_empty() => Err(bad("The request has no file.")),
            None => Err(refuse(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The content type has to be multipart/form-data.",
            )),
        }
    }

    /// The content of the part `file`, which has to be there and to hold something.
    pub fn file(&self) -> Result<&Bytes, Refusal> {
        self.form()?
            .part("file")
            .map(|part| &part.content)
            .filter(|content| !content.is_empty())
            .ok_or_else(|| bad("The request has no file."))
    }

    /// Refuses requests without the header that documented updates have to carry.
    pub fn needs_override(&self) -> Result<(), Refusal> {
        if matches!(self.verb, Verb::PostPatch | Verb::PostPut) {
            Ok(())
        } else {
            Err(bad("The header X-HTTP-Method-Override is required."))
        }
    }
}
