//! The catalogue of a live instance: all lists at once, paced by the client, turned into artifacts,
//! with what a backup needs of each beside it.
//!
//! `lists` reads, `artifacts` turns objects of the wire into artifacts, `secrets` takes out what
//! must not be kept.

mod artifacts;
mod lists;
mod reading;
mod secrets;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use waybill_client::Client;
use waybill_model::{ArtifactId, Catalogue};

pub(crate) use artifacts::{
    connection as connection_artifact, integration as integration_artifact, is_pseudo_connection,
};
pub use reading::Reading;
pub(crate) use secrets::drop_secrets;
pub use secrets::names_a_secret;

use crate::error::Result;

/// The artifacts of an instance, and what its lists told of each.
#[derive(Clone, Debug, Default)]
pub struct LiveCatalogue {
    /// The artifacts and the gaps.
    pub catalogue: Catalogue,
    /// What the lists told, by artifact.
    pub details: BTreeMap<ArtifactId, Detail>,
}

/// What a list told of one artifact.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The entry of the list as it came, without secrets.
    pub wire: Value,
    /// What has to be equal for the artifact to be carried over; `None` if the list does not tell
    /// enough, and for schedules, which are always read again.
    pub carry_key: Option<String>,
    /// Equal as long as the lists say the same. Within one run this decides whether what was
    /// stored before an interruption is still good.
    pub list_key: String,
}

/// How many lists of an instance have been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListsRead {
    /// Lists read.
    pub done: u32,
    /// Lists known so far; grows when the projects are known.
    pub known: u32,
    /// Artifacts in them.
    pub artifacts: u32,
}

/// Told about lists as they are read.
pub type OnList<'a> = dyn Fn(ListsRead) + Send + Sync + 'a;

/// Reads all lists of an instance.
///
/// A list that the service does not offer is a gap that misses nothing; one that could not be read
/// is a gap with its reason.
///
/// # Errors
/// `Call` if the list of integrations could not be read, or the sign-in or the network is lost.
pub async fn read_catalogue(
    client: &Client,
    now: Timestamp,
    progress: &OnList<'_>,
) -> Result<LiveCatalogue> {
    let gathered = Box::pin(lists::gather(client, progress)).await?;
    Ok(gathered.into_catalogue(now))
}
