//! Packages; outside projects alone.

use bytes::Bytes;
use waybill_model::Scope;

use super::Paging;
use crate::client::Client;
use crate::error::Error;
use crate::http::Expect;
use crate::wire::{Package, Read};

impl Client {
    /// All packages.
    pub async fn packages(&self) -> Result<Vec<Read<Package>>, Error> {
        let path = self.path(&Scope::Global, "Listing the packages".to_owned())?;
        self.list(path.then("/packages"), Paging::Documented).await
    }

    /// One package with the integrations it holds.
    pub async fn package(&self, name: &str) -> Result<Read<Package>, Error> {
        let path = self.path(&Scope::Global, format!("Reading package `{name}`"))?;
        let query = vec![("includeDependencies", "true".to_owned())];
        self.object(path.then("/packages").name(name)?, query).await
    }

    /// The `.par` archive of a package.
    pub async fn export_package(&self, name: &str) -> Result<Bytes, Error> {
        let path = self.path(&Scope::Global, format!("Exporting package `{name}`"))?;
        self.download(
            path.then("/packages").name(name)?.then("/archive"),
            Expect::Zip,
        )
        .await
    }
}
