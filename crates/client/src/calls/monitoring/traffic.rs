//! Message counts, history, audit records and runs to come.

use super::collect::{Found, Listing};
use super::query::{Conditions, Period};
use crate::client::Client;
use crate::error::Error;
use crate::wire::{
    AuditRecord, FutureRun, HistoryEntry, MonitoredIntegration, Read, TrafficSummary,
};

/// The state of an integration, as monitoring asks for it (documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonitoredStatus {
    /// Inactive.
    Configured,
    /// Being activated.
    ActivationInProgress,
    /// Its activation failed.
    FailedActivation,
    /// Active; the service's own default.
    Activated,
    /// Any.
    All,
}

impl MonitoredStatus {
    const fn name(self) -> &'static str {
        match self {
            Self::Configured => "CONFIGURED",
            Self::ActivationInProgress => "ACTIVATION_INPROGRESS",
            Self::FailedActivation => "FAILEDACTIVATION",
            Self::Activated => "ACTIVATED",
            Self::All => "ALL",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonitoredIntegrationQuery {
    /// In which state.
    pub status: Option<MonitoredStatus>,
    /// Of this name.
    pub name: Option<String>,
    /// Of this style (`freeform_mapmydata`, `freeform_scheduled`, `template_…`).
    pub style: Option<String>,
    /// Which messages count.
    pub period: Option<Period>,
    /// Sorted by name instead of time.
    pub by_name: bool,
}

impl Client {
    /// Integrations with their message counts.
    pub async fn monitored_integrations(
        &self,
        query: &MonitoredIntegrationQuery,
    ) -> Result<Found<MonitoredIntegration>, Error> {
        let path = self.monitoring_path("Listing the message counts".to_owned())?;
        let mut listing = Listing::plain(path.then("/integrations")).paged();
        let conditions = &mut listing.conditions;
        conditions.text_if("status", query.status.map(MonitoredStatus::name));
        conditions.text_if("name", query.name.as_deref());
        conditions.text_if("style", query.style.as_deref());
        // The counts are of the whole stretch: halves of it would count other messages.
        if let Some(period) = query.period {
            period.check(&listing.operation)?;
            period.conditions(conditions);
        }
        if query.by_name {
            listing.query.push(("orderBy", "name".to_owned()));
        }
        self.collect(listing).await
    }

    /// One integration (`CODE|VERSION`) with its message counts.
    pub async fn monitored_integration(
        &self,
        id: &str,
        period: Option<Period>,
    ) -> Result<Read<MonitoredIntegration>, Error> {
        let path = self.monitoring_path(format!("Reading the message counts of `{id}`"))?;
        let query = asking(period, &path.operation)?;
        self.object(path.then("/integrations").name(id)?, query)
            .await
    }

    /// The counts of all messages (known from a working client).
    pub async fn message_summary(
        &self,
        period: Option<Period>,
    ) -> Result<Read<TrafficSummary>, Error> {
        let path = self.monitoring_path("Reading the message summary".to_owned())?;
        let query = asking(period, &path.operation)?;
        self.object(path.then("/integrations/messages/summary"), query)
            .await
    }

    /// The counts over time (known from a working client).
    pub async fn message_history(
        &self,
        period: Option<Period>,
    ) -> Result<Found<HistoryEntry>, Error> {
        let path = self.monitoring_path("Reading the message history".to_owned())?;
        self.collect(Listing::within(path.then("/history"), period))
            .await
    }

    /// Who changed what in the instance.
    pub async fn audit_records(&self, period: Option<Period>) -> Result<Found<AuditRecord>, Error> {
        let path = self.monitoring_path("Listing the audit records".to_owned())?;
        self.collect(Listing::within(path.then("/auditRecords"), period).paged())
            .await
    }

    /// Runs of schedules that are to come (announced in September 2025; the path is known from a working
    /// client).
    pub async fn future_runs(&self) -> Result<Found<FutureRun>, Error> {
        let path = self.monitoring_path("Listing the runs to come".to_owned())?;
        self.collect(Listing::plain(path.then("/futureruns"))).await
    }
}

fn asking(period: Option<Period>, operation: &str) -> Result<Vec<(&'static str, String)>, Error> {
    let mut conditions = Conditions::default();
    if let Some(period) = period {
        period.check(operation)?;
        period.conditions(&mut conditions);
    }
    Ok(conditions.finish().map(|q| ("q", q)).into_iter().collect())
}
