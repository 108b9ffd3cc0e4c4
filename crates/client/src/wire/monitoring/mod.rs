//! What monitoring shows. Documented and known from working clients; no body of it was ever recorded
//! publicly, so everything is optional, and members of which two names are heard are read under both.

mod error;
mod instance;
mod recovery;
mod traffic;

pub use error::{ErrorGroup, ErroredInstance};
pub use instance::{ActivityStream, InstanceState, IntegrationInstance, Milestone, TrackingValue};
pub use recovery::{AbortAnswer, DiscardAnswer, RecoveryJob, ResubmitAnswer};
pub use traffic::{
    AuditRecord, FutureRun, HistoryEntry, MessageCounts, MonitoredIntegration, TrafficSummary,
};
