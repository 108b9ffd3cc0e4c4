//! Failed integration instances: listed, sent on again, discarded; and the jobs that send on.

use serde_json::{Value, json};

use super::collect::{Found, Listing};
use super::query::{InstanceFilter, Period, TimeWindow};
use crate::calls::{Made, Path, Seen};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{
    DiscardAnswer, ErrorGroup, ErroredInstance, InstanceState, Read, RecoveryJob, ResubmitAnswer,
};

/// The most instances of one request (the limit that a working client keeps).
const MOST_AT_ONCE: usize = 50;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorQuery {
    /// Which ones.
    pub filter: InstanceFilter,
    /// When; the last hour where it is not said (documented).
    pub period: Option<Period>,
    /// No more than so many.
    pub most: Option<usize>,
}

/// By what failures are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorsBy {
    /// By their words.
    Message,
    /// By integration.
    Integration,
    /// By connection.
    Connection,
}

/// Which failed instances are sent on or discarded together (documented).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorSelection {
    /// These, at most 50.
    Ids(Vec<String>),
    /// All of one version of an integration.
    Integration {
        /// Its code.
        code: String,
        /// Its version.
        version: String,
        /// Since when.
        window: TimeWindow,
    },
    /// All that failed at one connection.
    Connection {
        /// Its identifier.
        code: String,
        /// From when, as the service writes times.
        from: String,
        /// Until when.
        to: String,
    },
}

impl ErrorSelection {
    fn body(&self, operation: &str) -> Result<Value, Error> {
        Ok(match self {
            Self::Ids(ids) if ids.is_empty() || ids.len() > MOST_AT_ONCE => {
                return Err(Error::new(
                    ErrorKind::Configuration,
                    operation,
                    format!(
                        "{} instances were chosen; the service takes 1 to {MOST_AT_ONCE} at a time",
                        ids.len()
                    ),
                ));
            }
            Self::Ids(ids) => json!({ "ids": ids }),
            Self::Integration {
                code,
                version,
                window,
            } => json!({
                "flowCode": code, "flowVersion": version, "timewindow": window.name(),
            }),
            Self::Connection { code, from, to } => json!({
                "connectionCode": code, "startDate": from, "endDate": to,
            }),
        })
    }
}

impl Client {
    fn errors_path(&self, operation: String) -> Result<Path, Error> {
        Ok(self.monitoring_path(operation)?.then("/errors"))
    }

    fn errors_listing(&self, query: &ErrorQuery) -> Result<Listing, Error> {
        let path = self.errors_path("Listing the failed integration instances".to_owned())?;
        Ok(Listing {
            operation: path.operation,
            path: path.text,
            query: Vec::new(),
            conditions: query.filter.conditions(),
            period: query.period,
            most: query.most,
            paged: true,
        })
    }

    /// Failed integration instances.
    pub async fn errored_instances(
        &self,
        query: &ErrorQuery,
    ) -> Result<Found<ErroredInstance>, Error> {
        self.collect(self.errors_listing(query)?).await
    }

    /// Failures counted together.
    pub async fn error_groups(
        &self,
        query: &ErrorQuery,
        by: ErrorsBy,
    ) -> Result<Found<ErrorGroup>, Error> {
        let mut listing = self.errors_listing(query)?;
        let by = match by {
            ErrorsBy::Message => "messages",
            ErrorsBy::Integration => "integration",
            ErrorsBy::Connection => "connection",
        };
        listing.query.push(("groupBy", by.to_owned()));
        self.collect(listing).await
    }

    /// One failed integration instance.
    pub async fn errored_instance(&self, id: &str) -> Result<Read<ErroredInstance>, Error> {
        let operation = format!("Reading failed integration instance `{id}`");
        self.object(self.errors_path(operation)?.name(id)?, Vec::new())
            .await
    }

    /// Sends a failed integration instance on; with `audit_trace`, its steps are recorded at level Audit.
    /// `WrongState` where it cannot be sent on (412, documented). Gen 2 answers without a body.
    ///
    /// A lost answer is `Uncertain` where the instance stands as failed: it may have been sent on and
    /// failed again.
    pub async fn resubmit_error(
        &self,
        id: &str,
        audit_trace: bool,
    ) -> Result<Made<ResubmitAnswer>, Error> {
        let mut body = json!({});
        if audit_trace {
            body["recoveryTraceLevel"] = json!("Audit");
        }
        let call = self
            .errors_path(format!("Resubmitting integration instance `{id}`"))?
            .name(id)?
            .then("/resubmit")
            .post(CallClass::Change)
            .json(body)
            .expecting(Expect::MaybeJson);
        let made = self
            .change(call, || async {
                Ok(match self.integration_instance(id).await?.value.state() {
                    InstanceState::Resubmitted
                    | InstanceState::InProgress
                    | InstanceState::Queued
                    | InstanceState::Completed => Seen::Done,
                    _ => Seen::Unknown,
                })
            })
            .await?;
        Ok(made.into())
    }

    /// Sends failed integration instances on together (202, documented). Where the answer is lost, the
    /// recovery jobs tell, and the error says `Uncertain`: sending on twice would do the work twice.
    pub async fn resubmit_errors(
        &self,
        selection: &ErrorSelection,
    ) -> Result<Made<ResubmitAnswer>, Error> {
        let operation = "Resubmitting failed integration instances".to_owned();
        let body = selection.body(&operation)?;
        let call = self
            .errors_path(operation)?
            .then("/resubmit")
            .post(CallClass::Change)
            .json(body)
            .expecting(Expect::MaybeJson);
        let made = self.change(call, async || Ok(Seen::Unknown)).await?;
        Ok(made.into())
    }

    /// Discards a failed integration instance: it can no longer be sent on (202, documented).
    pub async fn discard_error(&self, id: &str) -> Result<Made<DiscardAnswer>, Error> {
        let call = self
            .errors_path(format!("Discarding integration instance `{id}`"))?
            .name(id)?
            .then("/discard")
            .post(CallClass::Change)
            .json(json!({}))
            .expecting(Expect::MaybeJson);
        let made = self
            .change(call, || async {
                let state = self.integration_instance(id).await?.value.state();
                Ok(Seen::done_if(state == InstanceState::Aborted))
            })
            .await?;
        Ok(made.into())
    }

    /// Discards failed integration instances together (200 on OIC 3, 202 on Gen 2, documented). Discarding
    /// twice does no more than once, but what the second answer counts is not what was discarded: a lost
    /// answer is `Uncertain`.
    pub async fn discard_errors(
        &self,
        selection: &ErrorSelection,
    ) -> Result<Made<DiscardAnswer>, Error> {
        let operation = "Discarding failed integration instances".to_owned();
        let body = selection.body(&operation)?;
        let call = self
            .errors_path(operation)?
            .then("/discard")
            .post(CallClass::Change)
            .json(body)
            .expecting(Expect::MaybeJson);
        let made = self.change(call, async || Ok(Seen::Unknown)).await?;
        Ok(made.into())
    }

    /// The jobs that send failed instances on.
    pub async fn recovery_jobs(&self) -> Result<Found<RecoveryJob>, Error> {
        let path = self.errors_path("Listing the recovery jobs".to_owned())?;
        let path = path.then("/recoveryJobs");
        self.collect(Listing::plain(path)).await
    }

    /// One of them.
    pub async fn recovery_job(&self, id: &str) -> Result<Read<RecoveryJob>, Error> {
        let path = self.errors_path(format!("Reading recovery job `{id}`"))?;
        self.object(path.then("/recoveryJobs").name(id)?, Vec::new())
            .await
    }
}
