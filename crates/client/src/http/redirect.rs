//! Being sent on: the console host of OIC 3 answers design calls with 307 and the design host
//! (recorded by public scripts). The sign-in goes along, and so goes nowhere else than
//! [`may_follow`] allows.

use reqwest::StatusCode;
use url::Url;

use crate::address::{is_secure_or_loopback, may_follow};
use crate::error::{Error, ErrorKind};

/// Where the request goes next, if the answer sends it on.
pub(crate) fn next(
    status: StatusCode,
    location: Option<&str>,
    from: &Url,
    operation: &str,
) -> Result<Option<Url>, Error> {
    if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    let target = location.and_then(|location| from.join(location).ok());
    let Some(target) = target else {
        return Err(Error::new(
            ErrorKind::NotOracleIntegration,
            operation,
            format!(
                "the answer ({}) sends the request on without saying where",
                status.as_u16()
            ),
        ));
    };
    let host = target.host_str().unwrap_or_default();
    if !matches!(
        status,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    ) {
        return Err(Error::new(
            ErrorKind::NotOracleIntegration,
            operation,
            format!(
                "the answer ({}) leads to a page at `{host}`, most often a sign-in page for people; check the address",
                status.as_u16()
            ),
        ));
    }
    if !is_secure_or_loopback(&target) {
        return Err(Error::new(
            ErrorKind::InsecureAddress,
            operation,
            format!(
                "the request was to be sent on to `{host}` without encryption; it was not sent"
            ),
        ));
    }
    if !may_follow(from, &target) {
        return Err(Error::new(
            ErrorKind::NotOracleIntegration,
            operation,
            format!(
                "the request was to be sent on to `{host}`, which does not belong to the instance; the sign-in was not sent there"
            ),
        ));
    }
    Ok(Some(target))
}
