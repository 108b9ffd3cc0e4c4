//! What is asked for: a waybill to carry out. It goes into the journal, so that an interrupted run can
//! be taken up again; secrets are no part of it.

use std::pin::Pin;
use std::sync::Arc;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use waybill_client::{Client, IdentityDomain};
use waybill_vault::Vault;

use crate::cargo::Hold;
use crate::change::{SettlePatience, WritePermit};
use crate::journal::{Journal, NewRun, Run, RunId, RunKind};
use crate::manifest::InstanceStamp;
use crate::progress::Reporter;
use crate::waybill::Waybill;

/// A secret that was looked up: none if nobody entered one; an error in plain words where the place for
/// secrets does not answer.
pub type SecretAnswer<'a> =
    Pin<Box<dyn Future<Output = std::result::Result<Option<SecretString>, String>> + Send + 'a>>;

/// Where the secrets lie that a waybill names.
pub trait SecretBook: Send + Sync {
    /// The secret of an account ([`crate::waybill::secret_account`]).
    fn secret<'a>(&'a self, account: &'a str) -> SecretAnswer<'a>;
}

/// A waybill to carry out, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HaulRequest {
    /// The run.
    pub run: RunId,
    /// The destination.
    pub instance: InstanceStamp,
    /// The waybill.
    pub waybill: Waybill,
    /// What is done, in a few words: the title of the run.
    pub title: String,
    /// Who asks.
    pub asked_by: String,
    /// The version of this program.
    pub tool_version: String,
}

impl HaulRequest {
    /// The run to begin, for [`Journal::begin`].
    #[must_use]
    pub fn new_run(&self) -> NewRun {
        NewRun {
            id: self.run.clone(),
            kind: RunKind::Move,
            instance_id: Some(self.instance.id.clone()),
            instance_name: Some(self.instance.name.clone()),
            environment: Some(self.instance.environment),
            asked_by: self.asked_by.clone(),
            request: serde_json::to_value(self).unwrap_or_default(),
            snapshot: None,
        }
    }

    /// The request that a run in the journal was made for.
    #[must_use]
    pub fn of_run(run: &Run) -> Option<Self> {
        let is_one = run.kind == RunKind::Move;
        is_one.then(|| serde_json::from_value(run.request.clone()).ok())?
    }
}

/// Everything that a waybill is carried out with.
pub struct HaulWork {
    /// What is asked for.
    pub request: HaulRequest,
    /// The destination.
    pub client: Client,
    /// Its identity domain, where the sign-in gives a token for it.
    pub domain: Option<IdentityDomain>,
    /// Where everything is kept before it is changed.
    pub vault: Arc<Vault>,
    /// The bytes that are sent.
    pub hold: Arc<Hold>,
    /// The journal.
    pub journal: Arc<Journal>,
    /// Who is told.
    pub reporter: Arc<dyn Reporter>,
    /// Asks the run to stop at the next safe point.
    pub cancel: CancellationToken,
    /// Asked before each write.
    pub permit: Arc<dyn WritePermit>,
    /// Where secrets lie.
    pub secrets: Arc<dyn SecretBook>,
    /// How long the instance is waited for.
    pub patience: SettlePatience,
    /// Of a run that is taken up: what failed, and what was left because of it, is tried again.
    pub retry_failed: bool,
}
