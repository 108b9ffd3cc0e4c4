//! Lookups.

use bytes::Bytes;
use waybill_model::Scope;

use super::{Paging, all, named};
use crate::client::Client;
use crate::error::Error;
use crate::http::Expect;
use crate::wire::{Lookup, Read};

impl Client {
    /// All lookups of the scope.
    pub async fn lookups(&self, within: &Scope) -> Result<Vec<Read<Lookup>>, Error> {
        let path = self.path(within, format!("Listing {}", all("lookups", within)))?;
        self.list(path.then("/lookups"), Paging::Documented).await
    }

    /// One lookup.
    pub async fn lookup(&self, within: &Scope, name: &str) -> Result<Read<Lookup>, Error> {
        let path = self.path(within, format!("Reading {}", named("lookup", name, within)))?;
        self.object(path.then("/lookups").name(name)?, Vec::new())
            .await
    }

    /// The CSV of a lookup. `Locked` where somebody has it open.
    pub async fn export_lookup(&self, within: &Scope, name: &str) -> Result<Bytes, Error> {
        let path = self.path(
            within,
            format!("Exporting {}", named("lookup", name, within)),
        )?;
        self.download(
            path.then("/lookups").name(name)?.then("/archive"),
            Expect::File,
        )
        .await
    }
}
