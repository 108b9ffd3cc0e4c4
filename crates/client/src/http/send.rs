//! Sending one request, and again to where the answer sends it on.

use std::sync::PoisonError;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
};
use url::Url;

use super::report::Report;
use super::{Call, Core, Expect, Payload, redirect};
use crate::address::{may_take_writes, origin};
use crate::error::{Error, ErrorKind, Retry};
use crate::pace::CallClass;
use crate::sign_in::Authorization;

/// How often one call may be sent on to another address.
const MOST_REDIRECTS: u32 = 3;
/// Says that a POST is a partial update (documented).
const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

impl Core {
    /// Sends the request, and again to where it is sent on. A host learnt this way is kept for the
    /// calls to come, if it is the same call that it takes: a place where one file lies is no instance.
    pub(super) async fn send(
        &self,
        call: &Call,
        authorization: &Authorization,
        report: &mut Report<'_>,
    ) -> Result<(reqwest::Response, Url), Error> {
        let operation = call.operation.as_str();
        let mut url = self.url(call);
        let limit = match call.class {
            CallClass::List | CallClass::Object | CallClass::Change => self.timeouts.answer,
            CallClass::Archive | CallClass::Import | CallClass::Activation => self.timeouts.archive,
        };
        for _ in 0..=MOST_REDIRECTS {
            let mut request = self
                .transport
                .for_url(&url)
                .request(call.method.clone(), url.clone())
                .header(AUTHORIZATION, authorization.header.clone());
            request = match call.expect {
                Expect::Json | Expect::MaybeJson | Expect::Nothing => {
                    request.header(ACCEPT, "application/json")
                }
                // Archives are compressed already, and their length is to be compared.
                Expect::Zip | Expect::ZipOrFile | Expect::File => request
                    .header(ACCEPT, "application/octet-stream, application/json;q=0.5")
                    .header(ACCEPT_ENCODING, "identity"),
            };
            if call.patch {
                request = request.header(OVERRIDE, HeaderValue::from_static("PATCH"));
            }
            request = match &call.body {
                Payload::None => request,
                Payload::Json(body) => request
                    .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                    .body(body.to_string()),
                Payload::Form(form) => request.multipart(form.encode(operation).await?),
            };
            let response = tokio::time::timeout(limit, request.send())
                .await
                .map_err(|_| no_answer(operation, limit))?
                .map_err(|error| self.transport.explain(&error, &url, operation))?;
            report.status = Some(response.status().as_u16());
            let location = response
                .headers()
                .get(LOCATION)
                .and_then(|value| value.to_str().ok());
            match redirect::next(response.status(), location, &url, operation)? {
                None => return Ok((response, url)),
                Some(next) => {
                    if !matches!(call.body, Payload::None) && !may_take_writes(&url, &next) {
                        return Err(sent_astray(operation, &next));
                    }
                    if origin(&next) != origin(&url) && next.path() == url.path() {
                        tracing::debug!(host = next.host_str(), "sent on to another host");
                        *self.base.write().unwrap_or_else(PoisonError::into_inner) = origin(&next);
                    }
                    url = next;
                }
            }
        }
        Err(Error::new(
            ErrorKind::NotOracleIntegration,
            operation,
            "the request was sent on again and again; check the address",
        ))
    }
}

fn sent_astray(operation: &str, to: &Url) -> Error {
    Error::new(
        ErrorKind::NotOracleIntegration,
        operation,
        format!(
            "the request was to be sent on to `{}`, which is not known to take changes; what it carries was not sent there",
            to.host_str().unwrap_or_default()
        ),
    )
}

fn no_answer(operation: &str, limit: Duration) -> Error {
    Error::new(
        ErrorKind::Timeout,
        operation,
        format!("no answer came within {} s", limit.as_secs()),
    )
    .with_retry(Retry::Safe)
    .with_possible_effect()
}
