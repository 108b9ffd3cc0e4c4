//! One call, before it is sent.

use reqwest::Method;

use super::Expect;
use crate::pace::CallClass;

/// One call, before it is sent. All calls of this crate only read, so all may be repeated.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Begins a sentence: "Reading connection `ERP`".
    pub(crate) operation: String,
    pub(crate) method: Method,
    /// Below the host, percent-encoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    /// A JSON body, for the export of a project.
    pub(crate) body: Option<String>,
    pub(crate) expect: Expect,
    pub(crate) class: CallClass,
}

impl Call {
    /// Archives and data that came whole are not for showing, even where they were not what was due.
    pub(super) fn body_to_show<'a>(&self, status: u16, body: &'a [u8]) -> &'a [u8] {
        if self.expect != Expect::Json && (200..300).contains(&status) && body.starts_with(b"PK") {
            &[]
        } else {
            body
        }
    }
}
