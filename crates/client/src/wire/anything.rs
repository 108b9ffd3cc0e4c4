//! All that is read of answers, in one place: what a service sends is never to be trusted, so the fuzz
//! target and a property test feed this with anything at all.

use std::fmt::Debug;
use std::hint::black_box;
use std::time::SystemTime;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use serde_json::Value;
use url::Url;

use super::{
    AbortAnswer, AccessList, AccessListRequest, ActivationErrors, ActivationState, ActivityStream,
    Agent, AgentGroup, AppRole, ArchiveJob, ArchiveJobStarted, AuditRecord, Certificate,
    Connection, ConnectionTest, Deployment, DiscardAnswer, DomainApp, DomainGroup, DomainUser,
    ErrorGroup, ErroredInstance, FutureRun, GitProject, GitSettings, HistoryEntry, IcsIntegration,
    Integration, IntegrationInstance, Library, Lookup, Milestone, MonitoredIntegration, Package,
    Project, Read, RecoveryJob, ResubmitAnswer, RoleGrant, Schedule, ScheduleDefinition,
    TrafficSummary, WireObject, WorkRequest,
};
use crate::address::Address;
use crate::calls;
use crate::exchange::Redactor;
use crate::http::answer;
use crate::http::body::{judge, without_mark};
use crate::http::{Expect, redirect};
use crate::page::Pages;
use crate::retry::retry_after;
use crate::sign_in;

const OPERATION: &str = "Decoding";

/// Reads the bytes as every answer, page, error and header there is. Whatever they are, it comes back.
#[doc(hidden)]
pub fn decode_anything(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<Value>(without_mark(bytes)) {
        each(&value);
        // The elements of a list are asked too: fuzzers find lists sooner than their items.
        for item in lists(&value) {
            each(item);
        }
        pages(&value);
    }
    for expect in [
        Expect::Json,
        Expect::MaybeJson,
        Expect::Nothing,
        Expect::Zip,
        Expect::ZipOrFile,
        Expect::File,
    ] {
        black_box(judge(expect, "application/json", bytes).is_ok());
    }
    black_box(sign_in::reads_as_token(bytes));
    black_box(calls::reads_as_job(bytes));
    headers(bytes);
    errors(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        black_box(Address::parse_pasted(text).is_ok());
    }
}

/// Reads the value as every object.
fn each(value: &Value) {
    /// Reads the value as one of the objects.
    fn one<T: WireObject + Debug>(value: &Value) {
        if let Ok(read) = Read::<T>::decode(value.clone()) {
            black_box((read.value.identity().len(), format!("{read:?}").len()));
        }
    }
    for read in [
        one::<AbortAnswer>,
        one::<AccessList>,
        one::<ActivationState>,
        one::<ActivityStream>,
        one::<Agent>,
        one::<AgentGroup>,
        one::<AppRole>,
        one::<ArchiveJob>,
        one::<ArchiveJobStarted>,
        one::<AuditRecord>,
        one::<Certificate>,
        one::<Connection>,
        one::<ConnectionTest>,
        one::<Deployment>,
        one::<DiscardAnswer>,
        one::<DomainApp>,
        one::<DomainGroup>,
        one::<DomainUser>,
        one::<ErrorGroup>,
        one::<ErroredInstance>,
        one::<FutureRun>,
        one::<GitProject>,
        one::<GitSettings>,
        one::<HistoryEntry>,
        one::<IcsIntegration>,
        one::<Integration>,
        one::<IntegrationInstance>,
        one::<Library>,
        one::<Lookup>,
        one::<Milestone>,
        one::<MonitoredIntegration>,
        one::<Package>,
        one::<Project>,
        one::<RecoveryJob>,
        one::<ResubmitAnswer>,
        one::<RoleGrant>,
        one::<Schedule>,
        one::<TrafficSummary>,
        one::<WorkRequest>,
    ] {
        read(value);
    }
    black_box(ActivationErrors::gather(value).words.len());
    // What is read and then sent back, or judged.
    if let Ok(list) = Read::<AccessList>::decode(value.clone()) {
        black_box(AccessListRequest::from(&list.value));
    }
    black_box(ScheduleDefinition::from_stored(value).to_body());
    if let Ok(job) = Read::<ArchiveJob>::decode(value.clone()) {
        black_box(job.value.state().has_ended());
    }
    if let Ok(instance) = Read::<IntegrationInstance>::decode(value.clone()) {
        black_box(instance.value.state());
    }
}

fn lists(value: &Value) -> impl Iterator<Item = &Value> {
    [value.get("items"), value.get("Resources"), Some(value)]
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
        .take(8)
}

fn pages(value: &Value) {
    let mut pages = Pages::default();
    // Twice: the second page may be the first one again.
    black_box(pages.take(value.clone(), OPERATION).is_ok());
    black_box(pages.take(value.clone(), OPERATION).is_ok());
    black_box(pages.into_items().len());
    black_box(calls::reads_as_page(value.clone()));
}

fn headers(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    black_box(retry_after(text, SystemTime::UNIX_EPOCH));
    if let Ok(from) =
        Url::parse("https://shop-ax1-px.integration.eu-frankfurt-1.ocp.oraclecloud.com/")
    {
        for status in [StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT] {
            black_box(redirect::next(status, Some(text), &from, OPERATION).is_ok());
        }
    }
}

fn errors(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(&bytes[..bytes.len().min(64)]) {
        headers.insert(RETRY_AFTER, value.clone());
        headers.insert(LOCATION, value.clone());
        headers.insert("opc-request-id", value);
    }
    let redactor = Redactor::knowing(["canary secret"]);
    for status in [400, 401, 403, 404, 409, 412, 423, 429, 500, 503] {
        let exchange = answer::exchange("GET", "/", status, &headers, bytes, &redactor);
        let failure = answer::failure(OPERATION, status, &headers, exchange, true);
        black_box((failure.to_string().len(), format!("{failure:?}").len()));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::decode_anything;

    /// JSON that looks like an answer: the names that are read, with values of any kind.
    fn answer() -> impl Strategy<Value = String> {
        let name = prop::sample::select(vec![
            "items",
            "Resources",
            "hasMore",
            "totalResults",
            "totalRecordsCount",
            "limit",
            "id",
            "code",
            "version",
            "name",
            "status",
            "state",
            "created",
            "lockedFlag",
            "columns",
            "rows",
            "rowData",
            "endPoints",
            "connection",
            "dependencies",
            "assets",
            "labelsRs",
            "overallStatus",
            "components",
            "percentage",
            "jobId",
            "access_token",
            "expires_in",
            "error",
            "error_description",
            "title",
            "detail",
            "frequency",
            "parameters",
            "counts",
            "noOfErrors",
            "grantee",
            "entitlement",
            "administrators",
            "allowed",
            "download_url",
        ]);
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            "[a-zA-Z0-9|:/. '\"\\\\*é-]{0,12}".prop_map(Into::into),
        ];
        leaf.prop_recursive(5, 48, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec((name.clone(), inner), 0..6).prop_map(|members| {
                    members
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect::<serde_json::Map<_, _>>()
                        .into()
                }),
            ]
        })
        .prop_map(|value| value.to_string())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn bytes_of_any_kind_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            decode_anything(&bytes);
        }

        #[test]
        fn answers_of_any_shape_are_taken(text in answer()) {
            decode_anything(text.as_bytes());
        }

        #[test]
        fn answers_that_broke_off_are_taken(text in answer(), cut in 0.0..1.0_f64) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a short length")]
            let end = (text.len() as f64 * cut) as usize;
            decode_anything(&text.as_bytes()[..end]);
        }
    }
}
