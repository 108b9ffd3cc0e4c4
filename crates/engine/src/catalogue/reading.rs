//! Reading the lists of an instance while something else goes on.

use jiff::Timestamp;
use tokio_util::task::AbortOnDropHandle;
use waybill_client::Client;

use super::{LiveCatalogue, read_catalogue};
use crate::error::{EngineError, Result};

/// Lists that are being read; dropped, the reading ends.
#[derive(Debug)]
pub struct Reading(AbortOnDropHandle<Result<LiveCatalogue>>);

impl Reading {
    /// Begins to read. Has to be called inside a tokio runtime.
    #[must_use]
    pub fn start(client: Client) -> Self {
        Self(AbortOnDropHandle::new(tokio::spawn(async move {
            read_catalogue(&client, Timestamp::now(), &|_| {}).await
        })))
    }

    /// What was read.
    pub(crate) async fn done(self) -> Result<LiveCatalogue> {
        self.0
            .await
            .unwrap_or_else(|error| Err(EngineError::Internal(error.to_string())))
    }
}
