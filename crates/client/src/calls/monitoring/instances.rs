//! Integration instances: listed, looked at, aborted.

use reqwest::Method;
use serde_json::json;

use super::collect::{Found, Listing};
use super::query::{InstanceFilter, Period};
use crate::calls::{Made, Path, Seen};
use crate::client::Client;
use crate::error::Error;
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{
    AbortAnswer, ActivityStream, InstanceState, IntegrationInstance, Milestone, Read,
};

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceOrder {
    /// By the last move; the service's own default.
    LastUpdated,
    /// By the beginning.
    Created,
    /// By how long they took.
    ExecutionTime,
}

/// How much of each instance is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceReturn {
    /// The least.
    Minimal,
    /// What is known of it without its messages.
    Metadata,
    /// The least of that.
    MetadataMinimal,
    /// A summary.
    Summary,
}

/// Which members are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceFields {
    /// The run alone.
    RunId,
    /// The id alone.
    Id,
    /// All.
    All,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceQuery {
    /// Which ones.
    pub filter: InstanceFilter,
    /// When; the last hour where it is not said (documented).
    pub period: Option<Period>,
    /// In which order.
    pub order: Option<InstanceOrder>,
    /// How much of each.
    pub detail: Option<InstanceReturn>,
    /// Which members of each.
    pub fields: Option<InstanceFields>,
    /// Put together by integration.
    pub by_integration: bool,
    /// No more than so many.
    pub most: Option<usize>,
}

impl InstanceQuery {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let order = self.order.map(|order| match order {
            InstanceOrder::LastUpdated => "lastupdateddate",
            InstanceOrder::Created => "creationdate",
            InstanceOrder::ExecutionTime => "executiontime",
        });
        let detail = self.detail.map(|detail| match detail {
            InstanceReturn::Minimal => "minimal",
            InstanceReturn::Metadata => "metadata",
            InstanceReturn::MetadataMinimal => "metadataminimal",
            InstanceReturn::Summary => "summary",
        });
        let fields = self.fields.map(|fields| match fields {
            InstanceFields::RunId => "runId",
            InstanceFields::Id => "id",
            InstanceFields::All => "all",
        });
        [
            ("orderBy", order),
            ("return", detail),
            ("fields", fields),
            ("groupBy", self.by_integration.then_some("integration")),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.to_owned())))
        .collect()
    }
}

impl Client {
    fn instances_path(&self, operation: String) -> Result<Path, Error> {
        Ok(self.monitoring_path(operation)?.then("/instances"))
    }

    /// Integration instances. Where there are more than one list can show (550), the stretch of time is
    /// read in halves.
    pub async fn integration_instances(
        &self,
        query: &InstanceQuery,
    ) -> Result<Found<IntegrationInstance>, Error> {
        let path = self.instances_path("Listing the integration instances".to_owned())?;
        self.collect(Listing {
            operation: path.operation,
            path: path.text,
            query: query.parameters(),
            conditions: query.filter.conditions(),
            period: query.period,
            most: query.most,
            paged: true,
        })
        .await
    }

    /// One integration instance.
    pub async fn integration_instance(&self, id: &str) -> Result<Read<IntegrationInstance>, Error> {
        let path = self.instances_path(format!("Reading integration instance `{id}`"))?;
        self.object(path.name(id)?, Vec::new()).await
    }

    /// What happened in an integration instance: the older form, which OIC 3 is going to drop
    /// (documented). `newest_first` sets the order; `timezone` is a name such as `Europe/Paris`.
    pub async fn activity_stream(
        &self,
        id: &str,
        newest_first: Option<bool>,
        timezone: Option<&str>,
    ) -> Result<Read<ActivityStream>, Error> {
        let operation = format!("Reading what happened in integration instance `{id}`");
        let call = self
            .instances_path(operation)?
            .name(id)?
            .then("/activityStream")
            .get()
            .query_if(
                "order",
                newest_first.map(|newest| if newest { "desc" } else { "asc" }),
            )
            .query_if("timezone", timezone);
        self.activities(call).await
    }

    /// What happened in an integration instance.
    pub async fn activity_stream_details(
        &self,
        id: &str,
        timezone: Option<&str>,
    ) -> Result<Read<ActivityStream>, Error> {
        let path = self.activity_path(id)?;
        self.activities(path.get().query_if("timezone", timezone))
            .await
    }

    /// One step of an integration instance, by its key, with all that is known of it (known from a
    /// working client).
    pub async fn activity_detail(
        &self,
        id: &str,
        key: &str,
        timezone: Option<&str>,
    ) -> Result<Read<Milestone>, Error> {
        let path = self.activity_path(id)?.name(key)?;
        self.read(path.get().query_if("timezone", timezone)).await
    }

    fn activity_path(&self, id: &str) -> Result<Path, Error> {
        let operation = format!("Reading what happened in integration instance `{id}`");
        let path = self.instances_path(operation)?.name(id)?;
        Ok(path.then("/activityStreamDetails"))
    }

    /// The steps come in an object, or as a bare list.
    async fn activities(&self, call: crate::http::Call) -> Result<Read<ActivityStream>, Error> {
        let operation = call.operation.clone();
        let answer = match self.json(call).await? {
            steps @ serde_json::Value::Array(_) => json!({ "items": steps }),
            answer => answer,
        };
        crate::calls::decode(answer, &operation)
    }

    /// Aborts an integration instance. `Conflict` where it is not in progress (409, documented).
    pub async fn abort_integration_instance(&self, id: &str) -> Result<Made<AbortAnswer>, Error> {
        let call = self
            .instances_path(format!("Aborting integration instance `{id}`"))?
            .name(id)?
            .then("/abort")
            .call(Method::POST, CallClass::Change)
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
}
