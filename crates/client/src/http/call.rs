//! One call, before it is sent, and what came back.

use std::fmt;
use std::path::PathBuf;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderMap, LOCATION};
use secrecy::SecretString;
use serde_json::Value;

use super::Expect;
use super::form::Form;
use crate::pace::CallClass;

/// Whether the same call may be sent again after a failure that leaves open what it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Yes: it only reads, or it sets something to the same value again.
    Safe,
    /// No: first one has to look whether it took effect.
    Look,
}

/// What is sent.
#[derive(Clone)]
pub(crate) enum Payload {
    /// Nothing.
    None,
    /// JSON.
    Json(Value),
    /// `multipart/form-data`.
    Form(Form),
}

impl fmt::Debug for Payload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is sent may hold passwords.
        formatter.write_str(match self {
            Self::None => "None",
            Self::Json(_) => "Json(…)",
            Self::Form(_) => "Form(…)",
        })
    }
}

/// One call, before it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Begins a sentence: "Reading connection `ERP`".
    pub(crate) operation: String,
    pub(crate) method: Method,
    /// Below the host, percent-encoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    /// A partial update: `X-HTTP-Method-Override: PATCH` goes along (documented).
    pub(crate) patch: bool,
    pub(crate) body: Payload,
    pub(crate) expect: Expect,
    pub(crate) class: CallClass,
    pub(crate) repeat: Repeat,
    /// Values in what is sent that must not show in errors.
    pub(crate) secrets: Vec<SecretString>,
    /// The answer goes into this file instead of memory.
    pub(crate) to: Option<PathBuf>,
}

impl Call {
    /// A call without a body that reads; the rest is set with the verbs below.
    pub(crate) fn new(operation: String, method: Method, path: String, class: CallClass) -> Self {
        Self {
            operation,
            method,
            path,
            query: Vec::new(),
            patch: false,
            body: Payload::None,
            expect: Expect::Json,
            class,
            repeat: Repeat::Safe,
            secrets: Vec::new(),
            to: None,
        }
    }

    /// Adds a query parameter.
    pub(crate) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Adds a query parameter where it has a value.
    pub(crate) fn query_if(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Sends JSON.
    pub(crate) fn json(mut self, body: Value) -> Self {
        self.body = Payload::Json(body);
        self
    }

    /// Sends a form with files.
    pub(crate) fn form(mut self, form: Form) -> Self {
        self.body = Payload::Form(form);
        self
    }

    /// Makes it a partial update.
    pub(crate) fn patch(mut self) -> Self {
        self.patch = true;
        self
    }

    /// Says what has to come back.
    pub(crate) fn expecting(mut self, expect: Expect) -> Self {
        self.expect = expect;
        self
    }

    /// It must not be sent again before somebody looked.
    pub(crate) fn once(mut self) -> Self {
        self.repeat = Repeat::Look;
        self
    }

    /// These values go along and must not show in errors.
    pub(crate) fn hiding(mut self, secrets: impl IntoIterator<Item = SecretString>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// Archives and data that came whole are not for showing, even where they were not what was due.
    pub(super) fn body_to_show<'a>(&self, status: u16, body: &'a [u8]) -> &'a [u8] {
        if self.expect != Expect::Json && (200..300).contains(&status) && body.starts_with(b"PK") {
            &[]
        } else {
            body
        }
    }
}

/// What came back of a call that succeeded.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Empty where it went into a file.
    pub(crate) body: Bytes,
    /// How many bytes came.
    pub(crate) length: u64,
}

impl Answer {
    /// `Location`.
    pub(crate) fn location(&self) -> Option<String> {
        self.header(LOCATION.as_str())
    }

    /// Another header, as text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        Some(self.headers.get(name)?.to_str().ok()?.to_owned())
    }
}
